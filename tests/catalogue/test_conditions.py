"""Whether a firm may have an entry: each criterion alone, what is not known, all of them together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maillage.catalogue.conditions import Conditions, Known, Verdict, judge, overall
from maillage.catalogue.vocabulary import Criterion, Moment, State

DAY = date(2020, 6, 30)
YES, NO, ASK = State.MET, State.NOT_MET, State.UNKNOWN
LILLE = frozenset({"59350", "59", "R32", "200093201"})


def firm(**facts: Any) -> Known:
    """A bakery of Lille with three to five employees, a limited company since 2010, outside QPV."""
    told = {
        "day": DAY, "commune": "59350", "areas": LILLE, "activity": "10.71C", "headcount": (3, 5),
        "legal_form": "5499", "segments": frozenset({"craft_rm", "employer"}), "opened_on": date(2010, 1, 1),
        "in_qpv": False,
    } | facts  # fmt: skip
    return Known(**told)


def asked(**conditions: Any) -> Conditions:
    return Conditions(**({"everywhere": True} | conditions))


def verdict(criterion: Criterion, conditions: Conditions, known: Known) -> State | None:
    """What one criterion says, None when nothing is asked under it."""
    return next((one.state for one in judge(conditions, known) if one.criterion is criterion), None)


def test_what_asks_nothing_is_open_to_every_firm() -> None:
    assert judge(asked(), firm()) == []
    assert overall([]) is YES


# criterion, what is asked, what is known, what it says
TABLE: list[tuple[Criterion, dict[str, Any], dict[str, Any], State]] = [
    (Criterion.VALIDITY, {"valid_from": DAY}, {}, YES),
    (Criterion.VALIDITY, {"valid_from": date(2020, 7, 1)}, {}, NO),
    (Criterion.VALIDITY, {"valid_until": DAY}, {}, YES),
    (Criterion.VALIDITY, {"valid_until": date(2020, 6, 29)}, {}, NO),
    (Criterion.VALIDITY, {"valid_from": date(2020, 1, 1), "valid_until": date(2020, 12, 31)}, {}, YES),
    (Criterion.AREA, {"everywhere": False, "areas": ("59350",)}, {}, YES),
    (Criterion.AREA, {"everywhere": False, "areas": ("200093201",)}, {}, YES),
    (Criterion.AREA, {"everywhere": False, "areas": ("R32", "75")}, {}, YES),
    (Criterion.AREA, {"everywhere": False, "areas": ("62",)}, {}, NO),
    (Criterion.AREA, {"everywhere": False, "areas": ("62",)}, {"areas": frozenset()}, ASK),
    (Criterion.AREA, {"everywhere": False}, {}, ASK),
    (Criterion.AREA, {"areas_out": ("59350",)}, {}, NO),
    (Criterion.AREA, {"areas_out": ("62",)}, {}, YES),
    (Criterion.AREA, {"areas_out": ("62",)}, {"areas": frozenset()}, ASK),
    (Criterion.AREA, {"everywhere": False, "areas": ("59",), "areas_out": ("59350",)}, {}, NO),
    (Criterion.ACTIVITY, {"activities": ("10.71",)}, {}, YES),
    (Criterion.ACTIVITY, {"activities": ("1071C",)}, {}, YES),
    (Criterion.ACTIVITY, {"activities": ("43", "10")}, {}, YES),
    (Criterion.ACTIVITY, {"activities": ("43",)}, {}, NO),
    (Criterion.ACTIVITY, {"activities": ("43",)}, {"activity": ""}, ASK),
    (Criterion.ACTIVITY, {"activities": ("43",), "is_priority": True}, {}, ASK),
    (Criterion.ACTIVITY, {"activities": ("10",), "is_priority": True}, {}, YES),
    (Criterion.ACTIVITY, {"activities_out": ("10",)}, {}, NO),
    (Criterion.ACTIVITY, {"activities_out": ("43",)}, {}, YES),
    (Criterion.ACTIVITY, {"activities_out": ("43",)}, {"activity": ""}, ASK),
    (Criterion.ACTIVITY, {"activities": ("10",), "activities_out": ("10.71C",)}, {}, NO),
    (Criterion.HEADCOUNT, {"headcount_min": 3}, {}, YES),
    (Criterion.HEADCOUNT, {"headcount_min": 4}, {}, ASK),
    (Criterion.HEADCOUNT, {"headcount_min": 6}, {}, NO),
    (Criterion.HEADCOUNT, {"headcount_max": 5}, {}, YES),
    (Criterion.HEADCOUNT, {"headcount_max": 4}, {}, ASK),
    (Criterion.HEADCOUNT, {"headcount_max": 2}, {}, NO),
    (Criterion.HEADCOUNT, {"headcount_max": 0}, {"headcount": (0, 0)}, YES),
    (Criterion.HEADCOUNT, {"headcount_max": 5}, {"headcount": None}, ASK),
    (Criterion.LEGAL_FORM, {"legal_forms": ("54",)}, {}, YES),
    (Criterion.LEGAL_FORM, {"legal_forms": ("92",)}, {}, NO),
    (Criterion.LEGAL_FORM, {"legal_forms": ("92",)}, {"legal_form": ""}, ASK),
    (Criterion.LEGAL_FORM, {"legal_forms_out": ("54",)}, {}, NO),
    (Criterion.LEGAL_FORM, {"legal_forms_out": ("92",)}, {}, YES),
    (Criterion.LEGAL_FORM, {"legal_forms_out": ("92",)}, {"legal_form": ""}, ASK),
    (Criterion.SEGMENTS, {"segments": ("craft_rm",)}, {}, YES),
    (Criterion.SEGMENTS, {"segments": ("ess_sirene", "craft_rm")}, {}, YES),
    (Criterion.SEGMENTS, {"segments": ("ess_sirene",)}, {}, NO),
    (Criterion.SEGMENTS, {"segments": ("ess_sirene", "ess_listed")}, {}, ASK),
    (Criterion.SEGMENTS, {"segments": ("craft_rm",)}, {"segments": None}, ASK),
    (Criterion.AGE, {"age_min": 10}, {}, YES),
    (Criterion.AGE, {"age_min": 11}, {}, NO),
    (Criterion.AGE, {"age_min": 10}, {"opened_on": date(2010, 6, 30)}, YES),
    (Criterion.AGE, {"age_min": 10}, {"opened_on": date(2010, 7, 1)}, NO),
    (Criterion.AGE, {"age_max": 3}, {"opened_on": date(2017, 7, 1)}, YES),
    (Criterion.AGE, {"age_max": 3}, {"opened_on": date(2017, 6, 30)}, NO),
    (Criterion.AGE, {"age_max": 3}, {"opened_on": None}, ASK),
    (Criterion.QPV, {"qpv_only": True}, {"in_qpv": True}, YES),
    (Criterion.QPV, {"qpv_only": True}, {}, NO),
    (Criterion.QPV, {"qpv_only": True}, {"in_qpv": None}, ASK),
    (Criterion.MOMENT, {"moments": (Moment.PROJECT,)}, {}, NO),
    (Criterion.MOMENT, {"moments": (Moment.PROJECT, Moment.GROWTH)}, {}, YES),
    (Criterion.MOMENT, {"moments": (Moment.CREATION,)}, {}, NO),
    (Criterion.MOMENT, {"moments": (Moment.CREATION,)}, {"opened_on": date(2019, 1, 1)}, YES),
    (Criterion.MOMENT, {"moments": (Moment.CREATION,)}, {"opened_on": None}, ASK),
    (Criterion.MOMENT, {"moments": (Moment.FIRST_HIRE,)}, {}, NO),
    (Criterion.MOMENT, {"moments": (Moment.FIRST_HIRE,)}, {"headcount": (0, 0)}, YES),
    (Criterion.MOMENT, {"moments": (Moment.FIRST_HIRE,)}, {"headcount": None}, ASK),
    (Criterion.MOMENT, {"moments": (Moment.TRANSMISSION,)}, {}, ASK),
    (Criterion.OTHER, {"other": "Être à jour de ses cotisations."}, {}, ASK),
]  # fmt: skip


@pytest.mark.parametrize(("criterion", "conditions", "facts", "says"), TABLE)
def test_a_criterion_says_yes_no_or_that_somebody_has_to_ask(
    criterion: Criterion, conditions: dict[str, Any], facts: dict[str, Any], says: State
) -> None:
    assert verdict(criterion, asked(**conditions), firm(**facts)) is says


@pytest.mark.parametrize(("criterion", "conditions"), [(row[0], row[1]) for row in TABLE])
def test_nothing_else_is_judged_than_what_is_asked(
    criterion: Criterion, conditions: dict[str, Any]
) -> None:
    assert [one.criterion for one in judge(asked(**conditions), firm())] == [criterion]


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([YES, YES], YES),
        ([YES, ASK], ASK),
        ([ASK, ASK], ASK),
        ([YES, NO], NO),
        ([ASK, NO, YES], NO),
    ],
)
def test_one_no_shuts_the_door_and_one_question_leaves_it_ajar(
    states: list[State], whole: State
) -> None:
    assert overall([Verdict(Criterion.OTHER, one) for one in states]) is whole


def test_every_criterion_is_drawn_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(Criterion)


# Laws

facts = st.fixed_dictionaries(
    {
        "activity": st.sampled_from(["10.71C", "43.21A", ""]),
        "headcount": st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted).map(tuple)),
        "legal_form": st.sampled_from(["5499", "1000", "9220", ""]),
        "opened_on": st.one_of(st.none(), st.dates(date(2000, 1, 1), DAY)),
        "in_qpv": st.sampled_from([True, False, None]),
        "segments": st.one_of(st.none(), st.frozensets(st.sampled_from(["craft_rm", "ess_sirene"]))),
        "areas": st.sampled_from([LILLE, frozenset()]),
    }
)  # fmt: skip
wanted = st.fixed_dictionaries(
    {
        "activities": st.sampled_from([(), ("10",), ("43", "62")]),
        "headcount_min": st.one_of(st.none(), st.integers(0, 9)),
        "headcount_max": st.one_of(st.none(), st.integers(0, 9)),
        "legal_forms": st.sampled_from([(), ("54",), ("92",)]),
        "age_min": st.one_of(st.none(), st.integers(0, 20)),
        "age_max": st.one_of(st.none(), st.integers(0, 20)),
        "qpv_only": st.booleans(),
        "segments": st.sampled_from([(), ("craft_rm",), ("ess_sirene", "ess_listed")]),
        "everywhere": st.booleans(),
        "areas": st.sampled_from([(), ("59",), ("62",)]),
    }
)  # fmt: skip
FORGETS = {
    "activity": "", "headcount": None, "legal_form": "", "opened_on": None, "in_qpv": None,
    "segments": None, "areas": frozenset(),
}  # fmt: skip


@settings(max_examples=50)
@given(facts, wanted, st.sampled_from(sorted(FORGETS)))
def test_knowing_less_of_a_firm_never_turns_a_question_into_an_answer(
    told: dict[str, Any], conditions: dict[str, Any], forgotten: str
) -> None:
    known, less = firm(**told), firm(**{**told, forgotten: FORGETS[forgotten]})
    before = {one.criterion: one.state for one in judge(Conditions(**conditions), known)}
    after = {one.criterion: one.state for one in judge(Conditions(**conditions), less)}
    assert before.keys() == after.keys()
    for criterion, state in after.items():
        assert state in {before[criterion], ASK}


@settings(max_examples=50)
@given(facts, wanted)
def test_an_exact_headcount_is_always_answered(
    told: dict[str, Any], conditions: dict[str, Any]
) -> None:
    known = firm(**{**told, "headcount": (4, 4)})
    answer = verdict(Criterion.HEADCOUNT, Conditions(**conditions), known)
    least, most = conditions["headcount_min"], conditions["headcount_max"]
    if least is None and most is None:
        assert answer is None
    else:
        inside = (least is None or least <= 4) and (most is None or most >= 4)
        assert answer is (YES if inside else NO)
