"""The conditions of the catalogue against an engine written the slow way: each criterion as a person would read it aloud.

The engine below shares no line with the product: it walks codes letter by letter, counts years one by one and
lists every headcount that a band may hold.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maillage.catalogue.conditions import Conditions, Known, judge, overall
from maillage.catalogue.vocabulary import Criterion, Moment, State

DAY = date(2020, 6, 30)
YES, NO, ASK = "yes", "no", "ask"
SAID = {State.MET: YES, State.NOT_MET: NO, State.UNKNOWN: ASK}


# The slow engine


def letters(code: str) -> list[str]:
    """The letters of a code, its dot left out."""
    return [one for one in code if one != "."]


def starts(code: str, beginning: str) -> bool:
    """Whether a code begins so, letter by letter."""
    told, wanted = letters(code), letters(beginning)
    if len(told) < len(wanted):
        return False
    return all(told[rank] == wanted[rank] for rank in range(len(wanted)))


def birthdays(since: date) -> int:
    """How many anniversaries went by, counted one after the other."""
    years, year = 0, since.year + 1
    while True:
        last = 28 if (since.month, since.day) == (2, 29) and year % 4 else since.day
        if date(year, since.month, last) > DAY:
            return years
        years, year = years + 1, year + 1


def area(asked: Conditions, firm: Known) -> str | None:
    if asked.everywhere and not asked.areas_out:
        return None
    if any(code in firm.areas for code in asked.areas_out):
        return NO
    if not firm.areas:
        return ASK
    if asked.everywhere:
        return YES
    if not asked.areas:
        return ASK
    return YES if any(code in firm.areas for code in asked.areas) else NO


def activity(asked: Conditions, firm: Known) -> str | None:
    if not asked.activities and not asked.activities_out:
        return None
    if not firm.activity:
        return ASK
    if any(starts(firm.activity, one) for one in asked.activities_out):
        return NO
    if not asked.activities or any(starts(firm.activity, one) for one in asked.activities):
        return YES
    return ASK if asked.is_priority else NO


def headcount(asked: Conditions, firm: Known) -> str | None:
    if asked.headcount_min is None and asked.headcount_max is None:
        return None
    if firm.headcount is None:
        return ASK
    least = 0 if asked.headcount_min is None else asked.headcount_min
    most = 10_000 if asked.headcount_max is None else asked.headcount_max
    possible = range(firm.headcount[0], firm.headcount[1] + 1)
    good = [one for one in possible if least <= one <= most]
    if len(good) == len(possible):
        return YES
    return ASK if good else _between(least, most, firm.headcount)


def _between(least: int, most: int, band: tuple[int, int]) -> str:
    """Limits that leave no number free inside a band that surrounds them: nobody can say."""
    return NO if band[1] < least or band[0] > most else ASK


def legal_form(asked: Conditions, firm: Known) -> str | None:
    if not asked.legal_forms and not asked.legal_forms_out:
        return None
    if not firm.legal_form:
        return ASK
    if any(starts(firm.legal_form, one) for one in asked.legal_forms_out):
        return NO
    told = not asked.legal_forms or any(starts(firm.legal_form, one) for one in asked.legal_forms)
    return YES if told else NO


def segments(asked: Conditions, firm: Known) -> str | None:
    if not asked.segments:
        return None
    if firm.segments is None:
        return ASK
    if any(one in firm.segments for one in asked.segments):
        return YES
    return ASK if any(one.endswith("_listed") for one in asked.segments) else NO


def age(asked: Conditions, firm: Known) -> str | None:
    if asked.age_min is None and asked.age_max is None:
        return None
    if firm.opened_on is None:
        return ASK
    years = birthdays(firm.opened_on)
    if asked.age_min is not None and years < asked.age_min:
        return NO
    return NO if asked.age_max is not None and years >= asked.age_max else YES


def qpv(asked: Conditions, firm: Known) -> str | None:
    if not asked.qpv_only:
        return None
    return {True: YES, False: NO, None: ASK}[firm.in_qpv]


def moment(asked: Conditions, firm: Known) -> str | None:
    if not asked.moments:
        return None
    told = [_moment(one, firm) for one in asked.moments]
    return YES if YES in told else ASK if ASK in told else NO


def _moment(one: str, firm: Known) -> str:
    if one == Moment.PROJECT:
        return NO
    if one == Moment.GROWTH:
        return YES
    if one == Moment.CREATION:
        return ASK if firm.opened_on is None else YES if birthdays(firm.opened_on) < 3 else NO
    if one == Moment.FIRST_HIRE and firm.headcount is not None:
        low, high = firm.headcount
        return YES if high == 0 else ASK if low == 0 else NO
    return ASK


def validity(asked: Conditions, firm: Known) -> str | None:
    if asked.valid_from is None and asked.valid_until is None:
        return None
    if asked.valid_from is not None and firm.day < asked.valid_from:
        return NO
    return NO if asked.valid_until is not None and firm.day > asked.valid_until else YES


def other(asked: Conditions, _firm: Known) -> str | None:
    return ASK if asked.other else None


ENGINE = {
    Criterion.VALIDITY: validity,
    Criterion.AREA: area,
    Criterion.ACTIVITY: activity,
    Criterion.HEADCOUNT: headcount,
    Criterion.LEGAL_FORM: legal_form,
    Criterion.SEGMENTS: segments,
    Criterion.AGE: age,
    Criterion.QPV: qpv,
    Criterion.MOMENT: moment,
    Criterion.OTHER: other,
}


def slowly(asked: Conditions, firm: Known) -> dict[Criterion, str]:
    """What each criterion says, but for those under which nothing is asked."""
    told = {criterion: read(asked, firm) for criterion, read in ENGINE.items()}
    return {criterion: answer for criterion, answer in told.items() if answer is not None}


# Entries and firms, drawn

some_days = st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2022, 1, 1)))
some_count = st.one_of(st.none(), st.integers(0, 12))
codes = st.lists(
    st.sampled_from(["59350", "59", "62", "R32", "200093201"]), max_size=2, unique=True
).map(tuple)
trades = st.lists(
    st.sampled_from(["10", "10.71", "1071C", "43", "43.2", "96.02A"]), max_size=2, unique=True
).map(tuple)
forms = st.lists(st.sampled_from(["1", "54", "5499", "92"]), max_size=2, unique=True).map(tuple)

entries = st.builds(
    Conditions,
    valid_from=some_days, valid_until=some_days, everywhere=st.booleans(), areas=codes, areas_out=codes,
    activities=trades, activities_out=trades, is_priority=st.booleans(), headcount_min=some_count,
    headcount_max=some_count, legal_forms=forms, legal_forms_out=forms,
    segments=st.lists(st.sampled_from(["craft_rm", "ess_sirene", "ess_listed", "micro_listed"]), max_size=2).map(tuple),
    age_min=some_count, age_max=some_count, qpv_only=st.booleans(),
    moments=st.lists(st.sampled_from([one.value for one in Moment]), max_size=2, unique=True).map(tuple),
    other=st.sampled_from(["", "Être à jour."]),
)  # fmt: skip
firms = st.builds(
    Known,
    day=st.just(DAY),
    commune=st.just("59350"),
    areas=st.sampled_from([frozenset(), frozenset({"59350", "59", "R32", "200093201"}), frozenset({"62498", "62", "R32"})]),
    activity=st.sampled_from(["", "10.71C", "43.21A", "96.02A"]),
    headcount=st.sampled_from([None, (0, 0), (1, 2), (3, 5), (6, 9), (10, 19)]),
    legal_form=st.sampled_from(["", "1000", "5499", "9220"]),
    segments=st.one_of(st.none(), st.frozensets(st.sampled_from(["craft_rm", "ess_sirene", "ess_listed"]))),
    opened_on=st.one_of(st.none(), st.dates(date(2005, 1, 1), DAY)),
    in_qpv=st.sampled_from([True, False, None]),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(entries, firms)
def test_every_criterion_says_what_the_slow_engine_says(asked: Conditions, firm: Known) -> None:
    quickly = {one.criterion: SAID[one.state] for one in judge(asked, firm)}
    assert quickly == slowly(asked, firm)


@settings(max_examples=50, deadline=None)
@given(entries, firms)
def test_the_whole_is_what_a_person_would_conclude(asked: Conditions, firm: Known) -> None:
    told = set(slowly(asked, firm).values())
    expected = NO if NO in told else ASK if ASK in told else YES
    assert SAID[overall(judge(asked, firm))] == expected


@pytest.mark.parametrize(
    ("since", "years"),
    [
        (date(2020, 6, 30), 0), (date(2019, 7, 1), 0), (date(2019, 6, 30), 1), (date(2010, 1, 1), 10),
        (date(2016, 2, 29), 4), (date(2017, 2, 28), 3),
    ],
)  # fmt: skip
def test_the_slow_engine_counts_years_as_people_do(since: date, years: int) -> None:
    assert birthdays(since) == years
    exactly: dict[str, Any] = {"everywhere": True}
    assert age(Conditions(age_min=years, **exactly), Known(day=DAY, opened_on=since)) == YES
    assert age(Conditions(age_max=years, **exactly), Known(day=DAY, opened_on=since)) == NO
