"""From the metres of overseas projections to longitude and latitude.

INSEE tells each position in the legal projection of its territory; the commune says which one. By pyproj,
which is loaded when the first such position is met.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pyproj import Transformer


class Zone(NamedTuple):
    """A projection, and the degrees within which a position of the territory must fall."""

    epsg: int
    west: float
    south: float
    east: float
    north: float


_ANTILLES: Final = 5490  # RGAF09, UTM 20 N
ZONES: Final = {
    "971": Zone(_ANTILLES, -62.0, 15.7, -60.9, 16.7),
    "972": Zone(_ANTILLES, -61.4, 14.3, -60.7, 15.0),
    "973": Zone(2972, -54.8, 2.0, -51.4, 6.0),  # RGFG95, UTM 22 N
    "974": Zone(2975, 55.1, -21.5, 55.95, -20.8),  # RGR92, UTM 40 S
    "975": Zone(4467, -56.6, 46.6, -56.0, 47.2),  # RGSPM06, UTM 21 N
    "976": Zone(4471, 44.9, -13.1, 45.4, -12.5),  # RGM04, UTM 38 S
    "977": Zone(_ANTILLES, -62.95, 17.8, -62.7, 18.0),
    "978": Zone(_ANTILLES, -63.2, 18.0, -62.95, 18.15),
}
"""By the first three digits of the commune; other overseas territories are not told by INSEE in metres."""


@cache
def _transformer(epsg: int) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(epsg, 4326, always_xy=True)


def to_degrees(zone: Zone, x: float, y: float) -> tuple[float, float] | None:
    """Longitude and latitude of metres of a zone, nothing when they fall outside it."""
    lon, lat = _transformer(zone.epsg).transform(x, y)
    if zone.west <= lon <= zone.east and zone.south <= lat <= zone.north:
        return round(lon, 6), round(lat, 6)
    return None
