"""Curves of survival drawn by hand, a commune a case: ties, who is met late, who is still there when the looking ends."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.figures.observations.observing import FEW, OPENLY, PROVISIONAL, UNOBSERVED
from tests.factories.stocks import Life, Stock, siret
from tests.figures.observations.test_building import built

# Looked at until 30 June 2020, and from 2010 on. A window holds the births of its year and of the two before.
LIVES: dict[str, list[tuple[str, ...]]] = {
    # Two cease on their first anniversary, one on its third.
    "59350": [
        ("2011-01-10", "2012-01-10"),
        ("2011-05-10", "2012-05-10"),
        ("2011-01-10", "2014-01-10"),
        ("2011-01-10",),
        ("2011-01-10",),
    ],
    # The first is met at one year, the age at which the second ceases: it is not at risk then, it is at two years.
    "59512": [
        ("2009-01-01",),
        ("2010-02-01", "2011-02-01"),
        ("2010-03-01", "2012-03-01"),
        ("2010-04-01",),
    ],
    # Ceases on the very last day that is looked at, its first anniversary.
    "59009": [("2019-06-30", "2020-06-30"), ("2019-01-10",), ("2019-01-11",), ("2019-01-12",)],
    # Ceases the day after: it is still there as far as one can tell.
    "62498": [("2019-06-30", "2020-07-01"), ("2019-01-10",), ("2019-01-11",), ("2019-01-12",)],
    # Nobody is a year old when the looking ends; in 2012, three are born on a 29 February.
    "62427": [
        ("2019-07-01",),
        ("2019-07-02",),
        ("2019-08-01",),
        ("2012-02-29", "2013-02-28"),
        ("2012-02-29", "2013-03-01"),
        ("2012-02-29",),
    ],
    # All cease in their second year; in 2017, two are born.
    "59183": [("2012-01-10", "2013-03-01"), ("2012-01-10", "2013-03-01"), ("2012-02-10", "2013-09-01"),
              ("2017-01-10",), ("2017-02-10",)],
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The rows of the curves, by commune, window and what they say (`1y`, `3y_lower`)."""
    days = [(commune, life) for commune, lives in LIVES.items() for life in lives]
    stock = Stock([Life(siret(n), life, commune=code) for n, (code, life) in enumerate(days, 1)])
    name = "register.survival_km_"
    return {
        (row["area"], row["period"], row["indicator"].removeprefix(name)): row
        for row in built(stock, tmp_path_factory.mktemp("curves"), kinds=("commune",))
        if row["indicator"].startswith(name) and row["segment"] == "all"
    }


@pytest.mark.parametrize(
    ("commune", "window", "one", "three", "five"),
    [
        ("59350", "2011", 3 / 5, 2 / 5, 2 / 5),
        ("59350", "2013", 3 / 5, 2 / 5, 2 / 5),
        ("59512", "2011", 2 / 3, 2 / 3 * 2 / 3, 2 / 3 * 2 / 3),
        ("59009", "2019", 3 / 4, None, None),
        ("62498", "2019", 1.0, None, None),
        ("62427", "2019", None, None, None),
        ("62427", "2012", 2 / 3, 1 / 3, 1 / 3),
        ("59183", "2012", 1.0, 0.0, 0.0),
    ],
    ids=[
        "two at once", "the same births in a later window", "who is met late", "on the last day that is looked at",
        "the day after it", "nobody is a year old", "born on a 29 February", "nobody is left",
    ],
)  # fmt: skip
def test_a_curve_is_the_one_drawn_by_hand(
    told: dict[tuple[str, str, str], dict[str, Any]],
    commune: str,
    window: str,
    one: float | None,
    three: float | None,
    five: float | None,
) -> None:
    for age, share in (("1y", one), ("3y", three), ("5y", five)):
        row = told[commune, window, age]
        if share is None:
            assert (row["value"], row["status"]) == (None, UNOBSERVED), "not known yet is not none"
            continue
        assert row["value"] == pytest.approx(share), age
        low, high = (told[commune, window, f"{age}_{end}"]["value"] for end in ("lower", "upper"))
        if 0 < share < 1:
            assert 0 < low < row["value"] < high < 1
        else:
            assert (low, high) == (share, share), "a sure share says no false doubt"


def test_a_curve_says_how_many_it_is_of_and_whether_all_could_be_followed(
    told: dict[tuple[str, str, str], dict[str, Any]],
) -> None:
    said = {(code, window): (row["n"], row["status"]) for (code, window, age), row in told.items() if age == "1y"}  # fmt: skip
    assert said["59350", "2011"] == (5, OPENLY)
    assert said["59512", "2011"] == (4, OPENLY), "who is met late is of it"
    assert said["59512", "2012"][0] == 3, "born in 2009, it is of three windows"
    assert said["62498", "2019"] == (4, PROVISIONAL), "not all have had a year"
    assert ("59350", "2014") not in said, "nobody was born in those three years"
    for row in told.values():
        assert (row["numerator"], row["denominator"]) == (None, None)
        assert row["status"] != OPENLY or row["n"] >= 3


def test_two_are_too_few_to_be_told_of_openly(
    told: dict[tuple[str, str, str], dict[str, Any]],
) -> None:
    few = [row for (code, window, _age), row in told.items() if (code, window) == ("59183", "2017")]
    assert {row["n"] for row in few} == {2}
    assert {row["status"] for row in few if row["value"] is not None} == {FEW}
    assert few
