"""Two vintages public one after the other, attacked together: whoever subtracts them finds no hidden cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import linprog

from maillage.figures.observations.between import MANY, Said, joined
from maillage.figures.observations.masking import Earlier, Row, masked
from maillage.figures.observations.observing import ALL, FEW, OPENLY
from maillage.figures.protection.rules import Rules
from maillage.figures.protection.tables import Cell, Table
from tests.figures.observations.test_masking import (
    EPCI,
    JOBS,
    SECTORS,
    SURVIVAL,
    TREE,
    Leaf,
    drawn,
    row,
    table,
)

AREAS = [code for codes in SECTORS.values() for code in codes]
PARTS = ("craft_rm", "rest")
HIDDEN = "ABD"


def craft(leaves: Sequence[Leaf]) -> list[Row]:
    """The cohorts of craft of communes, which bound the others."""
    return [row(one.area, "craft_rm", one.craft_born, one.craft_alive) for one in leaves]


def said(leaves: Sequence[Leaf], *earlier: Earlier) -> Earlier:
    """A vintage as it is published beside earlier ones."""
    rows, beside = table(leaves), craft(leaves)
    changed = {id(one): status for one, status in masked(rows, TREE, beside, earlier)}
    kept = [replace(one, status=changed.get(id(one), one.status)) for one in rows]
    return Earlier(kept, TREE, beside)


def inside(one: Row) -> set[tuple[str, str]]:
    """The leaves that a row sums."""
    areas = [one.area] if one.area in AREAS else SECTORS.get(one.area, AREAS)
    return {(area, part) for area in areas
            for part in (PARTS if one.segment == ALL else PARTS[:1])}  # fmt: skip


class Attacker:
    """Who kept every vintage, and was even told which communes did not change between them."""

    def __init__(self, vintages: Sequence[tuple[Sequence[Leaf], Earlier]]) -> None:
        self.names: dict[tuple[object, ...], int] = {}
        self.known: list[tuple[list[int], float]] = []
        self.tops: list[tuple[list[int], float]] = []
        self.leaves = [leaves for leaves, _told in vintages]
        for rank, (leaves, told) in enumerate(vintages):
            for one in told.rows:
                line = self.line(rank, one)
                self.tops.append((line, float(one.n)))
                if one.status not in HIDDEN:
                    self.known.append((line, one.made))
            for leaf in leaves:  # births are open, of craft too
                self.tops.append(([self.name(rank, leaf.area, "craft_rm")], leaf.craft_born))
                self.tops.append(
                    ([self.name(rank, leaf.area, "rest")], leaf.born - leaf.craft_born)
                )

    def name(self, rank: int, area: str, part: str) -> int:
        """The unknown of a leaf: the same in every vintage in which its commune is the same."""
        leaf = next(one for one in self.leaves[rank] if one.area == area)
        first = next(n for n, leaves in enumerate(self.leaves) if leaf in leaves)
        return self.names.setdefault((first, area, part), len(self.names))

    def line(self, rank: int, one: Row) -> list[int]:
        """The unknowns that a row sums."""
        present = {leaf.area for leaf in self.leaves[rank]}
        return [
            self.name(rank, area, part) for area, part in sorted(inside(one)) if area in present
        ]

    def between(self, rank: int, one: Row) -> tuple[float, float]:
        """The least and the most that a row may be."""

        def matrix(lines: list[tuple[list[int], float]]) -> list[list[float]]:
            return [[float(n in line) for n in range(len(self.names))] for line, _ in lines]

        wanted = matrix([(self.line(rank, one), 0.0)])[0]
        found = []
        for sign in (1, -1):
            answer = linprog(
                [sign * weight for weight in wanted],
                A_ub=matrix(self.tops), b_ub=[top for _, top in self.tops],
                A_eq=matrix(self.known) or None, b_eq=[value for _, value in self.known] or None,
                bounds=(0, None), method="highs",
            )  # fmt: skip
            assert answer.status == 0, f"the truth satisfies all that is public: {answer.message}"
            found.append(sign * answer.fun)
        return found[0], found[1]


def published_in_turn(vintages: Sequence[Sequence[Leaf]]) -> list[Earlier]:
    """Each as it is said beside those before it."""
    told: list[Earlier] = []
    for leaves in vintages:
        told.append(said(leaves, *told))
    return told


def withheld(vintage: Earlier) -> Earlier:
    """A vintage of which nobody reads a number: its births are open all the same."""
    return replace(
        vintage,
        rows=[one if one.status in HIDDEN else replace(one, status="D") for one in vintage.rows],
    )


def found_in(vintages: Sequence[Sequence[Leaf]], told: Sequence[Earlier]) -> set[str]:
    """The cells hidden for their own sake, in any vintage, of which all together tell the value."""
    attacker = Attacker(list(zip(vintages, told, strict=True)))
    found = set()
    for rank, vintage in enumerate(told):
        for one in vintage.rows:
            if one.status == FEW:
                low, high = attacker.between(rank, one)
                if high - low < min(1.0, one.n) - 1e-6:
                    found.add(f"{rank} {one.area} {one.segment}")
    return found


pairs = drawn.flatmap(
    lambda leaves: st.tuples(
        st.just(leaves),
        drawn,
        st.sets(st.sampled_from([leaf.area for leaf in leaves] or ["59001"]), max_size=3),
    )
)


def mixed(leaves: Sequence[Leaf], others: Sequence[Leaf], areas: set[str]) -> list[Leaf]:
    """The same communes, of which some are told otherwise."""
    found = {leaf.area: leaf for leaf in others}
    return [found.get(leaf.area, leaf) if leaf.area in areas else leaf for leaf in leaves]


Drawn = tuple[list[Leaf], list[Leaf], set[str]]


def in_turn(one: Drawn, *others: Drawn) -> list[list[Leaf]]:
    """Vintages of the same communes, some of them told otherwise each time."""
    vintages = [one[0], mixed(*one)]
    for _leaves, told, areas in others:
        vintages.append(mixed(vintages[-1], told, areas))
    return vintages


def of_all(found: set[str]) -> set[str]:
    """What was found of cohorts of the whole, craft or not."""
    return {one for one in found if one.endswith(ALL)}


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_no_hidden_cohort_is_found_from_two_vintages(one: Drawn) -> None:
    """Of craft, none that was not found already: see `test_a_sector_of_which_all_survived`."""
    vintages = in_turn(one)
    told = published_in_turn(vintages)
    found = found_in(vintages, told)
    assert of_all(found) == set()
    assert found - found_in(vintages, [*told[:-1], withheld(told[-1])]) == set()


@settings(max_examples=25, deadline=None)
@given(pairs, pairs)
def test_nor_from_three(one: Drawn, other: Drawn) -> None:
    vintages = in_turn(one, other)
    told = published_in_turn(vintages)
    found = found_in(vintages, told)
    assert of_all(found) == set()
    assert found - found_in(vintages, [*told[:-1], withheld(told[-1])]) == set()


def test_none_that_survived_is_told_of_a_single_firm_by_what_came_after() -> None:
    """Nobody survived where one was born, the first time only: that is a number like another."""
    first = [
        Leaf("59002", 8, 6, 0, 0), Leaf("59003", 1, 0, 0, 0),
        Leaf("59004", 5, 4, 0, 0), Leaf("59005", 6, 2, 0, 0),
    ]  # fmt: skip
    vintages = [first, mixed(first, [Leaf("59003", 9, 2, 0, 0)], {"59003"})]
    told = published_in_turn(vintages)
    assert ("59003", FEW) in hidden(told[0])
    assert "0 59003 all" not in found_in(vintages, told)


def test_a_sector_of_which_all_survived_tells_its_communes_and_they_the_next_vintage() -> None:
    """The limit: craft of a commune is not published, hence not protected, and bounds may give it away."""
    first = [Leaf("59004", 6, 4, 2, 2), Leaf("59005", 2, 2, 1, 1)]
    vintages = [first, [Leaf("59004", 2, 2, 0, 0), first[1]]]
    told = published_in_turn(vintages)
    assert (EPCI, "craft_rm", OPENLY) in {(o.area, o.segment, o.status) for o in told[0].rows}
    one = "1 south craft_rm"
    assert one in found_in(vintages, told)
    assert one in found_in(vintages, [told[0], withheld(told[1])]), "whatever the second says"


SMALL = [
    Leaf("59001", 2, 1, 0, 0), Leaf("59002", 8, 6, 0, 0), Leaf("59003", 9, 5, 0, 0),
    Leaf("59004", 7, 3, 0, 0), Leaf("59005", 9, 4, 0, 0), Leaf("59006", 8, 7, 0, 0),
]  # fmt: skip


def changed(**told: Leaf) -> list[Leaf]:
    return [told.get(f"c{leaf.area}", leaf) for leaf in SMALL]


def hidden(vintage: Earlier) -> set[tuple[str, str]]:
    return {(one.area, one.status) for one in vintage.rows if one.status in HIDDEN}


def test_what_did_not_change_reads_the_same() -> None:
    first = said(SMALL)
    again = said(SMALL, first)
    assert hidden(again) == hidden(first)
    assert len(hidden(first)) == 2


def test_without_the_first_the_second_may_hide_another_neighbour_and_tell() -> None:
    """What this is for: alone, both are safe; together they would tell."""
    first = said(SMALL)
    (neighbour,) = [area for area, status in hidden(first) if status == "D"]
    otherwise = [
        replace(one, status="D" if one.area in {"59002", "59003"} and one.area != neighbour
                else OPENLY if one.area == neighbour else one.status)
        for one in first.rows
    ]  # fmt: skip
    attacker = Attacker([(SMALL, first), (SMALL, replace(first, rows=otherwise))])
    small = next(one for one in first.rows if one.status == FEW)
    low, high = attacker.between(0, small)
    assert high - low < 1e-6


# what is told of a commune the second time | how it is published then
AGAIN = [
    (Leaf("59005", 9, 5, 0, 0), True),  # one more survived: the difference is one
    (Leaf("59005", 10, 4, 0, 0), True),  # one more was born, and did not
    (Leaf("59005", 11, 5, 0, 0), True),
    (Leaf("59005", 12, 7, 0, 0), False),  # three more were born
    (Leaf("59005", 6, 4, 0, 0), False),
    (Leaf("59005", 9, 4, 0, 0), False),
]


@pytest.mark.parametrize(("leaf", "gives_way"), AGAIN)
def test_a_number_that_changes_by_too_few_gives_way(leaf: Leaf, gives_way: bool) -> None:
    first = said(SMALL)
    second = said(changed(c59005=leaf), first)
    (cell,) = [one for one in second.rows if (one.area, one.segment) == ("59005", ALL)]
    assert cell.status == ("D" if gives_way else OPENLY)
    assert ("59005", "D") not in hidden(first), "it was said the first time"


def test_what_was_hidden_stays_so_while_it_changes_by_few() -> None:
    first = said(SMALL)
    (neighbour,) = [area for area, status in hidden(first) if status == "D"]
    second = said(changed(c59001=Leaf("59001", 4, 2, 0, 0)), first)
    assert ("59001", "D") in hidden(second), "it could be said alone: four were born"
    third = said(changed(c59001=Leaf("59001", 9, 5, 0, 0)), first)
    assert {area for area, _ in hidden(third)} == {"59001", neighbour}, (
        "the other one did not change"
    )
    grown = {"c59001": Leaf("59001", 9, 5, 0, 0), f"c{neighbour}": Leaf(neighbour, 15, 9, 0, 0)}
    assert not hidden(said(changed(**grown), first))


def test_a_cohort_hidden_at_one_age_stays_hidden_at_the_next() -> None:
    first = said(SMALL)
    (neighbour,) = [area for area, status in hidden(first) if status == "D"]
    older = [replace(one, indicator="register.survival_5y") for one in table(SMALL)]
    told = {one.area: status for one, status in masked(older, TREE, (), [first])}
    assert told[neighbour] == "D"


def jobs(**told: tuple[float, int]) -> list[Row]:
    """Jobs of activities and of the whole."""
    rows = [
        Row(JOBS, "epci", EPCI, "2020", name, ALL, made, n, FEW if n < 3 else OPENLY)
        for name, (made, n) in told.items()
    ]
    made, n = (sum(one[at] for one in told.values()) for at in (0, 1))
    return [*rows, Row(JOBS, "epci", EPCI, "2020", ALL, ALL, float(made), int(n), OPENLY)]


def published_jobs(rows: list[Row], *earlier: Earlier) -> Earlier:
    changes = {id(one): status for one, status in masked(rows, TREE, (), earlier)}
    kept = [replace(one, status=changes.get(id(one), one.status)) for one in rows]
    return Earlier(kept, TREE)


def test_jobs_of_activities_are_held_to_what_was_said_too() -> None:
    first = published_jobs(jobs(a10=(50.0, 9), a43=(70.0, 8), a47=(90.0, 12), a96=(40.0, 7)))
    assert not hidden(first)
    second = published_jobs(
        jobs(a10=(51.5, 9), a43=(120.0, 14), a47=(90.0, 12), a96=(40.0, 7)), first
    )
    told = {one.activity: one.status for one in second.rows}
    assert told["a10"] == "D", "one firm took a larger band"
    assert told["a47"] == told["a96"] == OPENLY, "these are known already"
    assert "D" in {told["a43"], told[ALL]}, "or its total would tell it"


def test_a_total_that_changes_by_too_few_hides_its_activities_that_do() -> None:
    first = published_jobs(jobs(a10=(50.0, 9), a43=(70.0, 8)))
    second = published_jobs(jobs(a10=(51.5, 9), a43=(70.0, 8)), first)
    told = {one.activity: one.status for one in second.rows}
    assert told == {"a10": "D", "a43": "D", ALL: "D"}


def test_a_joined_table_holds_what_changed_twice_and_the_rest_once() -> None:
    cells = {("a",): Cell(5.0, 5), ("b",): Cell(2.0, 2), ("all",): Cell(7.0, 7)}
    parents = ({"a": "all", "b": "all", "all": ""},)
    now = Table(("x",), parents, {**cells, ("a",): Cell(6.0, 6), ("all",): Cell(8.0, 8)})
    found = joined(now, [Said(Table(("x",), parents, cells), {("b",)})], Rules())
    assert set(found.table.cells) == {("a",), ("b",), ("all",), ("#0", "a"), ("#0", "all")}
    assert found.frozen == {("#0", "a"), ("#0", "all")}
    assert found.close == {("a",), ("all",)}
    assert found.forced == {("a",), ("all",), ("b",)}
    assert found.table.cells["#0", "a"].units == MANY
    assert len(found.table.relations()) == 2


def test_nothing_earlier_leaves_a_table_as_it_is() -> None:
    now = Table(("x",), ({"all": ""},), {("all",): Cell(8.0, 8)})
    assert joined(now, [], Rules()).table is now


def test_survivals_are_those_of_the_tables() -> None:
    assert {one.indicator for one in table(SMALL)} == {SURVIVAL}
