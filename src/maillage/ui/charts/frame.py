"""What every chart shares: its two sizes, its scale, its spoken title, its hatching."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from maillage.ui.svg import tag


@dataclass(frozen=True, slots=True)
class Size:
    """The frame of one drawing, in units that are pixels at full size."""

    suffix: str
    style: str
    width: int
    height: int
    left: int
    right: int
    top: int = 18
    bottom: int = 34

    @property
    def inner_width(self) -> int:
        """The width of the plot without its margins."""
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> int:
        """The height of the plot without its margins."""
        return self.height - self.top - self.bottom


def twice(draw: Callable[[Size], SafeString], wide: Size, narrow: Size) -> SafeString:
    """The same chart for a desk and for a phone; the room there is decides which is shown."""
    return tag("div", draw(wide), draw(narrow), class_="drawing")


def drawing(
    size: Size, name: str, title: str, description: str, *content: object, links: bool = True
) -> SafeString:
    """The `svg` element; it is a group when it holds links, one image otherwise."""
    ids = [f"{name}-{part}-{size.suffix}" for part in ("t", "d")]
    return tag(
        "svg",
        tag("title", title, id=ids[0]),
        tag("desc", description, id=ids[1]),
        *content,
        class_=f"chart {size.style}".rstrip(),
        viewBox=f"0 0 {size.width} {size.height}",
        role="group" if links else "img",
        aria_labelledby=" ".join(ids),
    )


def hatching(identifier: str) -> SafeString:
    """The pattern of a masked cell."""
    return tag(
        "defs",
        tag(
            "pattern",
            tag("rect", class_="qv", width=6, height=6),
            tag("path", class_="hl", d="M0 0V6"),
            id=identifier,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )


def link(url: str, spoken: str, *content: object) -> SafeString:
    """A shape that opens its records, with the name a voice reads; without address, a plain image."""
    if url:
        return tag("a", *content, href=url, aria_label=spoken)
    return tag("g", *content, role="img", aria_label=spoken)


def named(label: str, said: str) -> str:
    """`Lille : 412`, with the colon as the reader's language spaces it."""
    return gettext("%(label)s: %(message)s") % {"label": label, "message": said} if said else label


def nice_steps(highest: float, wanted: int = 4) -> list[float]:
    """Round graduations from 0 that reach `highest`: 0, 1 000, 2 000."""
    if highest <= 0 or not math.isfinite(highest):
        return [0.0, 1.0]
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * (1 - 1e-9))
    if highest <= 10:
        step = max(1.0, math.ceil(step))
    return [step * rank for rank in range(max(1, math.ceil(highest / step - 1e-9)) + 1)]
