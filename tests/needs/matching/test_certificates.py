"""Why an assignment is the best: prices that prove it, and what must not change when the question is told otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.optimize import linprog

from maillage.needs.matching import assign
from maillage.needs.matching.assigning import NOBODY


def total(scores: np.ndarray, placed: list[int]) -> int:
    return int(sum(scores[row, column] for row, column in enumerate(placed) if column != NOBODY))


def table(rows: int, columns: int, seed: int, most: int = 101) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, most, (rows, columns))


def bound(scores: np.ndarray, capacities: list[int]) -> float:
    """The greatest sum that prices allow: the dual of the transport problem, solved by another program.

    Each need pays what it gains above the price of its column, each column its price for each place it has.
    """
    rows, columns = scores.shape
    costs = [1.0] * rows + [float(n) for n in capacities]
    above, least = [], []
    for row in range(rows):
        for column in range(columns):
            line = [0.0] * (rows + columns)
            line[row] = line[rows + column] = -1.0
            above.append(line)
            least.append(-float(scores[row, column]))
    found = linprog(
        costs, A_ub=np.array(above), b_ub=np.array(least), bounds=(0, None), method="highs"
    )
    assert found.success
    return float(found.fun)


@pytest.mark.parametrize(
    ("rows", "columns", "room"),
    [
        (1, 1, 1),
        (5, 1, 2),
        (1, 5, 1),
        (12, 3, 4),
        (12, 3, 2),
        (30, 5, 6),
        (60, 5, 9),
        (80, 8, 10),
        (80, 8, 3),
    ],
)
def test_no_prices_allow_more_than_it_found(rows: int, columns: int, room: int) -> None:
    scores = table(rows, columns, rows * 31 + columns)
    placed = assign(scores, [room] * columns)
    assert total(scores, placed) == pytest.approx(bound(scores, [room] * columns))


@pytest.mark.parametrize("seed", range(6))
def test_no_exchange_of_two_or_three_needs_does_better(seed: int) -> None:
    scores = table(24, 4, seed)
    placed = assign(scores, [6] * 4)
    assert NOBODY not in placed
    for one in range(24):
        for other in range(one + 1, 24):
            swapped = scores[one, placed[other]] + scores[other, placed[one]]
            assert swapped <= scores[one, placed[one]] + scores[other, placed[other]]


def test_with_room_for_everybody_each_goes_where_it_scores_most() -> None:
    scores = table(50, 6, 5)
    assert assign(scores, [50] * 6) == scores.argmax(axis=1).tolist()


def test_among_equals_the_first_column_and_the_first_rows_are_served() -> None:
    assert assign([[7, 7, 7]] * 2, [1, 1, 1]) == [0, 1]
    assert assign([[7], [7], [7]], [2]) == [0, 0, NOBODY]


@pytest.mark.parametrize("seed", range(4))
def test_naming_columns_in_another_order_gains_as_much(seed: int) -> None:
    scores = table(40, 5, seed)
    capacities = [3, 5, 7, 9, 11]
    order = np.random.default_rng(seed).permutation(5)
    turned = assign(scores[:, order], [capacities[column] for column in order])
    assert total(scores[:, order], turned) == total(scores, assign(scores, capacities))


@pytest.mark.parametrize("seed", range(4))
def test_reading_needs_in_another_order_gains_as_much(seed: int) -> None:
    scores = table(40, 5, seed)
    order = np.random.default_rng(seed + 9).permutation(40)
    one, other = assign(scores, [6] * 5), assign(scores[order], [6] * 5)
    assert total(scores, one) == total(scores[order], other)
    assert one.count(NOBODY) == other.count(NOBODY) == 10


@given(st.integers(0, 3), st.integers(1, 50))
def test_what_every_column_gives_more_to_one_need_moves_nobody(row: int, more: int) -> None:
    scores = table(4, 3, 8)
    before = assign(scores, [2, 2, 2])
    raised = scores.copy()
    raised[row] += more
    assert assign(raised, [2, 2, 2]) == before


@pytest.mark.parametrize("factor", [2, 10, 1_000, 10_000_000])
def test_larger_points_are_the_same_question(factor: int) -> None:
    scores = table(30, 4, 3)
    assert assign(scores * factor, [8] * 4) == assign(scores, [8] * 4)


@pytest.mark.parametrize("room", [0, -3])
def test_without_room_nobody_is_placed(room: int) -> None:
    assert assign(table(6, 2, 1), [room, room]) == [NOBODY] * 6


def test_a_column_more_never_gains_less_and_a_need_more_neither() -> None:
    scores = table(30, 5, 2)
    gains = [total(scores, assign(scores[:, :n], [5] * n)) for n in range(1, 6)]
    assert gains == sorted(gains)
    grown = [total(scores, assign(scores[:n], [5] * 5)) for n in range(1, 31)]
    assert grown == sorted(grown)


def test_the_least_that_counts_is_asked_of_every_pair() -> None:
    scores = np.array([[39, 40], [41, 10], [5, 5]])
    assert assign(scores, [1, 1], least=40) == [1, 0, NOBODY]
    assert assign(scores, [3, 0], least=40) == [NOBODY, 0, NOBODY]
