"""A territory, commune by commune: five classes at most, masked cells hatched, counts in the legend."""

from __future__ import annotations

import bisect
import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, hatching, link, named
from maillage.ui.charts.plane import Plane, Ring, laid_flat, outline
from maillage.ui.svg import joined, tag

WIDTH = 640
LARGEST = 22.0
MASKED, MISSING = "masked", "qv"


@dataclass(frozen=True, slots=True)
class Shape:
    """One commune: its outline as rings of (longitude, latitude), its value, what it opens."""

    name: str
    rings: Sequence[Ring]
    value: float | None
    shown: str = ""
    url: str = ""
    masked: str = ""
    labelled: bool = False
    selected: bool = False
    mark: float = 0.0  # the share of the largest circle laid over it
    mark_words: str = ""


def commune_map(
    shapes: Sequence[Shape],
    *,
    title: str,
    description: str = "",
    bounds: Sequence[float] | None = None,
    write: Callable[[formats.Numeric], str] = formats.number,
    name: str = "map",
) -> SafeString:
    """The map and its legend; `bounds` are the lower limits of classes 2 to 5 (else quintiles)."""
    known = [shape.value for shape in shapes if shape.value is not None and not shape.masked]
    limits = sorted(bounds)[:4] if bounds is not None else quintiles(known)
    plane = laid_flat((shape.rings for shape in shapes), WIDTH)
    classes = [_class(shape, limits) for shape in shapes]
    drawn = (
        _commune(shape, style, plane, name) for shape, style in zip(shapes, classes, strict=True)
    )
    size = Size("m", "map", WIDTH, plane.height, left=0, right=0)
    picture = drawing(
        size,
        name,
        title,
        description,
        hatching(f"{name}-h") if MASKED in classes else "",
        *drawn,
        _marks(shapes, plane),
        _names(shapes, plane),
        links=any(shape.url for shape in shapes),
    )
    return joined(picture, _legend(Counter(classes), limits, write, name, shapes))


def quintiles(values: Collection[float]) -> list[float]:
    """Up to four limits that cut the values into five groups of about the same size."""
    ordered = sorted(values)
    limits = [ordered[len(ordered) * rank // 5] for rank in range(1, 5)] if ordered else []
    return sorted(set(limits) - set(ordered[:1]))


def _class(shape: Shape, limits: Sequence[float]) -> str:
    if shape.masked:
        return MASKED
    if shape.value is None:
        return MISSING
    return f"q{bisect.bisect_right(limits, shape.value) + 1}"


def _commune(shape: Shape, style: str, plane: Plane, name: str) -> SafeString:
    said = shape.shown
    if shape.masked:
        said = gettext("value masked, %(reason)s") % {"reason": shape.masked}
    elif shape.value is None:
        said = gettext("not provided")
    said = ", ".join(filter(None, [said, shape.mark_words]))
    drawn = tag(
        "path",
        d=outline(shape.rings, plane),
        class_=" ".join(filter(None, ["" if style == MASKED else style, "sel" * shape.selected]))
        or None,
        fill=f"url(#{name}-h)" if style == MASKED else None,
        fill_rule="evenodd",
    )
    return link(shape.url, named(shape.name, said), drawn)


def _middle(shape: Shape, plane: Plane) -> tuple[float, float]:
    ring = max(shape.rings, key=len)
    return plane.place(
        sum(lon for lon, _ in ring) / len(ring), sum(lat for _, lat in ring) / len(ring)
    )


def _marks(shapes: Sequence[Shape], plane: Plane) -> SafeString:
    """Circles whose area tells a second figure; the words of their commune say it too."""
    circles = []
    for shape in shapes:
        if shape.mark > 0 and shape.rings:
            x, y = _middle(shape, plane)
            circles.append(tag("circle", cx=x, cy=y, r=max(3.0, LARGEST * math.sqrt(shape.mark))))
    return tag("g", *circles, class_="went", aria_hidden="true") if circles else joined()


def _names(shapes: Sequence[Shape], plane: Plane) -> SafeString:
    """Names of a few communes, for a desk only: on a phone they would be too small to read."""
    texts = []
    for shape in shapes:
        if not (shape.labelled and shape.rings):
            continue
        x, y = _middle(shape, plane)
        texts.append(tag("text", shape.name, x=x, y=y + 5, text_anchor="middle"))
    return tag("g", *texts, class_="names", aria_hidden="true") if texts else joined()


def _legend(
    counts: Counter[str],
    limits: Sequence[float],
    write: Callable[[formats.Numeric], str],
    name: str,
    shapes: Sequence[Shape],
) -> SafeString:
    entries = [
        (tag("rect", class_=f"q{rank}", width=24, height=14), words, counts[f"q{rank}"])
        for rank, words in enumerate(_class_words(limits, write), start=1)
    ]
    if counts[MASKED]:
        reason = Counter(shape.masked for shape in shapes if shape.masked).most_common(1)[0][0]
        words = gettext("value masked, %(reason)s") % {"reason": reason}
        swatch = tag("rect", fill=f"url(#{name}-h)", width=24, height=14)
        entries.append((swatch, words, counts[MASKED]))
    if counts[MISSING]:
        swatch = tag("rect", class_="qv", width=24, height=14)
        entries.append((swatch, gettext("not provided"), counts[MISSING]))
    return tag("ul", *(_entry(*entry) for entry in entries), class_="legend")


def _entry(swatch: SafeString, words: str, count: int) -> SafeString:
    said = ngettext("%(count)s commune", "%(count)s communes", count) % {
        "count": formats.number(count)
    }
    picture = tag("svg", swatch, viewBox="0 0 24 14", aria_hidden="true")
    return format_html('<li>{}{} <span class="muted">({})</span></li>', picture, words, said)


def _class_words(limits: Sequence[float], write: Callable[[formats.Numeric], str]) -> list[str]:
    if not limits:
        return [gettext("all values")]
    first = gettext("less than %(limit)s") % {"limit": write(limits[0])}
    middle = [
        gettext("%(low)s to less than %(high)s") % {"low": write(low), "high": write(high)}
        for low, high in itertools.pairwise(limits)
    ]
    return [first, *middle, gettext("%(limit)s and more") % {"limit": write(limits[-1])}]
