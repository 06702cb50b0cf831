"""How near a trade is: distance to the nearest establishment, and what of it there is for each inhabitant.

Points are (longitude, latitude) in degrees. Distances are kilometres along the great circle, on a sphere of the
Earth's mean radius: right to five thousandths anywhere, overseas départements too. Two points of the sphere are as
near as the chord between them is short, so a k-d tree of their unit vectors finds the same neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

RADIUS_KM = 6371.0088  # the mean radius of the Earth (IUGG)
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How one travels: the way is `detour` times as long as the crow flies, at so many kilometres an hour.

    No network of streets is at hand: times are orders of magnitude, and both numbers parameters.
    """

    detour: float
    kmh: float

    def minutes(self, kilometres: float) -> float:
        """How long it takes to go so far as the crow flies."""
        return kilometres * self.detour / self.kmh * 60

    def kilometres(self, minutes: float) -> float:
        """How far one gets, as the crow flies."""
        return minutes / 60 * self.kmh / self.detour


WALK = Pace(1.3, 4.5)
CAR = Pace(1.4, 25)


@dataclass(frozen=True, slots=True)
class Reached:
    """Who reaches what, one line a pair: the rank of a place, that of a point, and with what weight.

    The weight is 1 within the catchment, or less in its farther bands.
    """

    places: NDArray[Any]
    points: NDArray[Any]
    weights: NDArray[Any]

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int, float]]) -> Reached:
        """The pairs (place, point, weight) drawn by hand."""
        import numpy as np

        places, points, weights = zip(*pairs, strict=True) if pairs else ((), (), ())
        return cls(np.array(places, dtype=int), np.array(points, dtype=int), np.array(weights, dtype=float))  # fmt: skip


def seconds(points: Points, pace: Pace = WALK) -> NDArray[Any]:
    """Whole seconds from each point to each other."""
    import numpy as np
    from scipy.spatial.distance import cdist

    there = _sphere(points)
    told: NDArray[Any] = np.rint(_kilometres(cdist(there, there)) * pace.minutes(1) * 60)
    return told.astype(np.int64)


def nearest(here: Points, places: Mapping[str, Points]) -> dict[str, list[float | None]]:
    """From each point, the kilometres to the nearest place of each trade; None where there is none at all."""
    from scipy.spatial import cKDTree

    told: dict[str, list[float | None]] = {}
    for trade, points in places.items():
        if not points or not here:
            told[trade] = [None] * len(here)
            continue
        chord, _rank = cKDTree(_sphere(points)).query(_sphere(here))
        told[trade] = _kilometres(chord).tolist()
    return told


def within(here: Points, places: Points, bands: Sequence[tuple[float, float]]) -> Reached:
    """Who reaches each place: the points in each band (kilometres, weight), the nearest band first."""
    import numpy as np
    from scipy.spatial import cKDTree

    limits = sorted(bands)
    _check(bool(limits) and limits[0][0] >= 0, "un rayon négatif, ou aucun", "a negative radius, or none")  # fmt: skip
    if not here or not places:
        return Reached.of([])
    farthest = limits[-1][0]
    pairs = cKDTree(_sphere(places)).sparse_distance_matrix(
        cKDTree(_sphere(here)), _chord(farthest) * (1 + 1e-9), output_type="ndarray"
    )
    far = _kilometres(pairs["v"])
    band = np.searchsorted([limit for limit, _ in limits], far, side="left")
    near = band < len(limits)
    order = np.lexsort((pairs["j"][near], pairs["i"][near]))
    weights = np.array([weight for _, weight in limits])[band[near]]
    return Reached(pairs["i"][near][order], pairs["j"][near][order], weights[order])


def floating_catchment(
    reached: Reached, demand: Sequence[float], supply: Sequence[float], *, beyond: bool = False
) -> list[float]:
    """Two-step floating catchment: what each place offers for each inhabitant who reaches it, summed where they live.

    Step one, R_j = S_j / Σ w·P over who reaches place j; step two, A_i = Σ w·R_j over the places that point i
    reaches (Luo and Wang, 2003; weights after Luo and Qi, 2009). `beyond`: an offer that nobody here reaches
    serves people elsewhere and is left out; otherwise it would be lost without a word, and is refused.

    Raises:
        Invalid: a value is negative or no number, a pair is of an unknown rank, or an offer reaches nobody.
    """
    import numpy as np

    people, stock = np.asarray(demand, dtype=float), np.asarray(supply, dtype=float)
    _check(all(np.all(np.isfinite(of) & (of >= 0)) for of in (people, stock, reached.weights)),
           "des valeurs négatives ou qui manquent", "values that are negative, or missing")  # fmt: skip
    _check(_ranks(reached.places, len(stock)) and _ranks(reached.points, len(people)),
           "un rang inconnu", "an unknown rank")  # fmt: skip
    load = np.bincount(
        reached.places, reached.weights * people[reached.points], minlength=len(stock)
    )
    lost = (load == 0) & (stock > 0)
    _check(beyond or not lost.any(), "une offre que personne n’atteint", "an offer that nobody reaches")  # fmt: skip
    ratio = np.divide(stock, load, out=np.zeros_like(stock), where=load > 0)
    offered: list[float] = np.bincount(
        reached.points, reached.weights * ratio[reached.places], minlength=len(people)
    ).tolist()
    return offered


def _degrees(points: Points) -> NDArray[Any]:
    import numpy as np

    flat = np.asarray(points, dtype=float).reshape(-1, 2)
    there = np.isfinite(flat).all() and (np.abs(flat) <= (180, 90)).all()
    _check(bool(there), "des points hors de la Terre", "points that are nowhere on Earth")
    return flat


def _sphere(points: Points) -> NDArray[Any]:
    """Unit vectors."""
    import numpy as np

    x, y = np.radians(_degrees(points)).T
    return np.column_stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)))


def _kilometres(chord: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    arc: NDArray[Any] = 2 * RADIUS_KM * np.arcsin(np.minimum(1, chord / 2))
    return arc


def _chord(kilometres: float) -> float:
    from math import pi, sin

    return 2 * sin(min(kilometres / RADIUS_KM, pi) / 2)


def _ranks(ranks: NDArray[Any], total: int) -> bool:
    return not len(ranks) or (int(ranks.min()) >= 0 and int(ranks.max()) < total)


def _check(held: bool, fr: str, en: str) -> None:
    if not held:
        raise Invalid(
            Words(f"Accès\u00a0: {fr}.", f"Access: {en}."),
            remedy=Words(
                "Donnez des points en degrés, des nombres positifs et des lieux que l’on atteint.",
                "Give points in degrees, positive numbers, and places within reach.",
            ),
        )
