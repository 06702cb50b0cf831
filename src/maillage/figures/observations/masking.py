"""Secrecy over the closed list: which cells of jobs and of cohorts the public does not read.

Counts and rates of public fields are open. Of the others, each sum that the public could work out is
a table: areas within their territory, craft within the whole, activities within their total. A cell of too few
units, or that one of them makes, is hidden, with as many more as it takes that no sum tells it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.figures.observations.closed_list import JOBS_TOLD, STATISTICAL
from maillage.figures.observations.observing import ALL, DOMINATED, OPENLY, UNOBSERVED
from maillage.figures.protection.rules import HIDDEN, SECONDARY, Rules
from maillage.figures.protection.secondary import protect
from maillage.figures.protection.tables import Cell, Key, Table
from maillage.kernel.errors import Conflict
from maillage.register.segments import CRAFT_RM

MANY = 1_000
REST = "rest"
"""What craft leaves of the whole: nobody publishes it, everybody can work it out."""


@dataclass(slots=True)
class Row:
    """An observation under secrecy; `made` is what adds up: jobs, or units that survived."""

    indicator: str
    area_kind: str
    area: str
    period: str
    activity: str
    segment: str
    made: float
    n: int
    status: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A territory with its communes, each under its sector if it has one."""

    root: str
    parents: Mapping[str, str]  # area → the area it is part of; the root under none

    def among(self, areas: Collection[str]) -> dict[str, str]:
        """Some of its areas, each under the nearest that is among them: no sum may be forgotten."""
        told = {}
        for area in areas:
            above = self.parents.get(area, "")
            while above and above not in areas:
                above = self.parents.get(above, "")
            told[area] = above
        return told


def masked(
    rows: Sequence[Row], tree: Tree, beside: Sequence[Row] = ()
) -> Iterator[tuple[Row, str]]:
    """The rows whose status secrecy changes, with the new one.

    `beside` are cohorts of craft of communes, which are not published but whose births are: they bound the others.
    """
    bounding: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in beside:
        bounding[row.indicator, row.period].append(row)
    places, kinds = _grouped(rows)
    told: dict[tuple[str, ...], str] = {}
    for where, group in places.items():
        told |= _placed(group, tree, bounding[where])
    told |= _at_every_age(told)
    for (indicator, period, segment), group in kinds.items():
        whole = [row for row in places[indicator, period] if _is(row, tree.root, segment)]
        told |= _by_activity(group, whole, told)
    for row in rows:
        status = told.get(_key(row), row.status)
        if status != row.status:
            yield row, status


def _grouped(
    rows: Sequence[Row],
) -> tuple[dict[tuple[str, ...], list[Row]], dict[tuple[str, str, str], list[Row]]]:
    """The rows that add up over areas, by figure and period; those that add up over activities, by segment too."""
    places: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    kinds: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.status == UNOBSERVED or row.indicator in JOBS_TOLD[1:]:
            continue
        if row.activity == ALL:
            places[row.indicator, row.period].append(row)
        else:
            kinds[row.indicator, row.period, row.segment].append(row)
    return places, kinds


def _is(row: Row, area: str, segment: str) -> bool:
    return row.area == area and row.segment == segment


def _key(row: Row) -> tuple[str, ...]:
    """What its status hangs on: the bounds of an estimate are hidden with it."""
    indicator = JOBS_TOLD[0] if row.indicator in JOBS_TOLD else row.indicator
    return indicator, row.area, row.period, row.activity, row.segment


def _at_every_age(told: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """A cohort hidden at one age is hidden at all: who is alive at five years was at three, so ages bound one another."""

    def cohort(key: tuple[str, ...]) -> tuple[object, ...]:
        return key[0].endswith("_lu"), *key[1:]

    of_cohorts = {key: status for key, status in told.items() if key[0] not in JOBS_TOLD}
    hidden = {cohort(key) for key, status in of_cohorts.items() if status in HIDDEN}
    return {
        key: SECONDARY
        for key, status in of_cohorts.items()
        if status not in HIDDEN and cohort(key) in hidden
    }


def _cell(row: Row) -> Cell:
    # One that makes most of it is taken to make it all: the widest interval that could be asked.
    largest = row.made if row.status == DOMINATED else 0.0
    return Cell(row.made, row.n, largest, most=math.inf if row.indicator in JOBS_TOLD else row.n)


def _less(whole: Cell, part: Cell) -> Cell:
    most = math.inf if math.isinf(whole.most) else whole.most - part.most
    return Cell(whole.value - part.value, whole.units - part.units, most=most)


def _placed(rows: list[Row], tree: Tree, beside: list[Row]) -> dict[tuple[str, ...], str]:
    """The statuses of a figure of one period over areas and over craft within the whole."""
    cells: dict[Key, Cell] = {(row.area, row.segment): _cell(row) for row in rows}
    cut = {row.area_kind for row in rows if row.segment == CRAFT_RM.code}
    for area in {row.area for row in rows if row.area_kind in cut}:
        craft = cells.setdefault((area, CRAFT_RM.code), Cell(0.0, 0, most=0.0))
        cells[area, REST] = _less(cells[area, ALL], craft)
    unsaid = _unsaid(cells, rows, cut, beside) if cut else set()
    segments = {ALL: "", CRAFT_RM.code: ALL, REST: ALL}
    parents = tree.among({row.area for row in rows})
    table = Table(("area", "segment"), (parents, segments), cells)
    found = _statuses(table, rows, forced=unsaid)
    return {_key(row): found[row.area, row.segment] for row in rows}


def _unsaid(
    cells: dict[Key, Cell], rows: list[Row], cut: Collection[str], beside: list[Row]
) -> set[Key]:
    """The cells of craft, and of what it leaves, of the areas where they are not published: unknown, but bounded.

    They need no protection of their own, hence as many units as one likes.
    """
    if rows[0].indicator in JOBS_TOLD:
        return set()
    craft = {row.area: Cell(row.made, MANY, most=row.n) for row in beside}
    unsaid: set[Key] = set()
    for area in {row.area for row in rows if row.area_kind not in cut}:
        part = craft.get(area, Cell(0.0, MANY, most=0.0))
        cells[area, CRAFT_RM.code] = part
        cells[area, REST] = replace(_less(cells[area, ALL], part), units=MANY)
        unsaid |= {(area, CRAFT_RM.code), (area, REST)}
    return unsaid


def _by_activity(
    rows: list[Row], whole: list[Row], told: Mapping[tuple[str, ...], str]
) -> dict[tuple[str, ...], str]:
    """The statuses of a figure of one period over activities; all hidden when their total is."""
    if not whole or told.get(_key(whole[0]), OPENLY) in HIDDEN:
        return {_key(row): SECONDARY if row.status not in HIDDEN else row.status for row in rows}
    cells: dict[Key, Cell] = {(row.activity,): _cell(row) for row in rows}
    gap = whole[0].made - sum(row.made for row in rows)
    if gap > 1e-9:  # activities nobody named, which everybody can work out
        named = sum(row.n for row in rows)
        cells[REST,] = _less(_cell(whole[0]), Cell(whole[0].made - gap, named, most=named))
    cells[ALL,] = _cell(whole[0])
    parents = {key[0]: ALL for key in cells} | {ALL: ""}
    found = _statuses(Table(("activity",), (parents,), cells), [*rows, *whole], total=(ALL,))
    return {_key(row): found[row.activity,] for row in rows}


def _statuses(
    table: Table, rows: Iterable[Row], total: Key | None = None, forced: Collection[Key] = ()
) -> dict[Key, str]:
    """Of each cell: hidden for its own sake, for another's, or as it was."""
    rules = Rules(zeros=any(row.made == 0 and row.n for row in rows))
    own: dict[Key, str] = {
        (row.activity,) if total else (row.area, row.segment): row.status for row in rows
    }
    try:
        frozen = [total] if total else ()
        found = protect(table, rules, frozen=frozen, forced=forced).statuses
    except Conflict:  # whatever is hidden, a sum would tell: the table is withheld
        found = {key: SECONDARY for key in table.cells if key != total}
    return {
        key: status
        if status in HIDDEN and own.get(key, OPENLY) not in HIDDEN
        else own.get(key, OPENLY)
        for key, status in found.items()
    }


def is_secret(indicator: str) -> bool:
    """Whether an indicator's cells may be hidden."""
    return indicator in STATISTICAL
