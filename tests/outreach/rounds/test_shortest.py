"""Rounds against the shortest there is, known without the planner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from maillage.outreach.rounds import Plan, Problem, Stop, Vehicle, plan
from maillage.outreach.rounds.tours import shortened, tour_length
from tests.outreach.rounds.held_karp import shortest_closed, shortest_open
from tests.outreach.rounds.problems import flat

POINTS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 2000)), min_size=4, max_size=10, unique=True
)
ALONE = {"deadline": None, "max_examples": 15}


def of(seconds: Any, stops: frozenset[int], end: int | None = 0) -> Plan:
    """The plan of one adviser who leaves from place 0 and sees some of the others."""
    return plan(Problem(seconds, [Stop(k, k) for k in sorted(stops)], [Vehicle("v", 0, end)]))


def others(points: Any) -> frozenset[int]:
    return frozenset(range(1, len(points)))


def uneven(points: Any, seed: int) -> Any:
    """The same places on a slope: the way up takes longer than the way down."""
    heights = np.random.default_rng(seed).integers(0, 400, len(points))
    return flat(points) + np.maximum(0, heights[None, :] - heights[:, None])


@given(POINTS)
@settings(**ALONE)
def test_a_day_that_comes_back_is_the_shortest_there_is(points: Any) -> None:
    seconds = flat(points)
    assert of(seconds, others(points)).travel == shortest_closed(seconds, 0, others(points))


@given(POINTS)
@settings(**ALONE)
def test_a_day_that_ends_at_its_last_visit_is_the_shortest_there_is(points: Any) -> None:
    seconds = flat(points)
    assert of(seconds, others(points), None).travel == shortest_open(seconds, 0, others(points))


@given(POINTS, st.integers(0, 99))
@settings(**ALONE)
def test_on_a_slope_a_day_is_within_two_percent_of_the_shortest(points: Any, seed: int) -> None:
    seconds = uneven(points, seed)
    best = shortest_closed(seconds, 0, others(points))
    assert best <= of(seconds, others(points)).travel <= 1.02 * best + 1


@given(POINTS, st.data())
@settings(**ALONE)
def test_a_visit_less_never_lengthens_the_day(points: Any, data: Any) -> None:
    """The triangle holds between points of a plane but for rounding, one second a side."""
    seconds = flat(points)
    gone = data.draw(st.sampled_from(sorted(others(points))))
    with_it = of(seconds, others(points)).travel
    without = of(seconds, others(points) - {gone}).travel
    assert without <= with_it + 2


@given(POINTS)
@settings(**ALONE)
def test_a_day_that_need_not_come_back_is_never_longer(points: Any) -> None:
    seconds = flat(points)
    assert of(seconds, others(points), None).travel <= of(seconds, others(points)).travel


@given(POINTS)
@settings(**ALONE)
def test_the_order_in_which_stops_are_told_changes_nothing(points: Any) -> None:
    seconds = flat(points)
    stops = [Stop(k, k) for k in sorted(others(points))]
    told = [
        plan(Problem(seconds, order, [Vehicle("v", 0, 0)])).travel for order in (stops, stops[::-1])
    ]
    assert told[0] == told[1]


@given(POINTS)
@settings(**ALONE)
def test_visits_at_one_door_cost_one_way(points: Any) -> None:
    seconds = flat(points)
    stops = [Stop((k, twice), k) for k in sorted(others(points)) for twice in (0, 1)]
    told = plan(Problem(seconds, stops, [Vehicle("v", 0, 0)]))
    assert told.travel == shortest_closed(seconds, 0, others(points))


# Closed tours by themselves


@given(POINTS, st.integers(1, 50))
@settings(**ALONE)
def test_a_tour_of_ten_is_the_shortest_whatever_the_seed(points: Any, seed: int) -> None:
    seconds = flat(points).tolist()
    order = shortened(seconds, seed=seed)
    assert tour_length(order, seconds) == shortest_closed(seconds, 0, others(points))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_tour_of_a_few_places_passes_everywhere(count: int) -> None:
    points = [(float(k * k), float(k)) for k in range(count)]
    assert sorted(shortened(flat(points).tolist())) == list(range(count))


@pytest.mark.parametrize("side", [4, 6, 8, 10])
def test_a_chessboard_is_walked_without_a_step_too_many(side: int) -> None:
    """A grid of even sides has a tour of unit steps: as long as it has places."""
    points = [(10.0 * x, 10.0 * y) for x in range(side) for y in range(side)]
    order = np.random.default_rng(side).permutation(len(points))
    seconds = flat([points[k] for k in order]).tolist()
    assert tour_length(shortened(seconds), seconds) == 10 * side * side


def test_more_shakes_never_make_a_tour_longer() -> None:
    draw = np.random.default_rng(5)
    points = [(float(x), float(y)) for x, y in draw.integers(0, 1000, (40, 2))]
    seconds = flat(points).tolist()
    lengths = [tour_length(shortened(seconds, shakes=shakes), seconds) for shakes in (0, 5, 60)]
    assert lengths == sorted(lengths, reverse=True)


def test_places_that_are_one_point_are_no_trouble() -> None:
    seconds = [[0] * 12 for _ in range(12)]
    assert sorted(shortened(seconds)) == list(range(12))
