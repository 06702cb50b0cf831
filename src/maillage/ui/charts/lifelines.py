"""Lives on a time line: one bar each, open or closed, cut where something changed, until today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from maillage.ui.charts.frame import Size, drawing, link, twice
from maillage.ui.svg import coordinate, joined, tag

ROW, BAR, FOOT, LETTER = 40, 12, 24, 7
WIDE, NARROW = 640, 340


@dataclass(frozen=True, slots=True)
class Span:
    """Days without a change: open or closed; None since when it is not known, until today when it goes on."""

    since: date | None
    until: date | None
    is_open: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class Life:
    """What lived, and its spans in their order."""

    label: str
    spans: Sequence[Span]


def life_lines(
    lives: Sequence[Life], *, today: date, title: str, description: str = "", name: str = "lives"
) -> SafeString:
    """A line for each life over the same years; a span says its days and its state to a voice."""
    known = [
        day for life in lives for span in life.spans for day in (span.since, span.until) if day
    ]
    if not lives:
        return joined()
    first = min([*known, today]).year
    start, end = date(first, 1, 1), max([*known, today])

    def draw(size: Size) -> SafeString:
        scale = _Scale(start, end, size)
        lines = [_life(life, rank, scale) for rank, life in enumerate(lives)]
        return drawing(size, name, title, description, _years(scale, first, end.year), *lines)

    height = ROW * len(lives) + FOOT
    return twice(
        draw,
        Size("w", "wide", WIDE, height, left=2, right=2, top=0, bottom=FOOT),
        Size("n", "narrow", NARROW, height, left=2, right=2, top=0, bottom=FOOT),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    start: date
    end: date
    size: Size

    def x(self, day: date) -> float:
        days = max(1, (self.end - self.start).days)
        return self.size.left + self.size.inner_width * (day - self.start).days / days


def _life(life: Life, rank: int, scale: _Scale) -> SafeString:
    top = rank * ROW
    room = scale.size.inner_width // LETTER
    words = tag(
        "text", Truncator(life.label).chars(room), class_="strong", x=scale.size.left, y=top + 14
    )
    return joined(words, *(_span(span, top + 20, scale) for span in life.spans))


def _span(span: Span, top: int, scale: _Scale) -> SafeString:
    """A bar, or a thin line while it is closed; a start that is not known is open at its left."""
    left = scale.x(span.since or scale.start)
    width = max(2.0, scale.x(span.until or scale.end) - left - 1)
    if not span.is_open:
        middle = coordinate(top + BAR / 2)
        line = f"M{coordinate(left)} {middle}H{coordinate(left + width)}"
        return link("", span.spoken, tag("path", class_="closed", d=line))
    style = "column" if span.since else "column unsure"
    return link("", span.spoken, tag("rect", class_=style, x=left, y=top, width=width, height=BAR))


def _years(scale: _Scale, first: int, last: int) -> SafeString:
    """The first of January of round years, none over its neighbour."""
    wanted = max(1, int(scale.size.inner_width // 60))
    span = last - first + 1
    stride = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if span / step <= wanted)
    parts = []
    for year in range(-(-first // stride) * stride, last + 1, stride):
        x, foot = scale.x(date(year, 1, 1)), scale.size.height - FOOT
        anchor = "start" if x < 20 else "end" if x > scale.size.width - 20 else "middle"
        parts.append(tag("path", class_="axis", d=f"M{coordinate(x)} 0V{foot}"))
        parts.append(tag("text", str(year), x=x, y=scale.size.height - 6, text_anchor=anchor))
    return joined(*parts)
