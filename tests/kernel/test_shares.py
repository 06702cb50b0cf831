"""Shares in whole percents always add up to a hundred, and none is a point away from the truth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from maillage.kernel.shares import percents


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([28, 34], [45, 55]),
        ([0, 5], [0, 100]),
        ([1, 1, 1, 1, 1, 1], [17, 17, 17, 17, 16, 16]),
        ([2, 1], [67, 33]),
        ([], []),
        ([0, 0], [0, 0]),
    ],
)
def test_the_largest_remainders_take_what_is_left(counts: list[int], shares: list[int]) -> None:
    assert percents(counts) == shares


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any))
def test_they_make_a_hundred_and_each_is_near_its_own(counts: list[int]) -> None:
    shares, total = percents(counts), sum(counts)
    assert sum(shares) == 100
    assert all(abs(s - 100 * n / total) < 1 for s, n in zip(shares, counts, strict=True))
    assert all(share == 0 for share, n in zip(shares, counts, strict=True) if not n)
