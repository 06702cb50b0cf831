"""How the specifications of diagnoses read a figure and its records."""

from __future__ import annotations

from tests.spec.outreach.reading import ask, opened

__all__ = ["FIRMS", "ask", "opened"]

#: A gains 170, B loses 50, C was seen twice too soon, D once; A began the energy questionnaire too.
FIRMS = """
    kind                        | day        | firm | scheme                | quantity
    diagnoses.pass_done         | 2019-11-04 | A    | questionnaire:digital | 400
    diagnoses.pass_done         | 2019-11-05 | B    | questionnaire:digital | 650
    diagnoses.pass_done         | 2020-01-06 | C    | questionnaire:digital | 300
    diagnoses.pass_done         | 2020-02-03 | C    | questionnaire:digital | 900
    diagnoses.pass_done         | 2020-02-04 | D    | questionnaire:digital | 500
    diagnoses.pass_done         | 2020-02-05 | A    | questionnaire:energy  | 100
    diagnoses.pass_done         | 2020-06-08 | A    | questionnaire:digital | 570
    diagnoses.progress_measured | 2020-06-08 | A    | questionnaire:digital | 170
    diagnoses.pass_done         | 2020-06-09 | B    | questionnaire:digital | 600
    diagnoses.progress_measured | 2020-06-09 | B    | questionnaire:digital | -50
"""
