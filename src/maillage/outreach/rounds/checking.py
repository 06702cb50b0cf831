"""Whether a plan keeps every promise of its problem, judged without the planner: it walks each round by the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.outreach.rounds.problem import (
    Call,
    Pause,
    Plan,
    Problem,
    Route,
    Stop,
    Vehicle,
    Window,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a plan breaks: `about` is the stop or the adviser."""

    rule: str
    about: Any


def faults(problem: Problem, plan: Plan) -> list[Fault]:
    """Everything that is wrong with a plan; nothing when it can be carried out as it says."""
    stops = {stop.id: stop for stop in problem.stops}
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    found = list(_shared_out(stops, vehicles, plan))
    for route in plan.routes:
        vehicle = vehicles.get(route.vehicle)
        if vehicle is not None and all(call.stop in stops for call in route.calls):
            found += _carried(vehicle, [stops[call.stop] for call in route.calls])
            found += _by_the_clock(problem, vehicle, route, stops)
    return found


def _shared_out(
    stops: dict[Any, Stop], vehicles: dict[Any, Vehicle], plan: Plan
) -> Iterator[Fault]:
    """Each stop is in one round or unassigned, once; each round has an adviser of its own."""
    told = Counter(call.stop for route in plan.routes for call in route.calls)
    told.update(one.stop for one in plan.unassigned)
    yield from (Fault("unknown stop", one) for one in told if one not in stops)
    yield from (Fault("stop told twice", one) for one, count in told.items() if count > 1)
    yield from (Fault("stop left out", one) for one in stops if one not in told)
    drivers = Counter(route.vehicle for route in plan.routes)
    yield from (Fault("unknown vehicle", one) for one in drivers if one not in vehicles)
    yield from (Fault("vehicle told twice", one) for one, count in drivers.items() if count > 1)


def _carried(vehicle: Vehicle, stops: Sequence[Stop]) -> Iterator[Fault]:
    yield from (Fault("skills", stop.id) for stop in stops if not stop.skills <= vehicle.skills)
    for kind in range(max((len(stop.amount) for stop in stops), default=0)):
        load = sum(stop.amount[kind] for stop in stops if kind < len(stop.amount))
        if load > vehicle.room(kind, load):
            yield Fault("capacity", vehicle.id)


def _by_the_clock(
    problem: Problem, vehicle: Vehicle, route: Route, stops: dict[Any, Stop]
) -> list[Fault]:
    """Walk the round: nobody is anywhere sooner than one can, and everything begins when it may."""
    if sorted(pause.rank for pause in route.pauses) != list(range(len(vehicle.breaks))):
        return [Fault("break left out", vehicle.id)]
    walk = _Walk(problem, vehicle, route.start)
    for rank, step in enumerate(route.steps):
        if isinstance(step, Pause):
            after = route.steps[rank + 1 :]
            ahead = [stops[one.stop].place for one in after if isinstance(one, Call)]
            walk.pauses(step, ahead[0] if ahead else vehicle.end)
        else:
            walk.calls(step, stops[step.stop])
    walk.ends(route)
    return walk.wrong


class _Walk:
    """Where an adviser is, when, and how much of the way to the next place is already behind."""

    def __init__(self, problem: Problem, vehicle: Vehicle, start: int) -> None:
        self.between, self.vehicle = problem.ways(vehicle), vehicle
        self.clock, self.here, self.behind, self.travel = start, vehicle.start, 0, 0
        self.wrong: list[Fault] = []
        self.judge(start >= vehicle.window[0], "starts too early", vehicle.id)

    def judge(self, holds: bool, rule: str, about: Any) -> None:
        """Note a rule that does not hold."""
        if not holds:
            self.wrong.append(Fault(rule, about))

    def way(self, place: int | None) -> int:
        """Seconds from here to a place; none to no place."""
        return 0 if place is None else int(self.between[self.here, place])

    def pauses(self, pause: Pause, next_place: int | None) -> None:
        """Take a pause, wherever one then is: the time before it was walked towards the next place."""
        taken = self.vehicle.breaks[pause.rank]
        on_time = pause.start >= self.clock and within(pause.start, taken.windows)
        self.judge(on_time, "break window", self.vehicle.id)
        walked = self.behind + max(0, pause.start - self.clock)
        self.behind = min(walked, self.way(next_place))
        self.clock = pause.start + taken.duration

    def calls(self, call: Call, stop: Stop) -> None:
        """Go to a stop, wait until it opens, do what there is to do."""
        soonest = self.arrives(stop.place)
        self.judge(call.arrival >= soonest, "arrives too early", stop.id)
        begun = call.arrival + call.wait
        self.judge(call.wait >= 0 and within(begun, stop.windows), "window", stop.id)
        self.clock, self.here, self.behind = begun + stop.service, stop.place, 0

    def arrives(self, place: int | None) -> int:
        """The soonest that one is at a place."""
        way = self.way(place)
        self.travel += way
        return self.clock + way - self.behind

    def ends(self, route: Route) -> None:
        """Go home, or stop where one is."""
        soonest = self.arrives(self.vehicle.end)
        self.judge(soonest <= route.end <= self.vehicle.window[1], "ends too late", self.vehicle.id)
        self.judge(route.travel == self.travel, "travel told wrong", self.vehicle.id)


def within(moment: int, windows: Sequence[Window]) -> bool:
    """Whether something may begin then; always, when no window is given."""
    return not windows or any(first <= moment <= last for first, last in windows)
