"""A map of points: each place by a sign that tells its state, or, where they are many, one circle a commune.

The same stands in a list beside it; what has no position is in the list only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, link
from maillage.ui.charts.plane import Plane, laid_flat, outline
from maillage.ui.charts.spots import Ground
from maillage.ui.charts.street import Sign, sign, signs_legend
from maillage.ui.svg import joined, tag

WIDE, NARROW = 860, 350
LARGEST, LEAST = 26.0, 13.0


@dataclass(frozen=True, slots=True)
class Pin:
    """One place: what a voice says of it, where it is, its state, what it opens."""

    spoken: str
    lon: float
    lat: float
    sign: Sign
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heap:
    """Several places at once: how many, where, what they open."""

    spoken: str
    lon: float
    lat: float
    count: int
    url: str = ""


def point_map(
    grounds: Sequence[Ground],
    pins: Sequence[Pin],
    heaps: Sequence[Heap],
    words: dict[Sign, str],
    *,
    title: str,
    name: str = "points",
) -> SafeString:
    """The communes, and over them the pins and heaps; for a desk and for a phone, each with its own sizes."""
    drawn = [
        _drawn(width, style, grounds, pins, heaps, title, name)
        for width, style in ((WIDE, "wide"), (NARROW, "narrow"))
    ]
    legend = signs_legend(Counter(pin.sign for pin in pins), words) if pins else joined()
    return joined(tag("div", *drawn, class_="drawing"), legend)


def _drawn(
    width: int,
    style: str,
    grounds: Sequence[Ground],
    pins: Sequence[Pin],
    heaps: Sequence[Heap],
    title: str,
    name: str,
) -> SafeString:
    plane = laid_flat((one.rings for one in grounds), width)
    size = Size(style[0], f"{style} map street", width, plane.height, left=0, right=0)
    ground = [
        tag("path", class_="qv", d=outline(one.rings, plane), fill_rule="evenodd")
        for one in grounds
    ]
    most = max((heap.count for heap in heaps), default=1)
    marks = [_heap(heap, plane, most) for heap in sorted(heaps, key=lambda heap: -heap.count)]
    marks += [_pin(pin, plane) for pin in pins]
    return drawing(size, name, title, "", *ground, *marks, links=bool(marks))


def _pin(pin: Pin, plane: Plane) -> SafeString:
    return link(pin.url, pin.spoken, sign(pin.sign, *plane.place(pin.lon, pin.lat)))


def _heap(heap: Heap, plane: Plane, most: int) -> SafeString:
    """A circle whose area tells the number, which is written in it."""
    x, y = plane.place(heap.lon, heap.lat)
    radius = max(LEAST, LARGEST * math.sqrt(heap.count / most))
    circle = tag("circle", class_="door", cx=x, cy=y, r=radius)
    number = tag("text", formats.number(heap.count), x=x, y=y + 5, text_anchor="middle")
    return link(heap.url, heap.spoken, circle, number)
