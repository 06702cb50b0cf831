"""Intervals of rates: those of a published comparison of methods, and what any interval owes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from maillage.figures.methods.small_numbers import rate_interval, score, wilson

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])

# Newcombe (1998), Statistics in Medicine 17, table I, method 3: the score without continuity correction.
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("part", "whole", "low", "high"), PUBLISHED)
def test_the_interval_of_a_share_is_that_of_the_published_comparison(
    part: int, whole: int, low: float, high: float
) -> None:
    assert rate_interval(part, whole) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("part", "whole", "low", "high"), PUBLISHED)
def test_what_did_not_happen_has_the_interval_turned_over(
    part: int, whole: int, low: float, high: float
) -> None:
    assert rate_interval(whole - part, whole) == pytest.approx((1 - high, 1 - low), abs=5e-5)


@given(st.integers(0, 5_000), st.integers(1, 5_000), LEVELS)
@settings(max_examples=200)
def test_a_rate_stands_in_its_interval_and_nothing_is_negative(
    part: int, whole: int, level: float
) -> None:
    low, high = rate_interval(part, whole, level)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high
    assert high > low


@given(st.integers(0, 500), st.integers(1, 500))
@settings(max_examples=100)
def test_more_sure_is_wider(part: int, whole: int) -> None:
    narrow, wide = rate_interval(part, whole, 0.8), rate_interval(part, whole, 0.99)
    assert wide[0] <= narrow[0]
    assert narrow[1] <= wide[1]


@given(st.integers(0, 100), st.integers(1, 100), st.integers(2, 20))
@settings(max_examples=100)
def test_the_same_rate_of_more_units_is_surer(part: int, whole: int, times: int) -> None:
    low, high = rate_interval(part, whole)
    closer = rate_interval(part * times, whole * times)
    assert closer[1] - closer[0] <= high - low + 1e-12


@given(st.integers(1, 300), LEVELS)
def test_a_share_has_wilsons_interval_and_more_than_all_a_mean_s(whole: int, level: float) -> None:
    assert rate_interval(whole, whole, level) == wilson(whole, whole, level)
    low, high = score(whole + 1, level)
    assert rate_interval(whole + 1, whole, level) == (low / whole, high / whole)


@given(st.integers(0, 400), st.integers(1, 400))
@settings(max_examples=100)
def test_one_more_never_lowers_an_interval_of_shares(part: int, whole: int) -> None:
    if part >= whole:
        return
    before, after = rate_interval(part, whole), rate_interval(part + 1, whole)
    assert before[0] <= after[0]
    assert before[1] <= after[1]
