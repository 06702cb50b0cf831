"""Tables of the size of a territory: communes in sectors by trades in families, drawn as economies are."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pytest

from maillage.figures.protection.attack import exposed, intervals, is_wide
from maillage.figures.protection.rules import HIDDEN, Rules, primary
from maillage.figures.protection.secondary import protect
from maillage.figures.protection.tables import Cell, Key, Table, built, of_units


def territory(seed: int, communes: int = 8, trades: int = 6) -> Table:
    """Turnover of invented firms: a few large, many small, in communes of unlike sizes."""
    chance = random.Random(seed)  # noqa: S311 -- a test draws, nothing is hidden
    places = {f"c{n}": f"sector {n % 3}" for n in range(communes)}
    families = {f"t{n}": f"family {n % 2}" for n in range(trades)}
    trees = [
        {**places, **dict.fromkeys(sorted(set(places.values())), "all")},
        {**families, **dict.fromkeys(sorted(set(families.values())), "all")},
    ]
    units = [
        ((place, trade), round(chance.paretovariate(1.2) * 10, 1))
        for rank, place in enumerate(places)
        for trade in families
        for _ in range(chance.randint(0, 3 + 12 // (rank + 1)))
    ]
    return built(of_units(units), ("commune", "trade"), trees)


@pytest.mark.parametrize("seed", range(4))
def test_the_fast_way_leaves_nothing_to_be_found(seed: int) -> None:
    table = territory(seed)
    found = protect(table, Rules(), mode="fast", budget=5)
    must = [key for key, status in primary(table, Rules()).items() if status != "V"]
    assert len(must) > 5
    assert found.is_safe
    assert not exposed(table, found.statuses, Rules())
    for key in must:
        assert found.statuses[key] in {"A", "B"}
        assert is_wide(table, key, found.audit[key], Rules())


@pytest.mark.parametrize("seed", range(2))
def test_the_exact_way_costs_no_more_than_the_fast(seed: int) -> None:
    table = territory(seed, communes=4, trades=3)
    ways = {mode: protect(table, Rules(), mode=mode).statuses for mode in ("exact", "fast")}

    def cost(statuses: Mapping[Key, str]) -> float:
        from math import log1p

        return sum(log1p(table.cells[key].value) for key, one in statuses.items() if one == "D")

    assert cost(ways["exact"]) <= cost(ways["fast"]) + 1e-9


def test_what_was_hidden_needlessly_is_shown_again() -> None:
    table = territory(1)
    quick = protect(table, Rules(), mode="fast", budget=0)
    clean = protect(table, Rules(), mode="fast", budget=20)
    hidden = [
        sum(status in HIDDEN for status in found.statuses.values()) for found in (quick, clean)
    ]
    assert hidden[1] <= hidden[0]


def test_three_dimensions_are_one_table_too() -> None:
    chance = random.Random(5)  # noqa: S311
    codes = [("a", "b", "c"), ("x", "y", "z"), ("1", "2")]
    rows = []
    for key in product(*codes):
        n = chance.randint(0, 12)
        rows.append((key, Cell(n, n, float(n > 0), float(n > 1))))
    table = built(rows, ("one", "two", "three"), [dict.fromkeys(c, "all") for c in codes])
    found = protect(table, Rules(dominance=None), mode="fast")
    assert found.is_safe
    assert len(table.cells) == 4 * 4 * 3


def test_a_table_published_after_another_hides_nothing_that_the_first_showed() -> None:
    table = territory(2)
    first = protect(table, Rules(), mode="fast", budget=2)
    shown = [key for key, status in first.statuses.items() if status == "V"]
    hidden = [key for key, status in first.statuses.items() if status == "D"]
    again = protect(table, Rules(), mode="fast", frozen=shown, forced=hidden)
    assert dict(again.statuses) == dict(first.statuses)


def test_who_subtracts_communes_listed_elsewhere_from_a_total_finds_nothing() -> None:
    base = territory(3)
    # The same trade was once told for all communes but two: one more sum that everybody knows.
    kept = [
        key for key in base.cells if key[0].startswith("c") and key[1] == "t0" and key[0] > "c1"
    ]
    total = sum(base.cells[key].value for key in kept)
    cells = {**base.cells, ("elsewhere", "t0"): Cell(total, 99, 1)}
    more = ((len(base.cells), -1.0), *((base.ranks[key], 1.0) for key in kept))
    table = Table(base.dimensions, base.parents, cells, more=(more,))
    found = protect(table, Rules(), mode="fast", budget=5, frozen=[("elsewhere", "t0")])
    assert found.is_safe
    secret = [key for key, status in found.statuses.items() if status in HIDDEN]
    told = intervals(table, secret)
    assert all(
        one.lo <= table.cells[key].value + 1e-6 <= one.hi + 2e-6 for key, one in told.items()
    )


def test_whoever_waits_hears_how_far_it_is() -> None:
    heard: list[tuple[str, int, int]] = []
    found = protect(
        territory(1), Rules(), mode="fast", budget=20, tell=lambda *told: heard.append(told)
    )
    must = sum(status in {"A", "B"} for status in found.statuses.values())
    hidden = [(done, of) for what, done, of in heard if what == "hide"]
    assert hidden == [(done, must) for done in range(1, must + 1)]
    assert [what for what, *_ in heard] == sorted(
        (w for w, *_ in heard), key=["hide", "show", "audit"].index
    )


def test_nothing_that_stays_hidden_could_be_shown() -> None:
    table, rules = territory(2), Rules()
    found = protect(table, rules, mode="fast", budget=60)
    for key, status in found.statuses.items():
        if status == "D":
            assert exposed(table, {**found.statuses, key: "V"}, rules), key
