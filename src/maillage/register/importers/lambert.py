"""From Lambert 93 (EPSG:2154) metres to longitude and latitude, by the series of IGN's note NT/G 71."""

from __future__ import annotations

from math import atan, atan2, degrees, exp, hypot, log, pi, sin

_N = 0.7256077650532670
_C = 11754255.426096
_X = 700000.0
_Y = 12655612.049876
_MERIDIAN = 3.0
# From the conformal latitude to the geodetic one, for the GRS80 ellipsoid (e2 = 0.00669438002290).
_E2 = 0.00669438002290
_S2 = _E2 / 2 + 5 * _E2**2 / 24 + _E2**3 / 12
_S4 = 7 * _E2**2 / 48 + 29 * _E2**3 / 240
_S6 = 7 * _E2**3 / 120


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, in degrees, of a point given in Lambert 93 metres."""
    east, north = x - _X, _Y - y
    isometric = -log(hypot(east, north) / _C) / _N
    conformal = 2 * atan(exp(isometric)) - pi / 2
    latitude = (
        conformal + _S2 * sin(2 * conformal) + _S4 * sin(4 * conformal) + _S6 * sin(6 * conformal)
    )
    longitude = _MERIDIAN + degrees(atan2(east, north)) / _N
    return round(longitude, 6), round(degrees(latitude), 6)


def is_metropolitan(x: float, y: float) -> bool:
    """Whether the metres lie where Lambert 93 is used; overseas departments have other projections."""
    return 50_000 <= x <= 1_300_000 and 6_000_000 <= y <= 7_200_000
