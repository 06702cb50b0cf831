"""What became of those whom desks met: the funnel of projects, first hires a year later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from maillage import figures, register
from maillage.accounts.actors import Actor
from maillage.desks.indicators import (
    CREATION_RATE,
    FIRST_HIRE_RATE,
    SUPPORT_FUNNEL,
    YOUNG_MET,
)
from maillage.desks.relations import a_year_after
from maillage.figures.answers import Answer
from maillage.kernel import clock
from maillage.kernel.periods import Period


@dataclass(frozen=True, slots=True)
class Journey:
    """What became of projects that entered in a period, and of firms helped in the last year wholly observed."""

    funnel: Answer
    created: Answer
    young: Answer
    hired: Answer
    cohort: Period
    query: str
    cohort_query: str


def journey(actor: Actor, period: Period) -> Journey:
    """The figures of one's organisation, asked at once."""
    kept = figures.Filter(organisations=(str(actor.acting_for().key),))
    cohort = last_observed(clock.today())
    funnel, created, young, hired = figures.answer(
        [
            figures.Question(SUPPORT_FUNNEL.reference, kept, period, by="stage"),
            figures.Question(CREATION_RATE.reference, kept, period),
            figures.Question(YOUNG_MET.reference, kept, period),
            figures.Question(FIRST_HIRE_RATE.reference, kept, cohort),
        ]
    )
    return Journey(
        funnel, created, young, hired, cohort,
        f"{kept.to_query()}&periode={period}", f"{kept.to_query()}&periode={cohort}",
    )  # fmt: skip


def last_observed(today: date) -> Period:
    """The last twelve whole months that the register has followed for a year."""
    seen = min(register.data_day(clock.now()) or today, today)
    next_month = (seen.replace(year=seen.year - 1, day=1) + timedelta(days=32)).replace(day=1)
    if a_year_after(next_month - timedelta(days=1)) > seen:
        next_month = (next_month - timedelta(days=1)).replace(day=1)
    return Period(next_month.replace(year=next_month.year - 1), next_month - timedelta(days=1))
