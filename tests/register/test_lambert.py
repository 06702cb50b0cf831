"""Positions: Lambert 93 metres into degrees, against the projection's own definition."""

from math import atanh, cos, exp, log, radians, sin, sqrt

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers.cells import position
from maillage.register.importers.lambert import is_metropolitan, to_degrees

E2 = 0.00669438002290  # GRS80
SECANTS = radians(44), radians(49)


def _radius(latitude):
    return cos(latitude) / sqrt(1 - E2 * sin(latitude) ** 2)


def _isometric(latitude):
    e = sqrt(E2)
    return atanh(sin(latitude)) - e * atanh(e * sin(latitude))


N = log(_radius(SECANTS[0]) / _radius(SECANTS[1])) / (
    _isometric(SECANTS[1]) - _isometric(SECANTS[0])
)
SCALE = 6378137.0 * _radius(SECANTS[0]) * exp(N * _isometric(SECANTS[0])) / N


def lambert(longitude, latitude):
    """The projection as it is defined: a cone through two parallels, its origin at 3° E, 46.5° N."""
    angle = N * radians(longitude - 3)
    ray = SCALE * exp(-N * _isometric(radians(latitude)))
    origin = SCALE * exp(-N * _isometric(radians(46.5)))
    return 700_000 + ray * sin(angle), 6_600_000 + origin - ray * cos(angle)


def test_the_origin_of_the_projection_is_where_it_says():
    assert to_degrees(700_000, 6_600_000) == pytest.approx((3.0, 46.5), abs=2e-6)


@given(st.floats(-5, 9.5), st.floats(42, 51.2))
def test_degrees_projected_then_read_back_are_the_same_within_a_foot(longitude, latitude):
    assert to_degrees(*lambert(longitude, latitude)) == pytest.approx(
        (longitude, latitude), abs=3e-6
    )


@given(st.floats(2, 4), st.floats(50, 51))
def test_a_metre_to_the_east_is_further_east_and_a_metre_north_further_north(longitude, latitude):
    x, y = lambert(longitude, latitude)

    assert to_degrees(x + 1, y)[0] > to_degrees(x, y)[0]
    assert to_degrees(x, y + 1)[1] > to_degrees(x, y)[1]


def test_degrees_have_six_decimals():
    for value in to_degrees(704_123.4, 7_059_876.5):
        assert value == round(value, 6)


@pytest.mark.parametrize(
    ("x", "y", "known"),
    [
        ("704000.0", "7059000.0", True),
        ("", "7059000.0", False),
        ("704000.0", "", False),
        ("[ND]", "[ND]", False),
        ("704 000", "x", False),
        ("340000", "2300000", False),  # la Réunion has its own projection
        ("nan", "7059000.0", False),
        ("inf", "7059000.0", False),
        ("1e300", "7059000.0", False),
    ],
)
def test_cells_without_a_place_in_metropolitan_france_give_no_position(x, y, known):
    assert (position(x, y) != (None, None)) is known


def test_the_edges_of_the_metropolitan_frame_belong_to_it():
    assert is_metropolitan(50_000, 6_000_000)
    assert is_metropolitan(1_300_000, 7_200_000)
    assert not is_metropolitan(49_999, 6_500_000)
    assert not is_metropolitan(700_000, 7_200_001)
