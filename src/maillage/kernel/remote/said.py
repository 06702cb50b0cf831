"""Values of answers, checked one by one: whatever a service says, nothing odd goes further.

Each raises TypeError or ValueError when the value is not what it should be; the answer is then unreadable.
"""

from __future__ import annotations

import re
from datetime import date

LONGEST = 250
WITHHELD = "[ND]"
"""What INSEE writes in the place of what a firm withholds."""

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def text(said: object) -> str:
    """A text, of one line and of a bounded length; "" when it is withheld or missing."""
    if said is None or said == WITHHELD:
        return ""
    if not isinstance(said, str):
        raise TypeError(said)
    return " ".join("".join(c for c in said if c.isprintable() or c.isspace()).split())[:LONGEST]


def number(said: object, length: int) -> str:
    """A number of so many digits, such as a SIREN (9) or a SIRET (14)."""
    told = text(said)
    if not (len(told) == length and told.isascii() and told.isdigit()):
        raise ValueError(said)
    return told


def day(said: object) -> str:
    """An ISO day, "" when there is none."""
    told = text(said)[:10]
    if told and not _ISO.fullmatch(told):  # fromisoformat reads weeks too
        raise ValueError(said)
    return date.fromisoformat(told).isoformat() if told else ""


def degrees(said: object, most: int) -> float:
    """A longitude (180 at most) or a latitude (90)."""
    return _between(said, -most, most)


def share(said: object) -> float:
    """A part of one, such as a score."""
    return _between(said, 0, 1)


def _between(said: object, least: float, most: float) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TypeError(said)
    if not least <= said <= most:  # neither is what is no number
        raise ValueError(said)
    return float(said)
