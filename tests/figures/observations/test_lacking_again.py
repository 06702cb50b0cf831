"""Judging communes again with what a vintage kept: the usual question gives the usual answer, any other its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.figures.methods.underserved import REASONS, Thresholds
from maillage.figures.observations import lacking
from maillage.kernel.errors import Invalid
from maillage.register.activities import label
from tests.factories import observed as make

pytestmark = pytest.mark.django_db
HERE = ("59350", "59512", "59599", "59009", "59051")
OUTSIDE = "62498"
PEOPLE = {code: 2_000.0 * (rank + 1) for rank, code in enumerate(HERE)}
STOCKS = st.lists(
    st.tuples(
        st.sampled_from([*HERE, OUTSIDE]), st.sampled_from(lacking.CHOICES), st.integers(1, 9)
    ),
    min_size=1, max_size=25, unique_by=lambda one: one[:2],
)  # fmt: skip
BASKETS = st.lists(st.sampled_from(lacking.CHOICES), min_size=1, max_size=6, unique=True)
LIMITS = st.builds(
    Thresholds,
    minutes=st.floats(1, 60), reasons=st.integers(1, len(REASONS)), level=st.floats(0.5, 0.99),
    lowest=st.floats(0.01, 0.5), quarter=st.floats(0.01, 0.5),
)  # fmt: skip
SLOWLY = {
    "deadline": None,
    "max_examples": 25,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.fixture(autouse=True)
def _geography() -> None:
    make.places_loaded()


def concluded(told: dict[str, Any]) -> dict[str, Any]:
    """What is said, without what it was concluded from."""
    return {name: value for name, value in told.items() if name not in {"people", "stocks"}}


@given(STOCKS)
@settings(**SLOWLY)
def test_the_usual_basket_asked_again_is_concluded_as_it_was(stocks: Any) -> None:
    kept = lacking.kept(PEOPLE, stocks)
    if not kept:
        assert not {trade for _code, trade, _n in stocks} & set(lacking.BASKET)
        return
    assert lacking.again(kept, lacking.BASKET, Thresholds()) == concluded(kept)


@given(STOCKS, BASKETS, LIMITS)
@settings(**SLOWLY)
def test_what_is_kept_goes_through_a_file_and_concludes_the_same(
    stocks: Any, basket: Any, limits: Thresholds
) -> None:
    kept = lacking.kept(PEOPLE, stocks)
    if kept:
        through = json.loads(json.dumps(kept))
        assert lacking.again(through, basket, limits) == lacking.again(kept, basket, limits)


@given(STOCKS, BASKETS, LIMITS)
@settings(**SLOWLY)
def test_only_communes_of_the_territory_are_judged_each_once(
    stocks: Any, basket: Any, limits: Thresholds
) -> None:
    kept = lacking.kept(PEOPLE, stocks)
    told = kept and lacking.again(kept, basket, limits)
    if not told:
        return
    listed = [one["code"] for one in told["communes"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(HERE)
    assert not set(listed) & set(told["untold"])
    assert set(told["always"]) <= set(listed)
    assert set(told["basket"]) <= set(basket)
    assert all(0 <= one["share"] <= 1 for one in told["communes"])


@given(STOCKS, BASKETS)
@settings(**SLOWLY)
def test_the_order_in_which_trades_are_asked_changes_no_list(stocks: Any, basket: Any) -> None:
    kept = lacking.kept(PEOPLE, stocks)
    if not kept:
        return
    lists = [
        {one["code"] for one in told["communes"]}
        for order in (basket, basket[::-1])
        if (told := lacking.again(kept, order, Thresholds()))
    ]
    assert not lists or lists[0] == lists[-1]


@given(STOCKS, st.floats(1, 30), st.floats(0, 30))
@settings(**SLOWLY)
def test_a_longer_drive_never_empties_a_basket(stocks: Any, minutes: float, more: float) -> None:
    kept = lacking.kept(PEOPLE, stocks)
    if not kept:
        return
    near, far = (
        lacking.again(kept, lacking.BASKET, Thresholds(minutes=one, quarter=1))
        for one in (minutes, minutes + more)
    )
    shares = {one["code"]: one["share"] for one in near["communes"]}
    assert all(one["share"] >= shares.get(one["code"], 0) for one in far["communes"])


def test_trades_that_no_basket_is_made_of_are_not_kept() -> None:
    kept = lacking.kept(
        PEOPLE, [("59350", "10.71C", 2), ("59350", "62.01Z", 5), ("59512", "96.02A", 0)]
    )
    assert kept["stocks"] == [["59350", "10.71C", 2]]
    assert kept["people"] == PEOPLE


def test_a_vintage_without_anything_of_the_basket_keeps_nothing() -> None:
    assert lacking.kept(PEOPLE, []) == {}
    assert lacking.kept(PEOPLE, [("59350", "81.22Z", 1)]) == {}


def test_a_basket_that_nobody_practises_concludes_nothing() -> None:
    kept = lacking.kept(PEOPLE, [("59350", "10.71C", 2)])
    assert lacking.again(kept, ("81.22Z",), Thresholds()) == {}


def test_each_choice_is_a_subclass_with_an_official_label_and_stands_once() -> None:
    assert len(set(lacking.CHOICES)) == len(lacking.CHOICES)
    assert set(lacking.BASKET) <= set(lacking.CHOICES)
    assert all(label(code) != code for code in lacking.CHOICES)


@pytest.mark.parametrize(
    "out", [{"minutes": -1}, {"reasons": 0}, {"reasons": 5}, {"level": 1}, {"quarter": 2}]
)
def test_a_threshold_out_of_its_range_is_refused(out: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Thresholds(**out)
