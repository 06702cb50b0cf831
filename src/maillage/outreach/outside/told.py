"""What a service told of the ways between points: kept with a round, so that another order needs no other question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Point = tuple[float, float]
Cell = int | None
Rows = Sequence[Sequence[Cell]]


def spot(point: Point) -> Point:
    """A point to the metre, by which a way is found again."""
    return round(point[0], 5), round(point[1], 5)


@dataclass(frozen=True, slots=True)
class Ways:
    """Seconds and metres from each point to each other, None where the service knows no way.

    `by` is the service that told them; `silent` the one that was asked and told nothing. Neither: nobody was asked.
    """

    by: str = ""
    silent: str = ""
    points: Sequence[Point] = ()
    seconds: Rows = ()
    metres: Rows = ()

    def ranks(self, points: Sequence[Point]) -> list[int | None]:
        """The row of each point; None for one that was not asked about."""
        known = {tuple(point): rank for rank, point in enumerate(self.points)}
        return [known.get(spot(point)) for point in points]

    def only(self, points: Iterable[Point]) -> Ways:
        """What concerns these points alone."""
        wanted = {spot(point) for point in points}
        kept = [rank for rank, point in enumerate(self.points) if tuple(point) in wanted]
        return Ways(
            self.by,
            self.silent,
            [self.points[rank] for rank in kept],
            [[self.seconds[row][rank] for rank in kept] for row in kept],
            [[self.metres[row][rank] for rank in kept] for row in kept],
        )

    def as_json(self) -> dict[str, Any]:
        """As it is kept; nothing when nobody was asked."""
        return asdict(self) if self.by or self.silent else {}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Ways:
        """As it was kept."""
        points = tuple((lon, lat) for lon, lat in kept.get("points", ()))
        return cls(**dict(kept) | {"points": points})


NOTHING = Ways()
