"""A strict reader of calendars (RFC 5545): refuses what a lenient one would let pass."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_PROPERTY = re.compile(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^:;,\"]+)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*", re.DOTALL)
TEXTS = frozenset({"SUMMARY", "LOCATION", "DESCRIPTION", "X-WR-CALNAME"})
ONCE = ("UID", "DTSTAMP", "DTSTART")


def unfolded(content: bytes) -> list[str]:
    """The lines of a file, each ended by CRLF and of 75 octets at most, put together again."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines: list[str] = []
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75, line
        text = line.decode("utf-8")  # a character cut in two would not decode
        if text.startswith((" ", "\t")):
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def _text(value: str) -> str:
    assert _ESCAPED.fullmatch(value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _instant(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(content: bytes) -> tuple[dict[str, str], list[dict[str, object]]]:
    """What a calendar says of itself, and its events."""
    head: dict[str, str] = {}
    events: list[dict[str, object]] = []
    open_parts: list[str] = []
    for line in unfolded(content):
        found = _PROPERTY.fullmatch(line)
        assert found, line
        name, value = found[1], found[3]
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts == ["VCALENDAR"]:
            head[name] = _text(value) if name in TEXTS else value
        else:
            assert open_parts == ["VCALENDAR", "VEVENT"]
            assert name not in events[-1], f"{name} twice"
            events[-1][name] = _value(name, value)
    assert not open_parts
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert all(name in event for event in events for name in ONCE)
    return head, events


def _value(name: str, value: str) -> object:
    if name.startswith("DT"):
        return _instant(value)
    return _text(value) if name in TEXTS else value
