"""From Lambert 93 (EPSG:2154) metres to longitude and latitude, by the series of IGN's note NT/G 71."""

from __future__ import annotations

from cmath import log as complex_log
from math import asin, degrees, floor, log, sqrt, tanh

_N = 0.7256077650532670
_LOG_C = log(11754255.426096)
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
    polar = complex_log(complex(_Y - y, x - _X))  # its distance and its angle at once
    sine = tanh((_LOG_C - polar.real) / _N)  # of the conformal latitude
    sin2, cos2 = 2 * sine * sqrt(1 - sine * sine), 1 - 2 * sine * sine
    sin4, cos4 = 2 * sin2 * cos2, 1 - 2 * sin2 * sin2
    latitude = asin(sine) + _S2 * sin2 + _S4 * sin4 + _S6 * (sin2 * cos4 + cos2 * sin4)
    longitude = _MERIDIAN + degrees(polar.imag) / _N
    return _to_a_tenth_of_a_metre(longitude), _to_a_tenth_of_a_metre(degrees(latitude))


def _to_a_tenth_of_a_metre(angle: float) -> float:
    """Six decimals; `round` would cost more than all the rest."""
    return floor(angle * 1e6 + 0.5) / 1e6


def is_metropolitan(x: float, y: float) -> bool:
    """Whether the metres lie where Lambert 93 is used; overseas departments have other projections."""
    return 50_000 <= x <= 1_300_000 and 6_000_000 <= y <= 7_200_000
