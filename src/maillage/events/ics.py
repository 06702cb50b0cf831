"""Events as calendars read them (RFC 5545): lines of 75 octets, texts escaped, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from maillage.events.models import Event
from maillage.events.vocabulary import State
from maillage.kernel import clock

LONGEST_LINE = 75
PRODUCT = "-//Maillage//Maillage//FR"


def calendar(events: Iterable[Event], *, name: str = "") -> str:
    """A calendar of these events, as a file or as a feed."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if name:
        lines.append(f"X-WR-CALNAME:{escaped(name)}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: Event) -> Iterator[str]:
    host = settings.ADDRESS.partition("//")[2].partition("/")[0] or "maillage"
    place = ", ".join(filter(None, [event.place, event.address]))
    url = urljoin(settings.ADDRESS, reverse("events:announced", kwargs={"key": event.key}))
    yield "BEGIN:VEVENT"
    yield f"UID:{event.key}@{host}"
    yield f"SEQUENCE:{event.version}"
    yield f"DTSTAMP:{_instant(clock.now())}"
    yield f"DTSTART:{_instant(event.begins)}"
    yield f"DTEND:{_instant(event.ends)}"
    yield f"SUMMARY:{escaped(event.title)}"
    yield f"LOCATION:{escaped(place)}"
    if event.about:
        yield f"DESCRIPTION:{escaped(event.about)}"
    if event.lat is not None:
        yield f"GEO:{event.lat:.6f};{event.lon:.6f}"
    yield f"STATUS:{'CANCELLED' if event.state is State.CANCELLED else 'CONFIRMED'}"
    if event.is_public and event.opened_at:
        yield f"URL:{url}"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: no separator, no line end of its own, no other control character."""
    plain = "\n".join(text.splitlines())
    kept = "".join(one for one in plain if one == "\n" or one.isprintable())
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
