"""The best whole, against scipy's assignment on a table in which each column stands as often as its capacity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import linear_sum_assignment

from maillage.needs.matching import assign
from maillage.needs.matching.assigning import NOBODY


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    score = st.one_of(st.just(0), st.integers(0, 100))
    scores = [[draw(score) for _ in range(columns)] for _ in range(rows)]
    return scores, [draw(st.integers(0, 4)) for _ in range(columns)]


def total(scores: list[list[int]], given: list[int]) -> int:
    return sum(scores[row][column] for row, column in enumerate(given) if column != NOBODY)


def best(scores: list[list[int]], capacities: list[int], least: int = 1) -> int:
    """The greatest sum, by scipy over the expanded table, where a score below the least is worth nothing."""
    wide = [
        [row[c] if row[c] >= least else 0 for c, n in enumerate(capacities) for _ in range(n)]
        for row in scores
    ]
    table = np.array([row or [0] for row in wide])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return int(table[rows, columns].sum())


@given(tables(), st.integers(1, 60))
def test_it_is_the_expanded_assignment(told: tuple[list[list[int]], list[int]], least: int) -> None:
    scores, capacities = told
    assert total(scores, assign(scores, capacities, least=least)) == best(scores, capacities, least)


@given(tables(), st.integers(1, 60))
def test_nobody_is_beyond_their_capacity_and_no_pair_below_the_least(
    told: tuple[list[list[int]], list[int]], least: int
) -> None:
    scores, capacities = told
    given_to = assign(scores, capacities, least=least)
    assert all(given_to.count(column) <= room for column, room in enumerate(capacities))
    assert all(
        scores[row][column] >= least for row, column in enumerate(given_to) if column != NOBODY
    )


@pytest.mark.parametrize("size", [100, 300])
def test_it_is_the_expanded_assignment_at_a_larger_size(size: int) -> None:
    chance = np.random.default_rng(size)
    scores = chance.integers(0, 101, (size, 12)).tolist()
    capacities = [size // 12] * 12
    assert total(scores, assign(scores, capacities)) == best(scores, capacities)


@given(tables(), st.data())
@settings(max_examples=25)
def test_a_greater_score_never_costs_its_pair_its_place(
    told: tuple[list[list[int]], list[int]], data: st.DataObject
) -> None:
    scores, capacities = told
    before = assign(scores, capacities)
    placed = [row for row, column in enumerate(before) if column != NOBODY]
    if not placed:
        return
    row = data.draw(st.sampled_from(placed))
    raised = [list(line) for line in scores]
    raised[row][before[row]] += 50
    assert assign(raised, capacities)[row] == before[row]


@given(tables())
def test_the_same_question_has_the_same_answer(told: tuple[list[list[int]], list[int]]) -> None:
    assert assign(*told) == assign(*told)


def test_more_room_never_leaves_more_needs_alone() -> None:
    chance = np.random.default_rng(4)
    scores = chance.integers(0, 101, (40, 4)).tolist()
    alone = [assign(scores, [room] * 4).count(NOBODY) for room in range(12)]
    assert alone == sorted(alone, reverse=True)
    assert alone[0] == 40


def test_a_need_that_only_one_takes_is_not_crowded_out_by_one_that_several_take() -> None:
    assert assign([[90, 89], [80, 0]], [1, 1]) == [1, 0]


def test_nothing_to_place_is_nothing() -> None:
    assert assign(np.zeros((0, 3), dtype=int), [1, 1, 1]) == []
    assert assign(np.zeros((2, 0), dtype=int), []) == [NOBODY] * 2


@pytest.mark.parametrize(
    ("scores", "capacities"),
    [([[0.5]], [1]), ([[1, 2]], [1]), ([1, 2], [1, 1]), ([[2**42, 0]], [0, 1]), ([[], []], [1])],
)
def test_what_is_no_table_of_whole_numbers_is_refused(scores: list, capacities: list[int]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        assign(scores, capacities)
