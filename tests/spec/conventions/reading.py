"""Asking the figures of conventions, and opening them."""

from __future__ import annotations

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Answer, Filter, Question
from maillage.kernel.periods import Period
from tests.spec.drawn import noon

SCHEME = "convention:test-2019"
OF_IT = Filter(schemes=(SCHEME,))


def ask(
    code: str,
    filter_: Filter = OF_IT,
    *,
    period: str = "",
    as_of: str = "2020-12-31",
    by: str = "",
) -> Answer:
    """One figure, as known at noon of a day."""
    span = Period.parse(period) if period else None
    return figures.answer([Question(code, filter_, span, by)], noon(as_of))[0]


def opened(
    code: str, filter_: Filter = OF_IT, *, period: str = "", as_of: str = "2020-12-31"
) -> set[str]:
    """The public keys of what a figure counts."""
    span = Period.parse(period) if period else None
    found = figures.every_record(
        Question(code, filter_, span), System("a specification"), at=noon(as_of)
    )
    return {record.unit for record in found}


def split(code: str, by: str, *, period: str = "", as_of: str = "2020-12-31") -> dict[str, object]:
    """The parts of a figure by their label."""
    return {g.label: g.value for g in ask(code, period=period, as_of=as_of, by=by).groups}
