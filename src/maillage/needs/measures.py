"""How soon firms are answered: over a period, over as many days before it, over the same days a year earlier.

Every number is a figure of its own: it opens where figures open, on the same filter and period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.figures import Answer, Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.kernel.shares import WHOLE, percents
from maillage.needs.indicators import (
    DAYS_TO_EXCHANGE,
    HELPED_RATE,
    NEEDS_EXPRESSED,
    PICK_UP_3,
    PICK_UP_5,
    REFERRALS_SENT,
    RESPONSE_RATE,
    USEFULNESS,
)
from maillage.ui import formats

#: What is read when no days are chosen.
USUAL = 90
#: Needs per visit are counted by prospecting, which stands above needs: it is found by its permanent alias.
PER_VISIT = "I06"
SHOWN = (
    REFERRALS_SENT.reference,
    PICK_UP_3.reference,
    PICK_UP_5.reference,
    DAYS_TO_EXCHANGE.reference,
    HELPED_RATE.reference,
    USEFULNESS.reference,
    RESPONSE_RATE.reference,
    PER_VISIT,
)


def period_of(given: Mapping[str, str]) -> Period:
    """The days that an address asks for, by default the last ninety; days out of order are no choice."""
    today = clock.today()
    try:
        return Period(
            date.fromisoformat(given.get("du", "")), date.fromisoformat(given.get("au", ""))
        )
    except ValueError:
        return Period(today - timedelta(days=USUAL - 1), today)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is read, over which days, with what stands behind it, and where it opens."""

    over: str
    shown: str
    beside: str
    url: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over the three periods."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Share:
    """A theme's part of the needs of a period, in whole percents that add up to a hundred."""

    label: str
    number: int
    percent: int
    url: str

    @property
    def shown(self) -> str:
        """The percents, written."""
        return formats.percent(self.percent / WHOLE)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured of an organisation over a period and those it is compared with."""

    periods: Sequence[Period]
    columns: Sequence[str]
    measures: Sequence[Measure]
    shares: Sequence[Share]

    @property
    def chosen(self) -> Period:
        """The period asked for."""
        return self.periods[0]


def measured(actor: Actor, period: Period) -> Measured:
    """The figures of the actor's organisation: what it heard and sent."""
    periods = (period, period.before(), period.year_before())
    columns = (formats.period(period), _("As many days before"), _("The same days a year earlier"))
    mine = Filter(organisations=(str(actor.acting_for().key),))
    asked = [Question(code, mine, over) for code in SHOWN for over in periods]
    by_theme = Question(NEEDS_EXPRESSED.reference, mine, period, by="theme")
    *answers, themes = figures.answer([*asked, by_theme])
    wide = len(periods)
    rows = [answers[rank : rank + wide] for rank in range(0, len(answers), wide)]
    return Measured(periods, columns, [_measure(row, columns) for row in rows], _shares(themes))


def _measure(row: Sequence[Answer], columns: Sequence[str]) -> Measure:
    cells = [_cell(answer, over) for answer, over in zip(row, columns, strict=True)]
    return Measure(str(row[0].definition.label), cells)


def _shares(answer: Answer) -> list[Share]:
    parts = percents([group.n for group in answer.groups])
    rows = [
        Share(group.label, group.n, percent, _url(answer.question, dans=group.key))
        for group, percent in zip(answer.groups, parts, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.number)


def _cell(answer: Answer, over: str) -> Cell:
    return Cell(over, _shown(answer), _beside(answer), _url(answer.question))


def _shown(answer: Answer) -> str:
    value, unit = answer.value, answer.definition.unit
    if unit == "ratio":
        return formats.percent(value)
    if unit in {"day", "each"}:
        whole = value is None or value == int(value)
        return formats.number(value, 0 if whole else 1)
    return formats.number(value)


def _beside(answer: Answer) -> str:
    """Out of how many; for a median, how many are measured and how many still wait."""
    if answer.denominator is not None:
        told = _("%(top)s of %(bottom)s")
        top, bottom = formats.number(answer.numerator), formats.number(answer.denominator)
        return told % {"top": top, "bottom": bottom}
    if answer.censored is None:
        return ""
    told = _("over %(n)s, %(waiting)s still waiting")
    return told % {"n": formats.number(answer.n), "waiting": formats.number(answer.censored)}


def _url(question: Question, **more: str) -> str:
    """Where a figure opens, by the address that every figure has."""
    page = "observatory:records" if more else "observatory:figure"
    keys = {"periode": str(question.period), "par": question.by, **more}
    query = urlencode({name: text for name, text in keys.items() if text or name in more})
    address = reverse(page, args=[question.definition.reference])
    return f"{address}?{question.filter.to_query()}&{query}"


def as_table(found: Measured) -> tuple[list[str], list[list[Any]]]:
    """The same as a table to take away: values as they are, each beside what it is taken over."""
    header = [_("Figure"), *(str(period) for period in found.periods)]
    rows: list[list[Any]] = [
        [row.label, *(cell.shown for cell in row.cells)] for row in found.measures
    ]
    rows += [[share.label, share.shown, "", ""] for share in found.shares]
    return header, rows
