"""A table of one vintage beside the same table as earlier publications said it: one program for whoever kept them all.

What did not change is one cell, known since when it was said, hidden since when it was hidden. What changed is two, and a
change about too few units is not said: the new number gives way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from maillage.figures.protection.rules import Rules
from maillage.figures.protection.tables import Cell, Key, Row, Table

MANY = 1_000
"""As many units as one likes: of a cell that needs no protection of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """A table as it was published: its cells, and those of which nobody read the number."""

    table: Table
    hidden: Collection[Key]


@dataclass(slots=True)
class Joined:
    """All the tables in one. `frozen`: public already. `forced`: hidden then. `close`: what changed is about too few."""

    table: Table
    frozen: set[Key] = field(default_factory=set)
    forced: set[Key] = field(default_factory=set)
    close: set[Key] = field(default_factory=set)


def joined(table: Table, earlier: Sequence[Said], rules: Rules) -> Joined:
    """A table with those published before, where they differ, and the sums of them all."""
    found = Joined(table)
    if not earlier:
        return found
    cells = dict(table.cells)
    names = [_enter(rank, said, table, rules, cells, found) for rank, said in enumerate(earlier)]
    for key in found.close - found.frozen:
        cells[key] = replace(cells[key], units=min(cells[key].units, rules.threshold - 1))
    found.forced |= found.close
    ranks = {key: rank for rank, key in enumerate(cells)}
    known = {frozenset(row) for row in table.relations()}
    more: list[Row] = list(table.more)
    for said, named in zip(earlier, names, strict=True):
        keys = said.table.keys
        for row in said.table.relations():
            told = tuple((ranks[named[keys[rank]]], weight) for rank, weight in row)
            if frozenset(told) not in known:
                known.add(frozenset(told))
                more.append(told)
    found.table = Table(table.dimensions, table.parents, cells, tuple(more))
    return found


def _enter(
    rank: int, said: Said, table: Table, rules: Rules, cells: dict[Key, Cell], found: Joined
) -> dict[Key, Key]:
    """Under which key each cell of an earlier table stands: that of today when it is the same, one of its own else."""
    names = {}
    for key, cell in said.table.cells.items():
        now = table.cells.get(key)
        name = key if now is not None and _is_same(now, cell) else (f"#{rank}", *key)
        names[key] = name
        if name != key:
            cells[name] = cell
            _compare(key, now, cell, said, rules, found)
        if key in said.hidden:
            found.forced.add(name)
        else:
            found.frozen.add(name)
            cells[name] = replace(cells[name], units=MANY, largest=0.0, second=0.0)
    return names


def _compare(
    key: Key, now: Cell | None, cell: Cell, said: Said, rules: Rules, found: Joined
) -> None:
    """What changed by too few units is hidden, since the two numbers, or one and its neighbours, would tell it."""
    if now is not None and abs(now.units - cell.units) < rules.threshold:
        (found.forced if key in said.hidden else found.close).add(key)


def _is_same(now: Cell, cell: Cell) -> bool:
    return abs(now.value - cell.value) < 1e-9 and (now.units, now.most) == (cell.units, cell.most)
