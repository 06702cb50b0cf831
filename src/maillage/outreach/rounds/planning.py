"""Planning by VROOM, then what it does not do: shortening a tour that has no clock, and saying why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.outreach.rounds.checking import faults, within
from maillage.outreach.rounds.problem import (
    HORIZON,
    NEVER,
    Break,
    Call,
    Pause,
    Plan,
    Problem,
    Route,
    Stop,
    Unassigned,
    Vehicle,
    Why,
)
from maillage.outreach.rounds.tours import shortened, shortest

EFFORTS = ((60, 5), (120, 3))
"""How far VROOM looks, up to so many stops: a day of three advisers takes about a second, one of eight some ten."""
LEAST_EFFORT = 1
ORDINARY = "car"  # the name under which VROOM looks for a matrix when no other is given
FEW = 8
"""Up to so many stops that no hour binds, every order is looked at."""


def plan(problem: Problem, *, threads: int = 2) -> Plan:
    """Who sees whom, in which order and when: the most visits by priority, then the least time on the way.

    Of plans as good, either may be told: what was read is kept, not planned again. It is checked before it is told (`faults`).

    Raises:
        Invalid: somebody's breaks cannot be taken within the day.
    """
    for vehicle in problem.vehicles:
        _breaks_fit(vehicle)
    asks = problem.vehicles and problem.stops
    routes, left = _solved(problem, threads) if asks else ([], list(problem.stops))
    routes = [_shorter(problem, route) for route in routes]
    found = Plan(routes, [Unassigned(stop.id, why(problem, stop)) for stop in left])
    wrong = faults(problem, found)
    if wrong:
        raise AssertionError(wrong)
    return found


def _breaks_fit(vehicle: Vehicle) -> None:
    """Refuse a day in which its breaks cannot be taken one after the other."""
    clock = vehicle.window[0]
    for _rank, pause in _in_order(vehicle):
        opens = [max(clock, first) for first, last in pause.windows if last >= clock]
        clock = min(opens, default=HORIZON + 1 if pause.windows else clock) + pause.duration
    if clock > vehicle.window[1]:
        raise Invalid(
            Words(
                f"{vehicle.id}\u00a0: ses pauses ne tiennent pas dans sa journée.",
                f"{vehicle.id}: the breaks do not fit in the day.",
            ),
            remedy=Words(
                "Allongez la journée, ou les heures auxquelles une pause peut commencer.",
                "Make the day longer, or the hours at which a break may begin.",
            ),
        )


def _in_order(vehicle: Vehicle) -> list[tuple[int, Break]]:
    """Its breaks with their rank, that which must begin first before the others."""

    def latest(told: tuple[int, Break]) -> int:
        return max((last for _first, last in told[1].windows), default=0)

    return sorted(enumerate(vehicle.breaks), key=latest)


def _solved(problem: Problem, threads: int) -> tuple[list[Route], list[Stop]]:
    import numpy as np
    import vroom  # brings pandas: a request never plans

    skills = {name: rank for rank, name in enumerate(sorted(_skills(problem)))}
    whole = _whole(problem)
    kinds = len(whole)
    asked = vroom.Input()
    # VROOM reads the rows one after the other in memory: what was cut out of a larger matrix may lie by columns.
    for way, seconds in ((ORDINARY, problem.seconds), *problem.others.items()):
        asked.set_durations_matrix(way, np.ascontiguousarray(seconds, dtype=np.uint32))
    asked.add_vehicle(
        [_vehicle(vroom, rank, one, skills, whole) for rank, one in enumerate(problem.vehicles)]
    )
    asked.add_job([_job(vroom, rank, one, skills, kinds) for rank, one in enumerate(problem.stops)])
    solution = asked.solve(exploration_level=_effort(len(problem.stops)), nb_threads=threads)
    told = solution.to_dict()
    left = [problem.stops[one["id"]] for one in told["unassigned"]]
    return [_route(problem, one) for one in told["routes"]], left


def _effort(stops: int) -> int:
    return next((effort for most, effort in EFFORTS if stops <= most), LEAST_EFFORT)


def _skills(problem: Problem) -> set[str]:
    holders: Sequence[Stop | Vehicle] = [*problem.stops, *problem.vehicles]
    return {skill for one in holders for skill in one.skills}


def _windows(vroom: Any, windows: Sequence[tuple[int, int]]) -> list[Any]:
    return [vroom.TimeWindow(first, last) for first, last in sorted(windows)]


def _job(vroom: Any, rank: int, stop: Stop, skills: dict[str, int], kinds: int) -> Any:
    return vroom.Job(
        rank,
        stop.place,
        default_service=stop.service,
        delivery=vroom.Amount(_padded(stop.amount, kinds)),
        skills={skills[name] for name in stop.skills},
        priority=stop.priority,
        time_windows=_windows(vroom, stop.windows),
    )


def _whole(problem: Problem) -> list[int]:
    """Of each kind of amount, that of all stops."""
    kinds = max([len(stop.amount) for stop in problem.stops], default=0)
    return [
        sum(_padded(stop.amount, kinds)[kind] for stop in problem.stops) for kind in range(kinds)
    ]


def _vehicle(
    vroom: Any, rank: int, one: Vehicle, skills: dict[str, int], whole: Sequence[int]
) -> Any:
    pauses = [
        vroom.Break(k, _windows(vroom, pause.windows or [one.window]), pause.duration)
        for k, pause in _in_order(one)
    ]
    return vroom.Vehicle(
        rank,
        start=one.start,
        end=one.end,
        capacity=[one.room(kind, most) for kind, most in enumerate(whole)],
        skills={skills[name] for name in one.skills},
        time_window=vroom.TimeWindow(*one.window),
        breaks=pauses,
        profile=one.way or ORDINARY,
    )


def _padded(amounts: Sequence[int], kinds: int) -> list[int]:
    return [*amounts, *[0] * kinds][:kinds]


def _route(problem: Problem, told: dict[str, Any]) -> Route:
    steps: list[Call | Pause] = []
    for step in told["steps"]:
        if step["type"] == "job":
            stop = problem.stops[step["id"]]
            steps.append(Call(stop.id, step["arrival"], step["waiting_time"]))
        elif step["type"] == "break":
            steps.append(Pause(step["id"], step["arrival"] + step["waiting_time"]))
    first, last = told["steps"][0], told["steps"][-1]
    vehicle = problem.vehicles[told["vehicle"]]
    end = last["arrival"] + last["waiting_time"] + last["service"]
    return Route(vehicle.id, steps, first["arrival"], end, told["duration"])


def _shorter(problem: Problem, route: Route) -> Route:
    """The same stops in a shorter order, when no hour binds them."""
    stops = {stop.id: stop for stop in problem.stops}
    vehicle = next(one for one in problem.vehicles if one.id == route.vehicle)
    called = [stops[call.stop] for call in route.calls]
    if vehicle.breaks or any(stop.windows for stop in called) or len(called) < 2:
        return route
    order = _order(problem, vehicle, called)
    better = _walked(problem, vehicle, [called[rank - 1] for rank in order], route.start)
    return better if better.travel < route.travel else route


def _order(problem: Problem, vehicle: Vehicle, called: Sequence[Stop]) -> Sequence[int]:
    """A few stops in the very shortest order; more of them, when the tour is closed and ways back are alike, in a short one."""
    ranks = [vehicle.start, *(stop.place for stop in called)]
    between = problem.ways(vehicle)
    costs = between[ranks][:, ranks]
    if len(called) <= FEW:
        ending = between[ranks, vehicle.end].tolist() if vehicle.end is not None else None
        return shortest(costs.tolist(), ending or [0] * len(ranks))
    if vehicle.start != vehicle.end or (costs != costs.T).any():
        return range(1, len(ranks))
    return shortened(costs.tolist())[1:]


def _walked(problem: Problem, vehicle: Vehicle, stops: Sequence[Stop], start: int) -> Route:
    """The round that sees stops in this order, none of which has hours."""
    clock, here, travel, calls = start, vehicle.start, 0, []
    between = problem.ways(vehicle)
    for stop in stops:
        way = int(between[here, stop.place])
        clock, travel, here = clock + way, travel + way, stop.place
        calls.append(Call(stop.id, clock))
        clock += stop.service
    back = int(between[here, vehicle.end]) if vehicle.end is not None else 0
    return Route(vehicle.id, calls, start, clock + back, travel + back)


def why(problem: Problem, stop: Stop) -> Why:
    """Why a stop is in no round: what would keep it out were it alone, else that the days are full."""
    able = [one for one in problem.vehicles if stop.skills <= one.skills]
    if not able:
        return Why.SKILLS if problem.vehicles else Why.NOBODY
    if stop.windows == NEVER:
        return Why.SHUT
    able = [one for one in able if _holds(one, stop)]
    if not able:
        return Why.CAPACITY
    times = [_alone(problem, one, stop) for one in able]
    near = [
        (one, first, last) for one, (first, last) in zip(able, times, strict=True) if first <= last
    ]
    if not near:
        return Why.TOO_FAR
    if not any(_open(stop, first, last) for _one, first, last in near):
        return Why.CLOSED
    return Why.FULL if _fits_alone(problem, stop, able) else Why.TOO_FAR


def _fits_alone(problem: Problem, stop: Stop, able: Sequence[Vehicle]) -> bool:
    """Whether somebody could make it the only stop of a day, its breaks taken."""
    ends = [place for one in able for place in (one.start, one.end) if place is not None]
    ranks = sorted({stop.place, *ends})
    at = ranks.index
    alone = Problem(
        problem.seconds[ranks][:, ranks],
        [replace(stop, place=at(stop.place))],
        [
            replace(one, start=at(one.start), end=None if one.end is None else at(one.end))
            for one in able
        ],
        {way: seconds[ranks][:, ranks] for way, seconds in problem.others.items()},
    )
    return bool(_solved(alone, 1)[0])


def _holds(vehicle: Vehicle, stop: Stop) -> bool:
    return all(load <= vehicle.room(kind, load) for kind, load in enumerate(stop.amount))


def _alone(problem: Problem, vehicle: Vehicle, stop: Stop) -> tuple[int, int]:
    """Between which moments somebody could begin it as the only stop of the day, its breaks aside."""
    first, last = vehicle.window
    between = problem.ways(vehicle)
    back = 0 if vehicle.end is None else int(between[stop.place, vehicle.end])
    begins = first + int(between[vehicle.start, stop.place])
    return begins, min(last, HORIZON) - back - stop.service


def _open(stop: Stop, first: int, last: int) -> bool:
    return within(first, stop.windows) or any(first <= opens <= last for opens, _ in stop.windows)
