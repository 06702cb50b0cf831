"""What was really seen of each unit of a register, as the survival curve takes it: since when, until when, and how it left.

Cessations are filed late: on the day of an extraction, units that ceased in the last months still look alive, and
would lengthen the lives of all. So nothing is looked at after the extraction minus the lag of filing: who was there
then is censored then, even when its later cessation is already known, since only some of those are. At the other
end, a unit that began before the history did is met when the history begins (left truncation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

FILING_LAG = 6
"""Months before the extraction in which cessations are not all filed yet (INSEE's SINE survey warns of it)."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """The units that were seen, by rank: years at which each left, whether by ceasing, years at which it was met."""

    units: tuple[int, ...]
    times: tuple[float, ...]
    events: tuple[bool, ...]
    entries: tuple[float, ...]
    until: date  # nothing is looked at after it
    unseen: int  # begun when nothing is looked at any more, or gone before anything was
    set_aside: int  # cessations known after `until`: those are still there in the curve


def exposure(
    begun: Sequence[date],
    ceased: Sequence[date | None],
    extracted: date,
    *,
    lag: int = FILING_LAG,
    since: date | None = None,
) -> Exposure:
    """What is seen of units that began and ceased (their first inactive day) on these days, in an extraction of that day.

    `lag` is in months. `since` is the day on which the history begins, if not before all units.

    Raises:
        Invalid: the days do not go together, a unit ceases before it begins, or the lag is negative.
    """
    _check(
        len(begun) == len(ceased),
        "des jours qui ne vont pas ensemble",
        "days that do not go together",
    )
    _check(lag >= 0, "un délai négatif", "a negative lag")
    until = months_before(extracted, lag)
    seen: list[tuple[int, float, bool, float]] = []
    unseen = set_aside = 0
    for unit, (start, over) in enumerate(zip(begun, ceased, strict=True)):
        _check(
            over is None or over >= start, "une fin avant son début", "an end before its beginning"
        )
        gone = over is not None and over <= until
        end = over if gone and over else until
        met = max(start, since or start)
        set_aside += over is not None and not gone and start < until
        if start >= until or end < met or (end == met and met > start):
            unseen += 1
            continue
        seen.append((unit, years(start, end), gone, years(start, met)))
    units, times, events, entries = zip(*seen, strict=True) if seen else ((), (), (), ())
    return Exposure(units, times, events, entries, until, unseen, set_aside)


def years(start: date, day: date) -> float:
    """The years between two days: whole anniversaries, then the part of the year that is running.

    An anniversary is thus a whole number, whatever leap years there are: who ceases on its fifth is not alive at five.
    """
    whole = day.year - start.year
    if anniversary(start, whole) > day:
        whole -= 1
    last = anniversary(start, whole)
    return whole + (day - last).days / (anniversary(start, whole + 1) - last).days


def anniversary(start: date, whole: int) -> date:
    """The same day so many years later; that of a 29 February is a 28 February, as in `observations.calendar`."""
    if whole and (start.month, start.day) == (2, 29):
        return date(start.year + whole, 2, 28)
    return start.replace(year=start.year + whole)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    total = day.year * 12 + day.month - 1 - months
    following = date((total + 1) // 12, (total + 1) % 12 + 1, 1)
    return min(
        date(total // 12, total % 12 + 1, 1) + timedelta(day.day - 1), following - timedelta(1)
    )


def _check(held: bool, fr: str, en: str) -> None:
    if not held:
        raise Invalid(
            Words(f"Survie\u00a0: {fr}.", f"Survival: {en}."),
            remedy=Words("Donnez pour chaque unité son début, sa fin si elle est connue, et un délai en mois.",
                         "Give each unit its beginning, its end where it is known, and a lag in months."),
        )  # fmt: skip
