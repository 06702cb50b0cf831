"""What a day goes over: the places it leaves from, ends at and calls at, and the ways between them.

Ways are as the crow flies, times a detour, unless a service of routes told them (`outreach.outside`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.accounts.models import Person
from maillage.figures.methods.access import CAR, WALK, Pace, seconds
from maillage.outreach import opening, rounds
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside import NOTHING, Point, Ways
from maillage.register.models import Establishment

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGREED = 100
"""The priority of a firm that expects somebody; of the others, 0."""
HOUR = 3600
PACES = {Going.WALKING: WALK, Going.CAR: CAR}
GOINGS = {pace: going for going, pace in PACES.items()}


@dataclass(frozen=True, slots=True)
class Day:
    """How an adviser's day goes: hours, lunch, how long a visit lasts, how one goes about, from where, to where.

    Without a point to leave from, it begins at whichever firm; without one to end at, it ends at the last one seen.
    A `pause` of 0 is a day without lunch, which else begins between the two hours of `lunch`.
    """

    window: tuple[int, int] = (9 * HOUR, 17 * HOUR + HOUR // 2)
    lunch: tuple[int, int] = (12 * HOUR, 13 * HOUR)
    visit: int = HOUR // 2
    pace: Pace = WALK
    start: Point | None = None
    pause: int = HOUR
    end: Point | None = None


@dataclass(frozen=True, slots=True)
class Outing:
    """Somebody's day out, of those planned together."""

    adviser: Person
    day: Day = Day()


@dataclass(frozen=True)
class Ground:
    """For one way of going: seconds and metres from each place to each other, and which of them a service told."""

    seconds: NDArray[Any]
    metres: NDArray[Any]
    told: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a stop; `is_told`: by a service, not as the crow flies."""

    seconds: int
    metres: int
    is_told: bool


@dataclass(frozen=True)
class Terrain:
    """What is asked of the planner, and the grounds it lies on, by the name of the way (`rounds.Vehicle.way`)."""

    problem: rounds.Problem
    grounds: Mapping[str, Ground]

    def legs(self, route: rounds.Route) -> list[Leg]:
        """The way to each stop of a round."""
        vehicle = next(one for one in self.problem.vehicles if one.id == route.vehicle)
        there = {one.id: one.place for one in self.problem.stops}
        ground, here, legs = self.grounds[vehicle.way], vehicle.start, []
        for call in route.calls:
            at = here, there[call.stop]
            legs.append(Leg(int(ground.seconds[at]), int(ground.metres[at]), bool(ground.told[at])))
            here = at[1]
        return legs


def terrain_of(
    outings: Sequence[Outing],
    held: Sequence[tuple[Establishment, int | None]],
    points: Mapping[int, Point],
    agreed: Mapping[int, int],
    ways: Mapping[Pace, Ways] | None = None,
    open_on: Mapping[int, opening.Day] | None = None,
) -> Terrain:
    """What is asked of the planner: places are those that days leave from and end at, then the firms.

    Each firm comes with the adviser to whom it is given, if any. An hour agreed wins over those at which it is open.
    """
    ends = [end for one in outings for end in (one.day.start, one.day.end)]
    firms = [points[firm.pk] for firm, _holder in held]
    anywhere = firms[0] if firms else (0.0, 0.0)
    there = [end or anywhere for end in ends] + firms
    free = [rank for rank, end in enumerate(ends) if end is None]
    paces = list(dict.fromkeys(one.day.pace for one in outings))
    names = ["", *(str(rank) for rank in range(1, len(paces)))]
    way = dict(zip(paces, names, strict=True))
    grounds = {way[pace]: _ground(there, free, pace, (ways or {}).get(pace, NOTHING)) for pace in paces}  # fmt: skip
    visit = outings[0].day.visit
    mine = {one.adviser.pk for one in outings}
    stops = [
        rounds.Stop(
            str(firm.key),
            rank,
            visit,
            windows=_windows(agreed.get(firm.pk), (open_on or {}).get(firm.pk), visit),
            skills=frozenset({str(holder)} if holder in mine else ()),
            priority=AGREED if firm.pk in agreed else 0,
        )
        for rank, (firm, holder) in enumerate(held, start=len(ends))
    ]
    team = [_vehicle(one, 2 * rank, way[one.day.pace]) for rank, one in enumerate(outings)]
    others = {name: grounds[name].seconds for name in names[1:]}
    return Terrain(rounds.Problem(grounds[""].seconds, stops, team, others), grounds)


def _ground(there: Sequence[Point], free: Sequence[int], pace: Pace, ways: Ways) -> Ground:
    """As the crow flies, then what a service told; from a place that is nowhere in particular, everything is at hand."""
    import numpy as np

    between = seconds(there, pace)
    metres = np.rint(between * (pace.kmh / 3.6)).astype(np.int64)
    told = np.zeros(between.shape, dtype=bool)
    rows = {place: rank for place, rank in enumerate(ways.ranks(there)) if rank is not None}
    if rows:
        here, kept = (np.ix_(some, some) for some in (list(rows), list(rows.values())))
        for laid, cells in ((between, ways.seconds), (metres, ways.metres)):
            given = np.array([[-1 if one is None else one for one in row] for row in cells])[kept]
            laid[here] = np.where(given < 0, laid[here], given)
            told[here] = given >= 0
    for laid, nowhere in ((between, 0), (metres, 0), (told, True)):
        laid[free, :] = nowhere
        laid[:, free] = nowhere
    return Ground(between, metres, told)


def _windows(agreed: int | None, day: opening.Day | None, visit: int) -> Sequence[rounds.Window]:
    return opening.windows(day, visit) if agreed is None else ((agreed, agreed),)


def _vehicle(outing: Outing, start: int, way: str) -> rounds.Vehicle:
    day = outing.day
    return rounds.Vehicle(
        outing.adviser.email,
        start,
        None if day.end is None else start + 1,
        day.window,
        skills=frozenset({str(outing.adviser.pk)}),
        breaks=[rounds.Break(day.pause, [day.lunch])] if day.pause else [],
        way=way,
    )
