"""Which other cells to hide, at the least cost, so that none that must be is found from the sums.

*Exact*: one program chooses the cells and shows, for each that must be hidden, a table above and a table
below that the attacker could believe. *Fast*, for tables too large for it: the cells that must be hidden are
protected one after the other, each at the least cost given those before, then what turns out needless is shown.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log1p

from maillage.figures.protection.attack import Interval, exposed, intervals, scale_of
from maillage.figures.protection.programs import Program
from maillage.figures.protection.rules import SECONDARY, SHOWN, Rules, primary
from maillage.figures.protection.tables import Key, Table
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words

EXACT_UP_TO = 6_000  # cells times cells that must be hidden
HIDDEN = {"A", "B", "D"}


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
) -> Protected:
    """Hide what must be, and what else it takes; finishes with the attacker's programme.

    `frozen` are cells already shown elsewhere, which cannot be hidden any more; `forced` cells already hidden
    there, which stay so. `budget` bounds, in seconds, the search for needless secondaries.

    Raises:
        Conflict: with what is frozen no choice protects the table: publish it coarser, or not at all.
    """
    statuses = primary(table, rules)
    statuses |= {key: SECONDARY for key in forced if statuses.get(key) == SHOWN}
    must = [key for key, status in statuses.items() if status in {"A", "B"}]
    small = len(table.cells) * len(must) <= EXACT_UP_TO
    chosen = "exact" if mode == "exact" or (mode == "auto" and small) else "fast"
    if any(key in set(frozen) for key in must):
        raise _cannot()
    if exposed(table, statuses, rules):
        choose = _exact if chosen == "exact" else _fast
        statuses = choose(table, rules, statuses, must, set(frozen))
        if chosen == "fast":
            statuses = _cleaned(table, rules, statuses, set(forced), time.monotonic() + budget)
    hidden = [key for key, status in statuses.items() if status in HIDDEN]
    left = exposed(table, statuses, rules)
    if left:
        raise _cannot()
    return Protected(statuses, intervals(table, hidden), left, chosen)


def _cannot() -> Conflict:
    return Conflict(
        Words("Cette table ne peut pas être protégée avec ce qui est déjà publié.",
              "This table cannot be protected with what is already published."),
        remedy=Words("Publiez-la moins détaillée, ou ne la publiez pas.",
                     "Publish it in less detail, or not at all."),
    )  # fmt: skip


def _costs(
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


def _demands(table: Table, rules: Rules, key: Key) -> list[float]:
    """By how much the value must be able to move: up and down, as far as its bounds allow."""
    cell = table.cells[key]
    width = rules.width(cell)
    return [move for move in (min(width, cell.most - cell.value), -min(width, cell.value)) if move]


def _rooms(table: Table, scale: float) -> list[float]:
    """How far above its value each cell can lie."""
    return [min(1e20, (cell.most - cell.value) * scale) for cell in table.cells.values()]


def _exact(
    table: Table, rules: Rules, statuses: dict[Key, str], must: list[Key], frozen: set[Key]
) -> dict[Key, str]:
    """Every choice at once: whether each cell is hidden, and a believable move for each demand."""
    costs, scale, size = _costs(table, statuses, frozen), scale_of(table), len(table.cells)
    values = [cell.value * scale for cell in table.cells.values()]
    demands = [
        (table.ranks[key], move * scale) for key in must for move in _demands(table, rules, key)
    ]
    reach = max([*values, *(abs(move) for _, move in demands)], default=1.0) * 4
    rooms = _rooms(table, scale)
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
    table: Table, rules: Rules, statuses: dict[Key, str], must: list[Key], frozen: set[Key]
) -> dict[Key, str]:
    """One demand after the other, the largest first, on cells that cost nothing once hidden."""
    statuses, scale, size = dict(statuses), scale_of(table), len(table.cells)
    values = [cell.value * scale for cell in table.cells.values()]
    costs = _costs(table, statuses, frozen)
    rooms = _rooms(table, scale)
    bounds = [
        (0.0, room if cost is not None else 0.0) for cost, room in zip(costs, rooms, strict=True)
    ] + [
        (0.0, value if cost is not None else 0.0) for cost, value in zip(costs, values, strict=True)
    ]
    rows = [
        (tuple((r, w) for r, w in row) + tuple((size + r, -w) for r, w in row), 0.0)
        for row in table.relations()
    ]
    program = Program(bounds, rows)
    program.cost({side * size + n: cost or 0.0 for side in (0, 1) for n, cost in enumerate(costs)})
    keys = table.keys
    for key in sorted(must, key=lambda one: -table.cells[one].value):
        rank = table.ranks[key]
        for move in _demands(table, rules, key):
            up, down = (move * scale, 0.0) if move > 0 else (0.0, -move * scale)
            program.bound(rank, up, up)
            program.bound(size + rank, down, down)
            found = program.least()
            program.bound(rank, *bounds[rank])
            program.bound(size + rank, *bounds[size + rank])
            if found is None:
                raise _cannot()
            for place in range(size):
                if (
                    abs(found[place] - found[size + place]) > 1e-7
                    and statuses[keys[place]] == SHOWN
                ):
                    statuses[keys[place]] = SECONDARY
                    program.cost({place: 0.0, size + place: 0.0})
    return statuses


def _cleaned(
    table: Table, rules: Rules, statuses: dict[Key, str], forced: set[Key], until: float
) -> dict[Key, str]:
    """Show again, the dearest first, what protects nothing; while there is time."""
    secondary = [
        key for key, status in statuses.items() if status == SECONDARY and key not in forced
    ]
    for key in sorted(secondary, key=lambda one: -table.cells[one].value):
        if time.monotonic() > until:
            break
        tried = {**statuses, key: SHOWN}
        if not exposed(table, tried, rules):
            statuses = tried
    return statuses
