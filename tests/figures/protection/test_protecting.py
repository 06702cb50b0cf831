"""Secrecy of tables: published patterns, drawn ones, and an attacker who tries every table that could be."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from maillage.figures.protection.attack import Interval, exposed, intervals, is_wide
from maillage.figures.protection.rules import HIDDEN, Rules, primary
from maillage.figures.protection.secondary import Protected, protect
from maillage.figures.protection.tables import Cell, Key, Table, built, of_units
from maillage.kernel.errors import Conflict, Invalid

SHARED = Path(__file__).resolve().parents[4] / "shared" / "reference" / "sdc"
FEW = Rules(dominance=None)


def flat(codes: str) -> dict[str, str]:
    """A dimension of one level."""
    return dict.fromkeys(codes, "total")


def counted(counts: Mapping[tuple[str, str], int]) -> Table:
    """A table of frequencies from its leaves; each unit counts for one."""
    rows = [(key, Cell(n, n, float(n > 0), float(n > 1))) for key, n in counts.items()]
    codes = ["".join(sorted({key[rank] for key in counts})) for rank in (0, 1)]
    return built(rows, ("row", "column"), [flat(one) for one in codes])


def grid(text: str) -> Table:
    """A table of frequencies drawn by hand: a line a row, letters for codes."""
    lines = [line.split() for line in text.strip().splitlines()]
    return counted({
        ("ABCDEFGH"[r], "abcdefgh"[c]): int(n) for r, row in enumerate(lines) for c, n in enumerate(row)
    })  # fmt: skip


def hidden(found: Protected) -> set[str]:
    """The cells hidden, `A·b`."""
    return {"·".join(key) for key, status in found.statuses.items() if status in HIDDEN}


class TestRules:
    @pytest.mark.parametrize(
        ("cell", "status"),
        [
            (Cell(0, 0), "V"),
            (Cell(50, 1, 50), "A"),
            (Cell(50, 2, 30, 20), "A"),
            (Cell(50, 3, 30, 10), "V"),
            (Cell(100, 3, 85, 10), "B"),
            (Cell(100, 3, 84.9, 10), "V"),
            (Cell(100, 40, 95, 1), "B"),
        ],
    )
    def test_insee_hides_fewer_than_three_units_and_85_hundredths(
        self, cell: Cell, status: str
    ) -> None:
        assert Rules().status(cell) == status

    def test_an_empty_cell_tells_something_in_a_survey(self) -> None:
        assert Rules(zeros=True).status(Cell(0, 0)) == "A"

    def test_the_two_largest_together_or_the_second_against_the_first(self) -> None:
        cell = Cell(100, 5, 60, 20)
        assert Rules(dominance=75, k=2).status(cell) == "B"
        assert Rules(dominance=75, k=1).status(cell) == "V"
        assert Rules(dominance=None, p_percent=40).status(cell) == "B", "20 left, 24 needed"
        assert Rules(dominance=None, p_percent=30).status(cell) == "V"

    @pytest.mark.parametrize(
        ("cell", "width"),
        [
            (Cell(2, 2, 1, 1), 1),  # a unit at the least
            (Cell(100, 2, 50, 50), 10),
            (Cell(100, 3, 95, 3), 95 * 100 / 85 - 100),
        ],
    )
    def test_a_hidden_value_must_not_be_placed_too_near(self, cell: Cell, width: float) -> None:
        assert Rules().width(cell) == pytest.approx(max(width, 10 if cell.value == 100 else 1))

    @given(st.integers(1, 60), st.integers(1, 5))
    def test_a_stricter_threshold_shows_nothing_more(self, n: int, threshold: int) -> None:
        cell = Cell(n, n, 1, 1)
        if Rules(threshold=threshold).status(cell) != "V":
            assert Rules(threshold=threshold + 1).status(cell) != "V"


class TestTables:
    def test_totals_are_summed_from_the_finest_cells(self) -> None:
        table = grid("1 2\n3 4")
        assert {"·".join(key): cell.value for key, cell in table.cells.items()} == {
            "A·a": 1, "A·b": 2, "B·a": 3, "B·b": 4, "A·total": 3, "B·total": 7, "total·a": 4,
            "total·b": 6, "total·total": 10,
        }  # fmt: skip

    def test_units_are_gathered_with_their_two_largest(self) -> None:
        rows = of_units(
            [(("A", "x"), 5.0), (("A", "x"), 9.0), (("A", "x"), 1.0), (("B", "x"), 2.0)]
        )
        assert dict(rows) == {("A", "x"): Cell(15, 3, 9, 5), ("B", "x"): Cell(2, 1, 2, 0)}

    def test_levels_sum_up_one_by_one(self) -> None:
        tree = {"10.71C": "10", "10.13B": "10", "62.01Z": "62", "10": "all", "62": "all"}
        rows = [((code,), Cell(n, n)) for code, n in (("10.71C", 4), ("10.13B", 5), ("62.01Z", 6))]
        table = built(rows, ("naf",), [tree])
        sums = {
            frozenset((table.keys[rank][0], weight) for rank, weight in row)
            for row in table.relations()
        }
        assert sums == {
            frozenset({("10", -1.0), ("10.71C", 1.0), ("10.13B", 1.0)}),
            frozenset({("62", -1.0), ("62.01Z", 1.0)}),
            frozenset({("all", -1.0), ("10", 1.0), ("62", 1.0)}),
        }

    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            ([(("Z",), Cell(1, 1))], "Z"),
            ([(("A",), Cell(1, 1)), (("A",), Cell(2, 2))], "deux fois"),
            ([(("A",), Cell(1, 1)), (("B",), Cell(2, 2)), (("total",), Cell(4, 4))], "somme"),
        ],
    )
    def test_a_table_that_does_not_hold_together_is_refused(
        self, rows: list[tuple[Key, Cell]], told: str
    ) -> None:
        with pytest.raises(Invalid, match=told):
            built(rows, ("row",), [flat("AB")])


class TestAttack:
    def test_a_cell_hidden_alone_is_found(self) -> None:
        table = grid("2 9\n7 8")
        assert intervals(table, [("A", "a")]) == {("A", "a"): Interval(2, 2)}

    def test_two_hidden_in_a_row_are_found_by_their_columns(self) -> None:
        table = grid("2 9\n7 8")
        found = intervals(table, [("A", "a"), ("A", "b")])
        assert found == {("A", "a"): Interval(2, 2), ("A", "b"): Interval(9, 9)}

    def test_four_that_close_a_square_are_not(self) -> None:
        table = grid("2 9\n7 8")
        found = intervals(table, [(r, c) for r in "AB" for c in "ab"])
        assert found["A", "a"] == Interval(0, 9)
        assert found["B", "b"] == Interval(6, 15)

    def test_nothing_hidden_is_nothing_to_find(self) -> None:
        assert intervals(grid("2 9\n7 8"), []) == {}

    def test_a_difference_with_another_table_is_one_more_sum(self) -> None:
        base = grid("2 9\n7 8")
        square = [(r, c) for r in "AB" for c in "ab"]
        # Somebody published elsewhere A·a and B·b together: 10.
        table = Table(
            base.dimensions, base.parents, {**base.cells, ("seen", "elsewhere"): Cell(10, 10)},
            more=(((9, -1.0), (base.ranks["A", "a"], 1.0), (base.ranks["B", "b"], 1.0)),),
        )  # fmt: skip
        assert intervals(table, square)["A", "a"] == Interval(2, 2)

    def test_one_more_cell_shown_widens_nothing(self) -> None:
        table = grid("2 9 4\n7 8 5\n1 6 3")
        every = [(r, c) for r in "ABC" for c in "abc"]
        before = intervals(table, every)
        for shown in every:
            after = intervals(table, [key for key in every if key != shown])
            for key, one in after.items():
                assert before[key].lo - 1e-6 <= one.lo
                assert one.hi <= before[key].hi + 1e-6

    def test_large_values_are_found_as_small_ones_are(self) -> None:
        rows = [
            (key, Cell(cell.value * 1e8, cell.units))
            for key, cell in grid("2 9\n7 8").cells.items()
        ]
        table = built(rows, ("row", "column"), [flat("AB"), flat("ab")])
        found = intervals(table, [(r, c) for r in "AB" for c in "ab"])
        assert found["A", "a"].hi == pytest.approx(9e8)


@pytest.mark.parametrize("mode", ["exact", "fast"])
class TestProtection:
    def test_the_published_example_of_rtauargus(self, mode: str) -> None:
        path = SHARED / "rtauargus_ex1.json"
        if not path.exists():
            pytest.skip("the reference cases are not beside the project")
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        cells = [((r["ACTIVITY"], r["SIZE"]), Cell(r["VAL"], r["N_OBS"], r["MAX"])) for r in rows]
        trees = [dict.fromkeys(codes, "Total") for codes in (("01", "02", "06"), ("tr1", "tr2"))]
        found = protect(built(cells, ("ACTIVITY", "SIZE"), trees), Rules(), mode=mode)
        assert found.statuses == {(r["ACTIVITY"], r["SIZE"]): r["status"] for r in rows}

    def test_the_published_example_of_sdctable(self, mode: str) -> None:
        path = SHARED / "sdctable_microdata1.csv"
        if not path.exists():
            pytest.skip("the reference cases are not beside the project")
        with path.open(encoding="utf-8") as stream:
            rows = [((r["region"], r["gender"]), float(r["val"])) for r in csv.DictReader(stream)]
        trees = [flat("ABCD"), dict.fromkeys(("male", "female"), "total")]
        values = built(of_units(rows), ("region", "gender"), trees)
        cells = {key: Cell(cell.units, cell.units, 1) for key, cell in values.cells.items()}
        order = list(product(("total", *"ABCD"), ("total", "male", "female")))
        found = protect(Table(values.dimensions, values.parents, cells), FEW, mode=mode)
        told = [n for n, key in enumerate(order, 1) if found.statuses[key] != "V"]
        assert told == [5, 6, 11, 12]
        for rules in (Rules(threshold=0, dominance=75, k=2), Rules(0, None, p_percent=70)):
            statuses = primary(values, rules)
            assert [n for n, key in enumerate(order, 1) if statuses[key] != "V"] == [6, 14]

    def test_one_cell_takes_three_others(self, mode: str) -> None:
        found = protect(grid("2 9 20\n7 8 20\n20 20 20"), FEW, mode=mode)
        assert hidden(found) == {"A·a", "A·b", "B·a", "B·b"}
        assert found.statuses["A", "a"] == "A"
        assert found.is_safe

    def test_what_is_safe_takes_nothing_more(self, mode: str) -> None:
        found = protect(grid("5 9\n7 8"), FEW, mode=mode)
        assert hidden(found) == set()
        assert found.audit == {}

    def test_what_is_published_already_stays_and_something_else_is_hidden(self, mode: str) -> None:
        table = grid("2 9 20\n7 8 20\n20 20 20")
        found = protect(table, FEW, mode=mode, frozen=[("A", "b")])
        assert "A·b" not in hidden(found)
        assert found.is_safe

    def test_what_is_hidden_elsewhere_stays_hidden(self, mode: str) -> None:
        found = protect(grid("2 9 20\n7 8 20\n20 20 20"), FEW, mode=mode, forced=[("C", "c")])
        assert found.statuses["C", "c"] == "D"
        assert found.is_safe

    def test_when_all_is_published_already_nothing_protects(self, mode: str) -> None:
        table = grid("2 9\n7 8")
        with pytest.raises(Conflict, match="protégée"):
            protect(table, FEW, mode=mode, frozen=[k for k in table.cells if k != ("A", "a")])
        with pytest.raises(Conflict, match="protégée"):
            protect(table, FEW, mode=mode, frozen=[("A", "a")])

    def test_levels_protect_one_another(self, mode: str) -> None:
        tree = {"x": "1", "y": "1", "z": "2", "w": "2", "v": "2", "1": "all", "2": "all"}
        counts = {"x": (2, 30), "y": (40, 9), "z": (15, 8), "w": (11, 12), "v": (7, 6)}
        rows = [
            ((code, column), Cell(n, n)) for code, both in counts.items() for column, n in zip("ab", both, strict=True)
        ]  # fmt: skip
        table = built(rows, ("naf", "column"), [tree, flat("ab")])
        found = protect(table, FEW, mode=mode)
        assert found.is_safe
        assert {"x·a", "x·b", "y·a", "y·b"} <= hidden(found), "beside it, within its own level"


COUNTS = st.integers(2, 4).flatmap(
    lambda rows: st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.one_of(st.integers(0, 4), st.integers(0, 40)), min_size=columns, max_size=columns),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip


def drawn(counts: list[list[int]]) -> Table:
    """A table of these counts."""
    return grid("\n".join(" ".join(map(str, row)) for row in counts))


def attempted(table: Table, **asked: Any) -> Protected:
    """The table protected; a case where nothing can protect it says nothing."""
    try:
        return protect(table, FEW, **asked)
    except Conflict:
        assume(False)
        raise


SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@pytest.mark.parametrize("mode", ["exact", "fast"])
class TestLaws:
    @SLOW
    @given(counts=COUNTS)
    def test_nothing_that_must_be_hidden_is_found(self, mode: str, counts: list[list[int]]) -> None:
        table = drawn(counts)
        found = attempted(table, mode=mode)
        assert not exposed(table, found.statuses, FEW)
        for key, status in found.statuses.items():
            if status in {"A", "B"}:
                assert is_wide(table, key, found.audit[key], FEW)
            if status != "D":
                assert status == FEW.status(table.cells[key]), "what is shown is as it was"

    @SLOW
    @given(counts=COUNTS)
    def test_no_sum_has_one_hidden_cell(self, mode: str, counts: list[list[int]]) -> None:
        table = drawn(counts)
        found = attempted(table, mode=mode)
        for row in table.relations():
            apart = [r for r, _w in row if found.statuses[table.keys[r]] in {"A", "B"}]
            secret = [r for r, _w in row if found.statuses[table.keys[r]] in HIDDEN]
            if apart:
                assert len(secret) != 1

    @SLOW
    @given(counts=COUNTS)
    def test_who_tries_every_table_never_finds_one_value_alone(
        self, mode: str, counts: list[list[int]]
    ) -> None:
        table = drawn(counts)
        found = attempted(table, mode=mode)
        secret = [key for key, status in found.statuses.items() if status in HIDDEN]
        assume(0 < len(secret) <= 6)
        believable = _believable(table, secret)
        assert len(believable) > 1
        for place, key in enumerate(secret):
            if found.statuses[key] == "A":
                assert len({values[place] for values in believable}) > 1

    @SLOW
    @given(counts=COUNTS, seed=st.randoms(use_true_random=False))
    def test_renaming_and_moving_rows_keeps_what_it_costs(
        self, mode: str, counts: list[list[int]], seed: Any
    ) -> None:
        first = attempted(drawn(counts), mode=mode)
        moved = [list(row) for row in counts]
        seed.shuffle(moved)
        again = attempted(drawn(moved), mode=mode)
        if mode == "exact":
            assert len(hidden(first)) - len(hidden(again)) in range(-1, 2)


def _believable(table: Table, secret: list[Key]) -> list[tuple[int, ...]]:
    """Every whole value the hidden cells could have, whatever was shown."""
    places = {table.ranks[key]: n for n, key in enumerate(secret)}
    highest = int(max(cell.value for cell in table.cells.values())) + 1
    rows = []
    for row in table.relations():
        unknown = [(places[r], w) for r, w in row if r in places]
        if unknown:
            rows.append(
                (
                    unknown,
                    -sum(w * table.cells[table.keys[r]].value for r, w in row if r not in places),
                )
            )
    truth = tuple(int(table.cells[key].value) for key in secret)
    around = [range(max(0, value - 3), min(highest, value + 3) + 1) for value in truth]
    return [
        values for values in product(*around)
        if all(sum(w * values[n] for n, w in unknown) == total for unknown, total in rows)
    ]  # fmt: skip
