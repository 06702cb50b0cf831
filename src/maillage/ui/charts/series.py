"""What has been done month after month, against the pace that the target asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString

from maillage.kernel.clock import today
from maillage.kernel.periods import Period
from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, link, nice_steps, twice
from maillage.ui.svg import coordinate, joined, tag

WIDE = Size("w", "wide", width=640, height=310, left=56, right=86)
NARROW = Size("n", "narrow", width=340, height=300, left=48, right=14, top=30)

LETTER = 7
"""About how wide a letter is at the size of the words on a chart."""


@dataclass(frozen=True, slots=True)
class Point:
    """The total reached on a day; it opens what was added since the point before."""

    on: date
    total: formats.Numeric
    spoken: str
    url: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An event that explains the curve, named on the chart."""

    on: date
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Plot:
    size: Size
    period: Period
    steps: Sequence[float]

    def x(self, on: date) -> float:
        return self.size.left + self.period.elapsed(on) * self.size.inner_width

    def y(self, value: formats.Numeric) -> float:
        """The height of a value; what is under zero stands on the axis, and its words say it."""
        share = min(1.0, max(0.0, float(value) / self.steps[-1]))
        return self.size.top + (1 - share) * self.size.inner_height

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)


def running(
    months: Iterable[tuple[str, formats.Numeric]],
    *,
    spoken: Callable[[str, formats.Numeric, formats.Numeric], str],
    url: Callable[[str], str] | None = None,
) -> list[Point]:
    """Points from what each month added: `spoken(month, added, total)` is what a voice reads.

    The present month stops today and is provisional: more may come.
    """
    points: list[Point] = []
    total: formats.Numeric = 0
    for month, added in months:
        total = total + added  # type: ignore[operator]
        end = Period.of_month(month).end
        on = min(end, max(today(), Period.of_month(month).start))
        points.append(
            Point(on, total, spoken(month, added, total), url(month) if url else "", on < end)
        )
    return points


def cumulative(
    points: Sequence[Point],
    *,
    period: Period,
    title: str,
    description: str,
    target: formats.Numeric | None = None,
    target_label: str = "",
    last_note: str = "",
    marks: Sequence[Mark] = (),
    name: str = "series",
    write: Callable[[formats.Numeric], str] = formats.number,
) -> SafeString:
    """A cumulative curve, the dashed pace towards `target`, and each point a link.

    `name` is unique in the page: it makes the ids. `write` writes the graduations (money, count).
    """
    totals = [float(point.total) for point in points]
    steps = nice_steps(max([float(target or 0), *totals]))

    written = max((len(write(step)) for step in steps), default=0) * LETTER + 8

    def draw(frame: Size) -> SafeString:
        size = replace(frame, left=max(frame.left, written))  # millions need a wider margin
        plot = _Plot(size, period, steps)
        return drawing(
            size,
            name,
            title,
            description,
            _graduations(plot, write),
            _months(plot),
            _pace(plot, target, target_label),
            _curve(plot, points),
            _marks(plot, marks, points),
            _last(plot, points, last_note, write),
            links=any(point.url for point in points),
        )

    return twice(draw, WIDE, NARROW)


def _graduations(plot: _Plot, write: Callable[[formats.Numeric], str]) -> SafeString:
    size = plot.size
    parts = []
    for step in plot.steps:
        height = plot.y(step)
        line = f"M{size.left} {coordinate(height)}H{size.width - size.right}"
        parts.append(tag("path", class_="axis" if step else "axis axis0", d=line))
        parts.append(tag("text", write(step), x=size.left - 8, y=height + 4.0, text_anchor="end"))
    return joined(*parts)


def _months(plot: _Plot, wanted: int = 4) -> SafeString:
    """A few months under the axis, the year said when it changes; the last one closes the period.

    One that would run into its neighbour or into the last is left out.
    """
    months = list(plot.period.months())
    stride = max(1, -(-len(months) // wanted))
    kept = months[::stride]
    if kept[-1] != months[-1] and len(kept) > 1 and (len(months) - 1) % stride < stride / 2:
        kept.pop()
    parts: list[SafeString] = []
    year, taken = "", 0.0
    closing = formats.month(months[-1], short=True)
    for month in dict.fromkeys([*kept, months[-1]]):
        label = formats.month(month, short=True)
        if month[:4] == year:
            label = label.removesuffix(f" {year}")
        is_last = month == months[-1] and len(months) > 1
        where = plot.period.end if is_last else max(plot.period.start, Period.of_month(month).start)
        anchor = "end" if is_last else "start" if month == months[0] else "middle"
        x, width = plot.x(where), len(label) * LETTER
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        last = closing.removesuffix(f" {month[:4]}")
        room = plot.x(plot.period.end) - len(last) * LETTER
        if not is_last and parts and not taken < left < left + width < room:
            continue
        year, taken = month[:4], left + width
        parts.append(tag("text", label, x=x, y=plot.size.height - 10, text_anchor=anchor))
    return joined(*parts)


def _pace(plot: _Plot, target: formats.Numeric | None, label: str) -> SafeString:
    if not target:
        return joined()
    start = (float(plot.size.left), plot.y(0))
    end = (plot.x(plot.period.end), plot.y(target))
    words = label or formats.number(target)
    beside = plot.size.right > 40
    text = tag(
        "text",
        words,
        class_="strong",
        x=end[0] + 6 if beside else end[0],
        y=end[1] + 4 if beside else end[1] - 8,
        text_anchor="start" if beside else "end",
    )
    return joined(tag("path", class_="target", d=plot.line([start, end])), text)


def _curve(plot: _Plot, points: Sequence[Point]) -> SafeString:
    places = [(plot.x(point.on), plot.y(point.total)) for point in points]
    sure = [place for place, point in zip(places, points, strict=True) if not point.provisional]
    start = (float(plot.size.left), plot.y(0))
    path = [start, *sure]
    parts = [tag("path", class_="curve", d=plot.line(path))] if sure else []
    if len(sure) < len(places):
        parts.append(
            tag(
                "path",
                class_="curve provisional",
                d=plot.line([path[-1], *places[len(sure) :]]),
            )
        )
    for point, (x, y) in zip(points, places, strict=True):
        parts.append(link(point.url, point.spoken, tag("circle", class_="dot", cx=x, cy=y, r=5)))
    return joined(*parts)


def _marks(plot: _Plot, marks: Sequence[Mark], points: Sequence[Point]) -> SafeString:
    parts = []
    for mark in (mark for mark in marks if mark.on in plot.period):
        before = [point.total for point in points if point.on <= mark.on]
        x, y = plot.x(mark.on), plot.y(before[-1] if before else 0)
        letters = max(len(mark.words), len(mark.note))
        anchor = _anchor(plot, x, letters)
        foot, first = _words_of(plot, points, (x, y), anchor, letters * LETTER)
        parts.append(
            tag("path", class_="note", d=f"M{coordinate(x)} {coordinate(y)}V{coordinate(foot)}")
        )
        parts.append(tag("text", mark.words, class_="strong", x=x, y=first, text_anchor=anchor))
        if mark.note:
            parts.append(tag("text", mark.note, x=x, y=first + 15, text_anchor=anchor))
    return joined(*parts)


def _words_of(
    plot: _Plot, points: Sequence[Point], event: tuple[float, float], anchor: str, width: float
) -> tuple[float, float]:
    """How far the line of an event goes and where its words begin: under the curve, else above it."""
    x, y = event
    start = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    floor = plot.size.top + plot.size.inner_height
    heights = [plot.y(point.total) for point in points if plot.x(point.on) <= start]
    foot = min(y + 70, floor - 40)
    if foot > (heights[-1] if heights else floor):
        return foot, foot + 14
    following = [rank for rank, p in enumerate(points) if plot.x(p.on) >= start + width]
    within = points[: following[0] + 1] if following else points
    highest = min([y, *(plot.y(point.total) for point in within)])
    foot = max(highest - 12, plot.size.top + 30)
    return foot, foot - 20


def _anchor(plot: _Plot, x: float, letters: int) -> str:
    """Words stand under their event, or beside it where they would leave the drawing."""
    half = letters * LETTER / 2
    if x - half < plot.size.left:
        return "start"
    return "end" if x + half > plot.size.width else "middle"


def _last(
    plot: _Plot, points: Sequence[Point], note: str, write: Callable[[formats.Numeric], str]
) -> SafeString:
    if not points:
        return joined()
    point = points[-1]
    x, y = plot.x(point.on), plot.y(point.total)
    value = write(point.total)
    room = plot.size.width - x > 10 + LETTER * max(len(value), len(note))
    at, anchor = (x + 10, "start") if room else (x - 8, "end")
    low = y + 18 if y + 50 < plot.size.top + plot.size.inner_height else y - 26
    strong = tag("text", value, class_="strong", x=at, y=low, text_anchor=anchor)
    return joined(strong, tag("text", note, x=at, y=low + 15, text_anchor=anchor) if note else "")
