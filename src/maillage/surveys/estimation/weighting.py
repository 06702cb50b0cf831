"""Who did not answer, made up for by those like them who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.surveys.estimation import merging
from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
FEWEST = 20
WIDEST = 3.0


@dataclass(frozen=True, slots=True)
class Answered:
    """Weights of those who answered (0 for the others), and which groups had to be put together."""

    weights: Array
    merged: tuple[str, ...]
    groups: tuple[tuple[str, int, float], ...]  # name, answers, factor


def respond(
    d: Array,
    responded: Flags,
    groups: Sequence[str],
    *,
    fewest: int = FEWEST,
    widest: float = WIDEST,
) -> Answered:
    """D · Σd over a group ÷ Σd over its answers, for those who answered.

    A group with fewer than `fewest` answers, or a factor above `widest`, is put together with the next one in
    the order of names (the last with the one before), until each holds or one is left.

    Raises:
        Invalid: nobody answered.
    """
    if not responded.any():
        raise refused("personne n’a répondu", "nobody answered",
                      "Relancez avant d’estimer.", "Remind before estimating.")  # fmt: skip
    names, place = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    asked = np.bincount(place, weights=d, minlength=len(names))
    heard = np.bincount(place, weights=d * responded, minlength=len(names))
    count = np.bincount(place, weights=responded, minlength=len(names))

    def is_thin(one: list[int]) -> bool:
        return bool(count[one].sum() < fewest or asked[one].sum() > widest * heard[one].sum())

    sets = merging.neighbours(len(names), is_thin)
    factor, groups_told = np.zeros(len(names)), []
    for one in sets:
        factor[one] = asked[one].sum() / heard[one].sum()
        groups_told.append(
            (merging.named(names, one), int(count[one].sum()), float(factor[one[0]]))
        )
    return Answered(d * responded * factor[place], merging.told(names, sets), tuple(groups_told))
