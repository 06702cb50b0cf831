"""A breakdown as horizontal bars: they start at zero, the label and the value stand above each."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from maillage.ui import formats
from maillage.ui.charts.frame import Size, drawing, hatching, link, named, twice
from maillage.ui.svg import tag

STEP = 46
LINE = 18
SWATCH = 56


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the breakdown; `value` None is missing, `masked` says why it is not shown."""

    label: str
    value: float | None
    shown: str = ""
    url: str = ""
    masked: str = ""


def bar_chart(
    rows: Sequence[Row], *, title: str, description: str = "", name: str = "bars"
) -> SafeString:
    """Horizontal bars, each one a link to its records; masked is hatched, missing is said, 0 is 0."""
    highest = max(map(_drawn, rows), default=0.0) or 1.0

    def draw(size: Size) -> SafeString:
        pattern = f"{name}-h-{size.suffix}"
        tops = accumulate((_height(row, size.width) for row in rows), initial=0)
        drawn = (
            _row(row, top, highest, size.width, pattern)
            for row, top in zip(rows, tops, strict=False)
        )
        return drawing(
            size,
            name,
            title,
            description,
            hatching(pattern) if any(row.masked for row in rows) else "",
            *drawn,
            links=any(row.url for row in rows),
        )

    def size(suffix: str, of: str, width: int) -> Size:
        height = sum(_height(row, width) for row in rows)
        return Size(suffix, of, width, height, left=0, right=0)

    return twice(draw, size("w", "wide", 640), size("n", "narrow", 340))


def _lines(label: str, width: int) -> list[str]:
    """A label on as many lines as it takes beside its value: none is cut."""
    return textwrap.wrap(label, width // 8 - 6, break_long_words=False) or [""]


def _height(row: Row, width: int) -> int:
    return STEP + LINE * (len(_lines(row.label, width)) - 1)


def _row(row: Row, top: int, highest: float, width: int, pattern: str) -> SafeString:
    shown, lines = _shown(row), _lines(row.label, width)
    told = (
        tag("text", line, y=top + 15 + LINE * rank, class_="strong")
        for rank, line in enumerate(lines)
    )
    under = top + LINE * (len(lines) - 1)
    return link(
        row.url,
        named(row.label, shown),
        *chain.from_iterable((line, " ") for line in told),
        *_known(row, shown, under, highest, width)
        if not row.masked and row.value is not None
        else _unknown(row, shown, under, pattern),
    )


def _shown(row: Row) -> str:
    if row.masked:
        return gettext("value masked, %(reason)s") % {"reason": row.masked}
    if row.value is None:
        return gettext("not provided")
    if row.shown:
        return row.shown
    return formats.number(row.value, 0 if float(row.value).is_integer() else 1)


def _drawn(row: Row) -> float:
    """Only what is above zero has a length: nothing, a debt and what is no number have none."""
    value = 0.0 if row.masked or row.value is None else float(row.value)
    return value if 0 < value < math.inf else 0.0


def _known(row: Row, shown: str, top: int, highest: float, width: int) -> Iterator[SafeString]:
    yield tag("text", shown, x=width, y=top + 15, text_anchor="end")
    yield tag("rect", class_="track", y=top + 22, width=width, height=12, rx=1)
    if _drawn(row):
        length = _drawn(row) / highest * width
        yield tag("rect", class_="column", y=top + 22, width=length, height=12, rx=1)


def _unknown(row: Row, shown: str, top: int, pattern: str) -> Iterator[SafeString]:
    """A swatch of the same size whatever the value, then the words that say why."""
    look = {"fill": f"url(#{pattern})"} if row.masked else {"class_": "qv"}
    yield tag("rect", y=top + 22, width=SWATCH, height=12, **look)
    yield tag("text", shown, x=SWATCH + 8, y=top + 32)
