"""When a firm is open, weekday by weekday: spans of a day, read from what one types, said in words, given to the planner.

    week = opening.closed_on(opening.UNKNOWN, 0)          # shut on Monday, nothing known of other days
    opening.read("8h-12h30, 14h-19h")                     # two spans, in seconds from midnight
    str(opening.Day(1, opening.read("8h-12h30")))         # «Ouvert 8 h–12 h 30»
    opening.windows(opening.Day(0, ()), 1800)             # never, on a day when it is shut

A day that nobody noted is unknown, and unknown is not closed: one may call at any time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.outreach.rounds.problem import ALWAYS, NEVER, Window

HOUR, MINUTE = 3600, 60
MIDNIGHT = 24 * HOUR
MOST = 2
"""Spans of a day: before lunch and after it."""
Spans = tuple[Window, ...]
Week = tuple[Spans | None, ...]
"""From Monday to Sunday: the spans of the day, none when it is closed, None when nobody knows."""
UNKNOWN: Week = (None,) * 7
CLOSED: Spans = ()

WEEKDAYS = tuple(
    Words(*pair)
    for pair in (
        ("lundi", "Monday"), ("mardi", "Tuesday"), ("mercredi", "Wednesday"), ("jeudi", "Thursday"),
        ("vendredi", "Friday"), ("samedi", "Saturday"), ("dimanche", "Sunday"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of one weekday, 0 being Monday."""

    weekday: int
    spans: Spans

    @property
    def is_closed(self) -> bool:
        """Whether nobody is there that day."""
        return not self.spans

    def __str__(self) -> str:
        return str(closed_words(self.weekday) if self.is_closed else open_words(self.spans))


def of(week: Sequence[Spans | None], weekday: int) -> Day | None:
    """What is known of a weekday; None when nothing is."""
    spans = week[weekday]
    return None if spans is None else Day(weekday, spans)


def windows(day: Day | None, visit: int) -> Sequence[Window]:
    """When a visit that long may begin, so that it is over before the firm closes.

    A span shorter than a visit lets it begin as the firm opens, which is better than never.
    """
    if day is None:
        return ALWAYS
    if day.is_closed:
        return NEVER
    return tuple((opens, max(opens, closes - visit)) for opens, closes in day.spans)


def is_open(day: Day | None, moment: int) -> bool:
    """Whether one finds somebody at a moment, as far as is known."""
    return day is None or any(opens <= moment < closes for opens, closes in day.spans)


# Words


def hour_words(seconds: int) -> Words:
    """`8 h`, `12 h 30`; `8:00`, `12:30`."""
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    french = f"{hours}\u00a0h" + (f"\u00a0{minutes:02}" if minutes else "")
    return Words(french, f"{hours}:{minutes:02}")


def spans_words(spans: Spans) -> Words:
    """`8 h–12 h 30, 14 h–19 h`; `fermé` when there are none."""
    if not spans:
        return Words("fermé", "closed")
    told = [(hour_words(opens), hour_words(closes)) for opens, closes in spans]
    return Words(
        ", ".join(f"{first.fr}–{last.fr}" for first, last in told),
        ", ".join(f"{first.en}–{last.en}" for first, last in told),
    )


def open_words(spans: Spans) -> Words:
    """What a stop says of a day when somebody is there."""
    told = spans_words(spans)
    return Words(f"Ouvert {told.fr}", f"Open {told.en}")


def closed_words(weekday: int) -> Words:
    """Why a firm is in no round of a day."""
    day = WEEKDAYS[weekday]
    return Words(f"fermée le {day.fr}", f"closed on {day.en}")


# What one types


_FIRST = r"(\d{1,2})(?:\s*[h:.]\s*(\d{2}(?!\d|\s*[h:.]))?)?"
_LAST = r"(\d{1,2})(?:\s*[h:.]\s*(\d{2}(?!\d|\s*[-–h:.]))?)?"  # in `12h 14h-19h`, 14 is no minutes
_SPAN = re.compile(rf"\s*{_FIRST}\s*(?:-|–|à|to)\s*{_LAST}\s*")
_BETWEEN = re.compile(r"(?:[\s,;/]|\bet\b|\band\b)*")
_SHUT = {"fermé", "fermée", "ferme", "fermee", "closed", "-", "–"}


def read(text: str) -> Spans | None:
    """The spans of a day as one types them: `8h-12h30 14h-19h`, `8:00–12:30`, `fermé`; None for a blank.

    Raises:
        Invalid: it is none of these, or `checked` refuses the spans.
    """
    told = text.strip().casefold()
    if not told:
        return None
    if told in _SHUT:
        return CLOSED
    found, at = [], 0
    while at < len(told):
        if (span := _SPAN.match(told, at)) is None:
            raise Invalid(UNREADABLE)
        found.append((_seconds(span[1], span[2]), _seconds(span[3], span[4])))
        between = _BETWEEN.match(told, span.end())
        at = between.end() if between else span.end()
    return checked(found)


def _seconds(hours: str, minutes: str | None) -> int:
    if int(minutes or 0) >= 60:
        raise Invalid(UNREADABLE)
    return int(hours) * HOUR + int(minutes or 0) * MINUTE


UNREADABLE = Words(
    "Écrivez les heures ainsi\u00a0: 8h-12h30, 14h-19h. Ou\u00a0: fermé.",
    "Write the hours like this: 8:00-12:30, 14:00-19:00. Or: closed.",
)
OUT_OF_ORDER = Words(
    "Une plage finit après avoir commencé, avant la suivante, et avant minuit.",
    "A span ends after it began, before the next one, and by midnight.",
)
TOO_MANY = Words("Deux plages par jour au plus.", "Two spans a day at most.")


def checked(spans: Sequence[Sequence[Any]]) -> Spans:
    """The spans of a day, when they hold together: in their order, apart from one another, within the day.

    Raises:
        Invalid: they do not.
    """
    if len(spans) > MOST:
        raise Invalid(TOO_MANY)
    bounds = [bound for span in spans for bound in span]
    whole = all(isinstance(bound, int) for bound in bounds) and len(bounds) == 2 * len(spans)
    if (
        not whole
        or bounds != sorted(set(bounds))
        or (bounds and not 0 <= bounds[0] < bounds[-1] <= MIDNIGHT)
    ):
        raise Invalid(OUT_OF_ORDER)
    return tuple((first, last) for first, last in spans)


# The whole week


def week_of(told: Sequence[Any]) -> Week:
    """A week as it is kept (JSON), or as anybody hands it in.

    Raises:
        Invalid: it has not seven days, or one of them does not hold together.
    """
    if len(told) != len(UNKNOWN):
        raise Invalid(OUT_OF_ORDER)
    return tuple(None if spans is None else checked(spans) for spans in told)


def closed_on(week: Week, *weekdays: int) -> Week:
    """The same week, nobody being there on these days."""
    return tuple(CLOSED if day in weekdays else spans for day, spans in enumerate(week))


def only_on(week: Week, first: int, last: int) -> Week:
    """Open from one weekday to another and closed on the others; hours that are not known stay unknown."""
    return tuple(
        (spans or None) if first <= day <= last else CLOSED for day, spans in enumerate(week)
    )


def alike(week: Week) -> Week:
    """The hours of the first day that has some, on every day that says nothing."""
    usual = next((spans for spans in week if spans), None)
    return tuple(usual if spans is None else spans for spans in week)


@dataclass(frozen=True, slots=True)
class Common:
    """What is said of many shops in one breath: its words, and what it makes of a week."""

    words: Words
    change: Callable[[Week], Week]


COMMON = {
    "tuesday_to_saturday": Common(
        Words("Du mardi au samedi", "Tuesday to Saturday"), lambda week: only_on(week, 1, 5)
    ),
    "monday_to_friday": Common(
        Words("Du lundi au vendredi", "Monday to Friday"), lambda week: only_on(week, 0, 4)
    ),
    "closed_on_monday": Common(
        Words("Fermé le lundi", "Closed on Monday"), lambda week: closed_on(week, 0)
    ),
    "alike": Common(
        Words("Les mêmes heures les autres jours", "The same hours on the other days"), alike
    ),
}
USUAL: tuple[Spans, ...] = (
    ((8 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR)),
    ((9 * HOUR, 12 * HOUR), (14 * HOUR, 19 * HOUR)),
    ((7 * HOUR, 13 * HOUR), (15 * HOUR + HOUR // 2, 19 * HOUR + HOUR // 2)),
    ((10 * HOUR, 19 * HOUR),),
    CLOSED,
)
"""What a device offers while one types a day: never put there by itself."""
