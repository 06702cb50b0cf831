"""What a day goes over, held against sums made by hand, one way at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from maillage.accounts.models import Person
from maillage.figures.methods.access import CAR, WALK, Pace
from maillage.outreach import rounds
from maillage.outreach.outside import NOTHING, Point, Ways
from maillage.outreach.terrain import AGREED, GOINGS, HOUR, PACES, Day, Outing, Terrain, terrain_of
from maillage.register.models import Establishment

EARTH = 6371.0088
HERE = (3.0573, 50.6292)
points = st.tuples(
    st.integers(0, 40).map(lambda k: round(3 + k / 1000, 5)),
    st.integers(0, 40).map(lambda k: round(50.6 + k / 1000, 5)),
)


def person(rank: int) -> Person:
    return Person(pk=rank, email=f"{rank}@demo.example")


def firms(count: int) -> list[Establishment]:
    return [Establishment(pk=100 + rank, key=UUID(int=rank)) for rank in range(count)]


def crow(one: Point, other: Point, pace: Pace) -> tuple[float, float]:
    """Seconds and metres between two points, by the haversine formula and the detour."""
    (east, north), (far_east, far_north) = (tuple(map(math.radians, p)) for p in (one, other))
    half = (
        math.sin((far_north - north) / 2) ** 2
        + math.cos(north) * math.cos(far_north) * math.sin((far_east - east) / 2) ** 2
    )
    kilometres = 2 * EARTH * math.asin(math.sqrt(half)) * pace.detour
    return kilometres / pace.kmh * 3600, kilometres * 1000


def laid(
    there: Sequence[Point],
    days: Sequence[Day] = (Day(),),
    ways: dict[Pace, Ways] | None = None,
    holders: Sequence[int | None] = (),
    agreed: dict[int, int] | None = None,
) -> Terrain:
    places = firms(len(there))
    held = list(zip(places, [*holders, *[None] * len(there)], strict=False))
    known = {one.pk: point for one, point in zip(places, there, strict=True)}
    outings = [Outing(person(rank), day) for rank, day in enumerate(days)]
    return terrain_of(outings, held, known, agreed or {}, ways)


def told(there: Sequence[Point], cells: Sequence[Sequence[int | None]], by: str = "OSRM") -> Ways:
    """Ways whose metres are three times their seconds."""
    metres = [[None if one is None else 3 * one for one in row] for row in cells]
    return Ways(by, "", list(there), cells, metres)


def test_each_way_of_going_has_its_pace_and_back() -> None:
    assert PACES[GOINGS[WALK]] == WALK
    assert PACES[GOINGS[CAR]] == CAR


@given(st.lists(points, min_size=1, max_size=6), st.sampled_from([WALK, CAR]), st.data())
@settings(max_examples=40, deadline=None)
def test_a_way_is_what_was_told_else_as_the_crow_flies(
    there: list[Point], pace: Pace, data: st.DataObject
) -> None:
    asked = sorted(set(data.draw(st.lists(st.sampled_from(there), unique=True))))
    cell = st.none() | st.integers(0, 5000)
    cells = [[data.draw(cell) for _ in asked] for _ in asked]
    start = data.draw(st.none() | points)

    found = laid(there, [Day(pace=pace, start=start)], {pace: told(asked, cells)})

    ground = found.grounds[""]
    places = [start, None, *there]
    for row, one in enumerate(places):
        for column, other in enumerate(places):
            at = row, column
            if one is None or other is None:
                assert (ground.seconds[at], ground.metres[at], ground.told[at]) == (0, 0, True)
                continue
            known = one in asked and other in asked
            given = cells[asked.index(one)][asked.index(other)] if known else None
            assert bool(ground.told[at]) is (given is not None)
            if given is not None:
                assert (ground.seconds[at], ground.metres[at]) == (given, 3 * given)
            else:
                seconds, metres = crow(one, other, pace)
                assert ground.seconds[at] == pytest.approx(seconds, abs=0.51)
                assert ground.metres[at] == pytest.approx(metres, abs=0.51 * pace.kmh / 3.6 + 0.51)


def test_whoever_goes_otherwise_has_a_ground_of_their_own() -> None:
    there = [HERE, (3.06, 50.63)]
    by_car = told(there, [[0, 60], [70, 0]])
    days = [Day(), Day(pace=CAR), Day(pace=CAR, start=HERE, end=there[1])]

    found = laid(there, days, {CAR: by_car})

    team = found.problem.vehicles
    assert [one.way for one in team] == ["", "1", "1"]
    assert [one.end for one in team] == [None, None, 5], "the others end at the last firm"
    first, second = (one.place for one in found.problem.stops)
    assert (first, second) == (6, 7), "after the two ends of three days"
    on_foot, driven = found.grounds[""], found.grounds["1"]
    assert not on_foot.told[first, second]
    assert driven.seconds[first, second] == 60
    assert driven.seconds[second, first] == 70
    assert driven.seconds[4, second] == 60, "who leaves from a point that was told goes by it too"
    assert (found.problem.others["1"] == driven.seconds).all()


def test_who_a_firm_is_given_to_and_when_it_expects_somebody_bind_the_planner() -> None:
    there = [HERE, (3.058, 50.63), (3.059, 50.63)]
    found = laid(there, [Day(), Day()], holders=[0, 7, None], agreed={101: 10 * HOUR})
    mine, strangers, nobodys = found.problem.stops
    assert mine.skills == {"0"}
    assert strangers.skills == nobodys.skills == frozenset(), "who is not out that day binds nobody"
    assert [one.skills for one in found.problem.vehicles] == [{"0"}, {"1"}]
    assert strangers.windows == ((10 * HOUR, 10 * HOUR),)
    assert (mine.priority, strangers.priority) == (0, AGREED)
    assert mine.windows == ()


@pytest.mark.parametrize(
    ("day", "breaks"),
    [
        (Day(), [rounds.Break(HOUR, [(12 * HOUR, 13 * HOUR)])]),
        (Day(pause=1800, lunch=(11 * HOUR, 12 * HOUR)), [rounds.Break(1800, [(11 * HOUR, 12 * HOUR)])]),
        (Day(pause=0), []),
    ],
)  # fmt: skip
def test_lunch_is_a_break_unless_there_is_none(day: Day, breaks: Any) -> None:
    (vehicle,) = laid([HERE], [replace(day, window=(8 * HOUR, 16 * HOUR))]).problem.vehicles
    assert list(vehicle.breaks) == breaks
    assert vehicle.window == (8 * HOUR, 16 * HOUR)


@given(st.lists(points, min_size=2, max_size=6, unique=True), st.permutations(range(6)))
@settings(max_examples=25, deadline=None)
def test_the_legs_of_a_round_are_its_ways_one_after_the_other(
    there: list[Point], order: list[int]
) -> None:
    count = len(there)
    cells = [[1 + 10 * row + column for column in range(count)] for row in range(count)]
    found = laid(there, [Day(start=(2.9, 50.5))], {WALK: told(there, cells)})
    seen = [rank for rank in order if rank < count]
    stops = [found.problem.stops[rank] for rank in seen]
    route = rounds.timed(found.problem, found.problem.vehicles[0], stops)

    first, *others = found.legs(route)

    assert not first.is_told, "nobody was told where the day begins"
    assert first.seconds == pytest.approx(crow((2.9, 50.5), there[seen[0]], WALK)[0], abs=0.51)
    expected = [cells[one][other] for one, other in itertools.pairwise(seen)]
    assert [(leg.seconds, leg.metres, leg.is_told) for leg in others] == [
        (one, 3 * one, True) for one in expected
    ]
    assert route.travel == first.seconds + sum(expected)


@given(st.lists(points, min_size=1, max_size=7, unique=True), st.data())
@settings(max_examples=25, deadline=None)
def test_what_concerns_a_few_points_says_the_same_of_them(
    there: list[Point], data: st.DataObject
) -> None:
    count = len(there)
    whole = told(there, [[10 * row + column for column in range(count)] for row in range(count)])
    few = data.draw(st.lists(st.sampled_from(there), unique=True))

    part = Ways.of_json(whole.only(few).as_json())

    assert set(part.points) == set(few)
    rows, wide = part.ranks(few), whole.ranks(few)
    for one, there_one in zip(rows, wide, strict=True):
        for other, there_other in zip(rows, wide, strict=True):
            assert None not in {one, other, there_one, there_other}
            assert part.seconds[one][other] == whole.seconds[there_one][there_other]  # type: ignore[index]
            assert part.metres[one][other] == whole.metres[there_one][there_other]  # type: ignore[index]
    assert part.ranks([(9.0, 9.0)]) == [None]
    near = [(lon + 0.000001, lat - 0.000001) for lon, lat in few]
    assert part.ranks(near) == rows, "to the metre"


def test_nobody_asked_is_kept_as_nothing_and_a_silent_server_by_its_name() -> None:
    assert NOTHING.as_json() == {}
    assert Ways.of_json({}) == NOTHING
    silent = Ways(silent="OSRM")
    assert Ways.of_json(silent.as_json()).silent == "OSRM"
    assert silent.only([HERE]).silent == "OSRM"
    assert not laid([HERE, (3.06, 50.63)], ways={WALK: silent}).grounds[""].told[2, 3]
