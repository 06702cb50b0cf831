"""How the specifications of cohorts read a figure, and the slow and obvious engine that has to find the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from uuid import UUID

from maillage import figures
from maillage.ledger.models import Act
from tests.spec.drawn import noon
from tests.spec.outreach.reading import YEAR

NOW = "2021-06-30"
PERSON, LINE = "cohorts.person", "cohorts.line"

#: 1 is told by both structures; 2 enters in 2020 and creates a year later; 3 enters the year before and borrows twice in
#: 2020; 4 enters in 2021. Two lines without day of birth, one of them a loan.
LISTS = """
    kind                      | day        | by    | of | source         | euros | commune | qpv | recorded
    cohorts.person_welcomed   | 2020-02-03 | fab   | 1  | cohorts.person |       | 59350   | yes |
    cohorts.person_welcomed   | 2020-03-04 | other | 1  | cohorts.person |       | 59350   |     |
    cohorts.person_supported  | 2020-04-01 | other | 1  | cohorts.person |       | 59350   | yes |
    cohorts.loan_granted      | 2020-11-02 | fab   | 1  | cohorts.person | 4000  | 59350   | yes |
    cohorts.person_welcomed   | 2020-05-04 | fab   | 2  | cohorts.person |       | 59512   | no  |
    cohorts.activity_created  | 2021-03-01 | fab   | 2  | cohorts.person |       | 59512   | no  |
    cohorts.person_welcomed   | 2019-12-30 | fab   | 3  | cohorts.person |       | 59512   |     |
    cohorts.loan_granted      | 2020-01-15 | fab   | 3  | cohorts.person | 1500.5 | 59512  |     |
    cohorts.guarantee_granted | 2020-01-15 | other | 3  | cohorts.person | 3000  | 59512   |     |
    cohorts.person_welcomed   | 2021-01-04 | other | 4  | cohorts.person |       |         |     |
    cohorts.person_welcomed   | 2020-02-03 | fab   | 11 | cohorts.line   |       | 59350   |     |
    cohorts.loan_granted      | 2020-06-03 | fab   | 12 | cohorts.line   | 700   |         |     |
    cohorts.activity_created  | 2020-07-01 | fab   | 1  | cohorts.person |       | 59350   | yes |
    cohorts.job_found         | 2020-08-01 | other | 3  | cohorts.person |       |         |     |
    cohorts.activity_tried    | 2020-08-01 | other | 2  | cohorts.person |       | 59512   |     |
    desks.project_welcomed    | 2020-02-03 | fab   | 50 |                |       | 59350   |     |
"""


def cancelled(row: int, on: str) -> str:
    """One more line: the act of a row, cancelled on a day."""
    return f"    ~{row} | | | | | | | | {on}\n"


def person(*ranks: int) -> set[str]:
    """The keys of drawn persons."""
    return {str(UUID(int=rank)) for rank in ranks}


def by(code: str, dimension: str, kept: figures.Filter | None = None) -> dict[str, int]:
    """A figure over 2020, part by part."""
    question = figures.Question(code, kept or figures.Filter(), YEAR, by=dimension)
    (answer,) = figures.answer([question], at=noon(NOW))
    return {re.sub("^[0-9]_", "", group.key): int(group.value or 0) for group in answer.groups}


def standing() -> list[Act]:
    """The acts of lists that stand, read one by one."""
    every = Act.objects.unscoped(reason="the slow engine reads all").order_by("pk")
    acts = list(every.filter(kind__startswith="cohorts."))
    gone = {act.reverses_id for act in acts}
    return [act for act in acts if act.reverses_id is None and act.pk not in gone]


def entered(year: int) -> dict[str, list[Act]]:
    """The persons whose first step fell in a year, each with all its steps: the funnel, by a loop."""
    persons: dict[str, list[Act]] = {}
    for act in standing():
        if act.source_model == PERSON:
            persons.setdefault(act.source_key, []).append(act)
    return {
        key: steps
        for key, steps in persons.items()
        if min(step.occurred_on for step in steps).year == year
    }


def counted(steps: Iterable[Act], what: Callable[[Act], object]) -> dict[object, int]:
    """How many persons have a step of each sort."""
    found: dict[object, set[str]] = {}
    for step in steps:
        found.setdefault(what(step), set()).add(step.source_key)
    return {key: len(keys) for key, keys in found.items()}
