"""What is measured of trades in communes, by hand, and what is left unknown rather than guessed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from maillage.figures.methods.serving import CATCHMENT, Commune, Place, measure
from maillage.kernel.errors import Invalid
from tests.figures.methods.countryside import Shops, Towns, countrysides, measured

LINE: Towns = [("a", 0, 1_000), ("b", 4, 3_000), ("c", 20, 1_000)]


def row(table: np.ndarray, column: int = 0) -> list[float | None]:
    """A column of a table, with None where nothing is known."""
    return [None if np.isnan(value) else round(float(value), 6) for value in table[:, column]]


def test_a_trade_is_counted_where_it_is_and_walked_to_wherever_it_is() -> None:
    found = measured(LINE, {"bakery": [("b", 5), ("b", 3)]})
    assert row(found.present) == [0, 2, 0]
    assert row(found.kilometres) == [3, 1, 15]


def test_without_a_point_an_establishment_stands_at_the_centre_of_its_commune() -> None:
    found = measured(LINE, {"bakery": [("b", None)]})
    assert row(found.kilometres) == [4, 0, 16]
    assert found.placeless == {"bakery": 0}


def test_establishments_around_are_walked_to_and_count_in_no_commune() -> None:
    found = measured(LINE, {"bakery": [("beyond", 22)]})
    assert row(found.present) == [0, 0, 0]
    assert row(found.kilometres) == [22, 18, 2]
    assert row(found.expected) == [0, 0, 0]


def test_what_can_be_set_nowhere_is_told() -> None:
    towns = [*LINE, ("d", None, 500)]
    found = measured(towns, {"bakery": [("beyond", None), ("d", None), ("a", None)], "salon": []})
    assert found.placeless == {"bakery": 2, "salon": 0}
    assert row(found.present) == [1, 0, 0, 1]
    assert row(found.kilometres) == [0, 4, 20, None]


def test_what_is_expected_is_the_rate_of_the_whole() -> None:
    found = measured(LINE, {"bakery": [("a", None)] * 4 + [("b", None)] * 6})
    assert row(found.expected) == [2, 6, 2]


def test_density_is_told_for_ten_thousand_and_drawn_towards_the_whole() -> None:
    # Marshall by hand: r = 40, 20, 0 for 10 000; m = 20; see the same case in the tests of small numbers.
    towns: Towns = [(code, 0, 1_000) for code in "abc"]
    shops: Shops = {"bakery": [("a", None)] * 40 + [("b", None)] * 20}
    found = measured(towns, shops)
    assert row(found.density) == [200 + 0.925 * 200, 200, 200 - 0.925 * 200]


def test_access_is_shared_among_those_who_reach_and_told_for_ten_thousand() -> None:
    # The bakery at 2 km is within 5 km of a and b, 4 000 people together; the one at 21 km of c alone.
    found = measured(LINE, {"bakery": [("a", 2), ("c", 21)]})
    assert row(found.access) == [2.5, 2.5, 10]


def test_farther_bands_of_a_catchment_weigh_less() -> None:
    found = measured(LINE, {"bakery": [("a", 0)]}, catchment=[(1, 1.0), (5, 0.5)])
    assert row(found.access) == [4, 2, 0]


def test_the_usual_catchment_is_ten_minutes_by_car() -> None:
    assert [(round(limit, 3), weight) for limit, weight in CATCHMENT] == [(2.976, 1.0)]


def test_a_commune_without_a_centre_has_no_distance_and_no_access() -> None:
    found = measured([("a", None, 1_000), ("b", 0, 1_000)], {"bakery": [("b", None)]})
    assert row(found.kilometres) == [None, 0]
    assert row(found.access) == [None, 10]
    assert row(found.expected) == [0.5, 0.5]


def test_a_commune_without_known_people_is_expected_nothing_and_shares_nothing() -> None:
    shops: Shops = {"bakery": [("a", None), ("b", None)]}
    found = measured([("a", 0, None), ("b", 0, 1_000)], shops)
    assert row(found.expected) == [None, 1]
    assert row(found.density) == [None, 10]
    assert row(found.access) == [None, 20]
    assert row(found.kilometres) == [0, 0]


def test_where_nobody_lives_is_told_and_weighs_on_no_rate() -> None:
    found = measured([("a", 0, 0), ("b", 0, 1_000)], {"bakery": [("a", None)]})
    assert found.nobody().tolist() == [True, False]
    assert row(found.expected) == [None, 0]
    assert row(found.access) == [None, 10]


def test_a_trade_without_any_establishment_is_unheard_of() -> None:
    found = measured(LINE, {"bakery": [("a", None)], "forge": [], "salon": [("beyond", 90)]})
    assert found.unheard().tolist() == [False, True, False]
    assert row(found.kilometres, 1) == [None, None, None]


def test_nothing_given_is_nothing_measured() -> None:
    assert measured([], {"bakery": [("a", 3)]}).present.shape == (0, 1)
    assert measured(LINE, {}).present.shape == (3, 0)


@pytest.mark.parametrize(
    ("towns", "told"),
    [([("a", 0, 10), ("a", 1, 10)], "deux fois"), ([("a", 0, -1)], "négative")],
)
def test_what_makes_no_sense_is_refused(towns: Towns, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        measured(towns, {})


def test_a_point_of_an_establishment_wins_over_the_centre_of_its_commune() -> None:
    towns = [Commune("a", (3.0, 50.0), 10)]
    far = measure(towns, {"bakery": [Place("a", (3.0, 51.0))]}).kilometres[0, 0]
    assert far == pytest.approx(111.195, abs=0.001)


@given(countrysides())
def test_the_order_of_communes_and_trades_changes_nothing(drawn: tuple[Towns, Shops]) -> None:
    towns, shops = drawn
    one, other = measured(towns, shops), measured(towns[::-1], dict(reversed(shops.items())))
    for table in ("present", "kilometres", "expected", "density", "access"):
        turned = getattr(other, table)[::-1, ::-1]
        assert turned == pytest.approx(getattr(one, table), nan_ok=True), table


@given(countrysides())
def test_expected_sums_to_what_is_counted_where_people_are_known(
    drawn: tuple[Towns, Shops],
) -> None:
    found = measured(*drawn)
    lived = found.people > 0
    assert np.nansum(found.expected, axis=0) == pytest.approx(found.present[lived].sum(axis=0))


@given(countrysides())
def test_access_hands_out_no_more_than_there_is(drawn: tuple[Towns, Shops]) -> None:
    found = measured(*drawn)
    people = np.where(found.people > 0, found.people, 0)
    handed = np.nansum(found.access / 10_000 * people[:, None], axis=0)
    for given_out, shops in zip(handed, drawn[1].values(), strict=True):
        assert given_out <= len(shops) + 1e-9
