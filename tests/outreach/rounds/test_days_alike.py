"""Days that are the same day told otherwise give the same rounds; and a day as advisers live it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.figures.methods.access import CAR, WALK, Pace, seconds
from maillage.outreach.rounds import Break, Plan, Problem, Stop, Vehicle, Why, faults, plan
from tests.outreach.rounds.problems import HOUR, days

SLOWLY = {
    "deadline": None,
    "max_examples": 15,
    "suppress_health_check": [HealthCheck.too_slow],
}


def seen(told: Plan) -> set[Any]:
    return {call.stop for route in told.routes for call in route.calls}


def worth(problem: Problem, told: Plan) -> int:
    return sum(stop.priority for stop in problem.stops if stop.id in seen(told))


def later(windows: Any, by: int) -> list[tuple[int, int]]:
    return [(first + by, last + by) for first, last in windows]


def shifted(problem: Problem, by: int) -> Problem:
    """The same day, begun later."""
    return Problem(
        problem.seconds,
        [replace(stop, windows=later(stop.windows, by)) for stop in problem.stops],
        [
            replace(
                one,
                window=(one.window[0] + by, one.window[1] + by),
                breaks=[replace(b, windows=later(b.windows, by)) for b in one.breaks],
            )
            for one in problem.vehicles
        ],
    )


@given(days(most=6), st.integers(1, 5 * HOUR))
@settings(**SLOWLY)
def test_a_day_begun_later_is_the_same_day_later(problem: Problem, by: int) -> None:
    here, there = plan(problem), plan(shifted(problem, by))
    assert here.travel == there.travel
    assert seen(here) == seen(there)


@given(days(most=6))
@settings(**SLOWLY)
def test_names_decide_nothing(problem: Problem) -> None:
    renamed = Problem(
        problem.seconds,
        [replace(stop, id=("renamed", rank)) for rank, stop in enumerate(problem.stops)],
        [replace(one, id=f"other {rank}") for rank, one in enumerate(problem.vehicles)],
    )
    here, there = plan(problem), plan(renamed)
    assert here.travel == there.travel
    assert len(here.unassigned) == len(there.unassigned)
    assert [one.why for one in here.unassigned] == [one.why for one in there.unassigned]


@given(days(most=6))
@settings(**SLOWLY)
def test_someone_who_can_see_nobody_changes_nothing(problem: Problem) -> None:
    if not problem.vehicles:
        return
    stops = [replace(stop, skills=stop.skills | {"craft"}) for stop in problem.stops]
    able = [replace(one, skills=one.skills | {"craft"}) for one in problem.vehicles]
    idle = Vehicle("idle", 0, 0, (0, 9 * HOUR))
    alone = plan(Problem(problem.seconds, stops, able))
    beside = plan(Problem(problem.seconds, stops, [*able, idle]))
    assert beside.travel == alone.travel
    assert "idle" not in {route.vehicle for route in beside.routes}


@given(days(most=5))
@settings(**SLOWLY)
def test_a_stop_that_is_unassigned_says_why_in_words_that_are_true(problem: Problem) -> None:
    stops = {stop.id: stop for stop in problem.stops}
    for one in plan(problem).unassigned:
        stop = stops[one.stop]
        able = [v for v in problem.vehicles if stop.skills <= v.skills]
        if one.why is Why.NOBODY:
            assert not problem.vehicles
        elif one.why is Why.SKILLS:
            assert not able
        elif one.why is Why.FULL:
            assert able
            assert plan(Problem(problem.seconds, [stop], list(able))).routes


def test_a_matrix_that_lies_by_columns_in_memory_is_read_as_it_says() -> None:
    seconds = np.zeros((2, 2), dtype=np.uint32)
    seconds[1, 0] = 1054
    day = Vehicle("v", 1, None, (0, HOUR), breaks=[Break(HOUR // 2, [(0, 0)])])
    for laid in (seconds, np.asfortranarray(seconds)):
        left = plan(Problem(laid, [Stop("s", 0, 747)], [day])).unassigned  # a second too long
        assert [one.why for one in left] == [Why.TOO_FAR]


@given(days(most=6))
@settings(**SLOWLY)
def test_what_is_told_as_json_holds_the_whole_plan(problem: Problem) -> None:
    told = plan(problem)
    read = json.loads(json.dumps(told.as_json()))
    assert read["total_travel_s"] == sum(route["travel_s"] for route in read["routes"])
    listed = [stop["id"] for route in read["routes"] for stop in route["stops"]]
    left = [one["id"] for one in read["unassigned"]]
    assert sorted(listed + left) == sorted(stop.id for stop in problem.stops)
    assert {one["reason"] for one in read["unassigned"]} <= {why.value for why in Why}


# A day in Lille: an office, nine workshops, two advisers, lunch, a baker who opens in the afternoon only

OFFICE = (3.0573, 50.6292)
WORKSHOPS = {
    "baker": (3.0638, 50.6420), "hairdresser": (3.0641, 50.6425), "joiner": (3.0480, 50.6200),
    "tailor": (3.0702, 50.6310), "garage": (3.0900, 50.6330), "florist": (3.0580, 50.6295),
    "butcher": (3.0651, 50.6415), "printer": (3.0410, 50.6360), "mason": (3.0790, 50.6180),
}  # fmt: skip
AFTERNOON = [(14 * HOUR, 17 * HOUR)]
LUNCH = Break(HOUR, [(12 * HOUR, 13 * HOUR + HOUR // 2)])


def lille(pace: Pace = WALK, *, advisers: int = 2, minutes: int = 40) -> Problem:
    between = seconds([OFFICE, *WORKSHOPS.values()], pace)
    stops = [
        Stop(name, rank, minutes * 60, AFTERNOON if name == "baker" else [],
             frozenset({"nl"}) if name == "tailor" else frozenset(), 50 if name == "baker" else 10)
        for rank, name in enumerate(WORKSHOPS, start=1)
    ]  # fmt: skip
    team = [
        Vehicle("Sofia", 0, 0, (9 * HOUR, 18 * HOUR), frozenset({"nl"}), breaks=[LUNCH]),
        Vehicle("Karim", 0, None, (9 * HOUR, 18 * HOUR), breaks=[LUNCH]),
    ]
    return Problem(between, stops, team[:advisers])


def test_everybody_is_seen_lunch_is_taken_and_the_baker_in_the_afternoon() -> None:
    problem = lille()
    told = plan(problem)
    assert not told.unassigned
    assert seen(told) == set(WORKSHOPS)
    (baker,) = [call for route in told.routes for call in route.calls if call.stop == "baker"]
    assert 14 * HOUR <= baker.arrival + baker.wait <= 17 * HOUR
    assert all(len(route.pauses) == 1 for route in told.routes)


def test_who_speaks_the_language_sees_the_tailor() -> None:
    told = plan(lille())
    (route,) = [one for one in told.routes if "tailor" in {call.stop for call in one.calls}]
    assert route.vehicle == "Sofia"
    without = Problem(lille().seconds, lille().stops, lille().vehicles[1:])
    assert [(one.stop, one.why) for one in plan(without).unassigned if one.stop == "tailor"] == [
        ("tailor", Why.SKILLS)
    ]


def test_neighbours_of_a_street_follow_one_another() -> None:
    told = plan(lille(advisers=1, minutes=20))
    (route,) = told.routes
    order = [call.stop for call in route.calls]
    assert abs(order.index("hairdresser") - order.index("butcher")) <= 2


def test_a_car_leaves_more_of_the_day_than_feet() -> None:
    assert plan(lille(CAR)).travel < plan(lille(WALK)).travel


@pytest.mark.parametrize("minutes", [60, 90, 120])
def test_longer_visits_leave_out_the_least_urgent_first(minutes: int) -> None:
    problem = lille(advisers=1, minutes=minutes)
    told = plan(problem)
    assert faults(problem, told) == []
    assert "baker" in seen(told), "the most urgent"
    assert told.unassigned
    assert {one.why for one in told.unassigned} == {Why.FULL}


def test_two_see_no_fewer_than_one() -> None:
    for minutes in (60, 90, 120):
        one, two = (lille(advisers=n, minutes=minutes) for n in (1, 2))
        assert worth(two, plan(two)) >= worth(one, plan(one))


def test_the_words_of_a_plan_name_each_adviser_each_call_and_what_is_left() -> None:
    told = plan(lille(advisers=1, minutes=120))
    lines = told.lines().splitlines()
    assert lines[0].startswith("Sofia  09:")
    calls = [line for line in lines if line.startswith("  ")]
    assert len(calls) == len(seen(told))
    assert len(lines) == 1 + len(calls) + len(told.unassigned)


def test_the_way_is_nothing_to_oneself_and_the_same_both_ways() -> None:
    between = seconds([OFFICE, *WORKSHOPS.values()])
    assert (np.diag(between) == 0).all()
    assert (between == between.T).all()
    assert seconds([]).shape == (0, 0)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111.195),
        ((0.0, 0.0), (180.0, 0.0), 20_015.1),
        ((0.0, 60.0), (1.0, 60.0), 55.597),
        ((179.5, 0.0), (-179.5, 0.0), 111.195),
    ],
)
def test_great_circles_are_as_long_as_geometry_says(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    """One degree of a great circle of a sphere of 6 371.0088 km is 111.195 km."""
    hour_by_hour = Pace(1.0, 1.0)
    assert int(seconds([one, other], hour_by_hour)[0, 1]) / 3600 == pytest.approx(
        kilometres, rel=1e-4
    )
