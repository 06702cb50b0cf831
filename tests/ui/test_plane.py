"""Laying the earth flat: what is in stays in, north is up, shapes keep their proportions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings, strategies as st

from maillage.ui.charts.plane import Plane, framed, laid_flat, outline

BOX = st.tuples(
    st.floats(-170, 160), st.floats(-75, 74), st.floats(1e-3, 4.0), st.floats(1e-3, 4.0)
)  # fmt: skip


def ring(west: float, south: float, wide: float, high: float) -> tuple[tuple[float, float], ...]:
    east, north = west + wide, south + high
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def corners(plane: Plane, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    return [plane.place(lon, lat) for lon, lat in ring(*box)]


@given(BOX)
@settings(max_examples=80)
def test_a_territory_fills_the_width_or_the_height_and_leaves_neither(
    box: tuple[float, float, float, float],
) -> None:
    plane = laid_flat([[ring(*box)]], 640)
    places = corners(plane, box)
    assert min(x for x, _y in places) == pytest.approx(0, abs=1e-6)
    assert max(x for x, _y in places) <= 640 + 1e-6
    assert min(y for _x, y in places) == pytest.approx(0, abs=1e-6)
    assert max(y for _x, y in places) <= plane.height + 1e-6
    assert plane.height <= 2 * 640


@given(BOX)
@settings(max_examples=80)
def test_a_framed_shape_stands_in_the_middle_within_its_margin(
    box: tuple[float, float, float, float],
) -> None:
    places = corners(framed([ring(*box)], 320, 200, 28), box)
    left, right = min(x for x, _y in places), max(x for x, _y in places)
    top, bottom = min(y for _x, y in places), max(y for _x, y in places)
    assert (left + right) / 2 == pytest.approx(160, abs=1e-3)
    assert (top + bottom) / 2 == pytest.approx(100, abs=1e-3)
    assert left >= 28 - 1e-3
    assert top >= 28 - 1e-3
    assert right - left == pytest.approx(264, abs=1e-3) or bottom - top == pytest.approx(
        144, abs=1e-3
    )


@given(BOX, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=80)
def test_north_is_up_east_is_right_and_a_degree_of_longitude_shrinks_towards_a_pole(
    box: tuple[float, float, float, float], along: float, up: float
) -> None:
    west, south, wide, high = box
    plane = framed([ring(*box)], 320, 200, 28)
    x, y = plane.place(west + along * wide, south + up * high)
    assert plane.place(west + along * wide + 0.01, south + up * high)[0] > x
    assert plane.place(west + along * wide, south + up * high + 0.01)[1] < y
    east = plane.place(west + 1, south)[0] - plane.place(west, south)[0]
    north = plane.place(west, south)[1] - plane.place(west, south + 1)[1]
    assert east / north == pytest.approx(math.cos(math.radians(south + high / 2)), rel=1e-6)


@pytest.mark.parametrize("shapes", [[], [[]], [[()]], [[((3.0, 50.0),)]]])
def test_nothing_or_a_single_point_is_no_trouble(
    shapes: list[list[tuple[tuple[float, float], ...]]],
) -> None:
    plane = laid_flat(shapes, 640)
    assert plane.height >= 1
    assert all(math.isfinite(one) for one in plane.place(3.0, 50.0))


def test_an_outline_goes_round_each_ring_and_closes_it() -> None:
    plane = laid_flat([[ring(3.0, 50.0, 1.0, 1.0)]], 640)
    told = outline([ring(3.0, 50.0, 1.0, 1.0), (), ring(3.2, 50.2, 0.1, 0.1)], plane)
    assert told.count("M") == told.count("Z") == 2
    assert told.startswith("M0 ")
    assert told.count("L") == 8
