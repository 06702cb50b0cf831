"""Tables too large for one program: demand after demand at the least cost, then what turns out needless is shown.

Each demand (a hidden value must be able to lie so much higher, or lower) keeps a *witness*: the moves of a few hidden
cells, under all sums, that an attacker must believe possible. To show a cell again, only the demands whose witness
moves it look for another one; nobody asks the others again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from math import log1p
from typing import Any

from maillage.figures.protection.attack import scale_of
from maillage.figures.protection.programs import INFINITE, Program
from maillage.figures.protection.rules import HIDDEN, SECONDARY, SHOWN, Rules
from maillage.figures.protection.tables import Key, Table

Tell = Callable[[str, int, int], None]
"""What is being done, how many are done, of how many."""
_STILL = 1e-7
_SLIGHT = 1e-3  # what moving a hidden cell costs: little, so that witnesses move few of them


def costs_of(
    table: Table, statuses: Mapping[Key, str], frozen: Collection[Key]
) -> list[float | None]:
    """What hiding each cell costs: log(1 + value), nothing when it is hidden already, None when it cannot be."""
    costs: list[float | None] = []
    for key, cell in table.cells.items():
        if statuses[key] in HIDDEN:
            costs.append(0.0)
        else:
            costs.append(None if key in frozen or cell.value == 0 else log1p(cell.value))
    return costs


def demands_of(table: Table, rules: Rules, key: Key) -> list[float]:
    """By how much the value must be able to move: up and down, as far as its bounds allow."""
    cell = table.cells[key]
    width = rules.width(cell)
    return [move for move in (min(width, cell.most - cell.value), -min(width, cell.value)) if move]


def rooms_of(table: Table, scale: float) -> list[float]:
    """How far above its value each cell can lie."""
    return [min(INFINITE, (cell.most - cell.value) * scale) for cell in table.cells.values()]


class Greedy:
    """The choice under way: the status of each cell, and the witness of each demand."""

    def __init__(
        self, table: Table, rules: Rules, statuses: Mapping[Key, str], frozen: Collection[Key]
    ) -> None:
        self.table, self.rules, self.statuses = table, rules, dict(statuses)
        self.keys, self.size, self.scale = table.keys, len(table.cells), scale_of(table)
        costs = costs_of(table, statuses, frozen)
        rooms = rooms_of(table, self.scale)
        values = [cell.value * self.scale for cell in table.cells.values()]
        up = [(0.0, 0.0 if c is None else r) for c, r in zip(costs, rooms, strict=True)]
        down = [(0.0, 0.0 if c is None else v) for c, v in zip(costs, values, strict=True)]
        self.bounds = up + down
        self.relations = table.relations()
        self._lay([rank for rank, cost in enumerate(costs) if cost is not None])
        for rank, cost in enumerate(costs):
            self._costs(rank, cost or _SLIGHT)
        self.witnesses: dict[tuple[int, float], frozenset[int]] = {}
        self.touching: dict[int, set[tuple[int, float]]] = {}

    def _lay(self, ranks: Sequence[int]) -> None:
        """A program over these cells, twice each: how far up, how far down; the others stand still."""
        self.ranks = ranks
        self.columns = {rank: at for at, rank in enumerate(ranks)}
        count, rows = len(ranks), []
        for row in self.relations:
            moving = [(self.columns[rank], weight) for rank, weight in row if rank in self.columns]
            if moving:
                rows.append(((*moving, *((count + at, -weight) for at, weight in moving)), 0.0))
        sides = [self.bounds[side + rank] for side in (0, self.size) for rank in ranks]
        self.program = Program(sides, rows)

    def hide(self, must: Collection[Key], tell: Tell) -> bool:
        """Protect each, the largest first, on cells that cost little once hidden; whether it can be done."""
        ordered = sorted(must, key=lambda one: -self.table.cells[one].value)
        for done, key in enumerate(ordered, 1):
            for move in demands_of(self.table, self.rules, key):
                moved = self._witness((self.table.ranks[key], move))
                if moved is None:
                    return False
                for rank in moved:
                    if self.statuses[self.keys[rank]] == SHOWN:
                        self.statuses[self.keys[rank]] = SECONDARY
                        self._costs(rank, _SLIGHT)
            tell("hide", done, len(ordered))
        return True

    def show_again(self, forced: Collection[Key], until: float, tell: Tell) -> None:
        """Show, the dearest first, what protects nothing; while there is time."""
        self._lay([rank for rank, key in enumerate(self.keys) if self.statuses[key] in HIDDEN])
        for rank in self.ranks:
            self._costs(rank, _SLIGHT)
        secondary = [
            key
            for key, status in self.statuses.items()
            if status == SECONDARY and key not in forced
        ]
        ordered = sorted(secondary, key=lambda one: -self.table.cells[one].value)
        for done, key in enumerate(ordered, 1):
            if time.monotonic() > until:
                break
            if self._can_do_without(self.table.ranks[key]):
                self.statuses[key] = SHOWN
            tell("show", done, len(ordered))

    def _can_do_without(self, rank: int) -> bool:
        """Whether every demand that leans on a cell finds another witness once it stands still."""
        self._hold(rank)
        for demand in sorted(self.touching.get(rank, ())):
            if self._witness(demand) is None:
                self._free(rank)
                return False
        return True

    def _witness(self, demand: tuple[int, float]) -> frozenset[int] | None:
        """The cells that the cheapest believable move of a demand moves; None when there is none."""
        rank, move = demand
        reach = abs(move) * self.scale
        self._bound(rank, *((reach * told, reach * told) for told in (move > 0, move < 0)))
        found = self.program.least()
        self._free(rank)
        if found is None:
            return None
        moved = frozenset(self._moved(found))
        for one in self.witnesses.get(demand, ()):
            self.touching[one].discard(demand)
        for one in moved:
            self.touching.setdefault(one, set()).add(demand)
        self.witnesses[demand] = moved
        return moved

    def _moved(self, found: Any) -> list[int]:
        import numpy as np

        moves = np.asarray(found)
        count = len(self.ranks)
        told = np.abs(moves[:count] - moves[count:]) > _STILL
        return [self.ranks[int(at)] for at in np.flatnonzero(told)]

    def _costs(self, rank: int, cost: float) -> None:
        if (at := self.columns.get(rank)) is not None:
            self.program.cost({at: cost, len(self.ranks) + at: cost})

    def _hold(self, rank: int) -> None:
        """The attacker knows it: it does not move."""
        self._bound(rank, (0.0, 0.0), (0.0, 0.0))

    def _free(self, rank: int) -> None:
        self._bound(rank, self.bounds[rank], self.bounds[self.size + rank])

    def _bound(self, rank: int, up: tuple[float, float], down: tuple[float, float]) -> None:
        at = self.columns[rank]
        self.program.bound(at, *up)
        self.program.bound(len(self.ranks) + at, *down)
