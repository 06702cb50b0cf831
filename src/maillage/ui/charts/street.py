"""A street as a strip: doors face each other along it, odd numbers on one side, even ones on the other.

What is known of a door is told by a shape as much as by a colour. The same stands in a table beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, link
from maillage.ui.svg import joined, tag

CELL, ROW, GAP = 58, 150, 18
TOP_NUMBER, TOP_SIGN, ROAD, BOTTOM_SIGN, BOTTOM_NUMBER = 16, 42, 75, 108, 142
WIDE_CELLS, NARROW_CELLS = 15, 6
RADIUS = 12


class Sign(StrEnum):
    """How a door is drawn: each has a shape of its own."""

    DONE = "done"  # a full disc, ticked
    AGAIN = "again"  # a ring, half full
    REFUSED = "refused"  # a square, crossed
    GONE = "gone"  # a triangle, empty
    WAITING = "waiting"  # a ring, empty
    APART = "apart"  # a small dashed square


@dataclass(frozen=True, slots=True)
class Door:
    """A door: what stands over it, how far along the street it is, on which side, what it opens."""

    label: str
    spoken: str
    sign: Sign
    pair: int
    odd: bool
    url: str = ""


Column = tuple[Door | None, Door | None]
"""What faces each other: a door of the odd side, one of the even side."""


def street_strip(
    doors: Sequence[Door], words: dict[Sign, str], *, title: str, name: str = "street"
) -> SafeString:
    """The strip, cut into rows as wide as the page, and its legend; doors come in the order of their numbers."""
    columns = facing(doors)

    def draw(cells: int, style: str) -> SafeString:
        rows = [columns[first : first + cells] for first in range(0, len(columns), cells)]
        height = max(1, len(rows)) * (ROW + GAP) - GAP
        size = Size(style[0], style, cells * CELL, height, left=0, right=0)
        drawn = [_row(row, rank * (ROW + GAP), cells) for rank, row in enumerate(rows)]
        return drawing(size, name, title, "", *drawn, links=any(door.url for door in doors))

    sizes = [draw(WIDE_CELLS, "wide street"), draw(NARROW_CELLS, "narrow street")]
    return joined(
        tag("div", *sizes, class_="drawing"), signs_legend(Counter(x.sign for x in doors), words)
    )


def facing(doors: Sequence[Door]) -> list[Column]:
    """Doors opposite each other: 1 faces 2; several at one number stand one after the other."""
    pairs: dict[int, tuple[list[Door], list[Door]]] = defaultdict(lambda: ([], []))
    for door in doors:
        pairs[door.pair][0 if door.odd else 1].append(door)
    columns: list[Column] = []
    for _, (odd, even) in sorted(pairs.items()):
        columns += [
            (odd[rank] if rank < len(odd) else None, even[rank] if rank < len(even) else None)
            for rank in range(max(len(odd), len(even)))
        ]
    return columns


def _row(row: Sequence[Column], top: int, cells: int) -> SafeString:
    road = tag("path", class_="road", d=f"M0 {top + ROAD}H{cells * CELL}", aria_hidden="true")
    drawn = [
        _door(door, rank * CELL + CELL / 2, top)
        for rank, column in enumerate(row)
        for door in column
        if door is not None
    ]
    return joined(road, *drawn)


def _door(door: Door, x: float, top: int) -> SafeString:
    y, under = (TOP_SIGN, TOP_NUMBER) if door.odd else (BOTTOM_SIGN, BOTTOM_NUMBER)
    area = tag(
        "rect", class_="area", x=x - CELL / 2, y=top + (0 if door.odd else ROAD + 8),
        width=CELL, height=ROAD - 8,
    )  # fmt: skip
    number = tag("text", door.label, x=x, y=top + under, text_anchor="middle")
    return link(door.url, door.spoken, area, number, sign(door.sign, x, top + y))


def sign(kind: Sign, x: float, y: float) -> SafeString:
    """The shape that says what is known of a door."""
    r = RADIUS
    look = f"door {kind.value}"
    circle = tag("circle", class_=look, cx=x, cy=y, r=r)
    match kind:
        case Sign.DONE:
            tick = f"M{x - 5:g} {y + 0.5:g}l3.5 3.5l7 -8"
            return joined(circle, tag("path", class_="stroke", d=tick))
        case Sign.AGAIN:
            half = f"M{x:g} {y - r:g}a{r} {r} 0 0 1 0 {2 * r}z"
            return joined(circle, tag("path", class_="half", d=half))
        case Sign.REFUSED:
            cross = f"M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10"
            box = tag(
                "rect", class_=look, x=x - r + 1, y=y - r + 1, width=2 * r - 2, height=2 * r - 2
            )
            return joined(box, tag("path", class_="stroke", d=cross))
        case Sign.GONE:
            return tag("path", class_=look, d=f"M{x:g} {y - r:g}l{r} {2 * r - 2}h{-2 * r}z")
        case Sign.APART:
            return tag("rect", class_=look, x=x - 8, y=y - 8, width=16, height=16)
    return circle


def signs_legend(counts: Counter[Sign], words: dict[Sign, str]) -> SafeString:
    """Every sign that stands there, in words, and how many bear it."""
    entries = [
        format_html(
            '<li>{}{} <span class="muted">({})</span></li>',
            tag("svg", sign(kind, 14, 14), viewBox="0 0 28 28", aria_hidden="true"),
            words[kind],
            formats.number(counts[kind]),
        )
        for kind in Sign
        if counts[kind]
    ]
    return tag("ul", *entries, class_="legend doors")
