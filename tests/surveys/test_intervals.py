"""Intervals of an estimate against tables printed long ago, and when a result is too thin to be shown."""

from __future__ import annotations

import math

import pytest

from maillage.surveys.estimation import intervals
from maillage.surveys.estimation.estimates import Estimate
from maillage.surveys.estimation.intervals import Thin


def estimate(value: float, se: float, n: int = 100) -> Estimate:
    """An estimate on `n` answers of one weight."""
    return Estimate(value, se, n, float(n), float(n), 1.0)


def share(hits: int, n: int) -> Estimate:
    """A share of a simple draw with replacement."""
    p = hits / n
    return estimate(p, math.sqrt(p * (1 - p) / n), n)


# Student's table, two-sided 95 %.
STUDENT = [(1, 12.706), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980), (0, 1.960)]


@pytest.mark.parametrize(("freedom", "t"), STUDENT)
def test_t_is_that_of_the_table(freedom: int, t: float) -> None:
    assert intervals.quantile_t(freedom) == pytest.approx(t, abs=5e-4)


# Clopper and Pearson, 95 %, as printed in tables of the binomial law: hits of n.
EXACT = [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0), (3, 30, 0.0211, 0.2653)]  # fmt: skip


@pytest.mark.parametrize(("hits", "n", "low", "high"), EXACT)
def test_the_exact_interval_is_that_of_the_table(
    hits: int, n: int, low: float, high: float
) -> None:
    # With n − 1 degrees of freedom the sample is worth its answers, no more and no less.
    found = intervals.exact(share(hits, n), n - 1)
    assert found == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_fewer_degrees_of_freedom_widen_the_exact_interval() -> None:
    few, many = intervals.exact(share(5, 50), 3), intervals.exact(share(5, 50), 49)
    assert few[0] < many[0] < many[1] < few[1]


def test_a_logit_interval_stays_within_and_leans_to_the_middle() -> None:
    low, high = intervals.logit(estimate(0.05, 0.03), 99)
    assert 0 < low < 0.05 < high < 1
    assert high - 0.05 > 0.05 - low
    low, high = intervals.logit(estimate(0.5, 0.05), 99)
    assert low + high == pytest.approx(1)


def test_an_interval_far_from_the_middle_is_still_a_number() -> None:
    assert intervals.logit(estimate(1e-9, 1e-3), 99) == (0.0, pytest.approx(1.0))


# value, se, n, asked for, taken
CHOSEN = [
    (0.5, 0.05, "", "logit"),
    (0.5, 0.05, "t", "plain"),
    (0.5, 0.05, "beta", "exact"),
    (0.05, 0.0218, "", "exact"),  # worth 100 answers, five of them expected
    (0.0, 0.0, "", "exact"),
    (1.0, 0.0, "logit", "exact"),
]


@pytest.mark.parametrize(("value", "se", "ci", "taken"), CHOSEN)
def test_a_proportion_takes_the_interval_that_holds(
    value: float, se: float, ci: str, taken: str
) -> None:
    found = estimate(value, se)
    expected = getattr(intervals, taken)(found, 99)
    assert intervals.proportion(found, 99, ci) == expected


def test_a_share_of_none_reaches_up_by_what_the_answers_are_worth() -> None:
    # Rule of three: about 3.7 ÷ n two-sided.
    assert intervals.proportion(estimate(0.0, 0.0, 100), 99, "")[1] == pytest.approx(
        0.0362, abs=5e-4
    )


# kind, value, se, n, shown
SHOWN = [
    ("mean", 100, 10, 30, True),
    ("mean", 100, 10, 29, False),
    ("mean", 100, 33, 200, True),
    ("mean", 100, 34, 200, False),
    ("total", -100, 34, 200, False),
    ("mean", 0, 34, 200, True),  # no coefficient of variation around nothing
    ("proportion", 0.5, 0.05, 200, True),
    ("proportion", 0.5, 0.06, 200, False),
    ("proportion", 0.01, 0.01, 200, True),  # a rare share is judged by its margin
    ("proportion", 0.5, 0.01, 4, False),
]


@pytest.mark.parametrize(("kind", "value", "se", "n", "shown"), SHOWN)
def test_a_result_too_thin_is_hidden(
    kind: str, value: float, se: float, n: int, shown: bool
) -> None:
    found = estimate(value, se, n)
    why = intervals.hidden(found, intervals.plain(found, n - 1), kind, Thin())
    assert (why is None) is shown


def test_the_reason_names_the_size_it_is_judged_by() -> None:
    thin = Thin(never=8, answers=50, cv=0.2, half_width=0.05)
    said = [
        intervals.hidden(found, intervals.plain(found, 99), kind, thin)
        for kind, found in (
            ("mean", estimate(1, 0, 7)),
            ("mean", estimate(1, 0, 49)),
            ("mean", estimate(1, 0.3)),
            ("proportion", estimate(0.5, 0.04)),
        )
    ]
    assert [words and words.en for words in said] == [
        "fewer than 8 answers",
        "fewer than 50 answers",
        "a coefficient of variation above 20 %",
        "a margin above 5 points",
    ]
