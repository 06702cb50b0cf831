"""How the specifications of desks read a figure and its records."""

from __future__ import annotations

from uuid import UUID

from tests.spec.outreach.reading import ask, opened

__all__ = ["DESKS", "ask", "cancelled", "opened", "project"]

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


def cancelled(row: int, on: str) -> str:
    """One more line: the act of a row, cancelled on a day."""
    return f"    ~{row} | | | | | | | {on}\n"


def project(rank: int) -> str:
    """The pseudonym of a drawn project."""
    return str(UUID(int=rank))
