"""Secrecy over the closed list: which cells of jobs and of cohorts the public does not read.

Counts and rates of public fields are open. Of the others, each sum that the public could work out is
a table: areas within their territory, craft within the whole, activities within their total. A cell of too few
units, or that one of them makes, is hidden, with as many more as it takes that no sum tells it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.figures.observations.between import MANY, Said, joined
from maillage.figures.observations.closed_list import JOBS_TOLD, STATISTICAL
from maillage.figures.observations.observing import ALL, DOMINATED, OPENLY, THRESHOLD, UNOBSERVED
from maillage.figures.protection.rules import HIDDEN, SECONDARY, Rules
from maillage.figures.protection.secondary import protect
from maillage.figures.protection.tables import Cell, Key, Table
from maillage.kernel.errors import Conflict
from maillage.register.segments import CRAFT_RM

Tell = Callable[[int, int], None]
"""How many tables are protected, of how many."""
Lost = tuple[tuple[object, ...], int]
"""A cohort that was hidden, and how many were born in it."""
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


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same rows of a vintage that is public already, with the status under which each was published."""

    rows: Sequence[Row]
    tree: Tree
    beside: Sequence[Row] = ()


def masked(
    rows: Sequence[Row],
    tree: Tree,
    beside: Sequence[Row] = (),
    earlier: Sequence[Earlier] = (),
    tell: Tell = lambda _done, _of: None,
) -> Iterator[tuple[Row, str]]:
    """The rows whose status secrecy changes, with the new one.

    `beside` are cohorts of craft of communes, which are not published but whose births are: they bound the others.
    `earlier` are read by everybody: no number may be found from them all together.
    """
    mine = _Grouped.of(rows, tree, beside)
    before = [_Grouped.of(one.rows, one.tree, one.beside) for one in earlier]
    lost = {(_cohort(_key(row)), row.n) for one in earlier for row in one.rows if _is_lost(row)}
    told: dict[tuple[str, ...], str] = {}
    groups = len(mine.places) + len(mine.kinds)
    for done, where in enumerate(mine.places):
        tell(done, groups)
        told |= _placed(mine, where, before, lost)
    told |= _at_every_age(told)
    for done, which in enumerate(mine.kinds, len(mine.places)):
        tell(done, groups)
        told |= _by_activity(mine, which, before, told)
    for row in rows:
        status = told.get(_key(row), row.status)
        if status != row.status:
            yield row, status


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The rows of a vintage that add up over areas, by figure and period; those over activities, by segment too."""

    tree: Tree
    places: Mapping[tuple[str, str], list[Row]]
    kinds: Mapping[tuple[str, str, str], list[Row]]
    bounding: Mapping[tuple[str, str], list[Row]]

    @classmethod
    def of(cls, rows: Sequence[Row], tree: Tree, beside: Sequence[Row]) -> _Grouped:
        """Some rows, by what adds up."""
        places, kinds = defaultdict(list), defaultdict(list)
        bounding: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            if row.status == UNOBSERVED or row.indicator in JOBS_TOLD[1:]:
                continue
            if row.activity == ALL:
                places[row.indicator, row.period].append(row)
            else:
                kinds[row.indicator, row.period, row.segment].append(row)
        for row in beside:
            bounding[row.indicator, row.period].append(row)
        return cls(tree, places, kinds, bounding)

    def whole(self, indicator: str, period: str, segment: str) -> list[Row]:
        """The row of all activities of the territory, if it has one."""
        rows = self.places.get((indicator, period), ())
        return [row for row in rows if _is(row, self.tree.root, segment)]


def _is_lost(row: Row) -> bool:
    return row.status in HIDDEN and row.indicator not in JOBS_TOLD


def _was_lost(row: Row, lost: Collection[Lost]) -> bool:
    """Whether its cohort, or nearly the same, was hidden before at some age: ages bound one another."""
    near = range(row.n - THRESHOLD + 1, row.n + THRESHOLD)
    return any((_cohort(_key(row)), n) in lost for n in near)


def _cohort(key: tuple[str, ...]) -> tuple[object, ...]:
    """Whom a row of survival follows, whatever the age."""
    return key[0].endswith("_lu"), *key[1:]


def _is(row: Row, area: str, segment: str) -> bool:
    return row.area == area and row.segment == segment


def _key(row: Row) -> tuple[str, ...]:
    """What its status hangs on: the bounds of an estimate are hidden with it."""
    indicator = JOBS_TOLD[0] if row.indicator in JOBS_TOLD else row.indicator
    return indicator, row.area, row.period, row.activity, row.segment


def _at_every_age(told: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """A cohort hidden at one age is hidden at all: who is alive at five years was at three, so ages bound one another."""
    of_cohorts = {key: status for key, status in told.items() if key[0] not in JOBS_TOLD}
    hidden = {_cohort(key) for key, status in of_cohorts.items() if status in HIDDEN}
    return {
        key: SECONDARY
        for key, status in of_cohorts.items()
        if status not in HIDDEN and _cohort(key) in hidden
    }


def _cell(row: Row) -> Cell:
    # One that makes most of it is taken to make it all: the widest interval that could be asked.
    largest = row.made if row.status == DOMINATED else 0.0
    return Cell(row.made, row.n, largest, most=math.inf if row.indicator in JOBS_TOLD else row.n)


def _less(whole: Cell, part: Cell) -> Cell:
    most = math.inf if math.isinf(whole.most) else whole.most - part.most
    return Cell(whole.value - part.value, whole.units - part.units, most=most)


def _placed(
    mine: _Grouped, where: tuple[str, str], before: Sequence[_Grouped], lost: Collection[Lost]
) -> dict[tuple[str, ...], str]:
    """The statuses of a figure of one period over areas and over craft within the whole."""
    rows = mine.places[where]
    table, unsaid = _over_areas(mine, where)
    said = [_said_over_areas(one, where) for one in before if where in one.places]
    forced = unsaid | {(row.area, row.segment) for row in rows if _was_lost(row, lost)}
    own: dict[Key, str] = {(row.area, row.segment): row.status for row in rows}
    zeros = any(_zeros(one.places.get(where, ())) for one in (mine, *before))
    found = _statuses(table, own, said, zeros=zeros, forced=forced)
    return {_key(row): found[row.area, row.segment] for row in rows}


def _over_areas(mine: _Grouped, where: tuple[str, str]) -> tuple[Table, set[Key]]:
    """The table of a figure of one period, and its cells that are not published."""
    rows = mine.places[where]
    cells: dict[Key, Cell] = {(row.area, row.segment): _cell(row) for row in rows}
    cut = {row.area_kind for row in rows if row.segment == CRAFT_RM.code}
    for area in {row.area for row in rows if row.area_kind in cut}:
        craft = cells.setdefault((area, CRAFT_RM.code), Cell(0.0, 0, most=0.0))
        cells[area, REST] = _less(cells[area, ALL], craft)
    unsaid = _unsaid(cells, rows, cut, mine.bounding.get(where, [])) if cut else set()
    segments = {ALL: "", CRAFT_RM.code: ALL, REST: ALL}
    parents = mine.tree.among({row.area for row in rows})
    return Table(("area", "segment"), (parents, segments), cells), unsaid


def _said_over_areas(one: _Grouped, where: tuple[str, str]) -> Said:
    """The same table as it was published: what craft leaves is known where both of the others are."""
    table, unsaid = _over_areas(one, where)
    kept = {(row.area, row.segment) for row in one.places[where] if row.status in HIDDEN}
    return Said(table, unsaid | kept | {(area, REST) for area, _segment in kept})


def _zeros(rows: Iterable[Row]) -> bool:
    """Whether an empty cell tells something: that none of a cohort survived."""
    return any(row.made == 0 and row.n for row in rows)


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
    mine: _Grouped,
    which: tuple[str, str, str],
    before: Sequence[_Grouped],
    told: Mapping[tuple[str, ...], str],
) -> dict[tuple[str, ...], str]:
    """The statuses of a figure of one period over activities; all hidden when their total is."""
    rows, whole = mine.kinds[which], mine.whole(*which)
    if not whole or told.get(_key(whole[0]), OPENLY) in HIDDEN:
        return {_key(row): SECONDARY if row.status not in HIDDEN else row.status for row in rows}
    said = [_said_over_activities(one, which) for one in before if which in one.kinds]
    own: dict[Key, str] = {(row.activity,): row.status for row in (*rows, *whole)}
    table = _over_activities(rows, whole[0])
    zeros = any(_zeros([*one.kinds.get(which, ()), *one.whole(*which)]) for one in (mine, *before))
    found = _statuses(table, own, said, zeros=zeros, total=(ALL,))
    return {_key(row): found[row.activity,] for row in rows}


def _over_activities(rows: Sequence[Row], whole: Row | None) -> Table:
    """The table of a figure of one period over activities."""
    cells: dict[Key, Cell] = {(row.activity,): _cell(row) for row in rows}
    if whole is not None:
        gap = whole.made - sum(row.made for row in rows)
        if gap > 1e-9:  # activities nobody named, which everybody can work out
            named = sum(row.n for row in rows)
            cells[REST,] = _less(_cell(whole), Cell(whole.made - gap, named, most=named))
        cells[ALL,] = _cell(whole)
    parents = {key[0]: ALL for key in cells} | {ALL: ""}
    return Table(("activity",), (parents,), cells)


def _said_over_activities(one: _Grouped, which: tuple[str, str, str]) -> Said:
    """The same table as it was published: what nobody named is known where all the others are."""
    rows, whole = one.kinds[which], one.whole(*which)
    kept: set[Key] = {(row.activity,) for row in (*rows, *whole) if row.status in HIDDEN}
    table = _over_activities(rows, whole[0] if whole else None)
    return Said(table, kept | {(REST,)} if kept else kept)


def _statuses(
    table: Table,
    own: Mapping[Key, str],
    said: Sequence[Said],
    *,
    zeros: bool,
    total: Key | None = None,
    forced: Collection[Key] = (),
) -> dict[Key, str]:
    """Of each cell: hidden for its own sake, for another's, or as it was."""
    rules = Rules(zeros=zeros)
    all_told = joined(table, said, rules)
    frozen, hidden = set(all_told.frozen), all_told.forced | set(forced)
    if total:
        frozen.add(total)
    try:
        found = dict(protect(all_told.table, rules, frozen=frozen, forced=hidden - frozen).statuses)
    except Conflict:  # whatever is hidden, a sum would tell: the table is withheld
        found = {key: SECONDARY for key in table.cells if key not in frozen}
    found |= dict.fromkeys(hidden & table.cells.keys(), SECONDARY)
    return {
        key: own.get(key, OPENLY)
        if found.get(key, OPENLY) not in HIDDEN or own.get(key, OPENLY) in HIDDEN
        else SECONDARY
        if key in all_told.close
        else found[key]
        for key in table.cells
    }


def is_secret(indicator: str) -> bool:
    """Whether an indicator's cells may be hidden."""
    return indicator in STATISTICAL
