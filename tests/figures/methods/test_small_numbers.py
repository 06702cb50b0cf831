"""Rates of small places: values worked out by hand, published tables of limits, and laws."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods.small_numbers import (
    Limits,
    beneath,
    funnel,
    interval,
    location_quotient,
    score,
    share_interval,
    shrunk,
    wilson,
)
from maillage.kernel.errors import Invalid

PLACES = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50_000)), min_size=2, max_size=20)


def test_marshall_by_hand() -> None:
    # m = 60/3000 = 0.02; Σ n (r−m)²/Σn = (1000·0.02² + 1000·0.02² + 0)/3000 = 8/30000;
    # s² = 8/30000 − 0.02/1000 = 0.000246667; C = s²/(s² + 0.00002) = 0.925.
    found = shrunk([40, 0, 20], [1000, 1000, 1000])
    assert found == pytest.approx([0.02 + 0.925 * 0.02, 0.02 - 0.925 * 0.02, 0.02])


def test_what_chance_explains_is_drawn_to_the_mean_whole() -> None:
    assert shrunk([21, 19, 20], [1000, 1000, 1000]) == pytest.approx([0.02] * 3)


def test_where_nobody_lives_is_no_rate() -> None:
    assert shrunk([3, 1], [100, 0])[1] is None
    assert shrunk([0, 0], [0, 0]) == [None, None]
    assert shrunk([], []) == []


def test_nothing_anywhere_is_nothing() -> None:
    assert shrunk([0, 0], [100, 5000]) == [0, 0]


@given(PLACES)
def test_a_rate_stands_between_its_own_and_that_of_all(places: list[tuple[int, int]]) -> None:
    counts, people = zip(*places, strict=True)
    mean = sum(counts) / sum(people)
    for count, n, found in zip(counts, people, shrunk(counts, people), strict=True):
        assert found is not None
        low, high = sorted((count / n, mean))
        assert low - 1e-12 <= found <= high + 1e-12


@given(PLACES)
def test_the_more_people_the_less_it_leans(places: list[tuple[int, int]]) -> None:
    counts, people = zip(*places, strict=True)
    mean = sum(counts) / sum(people)
    leaning = sorted(
        (n, abs((found or 0) - mean) / abs(count / n - mean))
        for count, n, found in zip(counts, people, shrunk(counts, people), strict=True)
        if abs(count / n - mean) > 1e-9
    )
    for (n, kept), (more, also) in itertools.pairwise(leaning):
        assert n == more or kept <= also + 1e-9


@pytest.mark.parametrize(("counts", "people"), [([1], [1, 2]), ([-1], [1]), ([1], [-1])])
def test_what_makes_no_sense_is_refused(counts: list[float], people: list[float]) -> None:
    with pytest.raises(Invalid, match="Taux"):
        shrunk(counts, people)


# From tables of the Poisson law: P(X ≤ 3 | 10) = 0.0103, P(X ≤ 4) = 0.0293; P(X ≤ 16) = 0.9730, P(X ≤ 17) = 0.9857.
@pytest.mark.parametrize(
    ("expected", "level", "limits"),
    [
        (10, 0.95, Limits(4, 17)),
        (10, 0.998, Limits(2, 21)),
        (1, 0.95, Limits(0, 3)),
        (0.5, 0.95, Limits(0, 2)),
        (100, 0.95, Limits(81, 120)),
        (0, 0.95, Limits(0, 0)),
    ],
)
def test_limits_are_those_of_the_law(expected: float, level: float, limits: Limits) -> None:
    assert funnel(expected, level) == limits


@given(st.floats(0.1, 500), st.sampled_from([0.9, 0.95, 0.998]))
def test_limits_hold_what_is_expected_and_widen_with_the_level(
    expected: float, level: float
) -> None:
    inner, outer = funnel(expected, level), funnel(expected, 0.999)
    assert outer.low <= inner.low <= expected <= inner.high + 1
    assert inner.high <= outer.high


@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 60)), min_size=1, max_size=20),
    st.sampled_from([0.9, 0.95, 0.998]),
)
def test_a_count_is_beneath_when_it_is_below_the_lower_limit(
    places: list[tuple[int, float]], level: float
) -> None:
    counts, expected = zip(*places, strict=True)
    for count, mean, found in zip(counts, expected, beneath(counts, expected, level), strict=True):
        low = funnel(mean, level).low
        if low == 0 and count < mean:
            assert found == -1, "even none at all would be within the limits"
        else:
            assert found == (count < low)


def test_a_count_of_which_nothing_is_known_to_expect_is_not_judged() -> None:
    # Of 3.68 expected, none at all has 2.5 chances in 100; of 3.7, less.
    found = beneath([0, 5, 0, 0, 4], [float("nan"), float("nan"), 3.68, 3.7, 3.7])
    assert found.tolist() == [-1, -1, -1, 1, 0]


# Published tables of exact Poisson intervals (Garwood): 0 → (0, 3.689), 1 → (0.025, 5.572), 10 → (4.795, 18.390).
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)],
)
def test_the_interval_of_a_count_is_that_of_published_tables(
    count: int, low: float, high: float
) -> None:
    assert interval(count) == pytest.approx((low, high), abs=0.006)


# Clopper and Pearson's own tables: 0 of 10 → (0, 0.3085), 5 of 10 → (0.1871, 0.8129), 10 of 10 → (0.6915, 1).
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1), (1, 100, 0.00025, 0.0545)],
)
def test_the_interval_of_a_share_is_that_of_published_tables(
    part: int, whole: int, low: float, high: float
) -> None:
    assert share_interval(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_holds_it_and_turns_over_with_it(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = share_interval(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    assert share_interval(whole - part, whole) == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_a_trade_as_present_as_everywhere_has_a_quotient_of_one() -> None:
    assert location_quotient(10, 100, 1_000, 10_000) == pytest.approx(1)
    assert location_quotient(20, 100, 1_000, 10_000) == pytest.approx(2)
    assert location_quotient(0, 100, 1_000, 10_000) == 0


@pytest.mark.parametrize("told", [(1, 0, 10, 100), (1, 10, 0, 100), (1, 10, 10, 0)])
def test_nothing_to_divide_by_is_no_quotient(told: tuple[float, ...]) -> None:
    assert location_quotient(*told) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(50, 500)), min_size=1, max_size=10))
def test_quotients_weighted_by_size_have_a_mean_of_one(areas: list[tuple[int, int]]) -> None:
    part, whole = (sum(column) for column in zip(*areas, strict=True))
    quotients = [location_quotient(e, total, part, whole) or 0 for e, total in areas]
    mean = sum(q * total for q, (_e, total) in zip(quotients, areas, strict=True)) / whole
    assert mean == pytest.approx(1)


def test_the_score_interval_of_a_share_is_wilsons() -> None:
    """Brown, Cai and DasGupta (2001) draw it around 1/2; the limits of 0 and of 1 are those of the formula."""
    low, high = wilson(5, 10)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    z = 1.959963984540054
    assert wilson(0, 10) == (0.0, pytest.approx(z * z / (10 + z * z)))
    assert wilson(10, 10)[1] == 1.0


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from((0.9, 0.95, 0.999)))
def test_a_score_interval_holds_its_share_and_widens_with_what_it_promises(
    whole: int, share: float, level: float
) -> None:
    part = round(share * whole)
    low, high = wilson(part, whole, level)
    assert 0 <= low <= part / whole <= high <= 1
    narrower = wilson(part, whole, level - 0.1)
    assert low <= narrower[0] <= narrower[1] <= high


@pytest.mark.parametrize("count", [0, 1, 5, 50, 1_000])
def test_the_score_interval_of_a_count_is_near_the_exact_one(count: int) -> None:
    low, high = score(count)
    exact = interval(count)
    assert low == pytest.approx(exact[0], abs=1.5, rel=0.05)
    assert high == pytest.approx(exact[1], abs=1.5, rel=0.05)
