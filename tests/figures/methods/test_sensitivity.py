"""How the list of underserved communes changes with its thresholds: by hand, and against judging anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from maillage.figures.methods.sensitivity import MOVES, Moved, sensitivity
from maillage.figures.methods.underserved import Thresholds, Verdict, judge
from maillage.kernel.errors import Invalid
from tests.figures.methods.countryside import Shops, Towns, countrysides, measured

# Of the trades, town has all; near has its garage at 14 minutes, far at 71; both are some minutes from the bakery.
TOWNS: Towns = [("town", 0, 20_000), ("near", 4, 20_000), ("far", 21, 20_000), ("hill", 23, 20_000)]
SHOPS: Shops = {
    "bakery": [("town", None), ("near", None), ("far", None), ("hill", None)],
    "garage": [("town", None)],
    "salon": [("town", None), ("near", None), ("far", None)],
}


def move(moved: tuple[Moved, ...], what: str, to: Any) -> Moved:
    """The one move to there."""
    (found,) = [one for one in moved if (one.what, one.to) == (what, to)]
    return found


def test_each_move_tells_who_came_and_who_left() -> None:
    there = measured(TOWNS, SHOPS)
    found = sensitivity(there, moves={"minutes": (10, 15, 5), "quarter": (0.5,)})
    # Of three trades, town has three, near two (garage at 13.4 min), far two, hill two: its salon is at 6.7 min.
    assert found.base.communes() == ["near", "far", "hill"]
    same = move(found.moved, "minutes", 10).communes
    assert (same.listed, same.came, same.left) == (3, (), ())
    patient = move(found.moved, "minutes", 15).communes
    assert (patient.listed, patient.left) == (2, ("near",)), "near is then served as town is"
    hasty = move(found.moved, "minutes", 5).communes
    assert (hasty.listed, hasty.left) == (1, ("near", "far")), "hill alone has one of three left"
    assert found.always == ()
    assert found.at_times == ("near", "far", "hill"), "without the garage, all four are alike"


def test_a_trade_that_leaves_the_basket_is_told_too() -> None:
    found = sensitivity(measured(TOWNS, SHOPS), moves={})
    assert [(one.what, one.to) for one in found.moved] == [
        ("without", "bakery"), ("without", "garage"), ("without", "salon"),
    ]  # fmt: skip
    without = move(found.moved, "without", "garage")
    assert without.communes.left == ("near", "far", "hill"), "the garage alone told them apart"
    assert without.lacks is None
    assert found.always == ()


def test_a_basket_of_one_trade_cannot_lose_it() -> None:
    found = sensitivity(measured(TOWNS, SHOPS), basket=["garage"], moves={})
    assert found.moved == ()
    assert found.always == ("near", "far", "hill")
    assert found.at_times == ()


def test_measuring_otherwise_is_a_move_like_another() -> None:
    there, otherwise = (measured(TOWNS, SHOPS, [(reach, 1.0)]) for reach in (5, 25))
    found = sensitivity(there, moves={}, otherwise={"25 km": otherwise})
    changed = move(found.moved, "measured", "25 km").lacks
    base, other = (set(judge(one).lacking()) for one in (there, otherwise))
    assert changed is not None
    assert (set(changed.came), set(changed.left)) == (other - base, base - other)
    assert base != other


@pytest.mark.parametrize("towns", [TOWNS[:2], TOWNS[::-1]])
def test_other_communes_are_not_the_same_measured_otherwise(towns: Towns) -> None:
    with pytest.raises(Invalid, match="Sensibilité"):
        sensitivity(measured(TOWNS, SHOPS), otherwise={"x": measured(towns, SHOPS)})


def test_a_threshold_moved_out_of_its_range_is_refused() -> None:
    with pytest.raises(Invalid, match="Seuils"):
        sensitivity(measured(TOWNS, SHOPS), moves={"level": (1.5,)})


def test_the_usual_moves_are_on_both_sides_of_the_usual_thresholds() -> None:
    for what, values in MOVES.items():
        usual = getattr(Thresholds(), what)
        assert min(values) < usual < max(values)
        assert usual not in values


@settings(max_examples=30)
@given(countrysides())
def test_each_move_is_what_judging_anew_says(drawn: tuple[Towns, Shops]) -> None:
    there = measured(*drawn)
    found = sensitivity(there)
    base = judge(there)
    for one in found.moved:
        if one.what == "without":
            anew = judge(there, basket=[trade for trade in base.basket if trade != one.to])
        else:
            anew = judge(there, replace(Thresholds(), **{one.what: one.to}))
            assert one.lacks is not None
            assert set(one.lacks.came) == set(anew.lacking()) - set(base.lacking())
            assert set(one.lacks.left) == set(base.lacking()) - set(anew.lacking())
            assert one.lacks.listed == len(anew.lacking())
            assert one.lacks.untold == len(anew.lacking(Verdict.NOT_ENOUGH_DATA))
        assert set(one.communes.came) == set(anew.communes()) - set(base.communes())
        assert set(one.communes.left) == set(base.communes()) - set(anew.communes())
        assert one.communes.listed == len(anew.communes())
        assert one.communes.untold == len(anew.communes(Verdict.NOT_ENOUGH_DATA))


@settings(max_examples=30)
@given(countrysides())
def test_who_is_always_on_the_list_is_on_it_now_and_not_at_times(
    drawn: tuple[Towns, Shops],
) -> None:
    found = sensitivity(measured(*drawn))
    now = set(found.base.communes())
    assert set(found.always) <= now <= set(found.always) | set(found.at_times)
    assert not set(found.always) & set(found.at_times)
    moved = {code for one in found.moved for code in (*one.communes.came, *one.communes.left)}
    assert moved == set(found.at_times)
