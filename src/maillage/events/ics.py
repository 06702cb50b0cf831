"""Events and their workshops as calendars read them (RFC 5545): lines of 75 octets, texts escaped, instants in UTC.

Everybody reads an event with its programme in its description. Whoever registered reads their own day: the event, and
an entry for each workshop they chose. An entry keeps its identity whatever becomes of it, and its sequence rises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Self
from unicodedata import category
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from maillage.events import programme
from maillage.events.models import Choice, Event, EventQuerySet, Registration, Workshop
from maillage.events.models.events import MACHINE
from maillage.events.vocabulary import State
from maillage.kernel import clock

LONGEST_LINE = 75
PRODUCT = "-//Maillage//Maillage//FR"


class Status(StrEnum):
    """Where an entry stands: it takes place and one has a seat, one waits for a seat, one does not go or it is off."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something of a calendar (VEVENT), called the same in every file in which it is."""

    key: UUID
    sequence: int
    status: Status
    begins: datetime
    ends: datetime
    title: str
    place: str
    about: str = ""
    url: str = ""
    position: str = ""
    within: UUID | None = None

    @classmethod
    def of_event(cls, event: Event, rooms: Iterable[Workshop] = ()) -> Self:
        """An event, its programme in its description; of `rooms`, one called off counts and is not written."""
        held = list(rooms)
        titles = [programme.titled(one) for one in held if one.cancelled_at is None]
        about = [event.about] if event.about else []
        url = reverse("events:announced", kwargs={"key": event.key})
        return cls(
            key=event.key,
            sequence=event.version + sum(one.version for one in held),
            status=Status.CANCELLED if event.state is State.CANCELLED else Status.CONFIRMED,
            begins=event.begins,
            ends=event.ends,
            title=event.title,
            place=", ".join(filter(None, [event.place, event.address])),
            about="\n".join([*about, *titles]),
            url=urljoin(settings.ADDRESS, url) if event.is_public and event.opened_at else "",
            position="" if event.lat is None else f"{event.lat:.6f};{event.lon:.6f}",
        )

    @classmethod
    def of_choices(cls, choices: list[Choice], day: Self) -> Self:
        """A workshop for somebody who chose it, the day of which is this entry; the last of their choices of it decides."""
        workshop, last = choices[0].workshop, choices[-1]
        off = workshop.cancelled_at is not None or last.ended_at is not None
        return replace(
            day,
            key=workshop.key,
            sequence=workshop.event.version + workshop.version + sum(map(_steps, choices)),
            status=day.status if day.status is Status.CANCELLED else _status(last.seat, off=off),
            begins=workshop.begins,
            ends=workshop.ends,
            title=workshop.title,
            place=", ".join(filter(None, [workshop.room, day.place])),
            about="\n".join(filter(None, [day.title, workshop.about])),
            within=day.key,
        )

    def lines(self) -> Iterator[str]:
        """The entry as it is written."""
        yield "BEGIN:VEVENT"
        yield f"UID:{_identity(self.key)}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"DTSTAMP:{_instant(clock.now())}"
        yield f"DTSTART:{_instant(self.begins)}"
        yield f"DTEND:{_instant(self.ends)}"
        yield f"SUMMARY:{escaped(self.title)}"
        yield f"LOCATION:{escaped(self.place)}"
        if self.about:
            yield f"DESCRIPTION:{escaped(self.about)}"
        if self.position:
            yield f"GEO:{self.position}"
        if self.within:
            yield f"RELATED-TO:{_identity(self.within)}"
        yield f"STATUS:{self.status}"
        if self.url:
            yield f"URL:{self.url}"
        yield "END:VEVENT"


def _steps(choice: Choice) -> int:
    """How far a choice went: asked for, given a seat, ended; it never goes back before the day."""
    return 3 if choice.ended_at is not None else 1 + (choice.seat is not None)


def _status(seat: int | None, *, off: bool) -> Status:
    if off:
        return Status.CANCELLED
    return Status.TENTATIVE if seat is None else Status.CONFIRMED


def announced(events: EventQuerySet, *, name: str = "") -> str:
    """A calendar of events that everybody reads, as a file or as a feed."""
    every = Workshop.objects.published().order_by("starts_at", "room", "pk")
    rows = events.prefetch_related(Prefetch("workshops", every, to_attr="rooms"))
    return calendar([Entry.of_event(one, one.rooms) for one in rows], name=name)  # type: ignore[attr-defined]


def own(line: Registration) -> str:
    """The calendar of whoever registered: the event, and each workshop they chose, what they left or was called off included."""
    event = line.event
    rooms = Workshop.objects.visible_to(MACHINE).filter(event=event).select_related("event")
    day = Entry.of_event(event, rooms.order_by("starts_at", "room", "pk"))
    ended = line.ended_at is not None
    if day.status is not Status.CANCELLED:
        day = replace(day, status=_status(line.seat, off=ended))
    day = replace(day, sequence=day.sequence + (line.seated_on is not None) + ended)
    chosen = line.choices.select_related("workshop__event").order_by("workshop", "pk")
    by_room = groupby(chosen, key=lambda one: one.workshop_id)
    rows = [Entry.of_choices(list(choices), day) for _room, choices in by_room]
    return calendar([day, *sorted(rows, key=lambda one: (one.begins, one.title))])


def calendar(entries: Iterable[Entry], *, name: str = "") -> str:
    """A calendar of these entries."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if name:
        lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for one in entries:
        lines += one.lines()
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _identity(key: UUID) -> str:
    host = settings.ADDRESS.partition("//")[2].partition("/")[0] or "maillage"
    return f"{key}@{host}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: no separator, no line end of its own, no other control character; French spaces are kept."""
    plain = "\n".join(text.splitlines())
    kept = "".join(one for one in plain if one == "\n" or category(one)[0] != "C")
    for sign in ("\\", ";", ","):
        kept = kept.replace(sign, f"\\{sign}")
    return kept.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line cut every 75 octets, never within a character; what follows begins with a space."""
    parts, current, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            parts.append(current)
            current, size = " ", 1
        current, size = current + sign, size + octets
    return "\r\n".join([*parts, current])
