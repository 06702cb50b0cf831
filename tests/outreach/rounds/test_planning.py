"""Plans of rounds: right by the clock whatever is asked, short where a published optimum says how short."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.kernel.errors import Invalid
from maillage.outreach.rounds import Break, Plan, Problem, Stop, Vehicle, Why, faults, plan
from maillage.outreach.rounds.tours import shortened, tour_length
from tests.outreach.rounds.problems import HOUR, closed, days, flat, geographical, tsplib

ROUTING = Path(__file__).parents[4] / "shared" / "reference" / "routing"
POINTS = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=3, max_size=8, unique=True
)


def shortest(seconds: Any) -> int:
    """The shortest closed tour, found by trying them all."""
    ranks = range(1, len(seconds))
    return min(
        tour_length((0, *order), seconds.tolist()) for order in itertools.permutations(ranks)
    )


@given(days())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_keeps_every_promise_of_its_problem(problem: Problem) -> None:
    assert faults(problem, plan(problem)) == []


@given(days(most=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_problem_gives_the_same_plan(problem: Problem) -> None:
    assert plan(problem).as_json() == plan(problem).as_json()


@given(POINTS)
@settings(max_examples=30, deadline=None)
def test_up_to_eight_places_the_closed_tour_is_the_shortest(points: Any) -> None:
    seconds = flat(points)
    assert plan(closed(seconds)).travel == shortest(seconds)


@given(POINTS, st.integers(-500, 500), st.integers(-500, 500))
@settings(max_examples=15, deadline=None)
def test_moving_or_turning_all_places_changes_nothing(points: Any, east: int, north: int) -> None:
    here = plan(closed(flat(points))).travel
    assert plan(closed(flat([(x + east, y + north) for x, y in points]))).travel == here
    assert plan(closed(flat([(-y, x) for x, y in points]))).travel == here


@given(POINTS)
@settings(max_examples=15, deadline=None)
def test_twice_as_far_takes_twice_as_long(points: Any) -> None:
    seconds = flat(points)
    assert plan(closed(2 * seconds)).travel == 2 * plan(closed(seconds)).travel


@pytest.mark.parametrize(("name", "laid"), [("eil51", flat), ("ulysses22", geographical)])
def test_a_published_shortest_tour_is_found(name: str, laid: Any) -> None:
    path = ROUTING / f"{name}.tsp"
    if not path.exists():
        pytest.skip("../shared/reference/routing is not there")
    best = json.loads((ROUTING / "tsplib_optima.json").read_text())["optimum"][name]
    assert plan(closed(laid(tsplib(path)))).travel == best


def test_a_stop_that_lunch_leaves_no_room_for_is_not_said_to_yield_to_others() -> None:
    lunch = Break(HOUR, [(10 * HOUR, 10 * HOUR)])
    alone = plan(Problem(SECONDS, [Stop("s", 1, 3 * HOUR)], [replace(DAY, breaks=[lunch])]))
    assert [one.why for one in alone.unassigned] == [Why.TOO_FAR]


def test_a_ring_of_a_hundred_places_is_walked_round() -> None:
    """Known without a solver: the shortest tour of points of a circle follows it."""
    turn = 2 * np.pi * np.arange(100) / 100
    order = np.random.default_rng(3).permutation(100)
    points = [(1000 * float(np.cos(turn[k])), 1000 * float(np.sin(turn[k]))) for k in order]
    seconds = flat(points)
    assert plan(closed(seconds)).travel == 100 * round(2000 * np.sin(np.pi / 100))


def test_two_advisers_are_never_later_done_than_one() -> None:
    seconds = flat([(0, 0), (600, 0), (0, 600), (-600, 0), (0, -600)])
    stops = [Stop(k, k, HOUR) for k in range(1, 5)]
    alone = plan(Problem(seconds, stops, [Vehicle("a", 0, 0, (0, 9 * HOUR))]))
    half = (0, 3 * HOUR)
    both = plan(Problem(seconds, stops, [Vehicle("a", 0, 0, half), Vehicle("b", 0, 0, half)]))
    assert not both.unassigned
    assert max(route.end for route in both.routes) < max(route.end for route in alone.routes)


# Why a stop is in no round, decided line by line

SECONDS = flat([(0, 0), (600, 0), (0, 90_000)])
DAY = Vehicle("v", 0, 0, (8 * HOUR, 12 * HOUR), frozenset({"nl"}), [2])
WHY = [
    (Stop("s", 1, HOUR), None),
    (Stop("s", 1, HOUR, skills=frozenset({"nl"})), None),
    (Stop("s", 1, HOUR, skills=frozenset({"pl"})), Why.SKILLS),
    (Stop("s", 1, HOUR, amount=[2]), None),
    (Stop("s", 1, HOUR, amount=[3]), Why.CAPACITY),
    (Stop("s", 1, HOUR, amount=[0, 1]), Why.CAPACITY),
    (Stop("s", 2, HOUR), Why.TOO_FAR),
    (Stop("s", 1, 5 * HOUR), Why.TOO_FAR),
    (Stop("s", 1, HOUR, [(0, 8 * HOUR + 599)]), Why.CLOSED),
    (Stop("s", 1, HOUR, [(0, 8 * HOUR + 600)]), None),
    (Stop("s", 1, HOUR, [(13 * HOUR, 14 * HOUR)]), Why.CLOSED),
    (Stop("s", 1, HOUR, [(0, HOUR), (9 * HOUR, 9 * HOUR)]), None),
]


@pytest.mark.parametrize(("stop", "why"), WHY)
def test_a_stop_alone_is_seen_or_the_reason_is_told(stop: Stop, why: Why | None) -> None:
    told = plan(Problem(SECONDS, [stop], [DAY]))
    assert [one.why for one in told.unassigned] == ([why] if why else [])
    assert bool(told.routes) is (why is None)


def test_what_would_fit_alone_finds_no_room_among_more_urgent_ones() -> None:
    stops = [Stop(k, 1, 2 * HOUR, priority=k * 10) for k in range(1, 4)]
    told = plan(Problem(SECONDS, stops, [DAY]))
    assert [(one.stop, one.why) for one in told.unassigned] in [
        [(1, Why.FULL), (2, Why.FULL)],
        [(2, Why.FULL), (1, Why.FULL)],
    ]


def test_without_anybody_each_stop_says_so() -> None:
    told = plan(Problem(SECONDS, [Stop("s", 1)], []))
    assert [one.why for one in told.unassigned] == [Why.NOBODY]
    assert plan(Problem(SECONDS, [], [DAY])) == Plan([], [])


def test_each_reason_is_said_in_both_languages() -> None:
    assert all(why.words.fr and why.words.en for why in Why)


def test_lunch_is_taken_and_a_day_without_an_end_stops_at_its_last_visit() -> None:
    lunch = Break(HOUR, [(12 * HOUR, 13 * HOUR)])
    open_end = Vehicle("v", 0, None, (8 * HOUR, 18 * HOUR), breaks=[lunch])
    stops = [Stop(k, 1, 2 * HOUR) for k in range(3)]
    (route,) = plan(Problem(SECONDS, stops, [open_end])).routes
    (pause,) = route.pauses
    assert 12 * HOUR <= pause.start <= 13 * HOUR
    assert route.travel == 600
    assert route.end == route.start + 600 + 6 * HOUR + HOUR


@pytest.mark.parametrize(
    "pauses",
    [
        [Break(HOUR, [(11 * HOUR + 1, 13 * HOUR)])],
        [Break(HOUR, [(6 * HOUR, 8 * HOUR - 1)])],
        [Break(HOUR, [(10 * HOUR, 10 * HOUR)]), Break(HOUR, [(10 * HOUR, 11 * HOUR - 1)])],
        [Break(5 * HOUR)],
    ],
)
def test_a_day_that_does_not_hold_its_breaks_is_refused_by_name(pauses: list[Break]) -> None:
    with pytest.raises(Invalid, match="v"):
        plan(Problem(SECONDS, [Stop("s", 1)], [replace(DAY, breaks=pauses)]))


def test_breaks_one_after_the_other_fit() -> None:
    pauses = [Break(HOUR, [(10 * HOUR, 11 * HOUR)]), Break(HOUR, [(9 * HOUR, 9 * HOUR)])]
    (route,) = plan(Problem(SECONDS, [Stop("s", 1)], [replace(DAY, breaks=pauses)])).routes
    assert len(route.pauses) == 2


def test_nothing_limits_a_vehicle_that_speaks_of_no_capacity() -> None:
    stop = Stop("s", 1, amount=[10**6])
    assert not plan(Problem(SECONDS, [stop], [Vehicle("v", 0, 0)])).unassigned
    limited = replace(DAY, capacity=[])
    assert plan(Problem(SECONDS, [stop], [limited])).unassigned


@given(POINTS, st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_a_shortened_tour_passes_everywhere_once_from_the_first(points: Any, seed: int) -> None:
    order = shortened(flat(points).tolist(), seed=seed)
    assert order[0] == 0
    assert sorted(order) == list(range(len(points)))
