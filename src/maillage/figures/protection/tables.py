"""Tables of cells over dimensions that sum up, and the sums that an attacker knows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

Key = tuple[str, ...]
Row = tuple[tuple[int, float], ...]  # ranks of cells with the weights of a sum that is zero


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, how many units make it, what the two largest of them contribute.

    `most` is what everybody knows it cannot exceed: the births of a cohort, of those that survived.
    """

    value: float
    units: int
    largest: float = 0.0
    second: float = 0.0
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell of every level, and `parents`: of each dimension, each code's parent; a total has none.

    `more` are sums known besides: a total published without some of its parts (a difference), or cells
    that another table shares with this one.
    """

    dimensions: tuple[str, ...]
    parents: tuple[Mapping[str, str], ...]
    cells: Mapping[Key, Cell]
    more: tuple[Row, ...] = ()
    ranks: Mapping[Key, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranks", {key: rank for rank, key in enumerate(self.cells)})

    @property
    def keys(self) -> tuple[Key, ...]:
        """The cells by rank."""
        return tuple(self.cells)

    def relations(self) -> list[Row]:
        """The sums of the table: a parent equals its children, whatever the codes of other dimensions."""
        rows = []
        for rank, parents in enumerate(self.parents):
            children: dict[str, list[str]] = {}
            for child, parent in parents.items():
                if parent:
                    children.setdefault(parent, []).append(child)
            others = [tuple(p) for n, p in enumerate(self.parents) if n != rank]
            for around in product(*others):
                for parent, codes in children.items():
                    rows.append(self._sum(rank, around, parent, codes))
        return [row for row in rows if row] + list(self.more)

    def _sum(self, rank: int, around: tuple[str, ...], parent: str, codes: Iterable[str]) -> Row:
        """One sum, leaving out the children that have no cell; none when the parent has none."""

        def cell(code: str) -> int | None:
            return self.ranks.get((*around[:rank], code, *around[rank:]))

        total = cell(parent)
        parts = [found for code in codes if (found := cell(code)) is not None]
        if total is None or not parts:
            return ()
        return ((total, -1.0), *((part, 1.0) for part in parts))


def built(
    rows: Sequence[tuple[Key, Cell]],
    dimensions: Sequence[str],
    parents: Sequence[Mapping[str, str]],
) -> Table:
    """A table from the cells given, or from its leaves alone: totals are then summed.

    Raises:
        Invalid: a code is in no hierarchy, a cell stands twice, or a total is not the sum of its parts.
    """
    known = [
        {**tree, **{parent: "" for parent in tree.values() if parent not in tree}}
        for tree in parents
    ]
    for key, _cell in rows:
        for name, code, tree in zip(dimensions, key, known, strict=True):
            if code not in tree:
                raise _refused(
                    f"{name}={code} n’est pas dans la hiérarchie",
                    f"{name}={code} is in no hierarchy",
                )
    cells = dict(rows)
    if len(cells) < len(rows):
        twice = next(key for key, _ in rows if [k for k, _ in rows].count(key) > 1)
        raise _refused(
            f"la cellule {twice} est donnée deux fois", f"the cell {twice} is given twice"
        )
    inner = [set(tree.values()) - {""} for tree in known]
    if not any(code in totals for key in cells for code, totals in zip(key, inner, strict=True)):
        cells = _with_totals(cells, known)
    _refuse_missing_totals(cells, known)
    table = Table(tuple(dimensions), tuple(known), cells)
    _check(table)
    return table


def _refuse_missing_totals(cells: Mapping[Key, Cell], parents: Sequence[Mapping[str, str]]) -> None:
    for key in cells:
        for above in product(
            *(_chain(code, tree) for code, tree in zip(key, parents, strict=True))
        ):
            if above not in cells:
                raise _refused(f"il manque le total {above}", f"the total {above} is missing")


def _with_totals(
    leaves: Mapping[Key, Cell], parents: Sequence[Mapping[str, str]]
) -> dict[Key, Cell]:
    sums: dict[Key, list[Cell]] = {}
    for key, cell in leaves.items():
        for above in product(
            *(_chain(code, tree) for code, tree in zip(key, parents, strict=True))
        ):
            sums.setdefault(above, []).append(cell)
    return {key: _together(parts) for key, parts in sums.items()}


def _chain(code: str, parents: Mapping[str, str]) -> list[str]:
    """A code and all above it."""
    chain = [code]
    while parents.get(chain[-1]):
        chain.append(parents[chain[-1]])
    return chain


def _together(parts: Sequence[Cell]) -> Cell:
    largest = sorted((v for part in parts for v in (part.largest, part.second)), reverse=True)
    return Cell(sum(p.value for p in parts), sum(p.units for p in parts), *largest[:2])


def of_units(rows: Iterable[tuple[Key, float]]) -> list[tuple[Key, Cell]]:
    """Leaves from units, one line each."""
    values: dict[Key, list[float]] = {}
    for key, value in rows:
        values.setdefault(key, []).append(value)
    return [
        (key, Cell(sum(told), len(told), *([*sorted(told, reverse=True), 0.0])[:2]))
        for key, told in values.items()
    ]


def _check(table: Table) -> None:
    for row in table.relations():
        gap = sum(weight * table.cells[table.keys[rank]].value for rank, weight in row)
        total = table.keys[row[0][0]]
        if abs(gap) > 1e-6 * max(1.0, abs(table.cells[total].value)):
            raise _refused(
                f"{total} n’est pas la somme de ses parties", f"{total} is not the sum of its parts"
            )


def _refused(fr: str, en: str) -> Invalid:
    return Invalid(
        Words(f"Table\u00a0: {fr}.", f"Table: {en}."),
        remedy=Words(
            "Donnez toutes les cellules, totaux compris, ou les seules cellules les plus fines.",
            "Give every cell, totals included, or the finest cells alone.",
        ),
    )
