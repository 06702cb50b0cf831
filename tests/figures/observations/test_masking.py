"""Secrecy over the closed list, attacked: whoever adds and subtracts what is published finds no hidden cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import linprog

from maillage.figures.observations.masking import Row, Tree, is_secret, masked
from maillage.figures.observations.observing import ALL, FEW, OPENLY, UNOBSERVED

EPCI = "200093201"
SECTORS = {"north": ("59001", "59002", "59003"), "south": ("59004", "59005", "59006")}
TREE = Tree(
    EPCI,
    {EPCI: ""}
    | dict.fromkeys(SECTORS, EPCI)
    | {code: sector for sector, codes in SECTORS.items() for code in codes},
)
SURVIVAL, JOBS = "register.survival_3y", "register.jobs_estimate"
PRIMARY = 3


@dataclass(frozen=True)
class Leaf:
    """A commune of the drawn table: who was born there, who survived, of craft or not."""

    area: str
    born: int
    alive: int
    craft_born: int
    craft_alive: int


def status(n: int) -> str:
    """What a cell is by itself."""
    return FEW if 0 < n < PRIMARY else OPENLY


def row(area: str, segment: str, born: int, alive: int) -> Row:
    """A cohort of an area as the building writes it."""
    kind = "epci" if area == EPCI else "sector" if area in SECTORS else "commune"
    return Row(SURVIVAL, kind, area, "2015", ALL, segment, float(alive), born, status(born))


def table(leaves: Sequence[Leaf]) -> list[Row]:
    """The cohorts of communes, sectors and the whole; craft of sectors and of the whole."""
    rows = [row(leaf.area, ALL, leaf.born, leaf.alive) for leaf in leaves if leaf.born]
    groups = {**{sector: set(codes) for sector, codes in SECTORS.items()}}
    groups[EPCI] = {leaf.area for leaf in leaves}
    for area, codes in groups.items():
        inside = [leaf for leaf in leaves if leaf.area in codes]
        whole = sum(leaf.born for leaf in inside), sum(leaf.alive for leaf in inside)
        craft = sum(leaf.craft_born for leaf in inside), sum(leaf.craft_alive for leaf in inside)
        if whole[0]:
            rows.append(row(area, ALL, *whole))
        if craft[0]:
            rows.append(row(area, "craft_rm", *craft))
    return rows


def published(rows: Sequence[Row]) -> list[Row]:
    """The rows with what secrecy makes of them."""
    changed = {id(one): told for one, told in masked(rows, TREE)}
    return [replace(one, status=changed.get(id(one), one.status)) for one in rows]


def found_by_attack(rows: Sequence[Row], hidden: Row) -> tuple[float, float]:
    """Between what an attacker, who adds and subtracts all that is said, knows a hidden cell to lie.

    Written apart from the product's own programmes: unknowns are every commune's survivors, of craft and
    of the rest, bounded by the births that everybody can count.
    """
    areas = [code for codes in SECTORS.values() for code in codes]
    place = {(area, part): rank for rank, (area, part) in enumerate(
        (area, part) for area in areas for part in ("craft_rm", "rest"))}  # fmt: skip

    def weights(one: Row) -> list[float]:
        inside = {one.area} if one.area in areas else set(SECTORS.get(one.area, areas))
        parts = ("craft_rm",) if one.segment == "craft_rm" else ("craft_rm", "rest")
        line = [0.0] * len(place)
        for (area, part), rank in place.items():
            line[rank] = float(area in inside and part in parts)
        return line

    said = [one for one in rows if one.status == OPENLY]
    known = [(weights(one), one.made) for one in said]
    tops = [(weights(one), float(one.n)) for one in rows]  # births are open: survivors are no more
    bounds = []
    for sign in (1, -1):
        answer = linprog(
            [sign * w for w in weights(hidden)],
            A_ub=[line for line, _ in tops], b_ub=[top for _, top in tops],
            A_eq=[line for line, _ in known] or None, b_eq=[value for _, value in known] or None,
            bounds=(0, None), method="highs",
        )  # fmt: skip
        assert answer.status == 0, "the truth satisfies what is published"
        bounds.append(sign * answer.fun)
    return bounds[0], bounds[1]


leaf_of = st.integers(0, 9).flatmap(
    lambda born: st.tuples(
        st.just(born), st.integers(0, born), st.integers(0, born), st.integers(0, born)
    )
)
drawn = st.lists(leaf_of, min_size=6, max_size=6).map(
    lambda told: [
        Leaf(area, born, alive, craft, min(craft, alive, craft_alive))
        for area, (born, alive, craft, craft_alive) in zip(
            (code for codes in SECTORS.values() for code in codes), told, strict=True
        )
        if craft - min(craft, alive, craft_alive) <= born - alive
    ]
)


@settings(max_examples=40, deadline=None)
@given(drawn)
def test_no_hidden_cohort_is_found_to_a_unit(leaves: list[Leaf]) -> None:
    rows = published(table(leaves))
    for one in rows:
        if one.status == FEW:
            low, high = found_by_attack(rows, one)
            assert high - low >= min(1.0, one.n) - 1e-6, (one, low, high)


def test_a_single_small_commune_takes_another_with_it() -> None:
    rows = table([
        Leaf("59001", 2, 1, 0, 0), Leaf("59002", 8, 6, 0, 0), Leaf("59003", 9, 5, 0, 0),
        Leaf("59004", 7, 3, 0, 0), Leaf("59005", 9, 4, 0, 0), Leaf("59006", 8, 7, 0, 0),
    ])  # fmt: skip
    told = {(one.area, one.segment): one.status for one in published(rows)}
    assert told["59001", ALL] == "A"
    assert [told[code, ALL] for code in ("59002", "59003")].count("D") == 1, "its sector is said"
    assert all(told[code, ALL] == OPENLY for code in ("59004", "59005", "59006", EPCI))


def test_what_craft_leaves_of_the_whole_is_as_secret_as_craft() -> None:
    rows = table([Leaf("59001", 10, 6, 9, 5), Leaf("59004", 9, 8, 2, 2)])
    told = {(one.area, one.segment): one.status for one in published(rows)}
    assert told["south", "craft_rm"] == "A"
    assert "D" in {told["north", ALL], told["north", "craft_rm"], told["south", ALL]}


def activities(values: Iterable[tuple[str, float, int]], whole: tuple[float, int]) -> list[Row]:
    """Jobs of the whole territory by activity, under their total."""
    rows = [
        Row(JOBS, "epci", EPCI, "2020", code, ALL, made, n, status(n)) for code, made, n in values
    ]
    return [*rows, Row(JOBS, "epci", EPCI, "2020", ALL, ALL, *whole, OPENLY)]


def test_an_activity_hidden_alone_takes_the_cheapest_other() -> None:
    rows = activities([("10", 40.0, 12), ("43", 8.0, 5), ("96", 3.0, 1)], (51.0, 18))
    told = {one.activity: one.status for one in published(rows)}
    assert told == {"10": OPENLY, "43": "D", "96": "A", ALL: OPENLY}


def test_activities_that_nobody_named_are_a_part_like_another() -> None:
    rows = activities([("10", 40.0, 12), ("43", 8.0, 5)], (49.5, 18))
    told = {one.activity: one.status for one in published(rows)}
    assert told[ALL] == OPENLY
    assert "D" in {told["10"], told["43"]}, "what is not named is one firm: it must not be found"


def test_all_activities_are_withheld_under_a_hidden_total() -> None:
    rows = activities([("10", 1.5, 1), ("43", 1.5, 1)], (3.0, 2))
    rows[-1].status = FEW
    told = published(rows)
    assert {one.status for one in told} <= {"A", "D"}


def test_the_bounds_of_an_estimate_are_hidden_with_it() -> None:
    rows = activities([("10", 40.0, 12), ("43", 8.0, 5), ("96", 3.0, 1)], (51.0, 18))
    bounds = [
        replace(one, indicator=f"register.jobs_{side}")
        for one in rows
        for side in ("lower", "upper")
    ]
    told = published([*rows, *bounds])
    by_activity: dict[str, set[str]] = {}
    for one in told:
        by_activity.setdefault(one.activity, set()).add(one.status)
    assert by_activity == {"10": {OPENLY}, "43": {"D"}, "96": {"A"}, ALL: {OPENLY}}


def test_what_is_not_observed_yet_hides_nothing() -> None:
    rows = [replace(one, status=UNOBSERVED) for one in table([Leaf("59001", 2, 0, 0, 0)])]
    assert not list(masked(rows, TREE))


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        ("register.births", False),
        ("register.stock", False),
        ("register.density_per_10k", False),
        ("register.survival_1y", True),
        ("register.survival_5y_lu", True),
        ("register.jobs_upper", True),
    ],
)
def test_counts_of_public_fields_are_open_and_cells_of_cohorts_and_jobs_are_not(
    code: str, secret: bool
) -> None:
    assert is_secret(code) is secret
