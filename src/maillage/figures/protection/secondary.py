"""Which other cells to hide, at the least cost, so that none that must be is found from the sums.

*Exact*: one program chooses the cells and shows, for each that must be hidden, a table above and a table
below that the attacker could believe. *Fast*, for tables too large for it: the cells that must be hidden are
protected one after the other, each at the least cost given those before, then what turns out needless is shown.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from maillage.figures.protection.attack import Interval, intervals, is_exposed, is_wide, scale_of
from maillage.figures.protection.greedy import Greedy, Tell, costs_of, demands_of, rooms_of
from maillage.figures.protection.programs import Program
from maillage.figures.protection.rules import (
    DOMINATED,
    FEW,
    HIDDEN,
    SECONDARY,
    SHOWN,
    Rules,
    primary,
)
from maillage.figures.protection.tables import Key, Table
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words

EXACT_UP_TO = 6_000  # cells times cells that must be hidden


@dataclass(frozen=True, slots=True)
class Protected:
    """The status of each cell (A, B, D hidden; V shown), and what an attacker finds of those hidden."""

    statuses: Mapping[Key, str]
    audit: Mapping[Key, Interval]
    exposed: Mapping[Key, Interval]
    mode: str

    @property
    def is_safe(self) -> bool:
        """Whether nothing that must be hidden is found."""
        return not self.exposed


def protect(
    table: Table,
    rules: Rules,
    *,
    mode: str = "auto",
    budget: float = 30.0,
    frozen: Collection[Key] = (),
    forced: Collection[Key] = (),
    tell: Tell = lambda _what, _done, _of: None,
) -> Protected:
    """Hide what must be, and what else it takes; finishes with the attacker's programme.

    `frozen` are cells already shown elsewhere, which cannot be hidden any more; `forced` cells already hidden
    there, which stay so. `budget` bounds, in seconds, the search for needless secondaries; `tell` hears how far it is.

    Raises:
        Conflict: with what is frozen no choice protects the table: publish it coarser, or not at all.
    """
    statuses = primary(table, rules)
    statuses |= {key: SECONDARY for key in forced if statuses.get(key) == SHOWN}
    must = [key for key, status in statuses.items() if status in {FEW, DOMINATED}]
    small = len(table.cells) * len(must) <= EXACT_UP_TO
    chosen = "exact" if mode == "exact" or (mode == "auto" and small) else "fast"
    if any(key in set(frozen) for key in must):
        raise _cannot()
    if is_exposed(table, statuses, rules):
        if chosen == "exact":
            statuses = _exact(table, rules, statuses, must, set(frozen))
        else:
            until = time.monotonic() + budget
            statuses = _fast(table, rules, statuses, must, set(frozen), set(forced), until, tell)
    tell("audit", 0, 1)
    audit = intervals(table, [key for key, status in statuses.items() if status in HIDDEN])
    left = {key: audit[key] for key in must if not is_wide(table, key, audit[key], rules)}
    if left:
        raise _cannot()
    return Protected(statuses, audit, left, chosen)


def _cannot() -> Conflict:
    return Conflict(
        Words("Cette table ne peut pas être protégée avec ce qui est déjà publié.",
              "This table cannot be protected with what is already published."),
        remedy=Words("Publiez-la moins détaillée, ou ne la publiez pas.",
                     "Publish it in less detail, or not at all."),
    )  # fmt: skip


def _exact(
    table: Table, rules: Rules, statuses: dict[Key, str], must: list[Key], frozen: set[Key]
) -> dict[Key, str]:
    """Every choice at once: whether each cell is hidden, and a believable move for each demand."""
    costs, scale, size = costs_of(table, statuses, frozen), scale_of(table), len(table.cells)
    values = [cell.value * scale for cell in table.cells.values()]
    demands = [
        (table.ranks[key], move * scale) for key in must for move in demands_of(table, rules, key)
    ]
    reach = max([*values, *(abs(move) for _, move in demands)], default=1.0) * 4
    rooms = rooms_of(table, scale)
    bounds = [(0.0, 0.0) if cost is None else (float(cost == 0), 1.0) for cost in costs]
    for rank, move in demands:
        bounds += [
            (move, move) if place == rank else (-value, min(reach, rooms[place]))
            for place, value in enumerate(values)
        ]
    relations, rows = table.relations(), []
    for layer in range(1, len(demands) + 1):
        start = layer * size
        rows += [(tuple((start + r, w) for r, w in row), 0.0) for row in relations]
    program = Program(bounds, rows)
    for layer in range(1, len(demands) + 1):
        for place, value in enumerate(values):
            column = layer * size + place
            program.row(-1e20, 0.0, ((column, 1.0), (place, -reach)))
            program.row(0.0, 1e20, ((column, 1.0), (place, value)))
    program.integers(range(size))
    program.cost({place: cost for place, cost in enumerate(costs) if cost})
    found = program.least()
    if found is None:
        raise _cannot()
    return {
        key: SECONDARY if status == SHOWN and found[place] > 0.5 else status
        for place, (key, status) in enumerate(statuses.items())
    }


def _fast(
    table: Table, rules: Rules, statuses: dict[Key, str], must: list[Key], frozen: set[Key],
    forced: set[Key], until: float, tell: Tell,
) -> dict[Key, str]:  # fmt: skip
    greedy = Greedy(table, rules, statuses, frozen)
    if not greedy.hide(must, tell):
        raise _cannot()
    greedy.show_again(forced, until, tell)
    return greedy.statuses
