"""The hours of an order that somebody chose: as early as can be, pauses where they cost least, misses told."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.outreach.rounds import (
    Break,
    Plan,
    Problem,
    Route,
    Stop,
    Unassigned,
    Vehicle,
    Why,
    faults,
    plan,
    timed,
)
from tests.outreach.rounds.problems import HOUR, days

SLOW = [HealthCheck.too_slow]


def both_ways(problem: Problem) -> Problem:
    """The same, every second adviser going three times as fast by a matrix of their own."""
    team = [
        replace(one, way="fast" if rank % 2 else "") for rank, one in enumerate(problem.vehicles)
    ]
    return replace(problem, vehicles=team, others={"fast": problem.seconds // 3})


def only(problem: Problem, route: Route) -> Plan:
    """A plan of that round alone, everything else left out."""
    seen = {call.stop for call in route.calls}
    left = [Unassigned(one.id, Why.FULL) for one in problem.stops if one.id not in seen]
    return Plan([route], left)


@given(days(), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_a_round_that_can_be_walked_is_walked_and_ends_no_later(drawn: Problem, two: bool) -> None:
    problem = both_ways(drawn) if two else drawn
    stops = {one.id: one for one in problem.stops}
    team = {one.id: one for one in problem.vehicles}
    found = plan(problem)
    assert faults(problem, found) == [], "whoever goes by another matrix is planned by it"
    for route in found.routes:
        vehicle = team[route.vehicle]
        told = timed(problem, vehicle, [stops[call.stop] for call in route.calls])
        assert faults(problem, only(problem, told)) == []
        assert told.end <= route.end
        assert told.start == vehicle.window[0]
        assert [call.stop for call in told.calls] == [call.stop for call in route.calls]


def line(count: int, apart: int = 600) -> Any:
    """Places along a street, so many seconds from each to the next."""
    ranks = np.arange(count)
    return np.abs(ranks[:, None] - ranks[None, :]) * apart


def told(problem: Problem, order: list[str]) -> list[tuple[str, int, int]]:
    """Who is seen when: the key, the arrival, the wait; pauses among them as «lunch»."""
    stops = {one.id: one for one in problem.stops}
    route = timed(problem, problem.vehicles[0], [stops[key] for key in order])
    seen = [(call.stop, call.arrival, call.wait) for call in route.calls]
    lunches = [("lunch", pause.start, 0) for pause in route.pauses]
    return sorted([*seen, *lunches], key=lambda one: one[1])


@pytest.mark.parametrize(
    ("agreed", "order", "expected"),
    [
        # Nobody waits for anybody: visits come first, as long as lunch begins in time.
        ({}, "abc", [("a", 11, 0), ("b", 11.5, 0), ("c", 12, 0), ("lunch", 12.5, 0)]),
        # An agreed hour is waited for, and lunch is taken before it when that costs less.
        (
            {"c": 14},
            "abc",
            [("a", 11, 0), ("b", 11.5, 0), ("lunch", 12, 0), ("c", 13, 1)],
        ),
        # An hour of noon pushes lunch after it.
        ({"c": 12.5}, "abc", [("a", 11, 0), ("b", 11.5, 0), ("c", 12, 0.5), ("lunch", 13, 0)]),
        # An hour that the order makes impossible is missed, and the rest goes on.
        ({"c": 11}, "abc", [("a", 11, 0), ("b", 11.5, 0), ("c", 12, 0), ("lunch", 12.5, 0)]),
        ({"c": 11}, "cab", [("c", 11, 0), ("a", 11.5, 0), ("b", 12, 0), ("lunch", 12.5, 0)]),
    ],
)
def test_lunch_goes_where_the_fewest_hours_are_missed(
    agreed: dict[str, float], order: str, expected: list[tuple[str, float, float]]
) -> None:
    stops = [
        Stop(
            key,
            0,
            HOUR // 2,
            [(int(agreed[key] * HOUR),) * 2] if key in agreed else [],
        )
        for key in "abc"
    ]
    day = Vehicle(
        "one", 0, None, (11 * HOUR, 18 * HOUR), breaks=[Break(HOUR, [(12 * HOUR, 13 * HOUR)])]
    )
    problem = Problem(np.zeros((1, 1), dtype=np.int64), stops, [day])
    seen = told(problem, list(order))
    assert [(key, at / HOUR, wait / HOUR) for key, at, wait in seen] == expected
    stops_in_order = [stops["abc".index(key)] for key in order]
    wrong = faults(problem, Plan([timed(problem, day, stops_in_order)]))
    late = agreed.get("c") == 11 and order == "abc"
    assert [(one.rule, one.about) for one in wrong] == ([("window", "c")] if late else [])


@given(st.permutations(list("abcd")), st.integers(8, 17), st.sampled_from([0, 1200, HOUR]))
@settings(max_examples=25, deadline=None)
def test_no_other_place_for_lunch_ends_the_day_sooner(order: list[str], at: int, wide: int) -> None:
    stops = [
        Stop(key, rank, HOUR // 2, [(at * HOUR, at * HOUR + wide)] if key == "a" else [])
        for rank, key in enumerate("abcd")
    ]
    day = Vehicle(
        "one", 0, None, (9 * HOUR, 18 * HOUR), breaks=[Break(HOUR, [(12 * HOUR, 13 * HOUR)])]
    )
    problem = Problem(line(4), stops, [day])
    found = timed(problem, day, [stops["abcd".index(key)] for key in order])
    broken = len(faults(problem, Plan([found])))
    for rank in range(5):
        # The same day with lunch as a fifth stop at that rank, wherever one then is: walked by hand.
        clock, here, missed = 9 * HOUR, 0, 0
        for key in [*order[:rank], None, *order[rank:]]:
            if key is None:
                clock = max(clock, 12 * HOUR)
                missed += clock > 13 * HOUR
                clock += HOUR
                continue
            stop = stops["abcd".index(key)]
            clock += int(problem.seconds[here, stop.place])
            if stop.windows:
                missed += clock > stop.windows[0][1]
                clock = max(clock, stop.windows[0][0])
            clock, here = clock + stop.service, stop.place
        assert missed or broken or found.end <= clock, (
            "the way walked while waiting for noon is no loss"
        )


def test_a_day_without_pause_or_stop_is_told_too() -> None:
    stops = [Stop(key, rank, 60) for rank, key in enumerate("ab")]
    back = Vehicle("one", 1, 1, (0, 10 * HOUR))
    problem = Problem(line(2), stops, [back])
    route = timed(problem, back, stops)
    assert (route.end, route.travel) == (1320, 1200), "there, back, and a minute at each"
    empty = timed(problem, back, [])
    assert (empty.start, empty.end, empty.travel, list(empty.steps)) == (0, 0, 0, [])
    for order in itertools.permutations(stops):
        assert faults(problem, Plan([timed(problem, back, list(order))])) == []
