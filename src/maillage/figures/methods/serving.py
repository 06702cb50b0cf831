"""How trades serve communes: what each has, how far the nearest is, what chance would give, what it reaches.

All is measured once, on tables with a commune a line and a trade a column; where nothing is known stands NaN.
`underserved` then judges, as often as thresholds are moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.figures.methods.access import CAR, Points, floating_catchment, nearest, within
from maillage.figures.methods.small_numbers import marshall
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATCHMENT = ((CAR.kilometres(10), 1.0),)
"""Who shares an establishment when nothing else is asked: those within ten minutes by car, all alike."""
PER = 10_000  # inhabitants, as density is told


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune: its code, where its centre stands, how many live there; None where it is not known."""

    code: str
    at: tuple[float, float] | None
    people: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """An establishment: the commune it is in, and where; without a point it stands at its commune's centre.

    Those of communes around may be given too: they count in none of the communes, and are walked to all the same.
    """

    commune: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of each trade in each commune."""

    communes: tuple[str, ...]
    trades: tuple[str, ...]
    people: NDArray[Any]
    present: NDArray[Any]  # establishments in the commune
    kilometres: NDArray[Any]  # from its centre to the nearest, wherever it is
    expected: NDArray[Any]  # establishments it would have at the rate of the whole
    density: NDArray[Any]  # for 10 000 inhabitants, drawn towards the whole (Marshall)
    access: NDArray[Any]  # two-step floating catchment, for 10 000 inhabitants
    placeless: Mapping[str, int]  # of each trade, the establishments that could be set nowhere

    def nobody(self) -> NDArray[Any]:
        """The communes where nobody lives: nobody there is to be served."""
        empty: NDArray[Any] = self.people == 0
        return empty

    def unheard(self) -> NDArray[Any]:
        """The trades of which there is no establishment at all: rather a gap in what was given than one in France."""
        import numpy as np

        silent: NDArray[Any] = ~self.present.any(axis=0) & np.isnan(self.kilometres).all(axis=0)
        return silent


def measure(
    communes: Sequence[Commune],
    places: Mapping[str, Sequence[Place]],
    catchment: Sequence[tuple[float, float]] = CATCHMENT,
) -> Measured:
    """What each commune has of each trade and how near, with `catchment` as bands (kilometres, weight).

    Raises:
        Invalid: a commune is told twice, or with a negative population.
    """
    import numpy as np

    rank = {commune.code: n for n, commune in enumerate(communes)}
    people = np.array([np.nan if c.people is None else c.people for c in communes], dtype=float)
    _check(len(rank) == len(communes), "une commune dite deux fois", "a commune told twice")
    _check(not (people < 0).any(), "une population négative", "a negative population")
    lived = np.where(people > 0, people, 0.0)
    located = [n for n, commune in enumerate(communes) if commune.at]
    here = [at for commune in communes if (at := commune.at)]
    shape = (len(communes), len(places))
    present, kilometres, access = np.zeros(shape), np.full(shape, np.nan), np.full(shape, np.nan)
    placeless = {}
    for column, (trade, told) in enumerate(places.items()):
        inside = [rank[place.commune] for place in told if place.commune in rank]
        np.add.at(present[:, column], inside, 1)
        points = [at for place in told if (at := _where(place, communes, rank))]
        placeless[trade] = len(told) - len(points)
        if points and here:
            kilometres[located, column] = nearest(here, {trade: points})[trade]
            access[located, column] = _offered(here, lived[located], points, catchment)
    access[lived == 0] = np.nan
    expected, density = _by_chance(present, lived)
    return Measured(
        tuple(rank), tuple(places), people, present, kilometres,
        expected, density * PER, access * PER, placeless,
    )  # fmt: skip


def _where(
    place: Place, communes: Sequence[Commune], rank: Mapping[str, int]
) -> tuple[float, float] | None:
    """Where it stands, or the centre of its commune."""
    if place.at or place.commune not in rank:
        return place.at
    return communes[rank[place.commune]].at


def _offered(
    here: Points, lived: NDArray[Any], points: Points, catchment: Sequence[tuple[float, float]]
) -> list[float]:
    """The floating catchment of one trade; an establishment that nobody here reaches serves others."""
    reached = within(here, points, catchment)
    return floating_catchment(reached, lived.tolist(), [1.0] * len(points), beyond=True)


def _by_chance(present: NDArray[Any], lived: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """What each commune would have at the rate of the whole, and its rate drawn towards it; both where somebody lives."""
    import numpy as np

    inhabited = (lived > 0)[:, None]
    counted = np.where(inhabited, present, 0)
    total = lived.sum()
    rate = counted.sum(axis=0) / total if total else counted.sum(axis=0)
    expected = np.where(inhabited, lived[:, None] * rate, np.nan)
    density = np.full(present.shape, np.nan)
    for column, counts in enumerate(counted.T):
        density[:, column] = marshall(counts, lived)
    return expected, density


def _check(held: bool, fr: str, en: str) -> None:
    if not held:
        raise Invalid(
            Words(f"Communes\u00a0: {fr}.", f"Communes: {en}."),
            remedy=Words(
                "Donnez chaque commune une fois, avec son centre et ses habitants où ils sont connus.",
                "Give each commune once, with its centre and its people where they are known.",
            ),
        )
