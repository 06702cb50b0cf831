"""A radar: some scores of one thing, axis by axis, and what they were before; the same stands in a table beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, named, twice
from maillage.ui.svg import coordinate, joined, tag

WIDE = Size("w", "wide", width=640, height=330, left=0, right=0, top=44, bottom=40)
NARROW = Size("n", "narrow", width=340, height=300, left=0, right=0, top=34, bottom=30)
RINGS = (0.25, 0.5, 0.75, 1.0)
LETTERS = 28
MOST = 2
"""At most so many rounds: more would hide one another."""

_LOOKS = (("curve", "dot"), ("curve c2 provisional", "dot d2"))


@dataclass(frozen=True, slots=True)
class Round:
    """The scores of one day, one for each axis, from 0 to 1; None where nothing is known."""

    label: str
    shares: Sequence[float | None]


def radar(
    axes: Sequence[str], rounds: Sequence[Round], *, title: str, name: str = "radar"
) -> SafeString:
    """The last round in full, the one before dashed; on a phone axes are numbered as in the table.

    Raises:
        ValueError: fewer than three axes, more than two rounds, or a round with a share too few.
    """
    if len(axes) < 3 or not 1 <= len(rounds) <= MOST:
        raise ValueError("a radar has three axes at least, and one round or two")
    if any(len(one.shares) != len(axes) for one in rounds):
        raise ValueError("a round has one share for each axis")
    description = " ".join(_told(axes, one) for one in rounds)

    def draw(size: Size) -> SafeString:
        web = _web(axes, size)
        # The first of the list is the newest: drawn last, it lies on top.
        lines = [
            _round(one, look, size)
            for one, look in reversed(list(zip(rounds, _LOOKS, strict=False)))
        ]
        return drawing(size, name, title, description, web, *lines, links=False)

    return twice(draw, WIDE, NARROW)


def _told(axes: Sequence[str], one: Round) -> str:
    said = [
        named(axis, gettext("unknown") if share is None else formats.percent(share))
        for axis, share in zip(axes, one.shares, strict=True)
    ]
    return f"{one.label}. {', '.join(said)}."


def _point(size: Size, rank: int, of: int, share: float) -> tuple[float, float]:
    """Where a share of an axis lies; the first axis points up, the others follow as a clock does."""
    radius = size.inner_height / 2 * min(1.0, max(0.0, share))
    angle = 2 * math.pi * rank / of - math.pi / 2
    middle = (size.width / 2, size.top + size.inner_height / 2)
    return middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)


def _path(points: Sequence[tuple[float, float]], *, closed: bool) -> str:
    return "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points) + "Z" * closed


def _web(axes: Sequence[str], size: Size) -> SafeString:
    count = len(axes)
    parts = [
        tag("path", class_="axis", fill="none", d=_path([_point(size, n, count, ring) for n in range(count)], closed=True))
        for ring in RINGS
    ]  # fmt: skip
    middle = _point(size, 0, count, 0)
    for rank, axis in enumerate(axes):
        end = _point(size, rank, count, 1)
        parts.append(tag("path", class_="axis axis0", d=_path([middle, end], closed=False)))
        parts.append(_label(rank, axis, end, size))
    return joined(*parts)


def _label(rank: int, axis: str, end: tuple[float, float], size: Size) -> SafeString:
    x, y = end
    across, down = x - size.width / 2, y - (size.top + size.inner_height / 2)
    anchor = "middle" if abs(across) < 1 else "start" if across > 0 else "end"
    words = f"{rank + 1}. {Truncator(axis).chars(LETTERS)}" if size is WIDE else str(rank + 1)
    away = 0 if anchor == "middle" else math.copysign(10, across)
    lift = 20 if down > 1 and anchor == "middle" else -10 if anchor == "middle" else 5
    return tag("text", words, x=x + away, y=y + lift, text_anchor=anchor)


def _round(one: Round, look: tuple[str, str], size: Size) -> SafeString:
    """A line from each known axis to the next: where one is unknown the line is open, never drawn through zero."""
    count, (line, dot) = len(one.shares), look
    found = [
        None if share is None else _point(size, rank, count, share)
        for rank, share in enumerate(one.shares)
    ]
    known = [point for point in found if point is not None]
    if len(known) == count:
        parts = [tag("path", class_=line, d=_path(known, closed=True))]
    else:
        sides = pairwise([*found, found[0]])
        parts = [
            tag("path", class_=line, d=_path([a, b], closed=False))
            for a, b in sides
            if a is not None and b is not None
        ]
    parts += [tag("circle", class_=dot, cx=x, cy=y, r=5) for x, y in known]
    return joined(*parts)
