"""Small multiples: one estimate with its interval beside a reference, or hatched when it is masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from maillage.ui import formats
from maillage.ui.charts.frame import hatching
from maillage.ui.svg import coordinate, joined, tag

WIDTH, HEIGHT, AXIS = 260, 84, 62


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one place is estimated at: `note` says of how many, `masked` why nothing is said."""

    label: str
    value: float | None
    low: float = 0.0
    high: float = 0.0
    note: str = ""
    url: str = ""
    masked: str = ""


def multiples(
    estimates: Sequence[Estimate],
    *,
    reference: float | None = None,
    write: Callable[[formats.Numeric], str] = formats.percent,
    name: str = "multiples",
) -> SafeString:
    """A figure for each place, all on the same scale, with the reference of the whole dotted."""
    bounds = [x for e in estimates if e.value is not None for x in (e.low, e.value, e.high)]
    bounds += [reference] if reference is not None else []
    low, high = _scale(bounds)
    figures = [
        _figure(estimate, reference, (low, high), write, f"{name}-{rank}")
        for rank, estimate in enumerate(estimates)
    ]
    return tag("div", *figures, class_="multiples")


def _scale(bounds: Sequence[float]) -> tuple[float, float]:
    """Round limits that hold every interval: tenths of a share."""
    if not bounds:
        return 0.0, 1.0
    low, high = min(bounds), max(bounds)
    step = 0.1 if high <= 1 else 10.0 ** len(str(int(high - low))) / 10
    first, last = int(low / step) * step, -int(-high / step) * step
    while last < high:
        last += step
    return first, max(last, first + step)


def _figure(
    estimate: Estimate,
    reference: float | None,
    scale: tuple[float, float],
    write: Callable[[formats.Numeric], str],
    name: str,
) -> SafeString:
    heading = (
        format_html('<h3><a href="{}">{}</a></h3>', estimate.url, estimate.label)
        if estimate.url
        else format_html("<h3>{}</h3>", estimate.label)
    )
    picture = (
        _masked(estimate, name) if estimate.masked else _drawn(estimate, reference, scale, write)
    )
    note = format_html('<p class="small muted">{}</p>', estimate.masked or estimate.note)
    return tag("figure", heading, picture, note)


def _drawn(
    estimate: Estimate,
    reference: float | None,
    scale: tuple[float, float],
    write: Callable[[formats.Numeric], str],
) -> SafeString:
    low, high = scale

    def x(value: float) -> float:
        return min(1.0, max(0.0, (value - low) / (high - low))) * WIDTH

    parts: list[SafeString] = [tag("path", class_="axis axis0", d=f"M0 {AXIS}H{WIDTH}")]
    if reference is not None:
        parts.append(tag("path", class_="reference", d=f"M{coordinate(x(reference))} 24V{AXIS}"))
    said = gettext("not provided")
    if estimate.value is not None:
        left, right, _middle = (
            coordinate(x(v)) for v in (estimate.low, estimate.high, estimate.value)
        )
        parts.append(
            tag("path", class_="interval", d=f"M{left} 42H{right}M{left} 36V48M{right} 36V48")
        )
        parts.append(tag("circle", class_="dot", cx=x(estimate.value), cy=42, r=6))
        shown = write(estimate.value)
        at = min(WIDTH - 24.0, max(24.0, x(estimate.value)))
        parts.append(tag("text", shown, class_="strong", x=at, y=17, text_anchor="middle"))
        said = gettext("%(value)s, interval from %(low)s to %(high)s") % {
            "value": shown,
            "low": write(estimate.low),
            "high": write(estimate.high),
        }
    parts.append(tag("text", write(low), x=0, y=79))
    parts.append(tag("text", write(high), x=WIDTH, y=79, text_anchor="end"))
    return _svg(joined(*parts), said)


def _masked(estimate: Estimate, name: str) -> SafeString:
    hatched = tag("rect", x=0, y=30, width=WIDTH, height=22, fill=f"url(#{name}-h)")
    axis = tag("path", class_="axis axis0", d=f"M0 {AXIS}H{WIDTH}")
    words = tag("text", gettext("value masked"), x=0, y=79)
    said = gettext("value masked, %(reason)s") % {"reason": estimate.masked}
    return _svg(joined(hatching(f"{name}-h"), hatched, axis, words), said)


def _svg(content: SafeString, said: str) -> SafeString:
    return tag(
        "svg", content, class_="chart", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=said
    )
