"""Values period after period, of one place or of six: a line each, what may still change dashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, link, nice_steps, twice
from maillage.ui.svg import coordinate, joined, tag

WIDE = Size("w", "wide", width=640, height=300, left=56, right=118)
NARROW = Size("n", "narrow", width=340, height=300, left=48, right=14, top=30)
LETTER = 7
APART = 15
AXIS = 22
MOST = 6
"""At most so many lines: more would not be told apart."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One value: of a period, None where there is none, with the bounds of its interval if it has one."""

    period: str
    value: formats.Numeric | None
    spoken: str
    url: str = ""
    provisional: bool = False
    low: formats.Numeric | None = None
    high: formats.Numeric | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One place over time; `label` stands at its end."""

    label: str
    moments: Sequence[Moment]


@dataclass(frozen=True, slots=True)
class _Plot:
    size: Size
    periods: Sequence[str]
    steps: Sequence[float]

    def x(self, period: str) -> float:
        rank = self.periods.index(period)
        return self.size.left + self.size.inner_width * rank / max(1, len(self.periods) - 1)

    def y(self, value: formats.Numeric) -> float:
        share = min(1.0, max(0.0, float(value) / self.steps[-1]))
        return self.size.top + (1 - share) * self.size.inner_height


def line_chart(
    lines: Sequence[Line],
    *,
    title: str,
    description: str,
    name: str = "lines",
    write: Callable[[formats.Numeric], str] = formats.number,
    said: Callable[[str], str] = str,
    provisional: str = "",
) -> SafeString:
    """The lines over their periods, from zero; `said` writes a period, `provisional` names what is dashed.

    Of one line every point is a link, if it opens; of several, points would hide one another.
    """
    shown = lines[:MOST]
    periods = sorted({moment.period for line in shown for moment in line.moments})
    steps = _steps(max(_told(shown), default=0.0))
    written = max(len(write(step)) for step in steps) * LETTER + 8

    def draw(frame: Size) -> SafeString:
        plot = _Plot(replace(frame, left=max(frame.left, written)), periods, steps)
        return drawing(
            plot.size,
            name,
            title,
            description,
            _graduations(plot, write),
            _periods(plot, said),
            *(_band(plot, line) for line in shown),
            *(_line(plot, line, rank, alone=len(shown) == 1) for rank, line in enumerate(shown)),
            _ends(plot, shown, write, provisional),
            links=len(shown) == 1 and any(moment.url for moment in shown[0].moments),
        )

    return twice(draw, WIDE, NARROW) if periods else joined()


def _told(lines: Sequence[Line]) -> list[float]:
    """Every value and every upper bound that is drawn."""
    moments = (moment for line in lines for moment in line.moments)
    both = (value for moment in moments for value in (moment.value, moment.high))
    return [float(value) for value in both if value is not None]


def _steps(highest: float) -> list[float]:
    """Round graduations; those of a share are round in hundredths."""
    if 0 < highest <= 1:
        return [step / 100 for step in nice_steps(highest * 100)]
    return nice_steps(highest)


def _graduations(plot: _Plot, write: Callable[[formats.Numeric], str]) -> SafeString:
    size, parts = plot.size, []
    for step in plot.steps:
        height = plot.y(step)
        line = f"M{size.left} {coordinate(height)}H{size.width - size.right}"
        parts.append(tag("path", class_="axis" if step else "axis axis0", d=line))
        parts.append(tag("text", write(step), x=size.left - 8, y=height + 4.0, text_anchor="end"))
    return joined(*parts)


def _periods(plot: _Plot, said: Callable[[str], str]) -> SafeString:
    """A few periods under the axis, none over its neighbour."""
    labels = [said(period) for period in plot.periods]
    room = max(map(len, labels)) * LETTER * 1.5 + 6  # the last one stands wholly before its place
    wanted = max(1, int(plot.size.inner_width // room))
    stride = -(-len(labels) // wanted)
    parts = []
    for rank in range(len(labels) - 1, -1, -stride):
        last = rank == len(labels) - 1 and len(labels) > 1
        parts.append(
            tag(
                "text",
                labels[rank],
                x=plot.x(plot.periods[rank]) + (0.0 if not last else 6.0),
                y=plot.size.height - 10,
                text_anchor="end" if last else "middle",
            )
        )
    return joined(*parts)


def _band(plot: _Plot, line: Line) -> SafeString:
    told = [m for m in line.moments if m.low is not None and m.high is not None]
    if len(told) < 2:
        return joined()
    upper = [f"{coordinate(plot.x(m.period))} {coordinate(plot.y(m.high or 0))}" for m in told]
    lower = [f"{coordinate(plot.x(m.period))} {coordinate(plot.y(m.low or 0))}" for m in told]
    return tag("path", class_="band", d="M" + "L".join([*upper, *reversed(lower)]) + "Z")


def _line(plot: _Plot, line: Line, rank: int, *, alone: bool) -> SafeString:
    """Stretches of known values: a gap where one lacks, dashes towards what is provisional."""
    parts: list[SafeString] = []
    style = f"curve c{rank + 1}"
    before: tuple[float, float] | None = None
    stretch: list[str] = []
    for moment in [*line.moments, None]:
        place = None
        if moment is not None and moment.value is not None:
            place = (plot.x(moment.period), plot.y(moment.value))
        if place and moment and moment.provisional and before:
            parts.append(
                tag("path", class_=f"{style} provisional", d=_path([_at(before), _at(place)]))
            )
        elif place and not (moment and moment.provisional):
            stretch.append(_at(place))
        if (place is None or (moment and moment.provisional)) and stretch:
            parts.append(tag("path", class_=style, d=_path(stretch)))
            stretch = []
        before = place
    dots = line.moments if alone else line.moments[-1:]
    for moment in dots:
        if moment.value is None:
            continue
        place = (plot.x(moment.period), plot.y(moment.value))
        dot = tag("circle", class_=f"dot d{rank + 1}", cx=place[0], cy=place[1], r=4)
        parts.append(link(moment.url if alone else "", moment.spoken, dot))
    return joined(*parts)


def _clear(plot: _Plot, line: Line, width: float) -> float:
    """Where words that end with the line stand clear of all it does above them: under it after a fall, where there is room."""
    known = [moment for moment in line.moments if moment.value is not None]
    values = [float(moment.value or 0) for moment in known]
    places = [(plot.x(moment.period), plot.y(moment.value or 0)) for moment in known]
    start = places[-1][0] - width
    heights = [y for x, y in places if x >= start]
    for (x, y), (after, height) in pairwise(places):
        if x < start < after:
            heights.append(y + (height - y) * (start - x) / (after - x))
    under = max(heights) + 20
    if len(values) > 1 and values[-1] < values[-2] and under <= plot.size.height - AXIS:
        return under
    return min(heights) - 10


def _at(place: tuple[float, float]) -> str:
    return f"{coordinate(place[0])} {coordinate(place[1])}"


def _path(places: Sequence[str]) -> str:
    return "M" + "L".join(places)


def _ends(
    plot: _Plot,
    lines: Sequence[Line],
    write: Callable[[formats.Numeric], str],
    provisional: str,
) -> SafeString:
    """The name or the value at the end of each line, pushed apart where they would touch."""
    beside = plot.size.right > 40
    x = plot.size.width - plot.size.right + 10 if beside else plot.size.width - plot.size.right
    room = int((plot.size.right - 10 if beside else plot.size.inner_width) // LETTER)
    anchor = "start" if beside else "end"
    ends = []
    for rank, line in enumerate(lines):
        known = [moment for moment in line.moments if moment.value is not None]
        if not known:
            continue
        last = known[-1]
        words = write(last.value or 0) if len(lines) == 1 else Truncator(line.label).chars(room)
        height = plot.y(last.value or 0)
        stands = height + 4 if beside else _clear(plot, line, len(words) * LETTER)
        ends.append((height, rank, stands, words, last))
    ends.sort(key=lambda one: one[:2])
    parts: list[SafeString] = []
    wanted = [stands for _height, _rank, stands, _words, _last in ends]
    for y, (_height, rank, _stands, words, last) in zip(
        _apart(wanted, plot.size), ends, strict=True
    ):
        parts.append(tag("text", words, class_=f"strong t{rank + 1}", x=x, y=y, text_anchor=anchor))
        if last.provisional and provisional and len(lines) == 1 and beside:
            parts.append(tag("text", provisional, x=x, y=y + 15, text_anchor=anchor))
    return joined(*parts)


def _apart(wanted: Sequence[float], size: Size) -> list[float]:
    """Heights of words, down from the first so that none touches, then up so that all are over the periods."""
    heights: list[float] = []
    for height in wanted:
        heights.append(max(height, heights[-1] + APART) if heights else height)
    lowest = float(size.height - AXIS)
    for rank in range(len(heights) - 1, -1, -1):
        heights[rank] = min(heights[rank], lowest)
        lowest = heights[rank] - APART
    return heights
