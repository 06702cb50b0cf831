"""The best whole: needs given to advisers or services, nobody beyond their capacity, the sum of scores greatest.

A transport problem with many rows and few columns. Needs are placed one after the other along the shortest path in a
graph of the columns alone: going from one column to another costs what the cheapest of its needs loses by moving.
Rows are read in their order and ties go to the first column, so that the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NOBODY = -1
_FAR = np.int64(2**40)


def assign(scores: ArrayLike, capacities: Sequence[int], *, least: int = 1) -> list[int]:
    """The column of each row, or -1; below `least` a score is no offer.

    Raises:
        ValueError: the scores are no table of whole numbers with one column a capacity, or are beyond reason.
    """
    table = np.asarray(scores)
    if table.size == 0 and not len(capacities) * len(table):
        return [NOBODY] * len(table)
    if table.ndim != 2 or table.shape[1] != len(capacities) or table.dtype.kind not in "iu":
        raise ValueError("scores: one row a need, one column a capacity, whole numbers")
    if np.abs(table).max() >= _FAR:
        raise ValueError("scores: whole numbers, less than 2**40")
    losses = np.where(table >= least, -table.astype(np.int64), _FAR)
    # One column more, where nobody is: it takes everybody and gains nothing.
    losses = np.hstack([losses, np.zeros((len(losses), 1), dtype=np.int64)])
    room = np.append(np.maximum(np.asarray(capacities, dtype=np.int64), 0), len(losses))
    placed = _Placing(losses, room)
    for row in range(len(losses)):
        placed.add(row)
    nobody = losses.shape[1] - 1
    return [NOBODY if column == nobody else int(column) for column in placed.column]


class _Placing:
    """Who is where, and what it costs to make room."""

    def __init__(self, losses: NDArray[np.int64], room: NDArray[np.int64]) -> None:
        self.losses, self.room = losses, room
        self.column = np.full(len(losses), -1)
        count = losses.shape[1]
        self.members: list[list[int]] = [[] for _ in range(count)]
        # What moving its cheapest need from a column to another loses, and which need that is.
        self.moving = np.full((count, count), 4 * _FAR)
        self.mover = np.full((count, count), -1)

    def add(self, row: int) -> None:
        """Place one more need where the whole loses least."""
        reached, before = self._paths(self.losses[row])
        free = np.array([len(found) for found in self.members]) < self.room
        end = int(np.argmin(np.where(free, reached, 8 * _FAR)))
        touched = {end}
        while (origin := int(before[end])) >= 0:
            moved = int(self.mover[origin, end])
            self.members[origin].remove(moved)
            self._put(moved, end)
            touched.add(origin)
            end = origin
        self._put(row, end)
        for column in touched:
            self._look_again(column)

    def _paths(self, first: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The least loss of reaching each column from the new need, and the column before it (-1: directly)."""
        reached = first.copy()
        before = np.full(len(first), -1)
        for _ in range(len(first)):
            through = reached[:, None] + self.moving
            origin = through.argmin(axis=0)
            shorter = through[origin, np.arange(len(first))]
            better = shorter < reached
            if not better.any():
                break
            before[better] = origin[better]
            reached[better] = shorter[better]
        return reached, before

    def _put(self, row: int, column: int) -> None:
        self.column[row] = column
        self.members[column].append(row)

    def _look_again(self, column: int) -> None:
        """What it now costs to make room in a column that changed."""
        rows = sorted(self.members[column])
        if not rows:
            self.moving[column], self.mover[column] = 4 * _FAR, -1
            return
        losses = self.losses[rows]
        gained = losses - losses[:, [column]]
        first = gained.argmin(axis=0)
        self.moving[column] = gained[first, np.arange(gained.shape[1])]
        self.mover[column] = np.asarray(rows)[first]
        self.moving[column, column] = 4 * _FAR
