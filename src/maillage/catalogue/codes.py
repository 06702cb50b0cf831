"""Codes of areas, activities and legal forms, and what they say of a firm: yes, no, or not known (None)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_AREA = re.compile(r"(?:\d{2}|2[AB]|97\d)(?:\d{2,3})?", re.ASCII)
_WIDE = re.compile(r"\d{9}|R\d{2}", re.ASCII)


def is_town(code: str) -> bool:
    """Whether it is written as the code of a commune or of a département."""
    return bool(_AREA.fullmatch(code))


def is_area(code: str) -> bool:
    """Whether it is written so, or as an intercommunality's SIREN, or as a region (`R32`)."""
    return is_town(code) or bool(_WIDE.fullmatch(code))


def split(text: str) -> tuple[str, ...]:
    """Codes between commas, blanks or new lines, once each."""
    return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").upper().split()))


def department_of(commune: str) -> str:
    """The département that the code of a commune begins with."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def begins(known: str, prefixes: Sequence[str]) -> bool | None:
    """Whether a code begins with one of these; whoever asks for none is open to all."""
    if not prefixes:
        return True
    return known.startswith(tuple(prefixes)) if known else None


def within(known: tuple[int, int] | None, least: int | None, most: int | None) -> bool | None:
    """Whether a headcount known between two numbers is between two limits; not known when it straddles one."""
    if least is None and most is None:
        return True
    if known is None:
        return None
    low, high = known
    if (least is not None and high < least) or (most is not None and low > most):
        return False
    inside = (least is None or low >= least) and (most is None or high <= most)
    return True if inside else None
