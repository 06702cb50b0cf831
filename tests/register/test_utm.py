"""Overseas positions: metres of each legal projection into degrees, against the projection's own definition."""

from __future__ import annotations

from math import asinh, atan, atan2, atanh, cos, cosh, degrees, pi, radians, sin, sinh, sqrt, tan

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers.overseas import ZONES, Zone, to_degrees

# GRS80, and the series of Krüger (1912) in the third flattening, to its sixth power a tenth of a millimetre.
AXIS, FLATTENING = 6378137.0, 1 / 298.257222101
N = FLATTENING / (2 - FLATTENING)
RADIUS = AXIS / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
ALPHA = (
    N / 2 - 2 * N**2 / 3 + 5 * N**3 / 16 + 41 * N**4 / 180,
    13 * N**2 / 48 - 3 * N**3 / 5 + 557 * N**4 / 1440,
    61 * N**3 / 240 - 103 * N**4 / 140,
    49561 * N**4 / 161280,
)
# EPSG code → UTM zone, and whether it lies in the south: RGAF09, RGFG95, RGR92, RGSPM06, RGM04.
UTM = {5490: (20, False), 2972: (22, False), 2975: (40, True), 4467: (21, False), 4471: (38, True)}


def metres(epsg: int, lon: float, lat: float) -> tuple[float, float]:
    """The transverse Mercator projection of a zone, by its definition."""
    zone, south = UTM[epsg]
    e = 2 * sqrt(N) / (1 + N)
    phi, away = radians(lat), radians(lon - (6 * zone - 183))
    t = sinh(atanh(sin(phi)) - e * atanh(e * sin(phi)))
    xi, eta = atan2(t, cos(away)), atanh(sin(away) / sqrt(1 + t * t))
    east = eta + sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in enumerate(ALPHA, 1))
    north = xi + sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in enumerate(ALPHA, 1))
    scale = 0.9996 * RADIUS
    return 500_000 + scale * east, (10_000_000 if south else 0) + scale * north


@st.composite
def points(draw: st.DrawFn) -> tuple[Zone, float, float]:
    """A zone, and degrees well within what may be of it."""
    zone = draw(st.sampled_from(list(ZONES.values())))
    wide, high = zone.east - zone.west, zone.north - zone.south
    lon = zone.west + wide * draw(st.floats(0.01, 0.99))
    return zone, lon, zone.south + high * draw(st.floats(0.01, 0.99))


def test_the_definition_is_that_of_a_known_point() -> None:
    """On the central meridian and the equator of a zone stand 500 000 m and 0 m, by definition."""
    assert metres(5490, -63, 0) == pytest.approx((500_000, 0))
    assert metres(2975, 57, 0) == pytest.approx((500_000, 10_000_000))
    assert RADIUS * pi / 2 == pytest.approx(10_001_965.729, abs=0.01), (
        "the quarter meridian of GRS80"
    )


@given(points())
def test_degrees_projected_then_read_back_are_the_same_within_a_foot(point) -> None:
    zone, lon, lat = point
    assert to_degrees(zone, *metres(zone.epsg, lon, lat)) == pytest.approx((lon, lat), abs=3e-6)


@given(points())
def test_a_metre_to_the_east_is_farther_east_and_a_metre_north_farther_north(point) -> None:
    zone, lon, lat = point
    x, y = metres(zone.epsg, lon, lat)
    here, east, north = (
        to_degrees(zone, x, y),
        to_degrees(zone, x + 2, y),
        to_degrees(zone, x, y + 2),
    )
    assert here
    assert east
    assert north
    assert east[0] > here[0]
    assert north[1] > here[1]


@given(points(), st.sampled_from([(9, 0), (-9, 0), (0, 9), (0, -9)]))
def test_what_falls_outside_its_territory_is_no_position(point, by) -> None:
    zone, lon, lat = point
    wide, high = zone.east - zone.west, zone.north - zone.south
    x, y = metres(zone.epsg, lon, lat)
    far = x + by[0] * wide * 111_000 / 3, y + by[1] * high * 111_000 / 3
    assert to_degrees(zone, *far) is None


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e300", "0", "-1e12"])
@pytest.mark.parametrize("zone", ZONES.values(), ids=list(ZONES))
def test_what_is_no_length_is_no_position(zone: Zone, number: str) -> None:
    assert to_degrees(zone, float(number), float(number)) is None


def test_each_territory_has_the_projection_of_its_own_meridian() -> None:
    """A territory lies within three degrees of the meridian of its zone, as UTM asks, Guyane's border aside."""
    for code, zone in ZONES.items():
        meridian = 6 * UTM[zone.epsg][0] - 183
        assert abs((zone.west + zone.east) / 2 - meridian) <= 3, code
        assert (zone.north < 0) is UTM[zone.epsg][1], code


def test_a_footpoint_is_found_again() -> None:
    """The series used here agrees with the isometric latitude that defines it."""
    e = 2 * sqrt(N) / (1 + N)
    for lat in (-21.0, 4.9, 16.0, 46.8):
        phi = radians(lat)
        isometric = asinh(tan(phi)) - e * atanh(e * sin(phi))
        conformal = degrees(atan(sinh(isometric)))
        assert 0 < abs(lat) - abs(conformal) < 0.2
