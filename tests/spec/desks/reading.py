"""How the specifications of desks read a figure and its records."""

from __future__ import annotations

from uuid import UUID

from tests.spec.outreach.reading import ask, opened

__all__ = ["DESKS", "FUNNEL", "ask", "cancelled", "opened", "project"]

#: Two mornings and an empty one; A came twice, B once; a project came to both places, another the year before.
DESKS = """
    kind                   | day        | firm | scheme | theme      | quantity | of  | recorded
    desks.session_held     | 2020-02-03 |      | desk:1 |            | 180      |
    desks.firm_welcomed    | 2020-02-03 | A    | desk:1 | first_hire | 20       |
    desks.project_welcomed | 2020-02-03 |      | desk:1 | start_up   | 30       | 100
    desks.session_held     | 2020-03-02 |      | desk:2 |            | 120      |
    desks.firm_welcomed    | 2020-03-02 | A    | desk:2 | premises   |          |
    desks.firm_welcomed    | 2020-03-02 | B    | desk:2 | premises   | 10       |
    desks.project_welcomed | 2020-03-02 |      | desk:2 | start_up   |          | 100
    desks.session_held     | 2020-04-06 |      | desk:1 |            | 60       |
    desks.project_welcomed | 2019-12-30 |      | desk:1 | start_up   |          | 101
"""


#: 1 is known to two structures and found in the register, 2 says that it created a year later, 3 went no further;
#: 4 was met the year before, 5 the year after.
FUNNEL = """
    kind                    | day        | by    | of | firm | recorded
    desks.project_welcomed  | 2020-02-03 | cma   | 1  |      |
    desks.project_welcomed  | 2020-09-01 | other | 1  |      |
    desks.project_supported | 2020-03-02 | other | 1  |      |
    desks.firm_created      | 2020-10-01 | cma   | 1  | A    |
    desks.project_welcomed  | 2020-05-04 | cma   | 2  |      |
    desks.project_supported | 2020-06-01 | cma   | 2  |      |
    desks.project_welcomed  | 2020-07-06 | cma   | 3  |      |
    desks.loan_granted      | 2020-11-02 | other | 1  |      |
    desks.project_welcomed  | 2019-12-30 | cma   | 4  |      |
    desks.project_supported | 2020-01-15 | cma   | 4  |      |
    desks.project_welcomed  | 2021-01-04 | cma   | 5  |      |
    desks.creation_told     | 2021-04-01 | cma   | 2  |      |
"""


def cancelled(row: int, on: str) -> str:
    """One more line: the act of a row, cancelled on a day."""
    return f"    ~{row} | | | | | | | {on}\n"


def project(rank: int) -> str:
    """The pseudonym of a drawn project."""
    return str(UUID(int=rank))
