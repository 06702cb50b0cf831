"""Jobs read from INSEE's headcount bands: at least, at most, and the middle taken as the estimate."""

from __future__ import annotations

from math import sqrt

BANDS: dict[str, tuple[int, int]] = {
    "00": (0, 0),
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1_000, 1_999),
    "51": (2_000, 4_999),
    "52": (5_000, 9_999),
    "53": (10_000, 20_000),
}
"""Of each code of `trancheEffectifs`, its bounds; the last has no upper one: 20 000 is ours. NN employs nobody."""


OPEN = "53"
"""The band without an upper bound."""


def middle(at_least: int, at_most: int) -> float:
    """The headcount taken for a firm of a band."""
    return (at_least + at_most) / 2


def leaning(at_least: int, at_most: int) -> float:
    """A headcount that leans to the bottom of the band, as firms do: its geometric middle, 0 where it is 0."""
    return sqrt(at_least * at_most)
