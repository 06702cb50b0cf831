"""An instance's own colour, in the place of the product's blue: legible on light pages and on dark ones.

One colour is given. Light pages use it as it is, so it must be read there at 4.5:1 at least, on every
background that words stand on (WCAG 2.2, 1.4.3). No colour does so on dark pages too: these use the
nearest of its lighter neighbours that does.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]

ENOUGH: Final = 4.5
_WRITTEN = re.compile(r"#?([0-9a-f]{6})")
# The backgrounds of `maillage.css` (paper, surface, sunken), what stands on the colour, what tints mix with.
_LIGHT: Final = ("#faf7f1", "#ffffff", "#f1ece2")
_DARK: Final = ("#13171e", "#1b212b", "#232a36", "#101722")
_TINT: Final = 0.1
_STEPS: Final = 255


@dataclass(frozen=True, slots=True)
class Tones:
    """The colour as one sort of page uses it: words and buttons, what is pressed, and a faint ground."""

    colour: str
    deep: str
    tint: str


def written(text: str) -> str:
    """The colour as it is kept (`#1d4e89`); nothing when the text is no colour."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    return f"#{found[1]}" if found else ""


def contrast(one: str, other: str) -> float:
    """How far apart two colours are in light: 1 for the same one, 21 for black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def legibility(colour: str) -> float:
    """The least contrast of the colour on a light page."""
    return _least(colour, _LIGHT)


def passes(colour: str) -> bool:
    """Whether light pages may use it as it is; dark ones then have a neighbour of it."""
    return legibility(colour) >= ENOUGH


def nearest(colour: str) -> str:
    """The colour itself when it passes, else the same hue, darker by as little as is needed."""
    return _moved(colour, -1, _LIGHT)


def tones(colour: str) -> tuple[Tones, Tones]:
    """What light pages and dark pages draw with."""
    lit = _moved(colour, 1, _DARK)
    return (
        Tones(colour, _mixed(colour, "#000000", 0.28), _tint(colour, _LIGHT)),
        Tones(lit, _mixed(lit, "#ffffff", 0.35), _tint(lit, _DARK)),
    )


def style(colour: str) -> str:
    """The style sheet that puts the colour in the place of the product's blue, after `maillage.css`."""
    light, dark = (
        f"--blue:{t.colour};--blue-deep:{t.deep};--blue-tint:{t.tint};--focus:{t.colour}"
        for t in tones(colour)
    )
    return (
        f":root{{{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark)"
        f'{{:root:not([data-theme="light"]){{{dark}}}}}\n'
        f'@media screen{{:root[data-theme="dark"]{{{dark}}}}}\n'
    )


def _least(colour: str, grounds: tuple[str, ...]) -> float:
    return min(contrast(colour, one) for one in (*grounds, _tint(colour, grounds)))


def _tint(colour: str, grounds: tuple[str, ...]) -> str:
    return _mixed(grounds[1], colour, _TINT)


def _moved(colour: str, way: int, grounds: tuple[str, ...]) -> str:
    """The colour lightened (1) or darkened (-1) until it is read on all of these grounds."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _rgb(colour)))
    found = colour
    for step in range(1, _STEPS + 1):
        if _least(found, grounds) >= ENOUGH:
            break
        lighter = min(1.0, max(0.0, lightness + way * step / _STEPS))
        parts = colorsys.hls_to_rgb(hue, lighter, saturation)
        found = _hex((round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)))
    return found


def _mixed(one: str, other: str, share: float) -> str:
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(_rgb(one), _rgb(other), strict=True)
    )
    return _hex((red, green, blue))


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _luminance(colour: str) -> float:
    """The light a colour sends back, from 0 (black) to 1 (white), as WCAG counts it."""
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
