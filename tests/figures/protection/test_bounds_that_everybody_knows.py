"""Cells that everybody knows not to exceed a bound: the births of a cohort bound those of it that survived."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from scipy.optimize import linprog

from maillage.figures.protection.attack import Interval, exposed, intervals, is_wide
from maillage.figures.protection.programs import INFINITE
from maillage.figures.protection.rules import HIDDEN, Rules
from maillage.figures.protection.secondary import Protected, protect
from maillage.figures.protection.tables import Cell, Key, Table
from maillage.kernel.errors import Conflict

SURVEYED = Rules(dominance=None, zeros=True)
AREAS = {"here": "all", "there": "all", "yonder": "all", "all": ""}
SEGMENTS = {"craft": "every", "rest": "every", "every": ""}
Cohorts = Mapping[Key, tuple[int, int]]


def table(cohorts: Cohorts) -> Table:
    """The survivors (alive, born) of leaves and of all their sums, each bounded by its births."""
    cells: dict[Key, Cell] = {}
    for area in AREAS:
        for segment in SEGMENTS:
            inside = [
                both
                for (a, s), both in cohorts.items()
                if area in (a, AREAS[a]) and segment in (s, SEGMENTS[s])
            ]
            alive, born = (sum(both[side] for both in inside) for side in (0, 1))
            cells[area, segment] = Cell(alive, born, most=born)
    return Table(("area", "segment"), (AREAS, SEGMENTS), cells)


def line(*cohorts: tuple[float, float], total: str = "all") -> Table:
    """Cohorts side by side under their total, `abc…`."""
    codes = "abcdef"[: len(cohorts)]
    cells: dict[Key, Cell] = {
        (code,): Cell(alive, int(born), most=born)
        for code, (alive, born) in zip(codes, cohorts, strict=True)
    }
    whole = [sum(both[side] for both in cohorts) for side in (0, 1)]
    cells[total,] = Cell(whole[0], int(whole[1]), most=whole[1])
    return Table(("area",), ({**dict.fromkeys(codes, total), total: ""},), cells)


def looked_for(given: Table, found: Protected, key: Key) -> Interval:
    """Between what a hidden cell lies, by programs of this test alone: leaves are the unknowns, sums are told of them."""
    leaves = [one for one in given.cells if "all" not in one and "every" not in one]

    def weights(of: Key) -> list[float]:
        return [
            float(all(part in (code, tree[code]) for part, code, tree in zip(of, leaf, given.parents, strict=True)))
            for leaf in leaves
        ]  # fmt: skip

    shown = [one for one, status in found.statuses.items() if status not in HIDDEN]
    bounded = [one for one, cell in given.cells.items() if math.isfinite(cell.most)]
    ends = []
    for sign in (1, -1):
        answer = linprog(
            [sign * weight for weight in weights(key)],
            A_ub=[weights(one) for one in bounded] or None,
            b_ub=[given.cells[one].most for one in bounded] or None,
            A_eq=[weights(one) for one in shown] or None,
            b_eq=[given.cells[one].value for one in shown] or None,
            method="highs",
        )
        assert answer.status in {0, 3}
        ends.append(sign * answer.fun if answer.status == 0 else math.inf)
    return Interval(*ends)


def attempted(given: Table, mode: str) -> Protected:
    """The table protected; what nothing protects says nothing."""
    try:
        return protect(given, SURVEYED, mode=mode)
    except Conflict:
        assume(False)
        raise


one_cohort = st.integers(0, 9).flatmap(lambda born: st.tuples(st.integers(0, born), st.just(born)))
drawn = st.lists(one_cohort, min_size=6, max_size=6).map(
    lambda told: dict(
        zip(((a, s) for a in ("here", "there", "yonder") for s in ("craft", "rest")), told, strict=True)
    )
)  # fmt: skip
FEW_TRIES = settings(max_examples=15, deadline=None)


@pytest.mark.parametrize("mode", ["exact", "fast"])
class TestWhatIsLookedForApart:
    @FEW_TRIES
    @given(cohorts=drawn)
    def test_intervals_reach_as_far_as_rules_ask_or_bounds_allow(
        self, mode: str, cohorts: dict[Key, tuple[int, int]]
    ) -> None:
        given_, width = table(cohorts), 1.0
        found = attempted(given_, mode)
        for key, status in found.statuses.items():
            cell = given_.cells[key]
            if status == "A":
                reached = looked_for(given_, found, key)
                assert reached.hi >= min(cell.most, cell.value + width) - 1e-6
                assert reached.lo <= max(0.0, cell.value - width) + 1e-6

    @FEW_TRIES
    @given(cohorts=drawn)
    def test_the_audit_says_what_is_found_apart(
        self, mode: str, cohorts: dict[Key, tuple[int, int]]
    ) -> None:
        given_ = table(cohorts)
        found = attempted(given_, mode)
        for key, audited in found.audit.items():
            reached = looked_for(given_, found, key)
            assert (audited.lo, audited.hi) == pytest.approx((reached.lo, reached.hi), abs=1e-5)
            assert audited.lo - 1e-6 <= given_.cells[key].value <= audited.hi + 1e-6
            assert audited.hi <= given_.cells[key].most + 1e-6

    @FEW_TRIES
    @given(cohorts=drawn)
    def test_bounds_never_widen_what_is_found(
        self, mode: str, cohorts: dict[Key, tuple[int, int]]
    ) -> None:
        bounded = table(cohorts)
        free = Table(
            bounded.dimensions,
            bounded.parents,
            {key: Cell(cell.value, cell.units) for key, cell in bounded.cells.items()},
        )
        found = attempted(bounded, mode)
        hidden = [key for key, status in found.statuses.items() if status in HIDDEN]
        before = intervals(free, hidden)
        for key, one in intervals(bounded, hidden).items():
            assert before[key].lo - 1e-6 <= one.lo
            assert one.hi <= before[key].hi + 1e-6

    def test_a_cohort_where_everybody_survived_hides_its_total(self, mode: str) -> None:
        # 2 + 7 + 6 born, all alive: a total of 15 would say that each of them is.
        given_ = line((2, 2), (7, 7), (6, 6))
        found = protect(given_, SURVEYED, mode=mode)
        assert found.statuses["a",] == "A"
        assert found.statuses["all",] == "D"
        assert looked_for(given_, found, ("a",)).lo <= 1

    def test_one_where_nobody_did_cannot_be_told_at_all(self, mode: str) -> None:
        # Their sum is none, and no empty cell is hidden for another: the table is refused, not shown.
        with pytest.raises(Conflict):
            protect(line((0, 2), (0, 7), (0, 6)), SURVEYED, mode=mode)

    def test_a_partner_that_has_no_room_protects_nobody(self, mode: str) -> None:
        # 2 of 2 survived: only a neighbour that some did not survive can take what it would lose.
        found = protect(line((2, 2), (7, 7), (3, 6)), SURVEYED, mode=mode)
        told = {key[0]: status for key, status in found.statuses.items()}
        assert told == {"a": "A", "b": "V", "c": "D", "all": "V"}

    def test_one_that_half_survived_takes_a_partner_with_room_both_ways(self, mode: str) -> None:
        given_ = line((1, 2), (7, 7), (1, 6))
        found = protect(given_, SURVEYED, mode=mode)
        reached = looked_for(given_, found, ("a",))
        assert (reached.lo, reached.hi) == (0, 2)

    def test_the_whole_frozen_and_full_cannot_be_protected(self, mode: str) -> None:
        with pytest.raises(Conflict):
            protect(line((2, 2), (7, 7)), SURVEYED, mode=mode, frozen=[("all",)])


class TestBoundsOfACell:
    def test_none_is_known_unless_said(self) -> None:
        assert math.isinf(Cell(5, 3).most)

    def test_a_hidden_cell_alone_under_nothing_reaches_its_bound(self) -> None:
        lone = Table(("area",), ({"a": ""},), {("a",): Cell(1, 2, most=2)})
        assert intervals(lone, [("a",)]) == {("a",): Interval(0, 2)}

    def test_without_a_bound_it_reaches_as_far_as_numbers_go(self) -> None:
        lone = Table(("area",), ({"a": ""},), {("a",): Cell(1, 2)})
        assert intervals(lone, [("a",)])["a",].hi >= INFINITE

    @pytest.mark.parametrize(
        ("found", "wide"),
        [
            (Interval(1, 2), True),  # up to all that were born, down by one
            (Interval(2, 2), False),
            (Interval(1.5, 2), False),
            (Interval(0, 2), True),
        ],
    )
    def test_an_interval_that_stops_at_the_births_is_wide_enough(
        self, found: Interval, wide: bool
    ) -> None:
        lone = Table(("area",), ({"a": ""},), {("a",): Cell(2, 2, most=2)})
        assert is_wide(lone, ("a",), found, SURVEYED) is wide

    def test_large_cohorts_are_bounded_as_small_ones_are(self) -> None:
        whole = line((2e8, 3e8), (5e8, 6e8))
        found = intervals(whole, [("a",), ("b",)])
        assert found["a",].lo == pytest.approx(1e8)
        assert found["a",].hi == pytest.approx(3e8)

    def test_bounds_of_neighbours_tell_a_cell_that_sums_alone_would_not(self) -> None:
        # 9 survived of 2 + 7 born: everybody did, whatever is hidden.
        full = line((2, 2), (7, 7))
        statuses = {("a",): "A", ("b",): "D", ("all",): "V"}
        assert exposed(full, statuses, SURVEYED) == {("a",): Interval(2, 2)}
        free = Table(
            full.dimensions,
            full.parents,
            {k: Cell(c.value, c.units) for k, c in full.cells.items()},
        )
        assert not exposed(free, statuses, SURVEYED)

    @FEW_TRIES
    @given(told=st.lists(one_cohort, min_size=2, max_size=5))
    def test_two_cohorts_under_their_total_are_found_by_hand(
        self, told: list[tuple[int, int]]
    ) -> None:
        whole = line(*told)
        codes = [key for key in whole.cells if key != ("all",)]
        found = intervals(whole, codes)
        total = sum(alive for alive, _born in told)
        room = np.array([born for _alive, born in told])
        for rank, key in enumerate(codes):
            others = float(room.sum() - room[rank])
            assert found[key].hi == pytest.approx(min(room[rank], total), abs=1e-6)
            assert found[key].lo == pytest.approx(max(0.0, total - others), abs=1e-6)
