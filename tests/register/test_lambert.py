"""Positions: Lambert 93 metres into degrees, against the projection's own definition."""

from math import atanh, cos, exp, log, radians, sin, sqrt

import pytest
from hypothesis import given, strategies as st
from pyproj import Transformer

from maillage.register.importers.cells import BadCell, position
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


@pytest.mark.parametrize(("x", "y"), [("", "7059000.0"), ("704000.0", ""), ("[ND]", "[ND]")])
def test_blank_or_withheld_cells_give_no_position(x, y):
    assert position(x, y, "59350") is None


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ("704 000", "x", "position"),
        ("340000", "7680000", "position_elsewhere"),  # la Réunion has its own projection
        ("nan", "7059000.0", "position_elsewhere"),
        ("inf", "7059000.0", "position_elsewhere"),
        ("1e300", "7059000.0", "position_elsewhere"),
    ],
)
@pytest.mark.parametrize("commune", ["59350", "97209"])
def test_cells_that_cannot_be_of_the_commune_say_why(x, y, code, commune):
    with pytest.raises(BadCell) as fault:
        position(x, y, commune)

    assert fault.value.code == code


OVERSEAS = {
    # The town halls, as maps show them.
    "97105": (5490, -61.7300, 15.9970),
    "97209": (5490, -61.0710, 14.6040),
    "97302": (2972, -52.3330, 4.9380),
    "97411": (2975, 55.4480, -20.8790),
    "97502": (4467, -56.1740, 46.7790),
    "97608": (4471, 45.2280, -12.7800),
    "97701": (5490, -62.8500, 17.8960),
    "97801": (5490, -63.0840, 18.0680),
}


@pytest.mark.parametrize("commune", OVERSEAS)
def test_each_overseas_territory_is_read_in_its_own_projection(commune):
    epsg, lon, lat = OVERSEAS[commune]
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)

    assert position(f"{x:.2f}", f"{y:.2f}", commune) == pytest.approx((lon, lat), abs=1e-5)


def test_metres_of_another_territory_are_not_taken():
    x, y = Transformer.from_crs(4326, 2975, always_xy=True).transform(55.448, -20.879)

    with pytest.raises(BadCell):
        position(str(x), str(y), "97209")


def test_the_edges_of_the_metropolitan_frame_belong_to_it():
    assert is_metropolitan(50_000, 6_000_000)
    assert is_metropolitan(1_300_000, 7_200_000)
    assert not is_metropolitan(49_999, 6_500_000)
    assert not is_metropolitan(700_000, 7_200_001)
