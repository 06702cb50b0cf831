"""How the specifications of prospecting read a figure and its records."""

from __future__ import annotations

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Answer, Filter, Question
from maillage.kernel.periods import Period
from tests.spec.drawn import noon

EVERYTHING = System("a specification reads everything")
YEAR = Period.parse("2020")
CAMPAIGN = Filter(schemes=("campaign:1",))


def ask(code: str, kept: Filter | None = None, at: str = "2020-12-31") -> Answer:
    """The figure over 2020, as known at noon of a day."""
    (answer,) = figures.answer([Question(code, kept or Filter(), YEAR)], at=noon(at))
    return answer


def opened(
    code: str, kept: Filter | None = None, part: str = "", at: str = "2020-12-31"
) -> set[str]:
    """The keys of the units that it counts."""
    question = Question(code, kept or Filter(), YEAR)
    page = figures.records(question, EVERYTHING, at=noon(at), part=part)
    return {record.unit for record in page.records}


#: A is visited, B only called, C found closed, D visited outside the campaign, E was never listed.
LIST = """
    kind                       | day        | firm | scheme
    outreach.firm_listed       | 2020-01-10 | A    | campaign:1
    outreach.firm_listed       | 2020-01-10 | B    | campaign:1
    outreach.firm_listed       | 2020-01-10 | C    | campaign:1
    outreach.firm_listed       | 2020-01-10 | D    | campaign:1
    outreach.visit_absent      | 2020-02-01 | A    | campaign:1
    outreach.visit_done        | 2020-02-02 | A    | campaign:1
    outreach.call_done         | 2020-02-02 | B    | campaign:1
    outreach.visit_closed_down | 2020-02-03 | C    | campaign:1
    outreach.visit_done        | 2020-02-03 | D    |
    outreach.visit_done        | 2020-02-04 | E    | campaign:1
"""
