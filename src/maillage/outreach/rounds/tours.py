"""A closed tour made shorter: two sides exchanged, a few stops moved, a shake now and then (Or, 1976; Lin and Kernighan's candidate lists)."""

from __future__ import annotations

import random
from collections.abc import Sequence

NEAR = 10
SHAKES = 60  # for each stop
Costs = Sequence[Sequence[int]]


def shortened(costs: Costs, *, seed: int = 1, shakes: int = SHAKES) -> list[int]:
    """An order of all ranks, from 0, whose closed tour is short; costs are the same both ways.

    The published shortest tours of 22 and 51 places are found (the tests say which); the same seed gives the same.
    """
    count = len(costs)
    chance = random.Random(seed)  # noqa: S311 -- a search, not a secret
    near = [
        sorted((k for k in range(count) if k != one), key=costs[one].__getitem__)[:NEAR]
        for one in range(count)
    ]
    best = _improved(_nearest(costs), costs, near, range(count))
    length = tour_length(best, costs)
    for _shake in range(shakes * count if count > 4 else 0):
        tour, touched = _shaken(best, chance)
        tour = _improved(tour, costs, near, touched)
        found = tour_length(tour, costs)
        if found <= length:
            best, length = tour, found
    start = best.index(0)
    return best[start:] + best[:start]


def shortest(costs: Costs, ending: Sequence[int]) -> list[int]:
    """The shortest order of a few ranks from 1, leaving from 0; `ending` is what it costs to end at each rank.

    Every set of stops by its last one (Held and Karp, 1962): for eight stops, two thousand sums.
    """
    ranks = range(1, len(costs))
    best = {(1 << one, one): (costs[0][one], [one]) for one in ranks}
    for _more in ranks[1:]:
        longer: dict[tuple[int, int], tuple[int, list[int]]] = {}
        for (seen, last), (cost, order) in best.items():
            for one in ranks:
                if not seen >> one & 1:
                    key, found = (seen | 1 << one, one), cost + costs[last][one]
                    if key not in longer or found < longer[key][0]:
                        longer[key] = (found, [*order, one])
        best = longer
    return min(best.values(), key=lambda told: (told[0] + ending[told[1][-1]], told[1]))[1]


def tour_length(order: Sequence[int], costs: Costs) -> int:
    """From each to the next, and back."""
    return sum(costs[order[rank - 1]][order[rank]] for rank in range(len(order)))


def _nearest(costs: Costs) -> list[int]:
    left, tour = set(range(1, len(costs))), [0]
    while left:
        tour.append(min(left, key=lambda one: (costs[tour[-1]][one], one)))
        left.remove(tour[-1])
    return tour


def _shaken(tour: list[int], chance: random.Random) -> tuple[list[int], list[int]]:
    """Two stretches next to each other change places, which no exchange of two sides undoes."""
    count = len(tour)
    turn = chance.randrange(count)
    tour = tour[turn:] + tour[:turn]
    reach = min(count - 1, 50)
    first, second, third = sorted(chance.sample(range(1, reach + 1), 3))
    touched = [tour[k] for k in (0, first - 1, first, second - 1, second, third - 1, third % count)]
    return tour[:first] + tour[second:third] + tour[first:second] + tour[third:], touched


def _improved(
    tour: list[int], costs: Costs, near: Sequence[Sequence[int]], touched: Sequence[int]
) -> list[int]:
    """No exchange of two sides nor move of up to three stops shortens it around what was touched."""
    at = [0] * len(tour)
    for rank, one in enumerate(tour):
        at[one] = rank
    waiting = list(touched)
    while waiting:
        one = waiting.pop()
        changed = _exchanged(tour, at, costs, near, one) or _moved(tour, at, costs, near, one)
        if changed:
            waiting += changed
    return tour


def _exchanged(
    tour: list[int], at: list[int], costs: Costs, near: Sequence[Sequence[int]], one: int
) -> list[int]:
    """Exchange a side of `one` for one to a near stop; who was touched, nobody when nothing is gained."""
    count = len(tour)
    for step in (1, -1):
        after = tour[(at[one] + step) % count]
        side = costs[one][after]
        for other in near[one]:
            gain = side - costs[one][other]
            if gain <= 0:
                break
            beyond = tour[(at[other] + step) % count]
            if gain + costs[other][beyond] - costs[after][beyond] > 0:
                ends = (after, other) if step == 1 else (one, beyond)
                _turn(tour, at, at[ends[0]], at[ends[1]])
                return [one, after, other, beyond]
    return []


def _moved(
    tour: list[int], at: list[int], costs: Costs, near: Sequence[Sequence[int]], one: int
) -> list[int]:
    """Move the one to three stops that begin with `one` beside a near stop, turned as fits best."""
    count = len(tour)
    for long in range(1, min(4, count - 2)):
        first = at[one]
        last = (first + long - 1) % count
        end = tour[last]
        before, after = tour[first - 1], tour[(last + 1) % count]
        freed = costs[before][one] + costs[end][after] - costs[before][after]
        inside = {tour[(first + k) % count] for k in range(long)}
        for other in near[one]:
            if costs[one][other] >= freed:
                break
            if other in inside:
                continue
            for step in (1, -1):
                beside = tour[(at[other] + step) % count]
                if beside in inside:
                    continue
                added = costs[other][one] + costs[end][beside] - costs[other][beside]
                if added < freed:
                    _put(tour, at, (first, long), other, step)
                    return [before, after, one, end, other, beside]
    return []


def _put(tour: list[int], at: list[int], stretch: tuple[int, int], other: int, step: int) -> None:
    """Take a stretch out and lay it beside a stop, its first stop next to it."""
    first, long = stretch
    count = len(tour)
    taken = [tour[(first + k) % count] for k in range(long)]
    rest = [tour[(first + long + k) % count] for k in range(count - long)]
    place = rest.index(other)
    tour[:] = (
        rest[: place + 1] + taken + rest[place + 1 :]
        if step == 1
        else rest[:place] + taken[::-1] + rest[place:]
    )
    for rank, one in enumerate(tour):
        at[one] = rank


def _turn(tour: list[int], at: list[int], first: int, last: int) -> None:
    """Turn round the stretch from a rank to another, or what lies outside it, whichever is shorter."""
    count = len(tour)
    long = (last - first) % count + 1
    if 2 * long > count:
        first, last, long = (last + 1) % count, (first - 1) % count, count - long
    for _half in range(long // 2):
        tour[first], tour[last] = tour[last], tour[first]
        at[tour[first]], at[tour[last]] = first, last
        first, last = (first + 1) % count, (last - 1) % count
