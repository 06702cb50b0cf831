"""Underserved communes: each reason by hand, what cannot be told, and an oracle that counts one case after the other."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods.access import WALK
from maillage.figures.methods.serving import Measured
from maillage.figures.methods.small_numbers import funnel
from maillage.figures.methods.underserved import (
    REASONS,
    Judged,
    Thresholds,
    Verdict,
    judge,
    lowest,
    of_basket,
)
from maillage.kernel.errors import Invalid
from tests.figures.methods.countryside import TRADES, Shops, Towns, countrysides, measured

LINE: Towns = [("a", 0, 20_000), ("b", 30, 20_000), ("c", 60, 500)]


def held(judged: Judged, commune: str, trade: str = "bakery") -> dict[str, bool | None]:
    """Which reasons hold."""
    return {reason.code: reason.held for reason in judged.why(commune, trade)}


def test_a_trade_that_is_there_and_enough_lacks_nowhere() -> None:
    judged = judge(measured(LINE[:2], {"bakery": [("a", None)] * 10 + [("b", None)] * 10}))
    assert judged.lacking() == []
    assert set(held(judged, "a").values()) == {False}
    assert judged.verdict("a", "bakery") is Verdict.SERVED


def test_a_trade_that_is_missing_and_far_lacks_and_every_reason_is_told() -> None:
    judged = judge(measured(LINE[:2], {"bakery": [("a", None)] * 10}))
    assert judged.lacking() == [("b", "bakery")]
    missing, far, chance, access = judged.why("b", "bakery")
    assert (missing.held, missing.value, missing.limit) == (True, 0, 1)
    assert far.held
    assert (far.value, far.limit) == (pytest.approx(30 * 1.4 / 25 * 60), 10)
    assert (chance.held, chance.value, chance.limit) == (True, 0, funnel(5).low)
    assert (access.held, access.value, access.limit) == (True, 0, 0)
    assert missing.words.fr == "aucun dans la commune"


def test_one_reason_alone_is_not_enough_unless_one_is_asked() -> None:
    # The bakery of the next street, across the limit: none here, near enough, and what chance leaves.
    towns: Towns = [("a", 0, 20_000), ("b", 1, 9_000), ("c", 2, 20_000)]
    there = measured(towns, {"bakery": [("a", None)] * 10 + [("c", None)] * 10 + [("b", None)] * 2})
    assert held(judge(there), "b") == {
        "missing": False, "too_far": False, "below_chance": False, "little_access": False,
    }  # fmt: skip
    without = measured(towns, {"bakery": [("a", None)] * 4 + [("c", None)] * 14})
    told = held(judge(without), "b")
    assert (told["missing"], told["too_far"]) == (True, False)
    assert sum(bool(reason) for reason in told.values()) == 1
    assert judge(without).verdict("b", "bakery") is not Verdict.UNDERSERVED
    assert judge(without, Thresholds(reasons=1)).verdict("b", "bakery") is Verdict.UNDERSERVED


def test_where_chance_tells_nothing_and_could_decide_there_is_not_enough_data() -> None:
    # 500 people where bakeries are one for 2 000: a quarter is expected, and none at all is within the limits.
    towns: Towns = [("big", 0, 20_000), ("small", 1, 500)]
    found = judge(measured(towns, {"bakery": [("big", None)] * 10}), Thresholds(lowest=0))
    assert held(found, "small") == {
        "missing": True, "too_far": False, "below_chance": None, "little_access": False,
    }  # fmt: skip
    assert found.verdict("small", "bakery") is Verdict.NOT_ENOUGH_DATA
    assert found.lacking(Verdict.NOT_ENOUGH_DATA) == [("small", "bakery")]


def test_what_cannot_be_told_and_would_decide_nothing_stops_no_verdict() -> None:
    far = judge(measured(LINE, {"bakery": [("a", None)] * 10}))
    assert held(far, "c")["below_chance"] is None
    assert far.verdict("c", "bakery") is Verdict.UNDERSERVED
    towns: Towns = [("a", 0, None), ("b", 0, 20_000)]
    near = judge(measured(towns, {"bakery": [("a", None), ("b", None)]}), Thresholds(reasons=3))
    assert held(near, "a") == {
        "missing": False, "too_far": False, "below_chance": None, "little_access": None,
    }  # fmt: skip
    assert near.verdict("a", "bakery") is Verdict.SERVED


def test_a_commune_without_a_centre_is_judged_on_the_rest() -> None:
    judged = judge(
        measured([("a", None, 20_000), ("b", 0, 20_000)], {"bakery": [("b", None)] * 30})
    )
    assert held(judged, "a") == {
        "missing": True, "too_far": None, "below_chance": True, "little_access": None,
    }  # fmt: skip
    assert judged.verdict("a", "bakery") is Verdict.UNDERSERVED
    assert judged.why("a", "bakery")[1].value is None


def test_where_nobody_lives_nothing_is_concluded() -> None:
    judged = judge(measured([("a", 0, 0), ("b", 30, 20_000)], {"bakery": [("b", None)] * 9}))
    assert set(held(judged, "a").values()) == {None}
    assert judged.verdict("a", "bakery") is Verdict.NOT_ENOUGH_DATA
    assert judged.communes(Verdict.NOT_ENOUGH_DATA) == ["a"]


def test_a_trade_without_any_establishment_condemns_no_commune() -> None:
    judged = judge(measured(LINE, {"bakery": [("a", None)] * 9, "forge": []}))
    assert {judged.verdict(code, "forge") for code, _, _ in LINE} == {Verdict.NOT_ENOUGH_DATA}
    assert judged.share.tolist() == [1, 0, 0], "the basket is then of what is known"


def test_on_foot_what_is_near_by_car_may_be_too_far() -> None:
    towns: Towns = [("a", 0, 9_000), ("b", 2, 9_000)]
    there = measured(towns, {"bakery": [("a", None)] * 9})
    assert held(judge(there), "b")["too_far"] is False
    assert held(judge(there, Thresholds(minutes=15, pace=WALK)), "b")["too_far"] is True


def test_a_limit_that_is_reached_is_not_passed() -> None:
    minutes = 30 * 1.4 / 25 * 60
    there = measured(LINE[:2], {"bakery": [("a", None)] * 9})
    assert held(judge(there, Thresholds(minutes=minutes + 1e-6)), "b")["too_far"] is False
    assert held(judge(there, Thresholds(minutes=minutes - 1e-6)), "b")["too_far"] is True


def test_a_basket_is_what_share_of_its_trades_is_there_or_near() -> None:
    towns: Towns = [("a", 0, 9_000), ("b", 2, 9_000), ("c", 30, 9_000), ("d", 31, 9_000)]
    shops: Shops = {
        "bakery": [("a", None), ("c", None)], "garage": [("a", None)],
        "salon": [("b", None), ("d", 50)],
    }  # fmt: skip
    judged = judge(measured(towns, shops))
    # d has its salon 19 km from its centre: it is in the commune, so it counts.
    assert judged.share.tolist() == pytest.approx([1, 1, 1 / 3, 2 / 3])
    assert judged.communes() == ["c"]
    assert judge(measured(towns, shops), basket=["garage"]).communes() == ["c", "d"]
    assert judge(measured(towns, shops), basket=["bakery"]).communes() == []


def test_a_share_with_an_unknown_trade_is_unknown() -> None:
    towns: Towns = [("a", None, 9_000), ("b", 0, 9_000), ("c", 90, 9_000)]
    shops: Shops = {"bakery": [("a", None), ("b", None)], "salon": [("b", None)]}
    judged = judge(measured(towns, shops))
    assert isnan(judged.share[0])
    assert judged.communes(Verdict.NOT_ENOUGH_DATA) == ["a"]
    assert judge(measured(towns, shops), basket=["bakery"]).share.tolist() == [1, 1, 0]


def test_a_basket_takes_each_trade_once_and_only_what_was_measured() -> None:
    there = measured(LINE, {"bakery": [("a", None)], "salon": [("b", None)]})
    assert judge(there, basket=["salon", "salon"]).basket == ("salon",)
    assert judge(there, basket=[]).communes(Verdict.NOT_ENOUGH_DATA) == ["a", "b", "c"]
    with pytest.raises(Invalid, match="forge"):
        judge(there, basket=["forge"])
    for asked in (("z", "bakery"), ("a", "forge")):
        with pytest.raises(Invalid, match="pas mesuré"):
            judge(there).verdict(*asked)


@pytest.mark.parametrize(
    "wrong",
    [{"minutes": -1}, {"level": 1}, {"level": 0}, {"lowest": 1.1}, {"reasons": 0}, {"reasons": 5},
     {"quarter": -0.1}],
)  # fmt: skip
def test_a_threshold_out_of_its_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Invalid, match="Seuils"):
        Thresholds(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "part", "found"),
    [
        ([4, 1, 3, 2], 0.25, [0, 1, 0, 0]),
        ([4, 1, 3, 2], 0.5, [0, 1, 0, 1]),
        ([0, 0, 0, 5], 0.25, [1, 1, 1, 0]),  # those at one value go together
        ([7, 7, 7], 0.25, [0, 0, 0]),  # none is lower than another
        ([4, np.nan, 3], 0.25, [0, -1, 1]),
        ([0.1 + 0.2, 0.3, 9], 0.01, [1, 1, 0]),  # as near as the order of a sum is one value
        ([4, 1], 0, [0, 0]),
        ([4, 1], 1, [0, 1]),
        ([np.nan], 0.5, [-1]),
        ([], 0.5, []),
    ],
)
def test_the_lowest_part_is_found(values: list[float], part: float, found: list[int]) -> None:
    assert lowest(np.array(values, dtype=float)[:, None], part)[:, 0].tolist() == found


def test_a_basket_of_which_nothing_is_known_has_no_share() -> None:
    assert np.isnan(of_basket(np.array([[-1], [-1]]))).all()
    assert np.isnan(of_basket(np.zeros((2, 0)))).all()


LIMITS = st.builds(
    Thresholds, minutes=st.sampled_from([0, 5, 10, 30]), level=st.sampled_from([0.9, 0.95, 0.998]),
    lowest=st.sampled_from([0, 0.1, 0.4]), reasons=st.integers(1, 4), quarter=st.sampled_from([0.1, 0.25, 0.6]),
)  # fmt: skip


def by_hand(there: Measured, limits: Thresholds, i: int, j: int) -> tuple[set[str], set[str]]:
    """The reasons that hold and those that cannot be told, one case at a time."""
    people, present = there.people[i], there.present[i, j]
    absent = not there.present[:, j].any() and np.isnan(there.kilometres[:, j]).all()
    if people == 0 or absent:
        return set(), set(REASONS)
    hold, untold = set(), set()
    hold |= {"missing"} if not present else set()
    far = there.kilometres[i, j] * 1.4 / 25 * 60
    (untold if isnan(far) else hold if far > limits.minutes else set()).add("too_far")
    expected = there.expected[i, j]
    low = 0 if isnan(expected) else funnel(expected, limits.level).low
    dumb = isnan(expected) or (low == 0 and present < expected)
    (untold if dumb else hold if present < low else set()).add("below_chance")
    mine, all_of = there.access[i, j], [a for a in there.access[:, j] if not isnan(a)]
    slack = 1e-9 * max(all_of, default=0)
    worst = (
        sum(a < mine - slack for a in all_of) < limits.lowest * len(all_of)
        and mine < max(all_of, default=0) - slack
    )
    (untold if isnan(mine) else hold if worst else set()).add("little_access")
    return hold, untold


@given(countrysides(), LIMITS)
def test_verdicts_are_those_of_a_count_by_hand(
    drawn: tuple[Towns, Shops], limits: Thresholds
) -> None:
    there = measured(*drawn)
    judged = judge(there, limits)
    for i, commune in enumerate(there.communes):
        for j, trade in enumerate(TRADES):
            hold, untold = by_hand(there, limits, i, j)
            told = judged.why(commune, trade)
            assert {reason.code for reason in told if reason.held} == hold
            assert {reason.code for reason in told if reason.held is None} == untold
            wanted = Verdict.NOT_ENOUGH_DATA
            if len(hold) >= limits.reasons:
                wanted = Verdict.UNDERSERVED
            elif len(hold | untold) < limits.reasons:
                wanted = Verdict.SERVED
            assert judged.verdict(commune, trade) is wanted


@given(countrysides(), LIMITS)
def test_the_three_verdicts_share_out_every_case(
    drawn: tuple[Towns, Shops], limits: Thresholds
) -> None:
    judged = judge(measured(*drawn), limits)
    codes = [code for verdict in Verdict for code in judged.communes(verdict)]
    assert sorted(codes) == sorted(judged.measured.communes)
    pairs = [pair for verdict in Verdict for pair in judged.lacking(verdict)]
    assert len(pairs) == len(set(pairs)) == len(codes) * len(TRADES)


@given(countrysides())
def test_a_harsher_number_of_reasons_never_adds_to_the_list(drawn: tuple[Towns, Shops]) -> None:
    there = measured(*drawn)
    lists = [set(judge(there, Thresholds(reasons=n)).lacking()) for n in (1, 2, 3, 4)]
    assert lists[3] <= lists[2] <= lists[1] <= lists[0]


@given(countrysides(), st.integers(0, 40), st.integers(1, 40))
def test_being_patient_never_makes_anything_too_far(
    drawn: tuple[Towns, Shops], minutes: int, more: int
) -> None:
    there = measured(*drawn)
    hasty, patient = (judge(there, Thresholds(minutes=m)) for m in (minutes, minutes + more))
    assert (patient.held[1] <= hasty.held[1]).all()
    assert (patient.near >= hasty.near).all()


@given(countrysides(), st.integers(0, 60))
def test_one_more_establishment_makes_nothing_farther_nor_emptier(
    drawn: tuple[Towns, Shops], where: int
) -> None:
    towns, shops = drawn
    before = judge(measured(towns, {"bakery": shops["bakery"]}))
    after = judge(measured(towns, {"bakery": [*shops["bakery"], ("c0", where)]}))
    for was, now in zip(before.near[:, 0], after.near[:, 0], strict=True):
        assert was == -1 or now >= was
    assert held(after, "c0")["missing"] in (False, None)
