"""How far an estimate may be off over the way its sample was drawn: by hand, by its laws, against every draw there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation import estimates
from maillage.surveys.estimation.estimates import Sample
from maillage.surveys.estimation.variance import design

Array = NDArray[np.float64]


def of(values: list[float], **drawn: object) -> float:
    """The variance of a total whose weighted values are these."""
    return design(len(values), **drawn).variance(np.array(values))  # type: ignore[arg-type]


def test_a_simple_sample_by_hand() -> None:
    # Σ(z − 5)² = 9 + 1 + 1 + 9 = 20; × 4 ÷ 3; three fifths of the population stay unseen.
    assert of([2, 4, 6, 8]) == pytest.approx(20 * 4 / 3)
    assert of([2, 4, 6, 8], population=np.full(4, 10.0)) == pytest.approx(20 * 4 / 3 * 0.6)


def test_strata_are_added_up() -> None:
    # Above: mean 3, Σ = 2, × 2; below: mean 7, Σ = 2, × 2.
    assert of([2, 4, 6, 8], strata=["a", "a", "b", "b"]) == pytest.approx(8)


def test_clusters_count_for_one_each() -> None:
    # Sums 6, 14 and 10: mean 10, Σ = 32, × 3 ÷ 2.
    assert of([2, 4, 6, 8, 10], psu=["x", "x", "y", "y", "z"]) == pytest.approx(48)


def test_the_name_of_a_cluster_is_its_own_in_each_stratum() -> None:
    twice = {"strata": ["a", "a", "b", "b"], "psu": ["1", "2", "1", "2"]}
    assert of([2, 4, 6, 8], **twice) == of([2, 4, 6, 8], strata=["a", "a", "b", "b"])


def test_clusters_of_one_row_in_any_order_are_rows() -> None:
    strata = ["a", "b", "a", "b"]
    assert of([2, 4, 6, 8], strata=strata, psu=["q", "a", "m", "z"]) == pytest.approx(
        of([2, 4, 6, 8], strata=strata)
    )


def test_a_census_leaves_no_doubt() -> None:
    assert of([2, 4, 6, 8], population=np.full(4, 4.0)) == 0


def test_a_stratum_wholly_drawn_may_be_of_one() -> None:
    sizes = np.array([1.0, 9.0, 9.0])
    found = design(3, strata=["a", "b", "b"], population=sizes, single="refuse")
    assert found.variance(np.array([100.0, 2.0, 4.0])) == pytest.approx(2 * 2 * 7 / 9)


def test_degrees_of_freedom_are_units_less_strata() -> None:
    assert design(5).freedom == 4
    assert design(5, strata=["a", "a", "b", "b", "b"]).freedom == 3
    assert design(5, psu=["x", "x", "y", "y", "z"]).freedom == 2


class TestAlone:
    """A stratum of which one unit answered has no spread of its own."""

    STRATA = ("a", "b", "b", "c")

    def test_it_joins_its_neighbour_and_that_is_told(self) -> None:
        found = design(4, strata=self.STRATA, population=np.array([5.0, 10, 10, 5]))
        # One set is left: a with b, which is no longer thin; then c with them.
        assert found.merged == ("a + b + c",)
        assert found.share.tolist() == [pytest.approx(4 / 20)]

    def test_one_in_the_middle_joins_the_next(self) -> None:
        found = design(5, strata=["a", "a", "b", "c", "c"])
        assert found.merged == ("b + c",)
        assert found.freedom == 3

    def test_it_may_be_set_against_the_mean_of_all(self) -> None:
        # Means: all 5. a: (2 − 5)², c: (8 − 5)²; b as ever: 2 × 2.
        assert of([2, 4, 6, 8], strata=self.STRATA, single="centre") == pytest.approx(9 + 9 + 4)

    def test_it_may_be_refused_by_name(self) -> None:
        with pytest.raises(Invalid, match="«\u00a0a\u00a0»"):
            design(4, strata=self.STRATA, single="refuse")

    def test_one_answer_in_all_says_nothing_of_the_others(self) -> None:
        with pytest.raises(Invalid, match="ne dit rien des autres"):
            design(1)

    def test_another_way_is_unknown(self) -> None:
        with pytest.raises(Invalid, match="average"):
            design(4, single="average")


def test_a_stratum_cannot_answer_more_than_it_holds() -> None:
    with pytest.raises(Invalid, match="plus de réponses"):
        design(3, population=np.full(3, 2.0))


def test_a_stratum_has_one_population() -> None:
    with pytest.raises(Invalid, match="deux effectifs"):
        design(3, population=np.array([9.0, 9.0, 8.0]))


def test_the_variance_is_that_of_every_sample_that_could_be_drawn() -> None:
    # All 20 samples of 3 among 6: the mean of the variances told is the variance of the totals told.
    population = np.array([3.0, 5.0, 8.0, 9.0, 14.0, 21.0])
    weight = 6 / 3
    drawn = [population[list(rows)] for rows in combinations(range(6), 3)]
    totals = [weight * values.sum() for values in drawn]
    told = [design(3, population=np.full(3, 6.0)).variance(weight * values) for values in drawn]
    assert np.mean(totals) == pytest.approx(population.sum())
    assert np.mean(told) == pytest.approx(np.var(totals))


class TestDomains:
    """A domain is read over the whole sample: its size is part of the doubt."""

    @staticmethod
    def sample(rows: int = 200) -> tuple[Sample, Array, list[str]]:
        chance = np.random.default_rng(4)
        y = chance.normal(10, 3, rows)
        part = chance.choice(["a", "b", "c"], rows).tolist()
        drawn = design(rows, population=np.full(rows, 1000.0))
        return Sample(np.full(rows, 5.0), drawn), y, part

    def test_totals_of_domains_sum_to_the_whole(self) -> None:
        sample, y, part = self.sample()
        every = estimates.total(sample, y, np.ones(len(y), dtype=bool)).value
        parts = [estimates.total(sample, y, rows).value for _, rows in estimates.domains([part])]
        assert sum(parts) == pytest.approx(every)

    def test_domains_are_the_combinations_that_are_there(self) -> None:
        found = estimates.domains([["b", "a", "a"], ["x", "x", "y"]])
        assert [(values, rows.tolist()) for values, rows in found] == [
            (("a", "x"), [False, True, False]),
            (("a", "y"), [False, False, True]),
            (("b", "x"), [True, False, False]),
        ]

    def test_a_domain_filtered_first_would_look_surer_than_it_is(self) -> None:
        sample, y, part = self.sample()
        rows = np.array([one == "a" for one in part])
        honest = estimates.total(sample, y, rows).se
        kept = int(rows.sum())
        filtered = Sample(np.full(kept, 5.0), design(kept))
        naive = estimates.total(filtered, y[rows], np.ones(kept, dtype=bool)).se
        assert honest > 1.5 * naive

    def test_names_of_strata_and_order_of_rows_are_nothing(self) -> None:
        _, y, part = self.sample()
        other = {"a": "z", "b": "k", "c": "m"}
        order = np.random.default_rng(1).permutation(len(y))
        plain = design(len(y), strata=part).variance(y)
        renamed = design(len(y), strata=[other[one] for one in part]).variance(y)
        shuffled = design(len(y), strata=[part[row] for row in order]).variance(y[order])
        assert plain == pytest.approx(renamed) == pytest.approx(shuffled)


class TestWorth:
    """How many answers of a simple draw an estimate is worth."""

    def test_a_simple_draw_is_worth_its_answers(self) -> None:
        y = np.array([1.0, 4.0, 6.0, 9.0, 12.0])
        sample = Sample(np.full(5, 4.0), design(5, population=np.full(5, 20.0)))
        found = estimates.mean(sample, y, np.ones(5, dtype=bool))
        assert found.deff == pytest.approx(1)
        assert (found.n_eff, found.n_kish) == (pytest.approx(5), pytest.approx(5))

    def test_uneven_weights_are_worth_less(self) -> None:
        # (1 + 1 + 1 + 9)² ÷ (1 + 1 + 1 + 81) = 144 ÷ 84.
        sample = Sample(np.array([1.0, 1, 1, 9]), design(4))
        found = estimates.mean(sample, np.array([1.0, 2, 3, 4]), np.ones(4, dtype=bool))
        assert found.n_kish == pytest.approx(144 / 84)

    def test_a_census_has_nothing_to_be_compared_with(self) -> None:
        sample = Sample(np.ones(4), design(4, population=np.full(4, 4.0)))
        found = estimates.mean(sample, np.array([1.0, 2, 3, 4]), np.ones(4, dtype=bool))
        assert (found.deff, found.n_eff, found.se) == (None, None, 0)

    def test_a_ratio_of_a_variable_to_its_double_is_sure(self) -> None:
        y = np.array([1.0, 4.0, 6.0])
        sample = Sample(np.full(3, 2.0), design(3))
        found = estimates.ratio(sample, y, 2 * y, np.ones(3, dtype=bool))
        assert (found.value, found.se) == (0.5, pytest.approx(0, abs=1e-12))

    def test_a_ratio_to_one_is_a_mean(self) -> None:
        y = np.array([1.0, 4.0, 6.0, 2.0])
        sample = Sample(np.array([2.0, 3, 2, 3]), design(4, population=np.full(4, 10.0)))
        every = np.ones(4, dtype=bool)
        one, other = (
            estimates.ratio(sample, y, np.ones(4), every),
            estimates.mean(sample, y, every),
        )
        assert (one.value, one.se) == (pytest.approx(other.value), pytest.approx(other.se))
        assert one.deff == pytest.approx(other.deff)

    def test_a_median_is_the_least_value_half_of_the_weight_reaches(self) -> None:
        y = np.array([5.0, 1.0, 3.0, 9.0])
        sample = Sample(np.array([1.0, 1, 1, 1]), design(4))
        every = np.ones(4, dtype=bool)
        found, low, high = estimates.quantile(sample, y, 0.5, every, 2.0)
        assert found.value == 3
        assert low <= 3 <= high
        heavy = Sample(np.array([1.0, 1, 1, 4]), design(4))
        assert estimates.quantile(heavy, y, 0.5, every, 2.0)[0].value == 9
