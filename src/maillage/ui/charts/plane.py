"""Longitudes and latitudes laid flat, as every map draws them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.ui.svg import coordinate

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Plane:
    """A piece of the earth around its middle, in the units of a drawing."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: int

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point stands in the drawing."""
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale


def laid_flat(shapes: Iterable[Sequence[Ring]], width: float) -> Plane:
    """The plane that holds the shapes in a width.

    A territory taller than it is wide is drawn smaller, never cut at the south.
    """
    west, south, east, north = _box(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(width / max((east - west) * squeeze, 1e-9), 2 * width / max(north - south, 1e-9))
    height = max(1, math.ceil((north - south) * scale - 1e-6))
    return Plane(west, north, squeeze, scale, height)


def framed(rings: Sequence[Ring], width: int, height: int, margin: int) -> Plane:
    """The plane of a drawing of a given size, with a shape in its middle and a margin around it."""
    west, south, east, north = _box([rings])
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    left = (west + east) / 2 - width / 2 / scale / squeeze
    return Plane(left, (south + north) / 2 + height / 2 / scale, squeeze, scale, height)


def _box(shapes: Iterable[Sequence[Ring]]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    places = [place for rings in shapes for ring in rings for place in ring] or [(0.0, 0.0)]
    lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
    return min(lons), min(lats), max(lons), max(lats)


def outline(rings: Iterable[Ring], plane: Plane) -> str:
    """The rings as the `d` of a path."""
    return "".join(
        "M" + "L".join(" ".join(map(coordinate, plane.place(lon, lat))) for lon, lat in ring) + "Z"
        for ring in rings
        if ring
    )
