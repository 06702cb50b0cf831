"""Weights brought to known totals: what holds whatever the sample, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray
from scipy import sparse

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation.calibration import METHODS, calibrate, gently

Array = NDArray[np.float64]
UNBOUNDED = [name for name in METHODS if name not in ("logit", "truncated")]
BOUNDS = (0.4, 2.5)


def case(seed: int, rows: int = 120) -> tuple[sparse.csr_array, Array, Array]:
    """A sample with two margins and a number, and totals a population near it would have."""
    chance = np.random.default_rng(seed)
    kind, place = chance.integers(0, 3, rows), chance.integers(0, 4, rows)
    kind[:3], place[:4] = range(3), range(4)  # every cell holds somebody
    x = np.column_stack(
        [
            *(kind == one for one in range(3)),
            *(place == one for one in range(4)),
            chance.gamma(4.0, 2.0, rows),
        ]
    ).astype(float)
    d = chance.uniform(5, 15, rows)
    true = d * chance.uniform(0.8, 1.25, rows)
    return sparse.csr_array(x), d, x.T @ true


def bounds_of(method: str) -> tuple[float, float] | None:
    """Bounds where the method takes some."""
    return None if method in UNBOUNDED else BOUNDS


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_every_method_meets_every_total(method: str, seed: int) -> None:
    x, d, aims = case(seed)
    found = calibrate(x, d, aims, method, bounds_of(method))
    assert x.T @ (d * found.g) == pytest.approx(aims, rel=1e-8)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_a_raking_keeps_every_weight_positive(seed: int) -> None:
    x, d, aims = case(seed)
    assert calibrate(x, d, aims, "raking").g.min() > 0


@pytest.mark.parametrize("method", ["logit", "truncated"])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_bounds_are_kept(method: str, seed: int) -> None:
    x, d, aims = case(seed)
    g = calibrate(x, d, aims, method, BOUNDS).g
    assert BOUNDS[0] <= g.min()
    assert g.max() <= BOUNDS[1]


@pytest.mark.parametrize("method", METHODS)
def test_calibrating_again_moves_nothing(method: str) -> None:
    x, d, aims = case(7)
    first = calibrate(x, d, aims, method, bounds_of(method))
    again = calibrate(x, d * first.g, aims, method, bounds_of(method))
    assert again.g == pytest.approx(np.ones(len(d)), abs=1e-8)
    assert again.steps == 0


@pytest.mark.parametrize("method", ["linear", "raking"])
def test_the_scale_of_the_weights_before_is_nothing(method: str) -> None:
    # A margin that covers everybody says how many there are, whatever the weights said.
    x, d, aims = case(11)
    once, tenfold = (
        calibrate(x, d, aims, method),
        calibrate(x, 10 * d, aims, method),
    )
    assert 10 * d * tenfold.g == pytest.approx(d * once.g, rel=1e-7)


def test_the_order_of_rows_is_nothing() -> None:
    x, d, aims = case(13)
    order = np.random.default_rng(0).permutation(len(d))
    straight = calibrate(x, d, aims, "raking").g
    shuffled = calibrate(sparse.csr_array(x.toarray()[order]), d[order], aims, "raking").g
    assert shuffled == pytest.approx(straight[order], rel=1e-9)


def test_one_margin_by_hand() -> None:
    # Two of weight 10 for 30 people, three of weight 10 for 15: factors 1.5 and 0.5.
    x = sparse.csr_array(np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], dtype=float))
    for method in UNBOUNDED:
        g = calibrate(x, np.full(5, 10.0), np.array([30.0, 15.0]), method).g
        assert g.tolist() == pytest.approx([1.5, 1.5, 0.5, 0.5, 0.5])


def test_two_margins_by_hand() -> None:
    # A 2 × 2 table of tens, raked to rows 30 and 10, columns 20 and 20: 15 and 15 above, 5 and 5 below.
    x = sparse.csr_array(
        np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], dtype=float)
    )
    g = calibrate(x, np.full(4, 10.0), np.array([30.0, 10.0, 20.0, 20.0]), "raking").g
    assert (10 * g).tolist() == pytest.approx([15, 15, 5, 5])


def test_a_truncated_factor_stands_at_its_bound_and_the_others_make_up_for_it() -> None:
    # Linearly the five would want (0.76 … 1.24)-like factors; held under 1.1 the total is still met.
    x = sparse.csr_array(np.column_stack([np.ones(5), np.arange(1.0, 6.0)]))
    d = np.full(5, 10.0)
    aims = np.array([50.0, 158.0])
    free = calibrate(x, d, aims, "linear").g
    held = calibrate(x, d, aims, "truncated", (0.5, 1.1)).g
    assert free.max() > 1.1
    assert held.max() == pytest.approx(1.1)
    assert x.T @ (d * held) == pytest.approx(aims)


class TestGently:
    """Without a method, the raking; or bounds, where it would move one weight more than threefold."""

    def test_a_small_move_is_a_raking(self) -> None:
        x, d, aims = case(3)
        assert gently(x, d, aims).method == "raking"

    def test_a_large_move_is_held_by_the_least_bounds_that_can(self) -> None:
        # One answer of the small cell would stand for 3.6 like it: held to at most 4.5, not to 3.
        x = sparse.csr_array(np.column_stack([np.ones(40), np.arange(40) == 0]).astype(float))
        found = gently(x, np.full(40, 10.0), np.array([400.0, 36.0]))
        assert found.method == "logit"
        assert found.bounds == (pytest.approx(1 / 4.5), 4.5)
        assert found.g.max() == pytest.approx(3.6)

    def test_where_no_bounds_hold_the_raking_is_told_as_it_is(self) -> None:
        x = sparse.csr_array(np.column_stack([np.ones(40), np.arange(40) == 0]).astype(float))
        found = gently(x, np.full(40, 10.0), np.array([400.0, 90.0]))
        assert (found.method, round(found.g.max(), 6)) == ("raking", 9.0)


class TestRefused:
    """What no weights can do is said, and nothing is returned."""

    def test_bounds_that_cannot_hold(self) -> None:
        x, d, aims = case(5)
        for method in ("logit", "truncated"):
            with pytest.raises(Invalid, match=r"0\.999"):
                calibrate(x, d, aims, method, (0.999, 1.001))

    @pytest.mark.parametrize("bounds", [None, (1.0, 2.0), (0.5, 1.0), (-1.0, 2.0), (2.0, 0.5)])
    def test_bounds_that_do_not_stand_around_one(self, bounds: tuple[float, float] | None) -> None:
        x, d, aims = case(5)
        with pytest.raises(Invalid, match=r"bounds = \[0.5, 2.0\]"):
            calibrate(x, d, aims, "logit", bounds)

    def test_an_unknown_method(self) -> None:
        x, d, aims = case(5)
        with pytest.raises(Invalid, match="magic"):
            calibrate(x, d, aims, "magic")

    def test_a_cell_with_nobody_in_it(self) -> None:
        x = sparse.csr_array(np.array([[1.0, 0.0], [1.0, 0.0]]))
        with pytest.raises(Invalid, match="répondant"):
            calibrate(x, np.ones(2), np.array([2.0, 5.0]), "raking")

    def test_a_variable_with_a_hole(self) -> None:
        x = sparse.csr_array(np.array([[1.0, np.nan], [1.0, 2.0]]))
        with pytest.raises(Invalid, match="manque"):
            calibrate(x, np.ones(2), np.array([2.0, 5.0]), "linear")

    def test_totals_that_contradict_each_other(self) -> None:
        # The two cells are the whole: 30 + 30 people cannot be 50.
        x = sparse.csr_array(np.array([[1, 1, 0], [1, 0, 1]], dtype=float))
        for method in UNBOUNDED:
            with pytest.raises(Invalid, match="atteignent pas"):
                calibrate(x, np.full(2, 10.0), np.array([50.0, 30.0, 30.0]), method)

    def test_a_total_no_positive_weights_can_give(self) -> None:
        # The mean of 1, 2 and 3 cannot be 4 with a raking; a linear calibration says so with a negative weight.
        x = sparse.csr_array(np.column_stack([np.ones(3), [1.0, 2.0, 3.0]]))
        aims = np.array([30.0, 120.0])
        with pytest.raises(Invalid):
            calibrate(x, np.full(3, 10.0), aims, "raking")
        assert calibrate(x, np.full(3, 10.0), aims, "linear").g.min() < 0

    def test_a_column_of_nothing_that_should_hold_nothing_is_no_harm(self) -> None:
        x = sparse.csr_array(np.array([[1.0, 0.0], [1.0, 0.0]]))
        g = calibrate(x, np.ones(2), np.array([4.0, 0.0]), "linear").g
        assert g.tolist() == pytest.approx([2.0, 2.0])
