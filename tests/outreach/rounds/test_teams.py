"""Teams drawn at random: whoever a firm is given to sees it, an agreed hour is kept or told, nobody is seen twice."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.models import Person
from maillage.figures.methods.access import CAR, WALK
from maillage.outreach import rounds
from maillage.outreach.rounds import Why
from maillage.outreach.terrain import HOUR, Day, Outing, Terrain, terrain_of
from maillage.register.models import Establishment

SLOW = [HealthCheck.too_slow]
QUARTER = HOUR // 4


@st.composite
def teams(draw: st.DrawFn) -> Terrain:
    """Up to three advisers, on foot or by car, and a dozen firms, some given to one, some that expect somebody."""
    days = [
        Day(
            window=(draw(st.integers(32, 40)) * QUARTER, draw(st.integers(60, 74)) * QUARTER),
            pace=draw(st.sampled_from([WALK, CAR])),
            pause=draw(st.sampled_from([0, 1800, HOUR])),
            start=draw(st.none() | st.just((3.05, 50.62))),
            end=draw(st.none() | st.just((3.06, 50.63))),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    outings = [Outing(Person(pk=rank, email=f"{rank}@x"), day) for rank, day in enumerate(days)]
    places = [
        Establishment(pk=rank, key=UUID(int=rank)) for rank in range(draw(st.integers(1, 12)))
    ]
    holder = st.none() | st.integers(0, len(days) - 1)
    held = [(place, draw(holder)) for place in places]
    points = {
        one.pk: (3.05 + draw(st.integers(0, 30)) / 1000, 50.62 + draw(st.integers(0, 30)) / 1000)
        for one in places
    }
    hours = st.none() | st.integers(28, 80).map(lambda quarters: quarters * QUARTER)
    drawn = {one.pk: draw(hours) for one in places}
    return terrain_of(outings, held, points, {pk: at for pk, at in drawn.items() if at is not None})


@given(teams())
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
def test_every_promise_of_a_team_is_kept(terrain: Terrain) -> None:
    problem = terrain.problem
    plan = rounds.plan(problem)
    assert rounds.faults(problem, plan) == []
    stops = {stop.id: stop for stop in problem.stops}
    placed = [call.stop for route in plan.routes for call in route.calls]
    left = [one.stop for one in plan.unassigned]
    assert sorted(placed + left) == sorted(stops)
    for route in plan.routes:
        rank = route.vehicle.split("@")[0]
        for call, leg in zip(route.calls, terrain.legs(route), strict=True):
            stop = stops[call.stop]
            assert stop.skills <= {rank}, "a firm given to somebody is seen by nobody else"
            assert all(call.arrival + call.wait == at for at, _until in stop.windows)
            assert leg.seconds >= 0
        legs = sum(leg.seconds for leg in terrain.legs(route))
        assert legs <= route.travel, "the way back is of the round, and of no stop"


@given(teams())
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
def test_a_firm_left_out_would_not_fit_alone_or_finds_full_days(terrain: Terrain) -> None:
    problem = terrain.problem
    for one in rounds.plan(problem).unassigned:
        stop = next(stop for stop in problem.stops if stop.id == one.stop)
        alone = rounds.plan(replace(problem, stops=[stop]))
        fits = bool(alone.routes)
        assert fits is (one.why is Why.FULL), (one.why, stop)
        assert one.why in {Why.FULL, Why.CLOSED, Why.TOO_FAR}
