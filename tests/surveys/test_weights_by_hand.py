"""Weights found again by other means: groups on paper, formulas, a plain proportional fitting, every sample there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation import estimates, plan, running
from maillage.surveys.estimation.columns import Table
from maillage.surveys.estimation.estimates import Sample
from maillage.surveys.estimation.variance import design

Array = NDArray[np.float64]


def table(**columns: Sequence[object]) -> Table:
    """A sample of these columns."""
    written = {name: [str(cell) for cell in cells] for name, cells in columns.items()}
    return Table("s.csv", written, len(next(iter(written.values()))))


def weighed(rows: Table, frame: Table | None = None, **parts: Any) -> running.Weighted:
    """The weights of a sample under a plan."""
    return running.weigh(rows, plan.understood(parts), frame)


def estimated(rows: Table, frame: Table | None = None, **parts: Any) -> list[dict[str, Any]]:
    """The estimates of a plan."""
    asked = plan.understood(parts)
    found: list[dict[str, Any]] = running.told(running.weigh(rows, asked, frame), asked)[
        "estimates"
    ]
    return found


class TestUnanswered:
    """Those who answered speak for those of their group who did not."""

    def test_two_groups_on_paper(self) -> None:
        # a: 40 asked, 20 heard, weights 3: each 6. b: 30 asked, 24 heard, weights 5: each 6.25.
        rows = table(
            size=["a"] * 40 + ["b"] * 30,
            pw=[3] * 40 + [5] * 30,
            answered=[1] * 20 + [0] * 20 + [1] * 24 + [0] * 6,
        )
        found = weighed(rows, design={"weight": "pw"}, nonresponse={"groups": ["size"]})
        assert Counter(found.sample.w.round(9).tolist()) == {6.0: 20, 6.25: 24}
        assert found.sample.w.sum() == pytest.approx(40 * 3 + 30 * 5)
        assert found.report == ()

    def test_weights_that_differ_keep_their_proportions_within_a_group(self) -> None:
        # Asked Σd = 100, heard Σd = 20·1 + 10·2 = 40: every weight × 2.5, those of 2 stay the double.
        rows = table(
            pw=[1] * 20 + [2] * 10 + [2] * 30,
            answered=[1] * 30 + [0] * 30,
        )
        found = weighed(rows, design={"weight": "pw"}, nonresponse={"widest": 5})
        assert Counter(found.sample.w.round(9).tolist()) == {2.5: 20, 5.0: 10}

    def test_groups_of_two_columns_are_crossed(self) -> None:
        size, area = ["a", "b"] * 60, ["n"] * 60 + ["s"] * 60
        heard = [n % 6 != 0 if z == "n" else n % 6 < 4 for n, z in enumerate(area)]
        rows = table(size=size, area=area, pw=[1] * 120, answered=[int(one) for one in heard])
        found = weighed(rows, design={"weight": "pw"}, nonresponse={"groups": ["size", "area"]})
        asked = Counter(zip(size, area, strict=True))
        answered = Counter(
            (one, two) for one, two, yes in zip(size, area, heard, strict=True) if yes
        )
        for one, two, weight in zip(
            found.table.text("size"), found.table.text("area"), found.sample.w, strict=True
        ):
            assert weight == pytest.approx(asked[one, two] / answered[one, two])

    def test_strata_are_the_groups_where_the_plan_names_none(self) -> None:
        rows = table(
            area=["n"] * 40 + ["s"] * 40,
            pw=[2] * 80,
            answered=[1] * 20 + [0] * 20 + [1] * 40,
        )
        found = weighed(rows, design={"strata": "area", "weight": "pw"})
        assert Counter(found.sample.w.tolist()) == {4.0: 20, 2.0: 40}

    def test_thin_groups_are_put_together_and_the_report_says_which(self) -> None:
        # b: 10 heard of 12. With c: 12 + 28 asked, 10 + 22 heard: × 1.25.
        rows = table(
            size=["a"] * 30 + ["b"] * 12 + ["c"] * 28,
            pw=[1] * 70,
            answered=[1] * 30 + [1] * 10 + [0] * 2 + [1] * 22 + [0] * 6,
        )
        found = weighed(rows, design={"weight": "pw"}, nonresponse={"groups": ["size"]})
        assert [one.en for one in found.report] == ["put together: b + c"]
        assert Counter(found.sample.w.tolist()) == {1.0: 30, 1.25: 32}

    def test_who_is_silent_is_in_no_figure(self) -> None:
        rows = table(y=[10] * 25 + [9999] * 5, answered=[1] * 25 + [0] * 5)
        (mean,) = estimated(rows, nonresponse={}, estimate=[{"kind": "mean", "y": "y"}])
        assert (mean["est"], mean["n"]) == (pytest.approx(10), 25)

    def test_another_column_may_say_who_answered(self) -> None:
        rows = table(y=[1] * 20 + [5] * 20, heard=["oui"] * 20 + ["non"] * 20)
        asked: dict[str, Any] = {
            "nonresponse": {"responded": "heard"},
            "estimate": [{"kind": "total", "y": "y"}],
        }
        (total,) = estimated(rows, **asked)
        assert total["est"] == pytest.approx(40)


class TestPoststratified:
    """One margin: weights are N ÷ N̂ in each cell, and doubt is that of what is left within cells."""

    CELLS: Mapping[str, float] = {"a": 50.0, "b": 30.0, "c": 20.0}

    def sample(self, seed: int) -> tuple[list[str], Array]:
        chance = np.random.default_rng(seed)
        cell = ["a"] * 7 + ["b"] * 5 + ["c"] * 6
        return cell, chance.normal([{"a": 5, "b": 9, "c": 30}[one] for one in cell], 2.0)

    def asked(self, *questions: dict[str, Any]) -> dict[str, Any]:
        margin = {"column": "cell", "totals": self.CELLS}
        return {
            "design": {"weight": "pw"},
            "calibration": {"method": "poststratify", "margins": [margin]},
            "estimate": list(questions),
        }

    @given(seed=st.integers(0, 10**6))
    @settings(max_examples=20)
    def test_the_total_is_that_of_means_of_cells(self, seed: int) -> None:
        cell, y = self.sample(seed)
        rows = table(cell=cell, y=y.tolist(), pw=[4.0] * 18)
        (total,) = estimated(rows, **self.asked({"kind": "total", "y": "y"}))
        by_hand = sum(
            size * np.mean([v for c, v in zip(cell, y, strict=True) if c == one])
            for one, size in self.CELLS.items()
        )
        assert total["est"] == pytest.approx(by_hand)

    @given(seed=st.integers(0, 10**6))
    @settings(max_examples=20)
    def test_its_doubt_is_that_of_distances_to_the_mean_of_the_cell(self, seed: int) -> None:
        cell, y = self.sample(seed)
        rows = table(cell=cell, y=y.tolist(), pw=[4.0] * 18)
        (total,) = estimated(rows, **self.asked({"kind": "total", "y": "y"}))
        left = []
        for one, value in zip(cell, y, strict=True):
            held = [v for c, v in zip(cell, y, strict=True) if c == one]
            left.append(self.CELLS[one] / len(held) * (value - sum(held) / len(held)))
        centre = sum(left) / 18
        variance = 18 / 17 * sum((one - centre) ** 2 for one in left)
        assert total["se"] == pytest.approx(variance**0.5)

    def test_what_the_margin_tells_is_sure(self) -> None:
        cell, y = self.sample(3)
        rows = table(cell=cell, y=y.tolist(), pw=[4.0] * 18)
        shares = estimated(rows, **self.asked({"kind": "proportion", "y": "cell", "ci": "t"}))
        assert [(row["category"], round(row["est"], 9)) for row in shares] == [
            ("a", 0.5),
            ("b", 0.3),
            ("c", 0.2),
        ]
        assert all(row["se"] == pytest.approx(0, abs=1e-9) for row in shares)

    def test_the_factors_are_those_of_cells(self) -> None:
        cell, y = self.sample(3)
        rows = table(cell=cell, y=y.tolist(), pw=[4.0] * 18)
        found = weighed(rows, **self.asked())
        held = Counter(cell)
        wanted = [self.CELLS[one] / (4.0 * held[one]) for one in cell]
        assert found.g.tolist() == pytest.approx(wanted)


def fitted(cells: Array, rows: Array, columns: Array) -> Array:
    """A table fitted to its margins in turn, until it moves no more: iterative proportional fitting."""
    found = cells.astype(float)
    for _turn in range(5000):
        before = found.copy()
        found = found * (rows / found.sum(axis=1))[:, None]
        found = found * (columns / found.sum(axis=0))[None, :]
        if np.abs(found - before).max() < 1e-13 * found.max():
            break
    return found


@given(
    counts=st.lists(st.integers(1, 9), min_size=6, max_size=6),
    lean=st.lists(st.floats(0.6, 1.6), min_size=6, max_size=6),
)
@settings(max_examples=25)
def test_a_raking_is_a_proportional_fitting(counts: list[int], lean: list[float]) -> None:
    held = np.array(counts).reshape(2, 3)
    true = held * np.array(lean).reshape(2, 3) * 10
    wanted = fitted(held * 10.0, true.sum(axis=1), true.sum(axis=0))
    places = [
        (row, column) for row in range(2) for column in range(3) for _ in range(held[row, column])
    ]
    rows = table(
        row=[f"r{row}" for row, _ in places],
        column=[f"c{column}" for _, column in places],
        pw=[10] * len(places),
    )
    margins = [
        {"column": "row", "totals": {f"r{n}": float(v) for n, v in enumerate(true.sum(axis=1))}},
        {"column": "column", "totals": {f"c{n}": float(v) for n, v in enumerate(true.sum(axis=0))}},
    ]
    found = weighed(
        rows,
        design={"weight": "pw"},
        calibration={"method": "raking", "margins": margins},
    )
    sums = np.zeros((2, 3))
    for (row, column), weight in zip(places, found.sample.w, strict=True):
        sums[row, column] += weight
    assert sums == pytest.approx(wanted, rel=1e-6)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_a_linear_calibration_on_a_number_is_the_regression_estimate(seed: int) -> None:
    """With the population and Σx known: ŷ + b(X − x̂), as in any handbook."""
    chance = np.random.default_rng(seed)
    x = chance.uniform(1, 20, 30)
    y = 3 * x + chance.normal(0, 2, 30)
    population, total = 600.0, 600 * 11.0
    rows = table(x=x.tolist(), y=y.tolist(), pw=[20] * 30)
    found = weighed(
        rows,
        design={"weight": "pw"},
        calibration={"method": "linear", "totals": {"(Intercept)": population, "x": total}},
    )
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    by_hand = 20 * y.sum() + slope * (total - 20 * x.sum())
    assert found.sample.w @ y == pytest.approx(by_hand)
    assert found.sample.w.sum() == pytest.approx(population)
    assert found.sample.w @ x == pytest.approx(total)


def test_margins_of_the_frame_are_those_one_would_write() -> None:
    frame = table(id=range(100), size=["s"] * 70 + ["l"] * 30)
    rows = table(id=range(0, 100, 4), size=["s"] * 18 + ["l"] * 7)
    counted = {"calibration": {"method": "raking", "margins": [{"column": "size"}]}}
    written = {
        "calibration": {
            "method": "raking",
            "margins": [{"column": "size", "totals": {"s": 70, "l": 30}}],
        }
    }
    one, other = weighed(rows, frame, **counted), weighed(rows, frame, **written)
    assert one.sample.w.tolist() == pytest.approx(other.sample.w.tolist())
    assert one.sample.w.sum() == pytest.approx(100)


def test_a_margin_in_which_nobody_answered_is_refused_by_its_name() -> None:
    rows = table(size=["s"] * 9)
    margin = {"column": "size", "totals": {"s": 50, "l": 3}}
    with pytest.raises(Invalid, match="size = «\u00a0l\u00a0»"):
        weighed(rows, calibration={"margins": [margin]})


class TestClusters:
    """Villages drawn whole: the doubt told is, over every draw there is, the doubt there is."""

    VILLAGES: Sequence[Sequence[float]] = ((3, 5), (8, 1, 4), (9,), (2, 2, 7), (12, 6))

    def drawn(self, chosen: Sequence[int]) -> tuple[float, float]:
        """The total and its variance as told by the villages that were drawn."""
        y = np.array([value for one in chosen for value in self.VILLAGES[one]], dtype=float)
        psu = [f"v{one}" for one in chosen for _ in self.VILLAGES[one]]
        weight = len(self.VILLAGES) / len(chosen)
        held = design(len(y), psu=psu, population=np.full(len(y), float(len(self.VILLAGES))))
        found = estimates.total(
            Sample(np.full(len(y), weight), held), y, np.ones(len(y), dtype=bool)
        )
        return found.value, found.se**2

    @pytest.mark.parametrize("size", [2, 3, 4])
    def test_over_every_sample_of_villages(self, size: int) -> None:
        told = [self.drawn(chosen) for chosen in combinations(range(5), size)]
        totals, variances = (np.array(side) for side in zip(*told, strict=True))
        assert totals.mean() == pytest.approx(sum(map(sum, self.VILLAGES)))
        assert variances.mean() == pytest.approx(totals.var())

    def test_rows_taken_for_villages_would_look_surer(self) -> None:
        """Neighbours resemble one another: the spread of rows is not that of villages."""
        chance = np.random.default_rng(5)
        village = np.repeat(np.arange(12), 8)
        y = chance.normal(0, 6, 12)[village] + chance.normal(50, 1, 96)
        every = np.ones(96, dtype=bool)
        honest = estimates.mean(
            Sample(np.full(96, 3.0), design(96, psu=village.astype(str).tolist())), y, every
        )
        naive = estimates.mean(Sample(np.full(96, 3.0), design(96)), y, every)
        assert honest.value == naive.value
        assert honest.se > 2 * naive.se
        assert honest.n_eff is not None
        assert honest.n_eff < 30, "twelve villages are not ninety-six answers"

    def test_over_every_draw_of_two_strata(self) -> None:
        """One stratum of four units, one of five: two of each, every pair with every pair."""
        strata: dict[str, list[float]] = {"a": [1, 4, 6, 15], "b": [2, 3, 3, 8, 20]}
        told = []
        for first, second in product(combinations(range(4), 2), combinations(range(5), 2)):
            y = np.array([strata["a"][n] for n in first] + [strata["b"][n] for n in second])
            held = design(
                4,
                strata=["a", "a", "b", "b"],
                population=np.array([4.0, 4.0, 5.0, 5.0]),
            )
            sample = Sample(np.array([2.0, 2.0, 2.5, 2.5]), held)
            found = estimates.total(sample, y, np.ones(4, dtype=bool))
            told.append((found.value, found.se**2))
        totals, variances = (np.array(side) for side in zip(*told, strict=True))
        assert totals.mean() == pytest.approx(sum(sum(values) for values in strata.values()))
        assert variances.mean() == pytest.approx(totals.var())

    def test_domains_too_are_unbiased_over_every_draw(self) -> None:
        y = np.array([3.0, 5.0, 8.0, 9.0, 14.0, 21.0])
        inside = np.array([True, False, True, True, False, True])
        told = []
        for chosen in combinations(range(6), 4):
            rows = list(chosen)
            held = design(4, population=np.full(4, 6.0))
            found = estimates.total(Sample(np.full(4, 1.5), held), y[rows], inside[rows])
            told.append((found.value, found.se**2))
        totals, variances = (np.array(side) for side in zip(*told, strict=True))
        assert totals.mean() == pytest.approx(y[inside].sum())
        assert variances.mean() == pytest.approx(totals.var())


def reached(values: Sequence[float], weights: Sequence[int], q: float) -> float:
    """The quantile of a list in which each value stands as many times as it weighs, sorted."""
    spelled = sorted(v for v, w in zip(values, weights, strict=True) for _ in range(w))
    place = next(n for n in range(len(spelled)) if (n + 1) / len(spelled) >= q - 1e-9)
    return spelled[place]


class TestQuantiles:
    """Read against a list sorted by hand."""

    @given(
        told=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), min_size=2, max_size=25),
        q=st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]),
    )
    @settings(max_examples=40)
    def test_a_value_that_weighs_three_stands_three_times(
        self, told: list[tuple[int, int]], q: float
    ) -> None:
        values, weights = [float(v) for v, _ in told], [w for _, w in told]
        sample = Sample(np.array(weights, dtype=float), design(len(values)))
        every = np.ones(len(values), dtype=bool)
        found, low, high = estimates.quantile(sample, np.array(values), q, every, 2.0)
        assert found.value == reached(values, weights, q)
        assert low <= found.value <= high
        assert {low, high} <= set(values), "each end is an answer that was given"

    @given(values=st.lists(st.integers(0, 99), min_size=5, max_size=25, unique=True))
    @settings(max_examples=25)
    def test_quantiles_grow_with_their_rank(self, values: list[int]) -> None:
        sample = Sample(np.ones(len(values)), design(len(values)))
        y, every = np.array(values, dtype=float), np.ones(len(values), dtype=bool)
        found = [
            estimates.quantile(sample, y, q, every, 2.0)[0].value
            for q in (0.05, 0.3, 0.5, 0.8, 0.999)
        ]
        assert found == sorted(found)
        assert found[-1] == max(values)

    def test_a_quantile_of_a_domain_reads_its_rows_alone(self) -> None:
        y = np.array([1.0, 2.0, 3.0, 100.0, 200.0, 300.0])
        within = y > 50
        found, low, _high = estimates.quantile(Sample(np.ones(6), design(6)), y, 0.5, within, 2.0)
        assert (found.value, found.n) == (200, 3)
        assert low >= 100

    def test_answers_all_alike_have_a_quantile_without_width(self) -> None:
        found, low, high = estimates.quantile(
            Sample(np.ones(8), design(8)), np.full(8, 7.0), 0.5, np.ones(8, dtype=bool), 2.0
        )
        assert (low, found.value, high, found.se) == (7, 7, 7, 0)
