"""The variance of an estimate over the way its sample was drawn: strata, clusters, share of the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.surveys.estimation import merging
from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
SINGLE = ("merge", "centre", "refuse")


@dataclass(frozen=True, slots=True)
class Design:
    """How a sample was drawn, in codes.

    `psu[i]` is the primary unit of row i (each its own when None), `stratum[p]` the stratum of primary unit p, `share[h]` the part of the
    stratum that was drawn (0 when the population is not known, which overstates the variance a little).
    """

    psu: Codes | None
    stratum: Codes
    share: Array
    centred: bool = False
    merged: tuple[str, ...] = ()

    @property
    def freedom(self) -> int:
        """Degrees of freedom of an interval: primary units less strata."""
        return len(self.stratum) - len(self.share)

    def variance(self, z: Array) -> float:
        """Of Σz, where z holds the weights: Σ_h (1 − f_h)·n_h/(n_h − 1)·Σ(z − z̄_h)² over the primary units."""
        strata = len(self.share)
        sums = z if self.psu is None else np.bincount(self.psu, z, len(self.stratum))
        count = np.bincount(self.stratum, minlength=strata).astype(float)
        mean = np.bincount(self.stratum, sums, strata) / count
        alone = count == 1
        if self.centred:  # from the mean of all, since it has no neighbour
            mean[alone] = sums.mean()
        within = np.bincount(self.stratum, (sums - mean[self.stratum]) ** 2, strata)
        return float(
            ((1 - self.share) * np.where(alone, 1.0, count / np.maximum(count - 1, 1))) @ within
        )


def design(
    rows: int,
    *,
    strata: Sequence[str] | None = None,
    psu: Sequence[str] | None = None,
    population: Array | None = None,
    single: str = "merge",
) -> Design:
    """The design of a sample.

    Args:
        rows: how many answered.
        strata: the stratum of each row; one for all when not given.
        psu: the primary unit of each row, within its stratum; each row its own when not given.
        population: for each row, how many units (primary units, when they are given) its stratum holds.
        single: what is done with a stratum of one primary unit, unless all of it was drawn.

    Raises:
        Invalid: a stratum of one unit under `refuse`, alone of all under any, or larger than its population.
    """
    if single not in SINGLE:
        raise refused(f"single_psu «\u00a0{single}\u00a0» est inconnu", f"single_psu “{single}” is unknown",
                      f"Prenez l’un de\u00a0: {', '.join(SINGLE)}.", f"Take one of: {', '.join(SINGLE)}.")  # fmt: skip
    names, row_stratum = np.unique(_texts(strata, rows), return_inverse=True)
    unit, stratum = _units(row_stratum, psu)
    size = _sizes(names, row_stratum, population)
    count = np.bincount(stratum, minlength=len(names)).astype(float)
    _check(names, count, size)
    alone = (count == 1) & ~(size == 1)
    if not alone.any() or single == "centre":
        return Design(unit, stratum, _shares(count, size), centred=True)
    if single == "refuse" or len(names) == 1:
        raise _alone(str(names[alone][0]), whole=len(names) == 1)
    joined, merged = _joined(names, count, alone)
    together = (np.bincount(joined, of).astype(float) for of in (count, size))
    return Design(unit, joined[stratum], _shares(*together), merged=merged)


def _alone(name: str, *, whole: bool) -> Exception:
    if whole:
        return refused("une seule réponse ne dit rien des autres", "one answer says nothing of the others",
                       "Attendez d’autres réponses.", "Wait for other answers.")  # fmt: skip
    return refused(
        f"la strate «\u00a0{name}\u00a0» n’a qu’une réponse", f"the stratum “{name}” has one answer",
        'Regroupez-la, ou prenez single_psu = "merge".', 'Merge it, or take single_psu = "merge".',
    )  # fmt: skip


def _units(row_stratum: Codes, psu: Sequence[str] | None) -> tuple[Codes | None, Codes]:
    """The primary unit of each row, and the stratum of each unit; a name is its own in each stratum."""
    if psu is None:
        return None, row_stratum
    _, cluster = np.unique(np.asarray(psu, dtype=str), return_inverse=True)
    most = cluster.max() + 1
    pairs, unit = np.unique(row_stratum * most + cluster, return_inverse=True)
    return unit, pairs // most


def _texts(values: Sequence[str] | None, rows: int) -> NDArray[np.str_]:
    return np.full(rows, "") if values is None else np.asarray(values, dtype=str)


def _sizes(names: NDArray[np.str_], row_stratum: Codes, population: Array | None) -> Array:
    """The population of each stratum; infinite when not known."""
    if population is None:
        return np.full(len(names), np.inf)
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(low, row_stratum, population)
    np.maximum.at(high, row_stratum, population)
    if np.any(low != high):
        name = names[low != high][0]
        raise refused(f"la strate «\u00a0{name}\u00a0» a deux effectifs", f"the stratum “{name}” has two populations",
                      "Donnez à ses lignes le même.", "Give its rows one.")  # fmt: skip
    return high


def _check(names: NDArray[np.str_], count: Array, size: Array) -> None:
    if np.any(count > size):
        name = names[count > size][0]
        raise refused(
            f"la strate «\u00a0{name}\u00a0» compte plus de réponses que d’unités", f"the stratum “{name}” counts more answers than units",
            "Vérifiez l’effectif de la base de sondage.", "Check the size of the frame.",
        )  # fmt: skip


def _shares(count: Array, size: Array) -> Array:
    return np.where(np.isinf(size), 0.0, count / size)


def _joined(
    names: NDArray[np.str_], count: Array, alone: NDArray[np.bool_]
) -> tuple[Codes, tuple[str, ...]]:
    """The set of each stratum, once those alone joined a neighbour."""
    sets = merging.neighbours(
        len(names), lambda one: bool(count[one].sum() == 1 and alone[one].all())
    )
    joined = np.zeros(len(names), dtype=np.intp)
    for number, one in enumerate(sets):
        joined[one] = number
    return joined, merging.told(names, sets)
