"""Sets too thin to stand alone, put together with a neighbour in a declared order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def neighbours(number: int, is_thin: Callable[[list[int]], bool]) -> list[list[int]]:
    """The places 0 … number − 1 in sets: a thin one joins the next, the last the one before, until none is
    thin or one is left."""
    sets = [[place] for place in range(number)]
    at = 0
    while at < len(sets):
        if len(sets) == 1 or not is_thin(sets[at]):
            at += 1
            continue
        first = at if at + 1 < len(sets) else at - 1
        sets[first : first + 2] = [sets[first] + sets[first + 1]]
        at = first
    return sets


def told(names: NDArray[np.str_], sets: list[list[int]]) -> tuple[str, ...]:
    """The sets of more than one, by their names."""
    return tuple(named(names, one) for one in sets if len(one) > 1)


def named(names: NDArray[np.str_], one: list[int]) -> str:
    """The name of a set."""
    return " + ".join(str(names[place]) for place in one)
