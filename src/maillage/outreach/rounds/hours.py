"""The hours of a day whose order is chosen: each visit as early as can be, pauses where they cost least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

from maillage.outreach.rounds.problem import (
    Break,
    Call,
    Pause,
    Problem,
    Route,
    Stop,
    Vehicle,
    Window,
)


def timed(problem: Problem, vehicle: Vehicle, order: Sequence[Stop]) -> Route:
    """The round of somebody who sees stops in this order, its pauses placed so that the fewest hours are missed.

    An hour that cannot be kept is missed, never moved: `faults` tells which. Of two places for a pause that miss as
    little, the one that ends the day sooner, then the one that lets visits begin sooner.
    """
    ranked = sorted(enumerate(vehicle.breaks), key=lambda told: _latest(told[1].windows))
    tries = combinations_with_replacement(range(len(order) + 1), len(ranked))
    walks = (_walked(problem, vehicle, _steps(order, ranked, places)) for places in tries)
    best = min(walks, key=lambda walk: (walk.missed, walk.clock, walk.moments))
    return Route(vehicle.id, best.told, vehicle.window[0], best.clock, best.travel)


def _latest(windows: Sequence[Window]) -> int:
    return max((last for _first, last in windows), default=0)


Step = Stop | tuple[int, Break]


def _steps(
    order: Sequence[Stop], ranked: Sequence[tuple[int, Break]], places: Sequence[int]
) -> list[Step]:
    """The stops, each pause before the stop whose rank it was given."""

    def merged() -> Iterator[Step]:
        for rank in range(len(order) + 1):
            yield from (pause for pause, place in zip(ranked, places, strict=True) if place == rank)
            yield from order[rank : rank + 1]

    return list(merged())


@dataclass
class _Walk:
    """Where somebody is, when, how much of the next way is behind, by how much hours were missed.

    `moments` is the sum of those at which visits begin.
    """

    clock: int
    here: int
    behind: int = 0
    travel: int = 0
    missed: int = 0
    moments: int = 0
    told: list[Call | Pause] = field(default_factory=list)

    def begins(self, moment: int, windows: Sequence[Window]) -> int:
        """The first moment at which something may begin; when all are over, at once, and that is counted."""
        if not windows:
            return moment
        opens = [max(moment, first) for first, last in windows if last >= moment]
        self.missed += 0 if opens else moment - _latest(windows)
        return min(opens, default=moment)


def _walked(problem: Problem, vehicle: Vehicle, steps: Sequence[Step]) -> _Walk:
    between = problem.ways(vehicle)
    walk = _Walk(vehicle.window[0], vehicle.start)
    for rank, step in enumerate(steps):
        if isinstance(step, Stop):
            way = int(between[walk.here, step.place])
            arrival = walk.clock + way - walk.behind
            begun = walk.begins(arrival, step.windows)
            walk.told.append(Call(step.id, arrival, begun - arrival))
            walk.clock, walk.here, walk.behind = begun + step.service, step.place, 0
            walk.travel, walk.moments = walk.travel + way, walk.moments + begun
        else:
            ahead = next((one.place for one in steps[rank:] if isinstance(one, Stop)), vehicle.end)
            way = 0 if ahead is None else int(between[walk.here, ahead])
            start = walk.begins(walk.clock, step[1].windows)
            walk.told.append(Pause(step[0], start))
            walk.behind = min(walk.behind + start - walk.clock, way)
            walk.clock = start + step[1].duration
    back = 0 if vehicle.end is None else int(between[walk.here, vehicle.end])
    walk.clock += max(0, back - walk.behind)
    walk.travel += back
    walk.missed += max(0, walk.clock - vehicle.window[1])
    return walk
