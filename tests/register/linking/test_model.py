"""What is believed of each level, and how what is met corrects it."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from hypothesis import given, strategies as st

from maillage.register.linking import model
from maillage.register.linking.comparing import COMPARISONS
from maillage.register.linking.engine import prior

FIRST = model.first_beliefs()


def totals(beliefs: model.Beliefs) -> dict[str, tuple[float, float]]:
    """Of each comparison, the sums of m and of u."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (name, _code), (m, u) in beliefs.items():
        found[name][0] += m
        found[name][1] += u
    return {name: (m, u) for name, (m, u) in found.items()}


def test_the_levels_of_each_comparison_sum_to_one() -> None:
    assert totals(FIRST).keys() == {one.name for one in COMPARISONS}
    for m, u in totals(FIRST).values():
        assert (m, u) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.name)
def test_to_agree_speaks_for_a_link_and_to_differ_against_it(one: model.Comparison) -> None:
    def weight(code: str) -> float:
        m, u = FIRST[one.name, code]
        return math.log2(m / u)

    assert weight(one.levels[0].code) > 2
    assert (
        weight(one.levels[0].code)
        >= max(weight(level.code) for level in one.levels[1:] or one.levels) - 2
    )
    assert weight(one.differ.code) < 0


def test_what_is_never_met_leaves_the_first_beliefs() -> None:
    assert model.blended(FIRST, {}, pairs=100, drawn=100, matches=5) == {
        key: (pytest.approx(m), pytest.approx(u)) for key, (m, u) in FIRST.items()
    }


def test_much_that_is_met_overrules_the_first_beliefs() -> None:
    learnt = {("number", "same"): (0.6, 0.05), ("number", "differs"): (0.4, 0.95)}
    blend = model.blended(FIRST, learnt, pairs=1e12, drawn=1e9, matches=1e6)
    assert blend["number", "same"] == (pytest.approx(0.6, abs=1e-3), pytest.approx(0.05, abs=1e-3))


def test_little_that_is_met_counts_for_little() -> None:
    learnt = {("number", "same"): (0.0, 0.5), ("number", "differs"): (1.0, 0.5)}
    m, u = model.blended(FIRST, learnt, pairs=400, drawn=400, matches=3)["number", "same"]
    m0, u0 = FIRST["number", "same"]
    assert m0 * 0.9 < m < m0
    assert u0 < u < 0.1


def test_lines_of_one_firm_drawn_at_random_are_taken_off_those_of_two() -> None:
    # By hand: of 10 000 pairs 100 are one firm, 80 of which agree; 60 others agree by chance: u is 60 / 9 900.
    learnt = {("number", "same"): (0.8, 0.014), ("number", "differs"): (0.2, 0.986)}
    _m, u = model.blended(FIRST, learnt, pairs=1e4, drawn=1e9, matches=1e2)["number", "same"]
    assert u == pytest.approx(60 / 9900, rel=0.05)


@given(
    st.floats(0, 1), st.floats(0, 1), st.integers(1, 10**6), st.floats(0, 0.5), st.integers(1, 10**6)
)  # fmt: skip
def test_what_is_believed_stays_a_share_whatever_is_met(
    m: float, u: float, pairs: int, share: float, drawn: int
) -> None:
    learnt = {("street", "same"): (m, u), ("street", "differs"): (1 - m, 1 - u)}
    blend = model.blended(
        FIRST, learnt, pairs=pairs, drawn=min(drawn, pairs), matches=share * pairs
    )
    assert all(0 < one <= 1 for believed in blend.values() for one in believed)
    assert all(sums == (pytest.approx(1), pytest.approx(1)) for sums in totals(blend).values())


def test_splinks_numbers_mean_the_levels_from_the_last_to_the_first() -> None:
    street = next(one for one in COMPARISONS if one.name == "street")
    found = [model.level_of(street, gamma) for gamma in (-1, 0, 1, 2, 3)]
    assert [one and one.code for one in found] == [None, "differs", "akin", "near", "same"]


def test_a_pair_is_believed_at_first_as_often_as_pairs_are_one_firm() -> None:
    assert prior(0.5) == 0
    assert prior(1 / 1025) == pytest.approx(-10)
