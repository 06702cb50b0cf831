"""`diff` of past periods: the whole line of an establishment told anew with what its history says. Pure.

History tells the state, the activity and the employer flag of each past period; the commune and the
headcount band stay as the register knew them, since INSEE's file has neither. The present period is the
stock's, whatever the history says of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import NamedTuple

from maillage.register.importers.diffing import Told, effective
from maillage.register.importers.periods import PeriodFacts
from maillage.register.segments import Place, place_bits


class Lived(NamedTuple):
    """What the register holds of an establishment whose past is told; `sees` names may be kept."""

    place_id: int
    legal_unit_id: int
    sees: bool
    commune: str
    created_on: str | None
    period_on: str | None
    trade_register_code: str
    unit_segments: int


class Stretch(NamedTuple):
    """A past period cut to the life of its establishment: its first day, the first day after it."""

    start: str | None
    until: str
    facts: PeriodFacts


def past(known: Lived, periods: Sequence[PeriodFacts]) -> list[Stretch]:
    """The periods that ended before the present one, in order; of two that overlap, the later holds."""
    since = known.period_on or min(
        (p.starts_on for p in periods if p.starts_on and not p.ends_on), default=None
    )
    by_start = {_clamped(known, one): one for one in sorted(periods, key=_order)}
    starts = sorted(by_start, key=lambda day: day or "")
    found: list[Stretch] = []
    for start, following in zip_longest(starts, starts[1:]):
        period = by_start[start]
        ends = (_after(period.ends_on) if period.ends_on else None, following, since)
        until = min(filter(None, ends), default="")
        if (start or "") < until:
            found.append(Stretch(start, until, period))
    return found


def _order(period: PeriodFacts) -> tuple[str, str]:
    return period.starts_on or "", period.ends_on or "9999"


def _clamped(known: Lived, period: PeriodFacts) -> str | None:
    """Its first day within the life of its establishment."""
    return max(filter(None, (period.starts_on, known.created_on)), default=None)


def told_anew(known: Lived, history: Sequence[Told], stretches: Sequence[Stretch]) -> list[Told]:
    """The spells to add so that the past is as its history tells it; none when it is so already."""
    line = effective(history)
    dated = [one for one in stretches if one.start]
    if (
        not dated or not line or known.created_on is None
    ):  # an unknown start stays outside dated stocks
        return []
    wanted: list[Told] = []
    for day in _days(line, dated):
        told = _told(known, line, dated, day)
        if wanted and told.content == wanted[-1].content and day != line[-1].starts_on:
            continue
        wanted.append(told)
    return [] if wanted == line else wanted


def _days(line: Sequence[Told], stretches: Sequence[Stretch]) -> list[str]:
    """The days on which something may change, the present period's start among them."""
    days = {str(told.starts_on) for told in line}
    days |= {str(one.start) for one in stretches}
    return sorted(days | {one.until for one in stretches})


def _told(known: Lived, line: Sequence[Told], stretches: Sequence[Stretch], day: str) -> Told:
    before = [told for told in line if str(told.starts_on) <= day]
    base = before[-1] if before else line[0]._replace(reconstructed=True)
    over = next((o.facts for o in stretches if str(o.start) <= day < o.until), None)
    if over is None:
        return base._replace(starts_on=day)
    bits = place_bits(
        Place(
            known.trade_register_code, over.activity, over.nomenclature, over.employer,
            base.size_band,
        )
    )  # fmt: skip
    return base._replace(
        starts_on=day,
        opened_on=line[-1].opened_on,
        state=over.state,
        activity=over.activity,
        nomenclature=over.nomenclature,
        segments=bits | known.unit_segments,
        reconstructed=False,
    )


def signs(known: Lived, stretches: Sequence[Stretch]) -> Iterator[tuple[str | None, ...]]:
    """What past periods tell beyond spells: first day, last day, employer flag, signs if they may be kept."""
    for start, until, facts in stretches:
        names = (facts.trade_name, facts.usual_name) if known.sees else ("", "")
        if facts.employer or any(names):
            yield (start, _before(until), facts.employer, *names)


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
