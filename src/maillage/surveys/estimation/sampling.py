"""Whom to ask: how many in each stratum of the frame, and which ones, by a draw anybody can make again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.surveys.estimation.refusing import refused

ALLOCATIONS = ("proportional", "neyman", "equal")
DRAWS = ("simple", "systematic")


@dataclass(frozen=True, slots=True)
class Drawing:
    """How many to draw, shared out how, drawn how; `spread` names the column whose deviation Neyman's share takes."""

    size: int
    allocation: str = "proportional"
    minimum: int = 0
    method: str = "simple"
    spread: str = ""


def allocate(
    population: Sequence[int], drawing: Drawing, deviation: Sequence[float] | None = None
) -> list[int]:
    """How many to draw in each stratum: whole numbers that sum to the size, none above its population.

    The shares are proportional to the population, to population × deviation (Neyman) or equal; what a full
    stratum cannot give goes to the others; remainders go to the largest fractions, then to the first.

    Raises:
        Invalid: the size is more than the frame holds, or less than the minimum of each stratum.
    """
    size, strata = drawing.size, len(population)
    if drawing.allocation not in ALLOCATIONS or drawing.method not in DRAWS:
        every = ", ".join((*ALLOCATIONS, *DRAWS))
        raise refused("ce tirage est inconnu", "this draw is unknown",
                      f"Prenez l’un de\u00a0: {every}.", f"Take one of: {every}.")  # fmt: skip
    if size > sum(population) or size < 1:
        raise refused(
            f"{size} unités ne peuvent pas être tirées parmi {sum(population)}", f"{size} units cannot be drawn among {sum(population)}",
            "Tirez-en moins, ou élargissez la base de sondage.", "Draw fewer, or widen the frame.",
        )  # fmt: skip
    least = [min(drawing.minimum, count) for count in population]
    if sum(least) > size:
        raise refused(
            f"un minimum de {drawing.minimum} dans {strata} strates demande {sum(least)} unités", f"a minimum of {drawing.minimum} in {strata} strata asks for {sum(least)} units",
            "Baissez le minimum, ou tirez-en plus.", "Lower the minimum, or draw more.",
        )  # fmt: skip
    return _shared(size, least, list(population), _weights(population, drawing, deviation))


def _weights(
    population: Sequence[int], drawing: Drawing, deviation: Sequence[float] | None
) -> list[float]:
    if drawing.allocation == "equal":
        return [1.0] * len(population)
    if drawing.allocation == "neyman":
        if deviation is None or not any(deviation):
            raise refused(
                "la répartition de Neyman demande une colonne qui varie", "Neyman’s allocation asks for a column that varies",
                'Nommez-la\u00a0: spread = "colonne".', 'Name it: spread = "column".',
            )  # fmt: skip
        return [count * spread for count, spread in zip(population, deviation, strict=True)]
    return [float(count) for count in population]


def _shared(size: int, least: list[int], most: list[int], weights: list[float]) -> list[int]:
    """Numbers between `least` and `most` that sum to `size`, near their weights."""
    fixed: dict[int, int] = {}
    free = list(range(len(most)))
    while True:
        left = size - sum(fixed.values())
        weight = sum(weights[one] for one in free)
        share = {one: left * weights[one] / weight if weight else left / len(free) for one in free}
        over = [one for one in free if share[one] > most[one]]
        under = [one for one in free if share[one] < least[one]]
        if not over and not under:
            break
        # The side that binds more is settled first; the others are shared out again.
        excess = sum(share[one] - most[one] for one in over)
        lack = sum(least[one] - share[one] for one in under)
        settled, bound = (over, most) if excess >= lack else (under, least)
        for one in settled:
            fixed[one] = bound[one]
            free.remove(one)
        if not free:
            break
    return _rounded(size, fixed, {one: share[one] for one in free}, most)


def _rounded(
    size: int, fixed: dict[int, int], share: dict[int, float], most: list[int]
) -> list[int]:
    found = {**fixed, **{one: int(value) for one, value in share.items()}}
    order = sorted(share, key=lambda one: (-(share[one] - int(share[one])), one))
    for one in [*order, *range(len(most))]:
        if sum(found.values()) == size:
            break
        if found[one] < most[one]:
            found[one] += 1
    return [found[one] for one in range(len(most))]


def deviations(strata: Sequence[Sequence[float]]) -> list[float]:
    """The standard deviation of a column in each stratum; 0 in one of a single unit."""
    return [float(np.std(values, ddof=1)) if len(values) > 1 else 0.0 for values in strata]


def draw(units: Sequence[int], number: int, method: str, seed: str) -> list[int]:
    """`number` of the units of a stratum, in the order they stand in; the same for the same seed.

    A simple draw takes any; a systematic one every N/n-th from a drawn start, so that a frame sorted by place or
    size is covered evenly.
    """
    chance = random.Random(seed)  # noqa: S311 -- a draw that must be made again, not a secret
    if method == "systematic":
        step = len(units) / number if number else 0.0
        start = chance.random() * step
        return [units[min(int(start + step * place), len(units) - 1)] for place in range(number)]
    return [units[place] for place in sorted(chance.sample(range(len(units)), number))]
