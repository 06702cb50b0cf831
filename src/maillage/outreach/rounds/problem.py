"""What a round is planned from, and what a plan says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

Window = tuple[int, int]
"""Seconds between which something begins, both included."""
ALWAYS: tuple[Window, ...] = ()
HORIZON = 10**7  # seconds, about four months: the latest moment that a plan may tell
NEVER: tuple[Window, ...] = ((HORIZON + 1, HORIZON + 1),)
"""Of a stop that is shut all day: later than any plan tells."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to make: where (a rank of `Problem.seconds`), how long, when it may begin, by whom.

    `priority` goes from 0 to 100: when all do not fit, the plan keeps those whose sum is the greatest.
    """

    id: Any
    place: int
    service: int = 0
    windows: Sequence[Window] = ALWAYS
    skills: frozenset[str] = frozenset()
    priority: int = 0
    amount: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """A pause, lunch most often: how long, and when it may begin."""

    duration: int
    windows: Sequence[Window] = ALWAYS


@dataclass(frozen=True, slots=True)
class Vehicle:
    """An adviser's day: from where, to where (None: it ends at the last stop), between which hours.

    `capacity` is how much of each kind of amount; None where nothing limits it. `way` names the matrix of the problem
    by which they go, when it is not the ordinary one.
    """

    id: Any
    start: int
    end: int | None = None
    window: Window = (0, HORIZON)
    skills: frozenset[str] = frozenset()
    capacity: Sequence[int] | None = None
    breaks: Sequence[Break] = ()
    way: str = ""

    def room(self, kind: int, unlimited: int) -> int:
        """How much of a kind of amount it takes: nothing of one it does not speak of."""
        if self.capacity is None:
            return unlimited
        return self.capacity[kind] if kind < len(self.capacity) else 0


@dataclass(frozen=True)
class Problem:
    """Stops, advisers, and the seconds from each place to each other (not always those of the way back).

    `others` holds the seconds of those who go otherwise, under the name of their way.
    """

    seconds: NDArray[Any]
    stops: Sequence[Stop]
    vehicles: Sequence[Vehicle]
    others: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def ways(self, vehicle: Vehicle) -> NDArray[Any]:
        """The seconds from each place to each other, as this adviser goes."""
        return self.others[vehicle.way] if vehicle.way else self.seconds


class Why(StrEnum):
    """Why a stop is in no round."""

    NOBODY = "no_vehicle"
    SKILLS = "skills"
    CAPACITY = "capacity"
    TOO_FAR = "too_far"
    SHUT = "closed_day"
    CLOSED = "closed"
    FULL = "no_room"

    @property
    def words(self) -> Words:
        """The reason, for whoever reads the plan."""
        return WORDS[self]


WORDS: Mapping[Why, Words] = {
    Why.NOBODY: Words("personne ne fait de tournée ce jour-là", "nobody is on a round that day"),
    Why.SKILLS: Words(
        "personne n’a les compétences demandées", "nobody has the skills it asks for"
    ),
    Why.CAPACITY: Words("plus que personne ne peut prendre", "more than anybody can take"),
    Why.TOO_FAR: Words(
        "ne tient dans la journée de personne, même seule",
        "does not fit in anybody's day, even alone",
    ),
    Why.SHUT: Words("fermée ce jour-là", "closed that day"),
    Why.CLOSED: Words(
        "fermée à toute heure où quelqu’un peut y être", "closed whenever somebody could be there"
    ),
    Why.FULL: Words(
        "les journées sont pleines des autres visites", "the days are full of other visits"
    ),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A stop in a round: when one gets there, and how long one waits before it may begin."""

    stop: Any
    arrival: int
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A break as it is taken: which one of the adviser's, and when it begins."""

    rank: int
    start: int


@dataclass(frozen=True, slots=True)
class Route:
    """One adviser's day: its calls and its pauses in their order, when it leaves and when it is over."""

    vehicle: Any
    steps: Sequence[Call | Pause]
    start: int
    end: int
    travel: int

    @property
    def calls(self) -> list[Call]:
        """The stops it makes."""
        return [step for step in self.steps if isinstance(step, Call)]

    @property
    def pauses(self) -> list[Pause]:
        """The breaks it takes."""
        return [step for step in self.steps if isinstance(step, Pause)]


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A stop that is in no round, and why."""

    stop: Any
    why: Why


@dataclass(frozen=True)
class Plan:
    """The rounds of those who have one, and what found no room."""

    routes: Sequence[Route]
    unassigned: Sequence[Unassigned] = field(default_factory=tuple)

    @property
    def travel(self) -> int:
        """Seconds on the way, of all."""
        return sum(route.travel for route in self.routes)

    def lines(
        self,
        called: Callable[[Any], object] = str,
        because: Callable[[Unassigned], object] = lambda one: one.why.words,
    ) -> str:
        """The plan in words: a line for each round, then one for each call; `called` names a stop, `because` says why it is in none."""
        told = []
        for route in self.routes:
            hours = f"{_hour(route.start)}–{_hour(route.end)}"
            told.append(f"{route.vehicle}  {hours}  {len(route.calls)}  {_hour(route.travel)}")
            told += [
                f"  {_hour(one.arrival + one.wait)}  {called(one.stop)}" for one in route.calls
            ]
        told += [f"–  {called(one.stop)}: {because(one)}" for one in self.unassigned]
        return "\n".join(told)

    def as_json(self) -> dict[str, Any]:
        """The plan as a file tells it."""
        return {
            "total_travel_s": self.travel,
            "routes": [
                {
                    "vehicle": route.vehicle,
                    "stops": [
                        {"id": one.stop, "arrival_s": one.arrival, "wait_s": one.wait}
                        for one in route.calls
                    ],
                    "start_s": route.start,
                    "end_s": route.end,
                    "travel_s": route.travel,
                    "breaks": [{"rank": one.rank, "start_s": one.start} for one in route.pauses],
                }
                for route in self.routes
            ],
            "unassigned": [{"id": one.stop, "reason": one.why.value} for one in self.unassigned],
        }


def _hour(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
