"""Linear programmes as the attacker and the protector ask them, and rules as they apply to any cell."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from maillage.figures.protection.attack import scale_of
from maillage.figures.protection.programs import INFINITE, Program
from maillage.figures.protection.rules import Rules
from maillage.figures.protection.tables import Cell, built

FREE = (0.0, INFINITE)


def test_the_ends_of_a_variable_under_a_sum() -> None:
    program = Program([FREE, FREE], [(((0, 1.0), (1, 1.0)), 10.0)])
    assert (program.extreme(0, up=False), program.extreme(0, up=True)) == (0, 10)


def test_what_nothing_bounds_has_no_end() -> None:
    program = Program([FREE, FREE], [(((0, 1.0), (1, -1.0)), 3.0)])
    assert program.extreme(0, up=False) == 3
    assert program.extreme(0, up=True) == INFINITE


def test_asked_again_it_answers_the_same() -> None:
    program = Program([FREE, FREE, (0.0, 4.0)], [(((0, 1.0), (1, 1.0), (2, 1.0)), 10.0)])
    first = [program.extreme(rank, up=up) for rank in range(3) for up in (False, True)]
    again = [program.extreme(rank, up=up) for rank in range(3) for up in (False, True)]
    assert first == again == [0, 10, 0, 10, 0, 4]


def test_bounds_can_be_moved_and_put_back() -> None:
    program = Program([FREE, FREE], [(((0, 1.0), (1, 1.0)), 10.0)])
    program.bound(1, 7.0, 7.0)
    assert program.extreme(0, up=True) == 3
    program.bound(1, *FREE)
    assert program.extreme(0, up=True) == 10


def test_the_cheapest_is_found_and_whole_when_asked() -> None:
    program = Program([(0.0, 5.0), (0.0, 5.0)], [])
    program.row(2.5, 1e20, ((0, 1.0), (1, 1.0)))
    program.cost({0: 1.0, 1: 3.0})
    assert list(program.least()) == pytest.approx([2.5, 0])
    program.integers([0, 1])
    assert list(program.least()) == pytest.approx([3, 0])


def test_what_cannot_be_has_no_solution() -> None:
    program = Program([(0.0, 1.0)], [(((0, 1.0),), 5.0)])
    assert program.least() is None


def test_the_solver_says_nothing_of_itself() -> None:
    code = (
        "from maillage.figures.protection.programs import Program\n"
        "p = Program([(0.0, 1.0)], [(((0, 1.0),), 1.0)])\np.extreme(0, up=True)\nprint('end')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "end\n", "a command that answers in JSON says nothing else"


@pytest.mark.parametrize(
    ("largest", "scale"), [(0, 1.0), (10, 1.0), (1e4, 1.0), (1e8, 1e-4), (5e9, 2e-6)]
)
def test_values_are_brought_below_ten_thousand(largest: float, scale: float) -> None:
    table = built([(("a",), Cell(largest, 3)), (("b",), Cell(0, 0))], ("x",), [{"a": "", "b": ""}])
    assert scale_of(table) == pytest.approx(scale)


CELLS = st.builds(
    lambda parts: Cell(sum(parts), len(parts), *([*sorted(parts, reverse=True), 0, 0])[:2]),
    st.lists(st.floats(1, 1_000), max_size=12),
)


@given(CELLS, st.floats(50, 99), st.floats(0.1, 20))
def test_a_lower_share_hides_more(cell: Cell, dominance: float, less: float) -> None:
    if Rules(dominance=dominance).status(cell) != "V":
        assert Rules(dominance=dominance - less).status(cell) != "V"


@given(CELLS)
def test_two_units_together_weigh_at_least_as_much_as_one(cell: Cell) -> None:
    if Rules(k=1).status(cell) == "B":
        assert Rules(k=2).status(cell) == "B"


@given(CELLS)
def test_what_is_few_is_said_few_whoever_makes_most_of_it(cell: Cell) -> None:
    status = Rules().status(cell)
    assert (status == "A") is (0 < cell.units < 3)
    if status == "B":
        assert cell.largest >= 0.85 * cell.value - 1e-9


@given(CELLS)
def test_nobody_is_to_be_placed_within_a_tenth_nor_a_unit(cell: Cell) -> None:
    width = Rules().width(cell)
    assert width >= 1
    assert width >= 0.1 * cell.value - 1e-9


@given(CELLS, st.floats(1, 80))
def test_a_higher_p_hides_more(cell: Cell, p: float) -> None:
    if Rules(dominance=None, p_percent=p).status(cell) == "B":
        assert Rules(dominance=None, p_percent=p + 10).status(cell) == "B"


@given(CELLS)
def test_an_empty_cell_is_shown_unless_it_tells_something(cell: Cell) -> None:
    empty = Cell(0, 0)
    assert Rules().status(empty) == "V"
    assert Rules(zeros=True).status(empty) == "A"
    if cell.units >= 3:
        assert Rules(zeros=True).status(cell) == Rules().status(cell)
