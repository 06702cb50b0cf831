"""Ranks and their doubt: cases by hand, a published test of two rates, and how often true ranks are held."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from maillage.figures.methods.ranks import (
    MOST_PAIRED,
    Drawn,
    Rank,
    between,
    by_pairs,
    higher,
    joint,
    simulated,
)
from maillage.figures.methods.small_numbers import interval, share_interval, shrunk
from maillage.kernel.errors import Invalid

AREAS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5_000)), min_size=1, max_size=12)


def columns(areas: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Counts, then people."""
    return [count for count, _ in areas], [people for _, people in areas]


def test_who_is_surely_above_another_ranks_before_it() -> None:
    assert between([(0.7, 0.8), (0.5, 0.6), (0.1, 0.2)]) == [(1, 1), (2, 2), (3, 3)]


def test_who_cannot_be_told_apart_shares_ranks() -> None:
    assert between([(0.7, 0.8), (0.5, 0.75), (0.1, 0.2)]) == [(1, 2), (1, 2), (3, 3)]
    assert between([(0, 1)] * 4) == [(1, 4)] * 4
    assert between([]) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).map(tuple), max_size=25))
def test_ranks_are_those_counted_by_hand(intervals: list[tuple[float, float]]) -> None:
    for (low, high), (best, worst) in zip(intervals, between(intervals), strict=True):
        assert best == 1 + sum(other > high for other, _ in intervals)
        assert worst == len(intervals) - sum(other < low for _, other in intervals)
        assert 1 <= best <= worst <= len(intervals)


def test_intervals_that_hold_together_are_wider_than_each_by_itself() -> None:
    assert joint(0.95, 1) == 0.95
    assert joint(0.95, 10) ** 10 == pytest.approx(0.95)
    assert joint(0.95, 0) == 0.95


# The example of the help page of R's poisson.test: 11 in 800, 21 in 3 011; it tells a ratio between 0.8584 and 4.277.
def test_two_rates_are_told_apart_as_in_the_published_example() -> None:
    assert higher(11, 800 * 0.8584, 21, 3_011) == pytest.approx(0.025, abs=2e-5)
    assert higher(21, 3_011, 11, 800 * 4.277) == pytest.approx(0.025, abs=2e-5)
    # It converts the share of the first among both, of Clopper and Pearson, to the odds.
    odds = [share / (1 - share) * 3_011 / 800 for share in share_interval(11, 32)]
    assert odds == pytest.approx([0.8584, 4.277], abs=5e-4)


@given(st.integers(0, 25), st.integers(0, 25), st.integers(1, 500), st.integers(1, 500))
def test_the_test_of_a_pair_is_a_sum_of_binomial_chances(x: int, y: int, n: int, m: int) -> None:
    share = n / (n + m)
    by_hand = sum(
        comb(x + y, k) * share**k * (1 - share) ** (x + y - k) for k in range(x, x + y + 1)
    )
    assert higher(x, n, y, m) == pytest.approx(by_hand)


def test_rates_far_apart_are_ranked_without_doubt() -> None:
    found = by_pairs([10, 300, 100], [1_000] * 3)
    assert found == [Rank(3, 3, 3), Rank(1, 1, 1), Rank(2, 2, 2)]


def test_small_counts_are_hardly_ranked_at_all() -> None:
    assert by_pairs([3, 1, 2], [1_000] * 3) == [Rank(1, 1, 3), Rank(3, 1, 3), Rank(2, 1, 3)]


def test_the_steps_of_holm_by_hand() -> None:
    # Of 8 against 0, (1/2)^8 = 0.0039, the one pair of six under 0.05/6 = 0.0083; the next, 6 against 0, is
    # (1/2)^6 = 0.0156 over 0.05/5 = 0.01. At 90 %, 0.0156 is under 0.1/5; 8 against 6 is never told.
    assert by_pairs([8, 6, 0], [100] * 3) == [Rank(1, 1, 2), Rank(2, 1, 3), Rank(3, 2, 3)]
    assert by_pairs([8, 6, 0], [100] * 3, 0.90) == [Rank(1, 1, 2), Rank(2, 1, 2), Rank(3, 3, 3)]


def test_pairs_tell_more_than_intervals_that_overlap() -> None:
    counts = [150, 100]
    assert by_pairs(counts, [1_000, 1_000]) == [Rank(1, 1, 1), Rank(2, 2, 2)]
    level = joint(0.95, 2)
    assert between([interval(count, level) for count in counts]) == [(1, 2), (1, 2)]


def test_equals_share_the_better_rank() -> None:
    found = by_pairs([5, 5, 9], [100] * 3)
    assert [rank and rank.seen for rank in found] == [2, 2, 1]


def test_where_nobody_lives_there_is_no_rank() -> None:
    assert by_pairs([3, 0, 300], [100, 0, 100]) == [Rank(2, 2, 2), None, Rank(1, 1, 1)]
    assert simulated([3, 0], [0, 0]) == [None, None]
    (alone,) = simulated([3], [10])
    assert alone == Drawn(1, 1, 1, 1, 1.0)
    assert by_pairs([], []) == []
    assert simulated([], []) == []


@pytest.mark.parametrize(("counts", "people"), [([1], [1, 2]), ([-1], [1]), ([1], [-1])])
def test_what_makes_no_sense_is_refused(counts: list[int], people: list[float]) -> None:
    for way in (by_pairs, simulated):
        with pytest.raises(Invalid, match="Taux"):
            way(counts, people)


def test_too_many_areas_are_not_tested_by_pairs() -> None:
    many = MOST_PAIRED + 1
    with pytest.raises(Invalid, match="Rangs"):
        by_pairs([1] * many, [1] * many)


@given(AREAS, st.sampled_from([0.8, 0.95, 0.99]))
def test_what_was_seen_is_between_its_bounds(areas: list[tuple[int, int]], level: float) -> None:
    counts, people = columns(areas)
    rates = [count / n for count, n in areas]
    for rate, rank in zip(rates, by_pairs(counts, people, level), strict=True):
        assert rank is not None
        assert 1 <= rank.best <= rank.seen <= rank.worst <= len(areas)
        assert rank.seen == 1 + sum(other > rate for other in rates)


@given(AREAS)
def test_the_surer_one_must_be_the_wider_the_bounds(areas: list[tuple[int, int]]) -> None:
    counts, people = columns(areas)
    bold, sure = by_pairs(counts, people, 0.8), by_pairs(counts, people, 0.99)
    for one, other in zip(bold, sure, strict=True):
        assert one is not None
        assert other is not None
        assert other.best <= one.best <= one.worst <= other.worst


@given(AREAS, st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing_by_pairs(
    areas: list[tuple[int, int]], chance: object
) -> None:
    order = list(range(len(areas)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    straight = by_pairs(*columns(areas))
    mixed = by_pairs(*columns([areas[i] for i in order]))
    told = [(rank.seen, rank.best, rank.worst) for rank in straight if rank]
    turned = [(rank.seen, rank.best, rank.worst) for rank in mixed if rank]
    assert turned == [told[i] for i in order]


@settings(max_examples=40)
@given(AREAS, st.integers(2, 1_000))
def test_the_unit_of_people_changes_nothing(areas: list[tuple[int, int]], times: int) -> None:
    counts, people = columns(areas)
    assert by_pairs(counts, [n * times for n in people]) == by_pairs(counts, people)


def truth(rates: np.ndarray) -> np.ndarray:
    """The true rank of each rate, no two being equal."""
    return 1 + (rates[None, :] > rates[:, None]).sum(axis=1)


def worlds(count: int, areas: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Countries of which the true rates are known: rates, counts, people."""
    chance = np.random.default_rng(20_260_630)
    drawn = []
    for _ in range(count):
        people = chance.lognormal(7, 1, areas)
        rates = chance.gamma(4, 0.002 / 4, areas)
        drawn.append((rates, chance.poisson(rates * people), people))
    return drawn


def test_true_ranks_are_all_between_the_bounds_of_pairs_as_often_as_said() -> None:
    held = 0
    for rates, counts, people in worlds(200, 30):
        bounds = by_pairs(counts.tolist(), people.tolist(), 0.90)
        ranks = zip(bounds, truth(rates), strict=True)
        held += all(bound and bound.best <= rank <= bound.worst for bound, rank in ranks)
    assert held >= 0.90 * 200


def test_true_ranks_are_each_between_simulated_bounds_about_as_often_as_said() -> None:
    held, narrower, total = 0, 0, 0
    for rates, counts, people in worlds(40, 30):
        bounds = simulated(counts.tolist(), people.tolist(), 0.90, draws=500)
        paired = by_pairs(counts.tolist(), people.tolist(), 0.90)
        for bound, other, rank in zip(bounds, paired, truth(rates), strict=True):
            assert bound is not None
            assert other is not None
            held += bound.best <= rank <= bound.worst
            narrower += bound.worst - bound.best <= other.worst - other.best
            total += 1
    assert 0.85 <= held / total <= 0.97, "whole ranks are coarse"
    assert narrower > 0.9 * total, "one rank at a time is better known than all together"


def test_a_seed_gives_the_same_ranks_and_another_about_the_same() -> None:
    _rates, counts, people = worlds(1, 30)[0]
    one, again, other = (simulated(counts.tolist(), people.tolist(), seed=s) for s in (1, 1, 2))
    assert one == again
    for rank, also in zip(one, other, strict=True):
        assert rank is not None
        assert also is not None
        assert abs(rank.middle - also.middle) <= 1
        assert abs(rank.last - also.last) <= 0.05


def test_when_chance_explains_all_any_rank_is_as_likely() -> None:
    found = simulated([20, 21, 19, 20], [1_000] * 4)
    for rank in found:
        assert rank is not None
        assert (rank.best, rank.worst) == (1, 4)
        assert rank.last == pytest.approx(0.25, abs=0.03)


def test_a_small_area_at_the_bottom_is_less_surely_last_than_a_large_one() -> None:
    # None of 500 and 20 of 20 000, where the others have 5 for 1 000.
    found = simulated([0, 20, *[50] * 4, *[90] * 4], [500, 20_000, *[10_000] * 8], last=0.1)
    small, large = found[:2]
    assert small is not None
    assert large is not None
    assert (small.seen, large.seen) == (10, 9), "by what is seen, the small one is last"
    assert large.last > small.last, "by what is known, the large one is"
    assert small.best < large.best


@settings(max_examples=25)
@given(AREAS)
def test_simulated_ranks_are_ranks(areas: list[tuple[int, int]]) -> None:
    found = simulated(*columns(areas), draws=100, last=0.3)
    total = len(areas)
    for rank in found:
        assert rank is not None
        assert 1 <= rank.best <= rank.middle <= rank.worst <= total
        assert 0 <= rank.last <= 1
    among = sum(n > total - 0.3 * total for n in range(1, total + 1))
    assert sum(rank.last for rank in found if rank) == pytest.approx(among)


def test_the_middle_of_what_is_drawn_follows_shrunk_rates() -> None:
    _rates, counts, people = worlds(1, 30)[0]
    leaning = shrunk(counts.tolist(), people.tolist())
    middles = [rank.middle for rank in simulated(counts.tolist(), people.tolist()) if rank]
    ordered = sorted(zip(leaning, middles, strict=True), key=lambda pair: -(pair[0] or 0))
    for (_, one), (_, later) in itertools.pairwise(ordered):
        assert later >= one - 6, "close areas may change places, no more"
    assert np.corrcoef([-(rate or 0) for rate in leaning], middles)[0, 1] > 0.95
