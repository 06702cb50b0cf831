"""When a firm is open: read as one types it, said in words, and what the planner makes of it."""

from __future__ import annotations

import itertools
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.accounts.models import Person
from maillage.kernel.errors import Invalid
from maillage.outreach import opening, rounds, touring
from maillage.outreach.opening import CLOSED, COMMON, MIDNIGHT, Day, Week
from maillage.outreach.outside import NOTHING
from maillage.outreach.terrain import HOUR, Day as DayOut, Outing, terrain_of
from maillage.register.models import Establishment

HALF = HOUR // 2
MORNING, AFTERNOON = (8 * HOUR, 12 * HOUR + HALF), (14 * HOUR, 19 * HOUR)
BOTH = (MORNING, AFTERNOON)


@st.composite
def spans(draw: Any, least: int = 1) -> opening.Spans:
    """One or two spans of a day, on whole minutes."""
    count = 2 * draw(st.integers(least, 2))
    minutes = st.integers(0, 24 * 60)
    bounds = sorted(draw(st.lists(minutes, min_size=count, max_size=count, unique=True)))
    told = [60 * one for one in bounds]
    return tuple(zip(told[::2], told[1::2], strict=True))


weeks = st.tuples(*[st.none() | spans(least=0)] * 7)

# typed | what is known of the day
READ: list[tuple[str, opening.Spans | None]] = [
    ("", None),
    ("   ", None),
    ("fermé", CLOSED),
    ("Fermée", CLOSED),
    ("FERME", CLOSED),
    ("closed", CLOSED),
    ("-", CLOSED),
    ("8h-12h30, 14h-19h", BOTH),
    ("8h-12h30 14h-19h", BOTH),
    ("8 h – 12 h 30, 14 h – 19 h", BOTH),
    ("8\u00a0h–12\u00a0h\u00a030, 14\u00a0h–19\u00a0h", BOTH),
    ("8-12.30/14-19", BOTH),
    ("08:00-12:30 ; 14:00-19:00", BOTH),
    ("8:00–12:30, 14:00–19:00", BOTH),
    ("8H à 12H30 et 14H à 19H", BOTH),
    ("8 to 12:30 and 14 to 19", BOTH),
    ("14h-19h,", (AFTERNOON,)),
    ("8h-12h 14h-19h", ((8 * HOUR, 12 * HOUR), AFTERNOON)),
    ("8h-12h 14-19", ((8 * HOUR, 12 * HOUR), AFTERNOON)),
    ("0h-24h", ((0, MIDNIGHT),)),
    ("7h05-9h", ((7 * HOUR + 300, 9 * HOUR),)),
]
# typed | a word of the refusal, in French
REFUSED = [
    ("le matin", "Écrivez"),
    ("8h", "Écrivez"),
    ("8h-", "Écrivez"),
    ("8h-12h puis 14h-19h", "Écrivez"),
    ("8h75-12h", "Écrivez"),
    ("8h-12h60", "Écrivez"),
    ("100h-120h", "Écrivez"),
    ("12h-8h", "Une plage finit"),
    ("8h-8h", "Une plage finit"),
    ("14h-19h 8h-12h", "Une plage finit"),
    ("8h-14h 12h-19h", "Une plage finit"),
    ("8h-12h 12h-19h", "Une plage finit"),
    ("18h-26h", "Une plage finit"),
    ("8h-24h30", "Une plage finit"),
    ("8h-9h 10h-11h 14h-15h", "Deux plages"),
]


@pytest.mark.parametrize(("typed", "told"), READ)
def test_hours_are_read_as_one_types_them(typed: str, told: opening.Spans | None) -> None:
    assert opening.read(typed) == told


@pytest.mark.parametrize(("typed", "words"), REFUSED)
def test_what_is_no_hours_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        opening.read(typed)
    assert words in str(refusal.value)


@given(spans(least=0), st.sampled_from(["fr", "en"]))
def test_what_is_said_is_read_back(told: opening.Spans, language: str) -> None:
    with translation.override(language):
        assert opening.read(str(opening.spans_words(told))) == told


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        told = opening.read(text)
    except Invalid:
        return
    assert told is None or opening.checked(told) == told


# what is known | said of a stop, in French, then in English
@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (Day(1, BOTH), "Ouvert 8 h–12 h 30, 14 h–19 h", "Open 8:00–12:30, 14:00–19:00"),
        (Day(5, (MORNING,)), "Ouvert 8 h–12 h 30", "Open 8:00–12:30"),
        (Day(2, ((0, MIDNIGHT),)), "Ouvert 0 h–24 h", "Open 0:00–24:00"),
        (Day(0, CLOSED), "fermée le lundi", "closed on Monday"),
        (Day(6, CLOSED), "fermée le dimanche", "closed on Sunday"),
    ],
)
def test_a_day_is_said_in_words(day: Day, french: str, english: str) -> None:
    with translation.override("fr"):
        assert str(day).replace("\u00a0", " ") == french
    with translation.override("en"):
        assert str(day) == english


@pytest.mark.parametrize(
    "told",
    [
        [], [None] * 6, [None] * 8, [[[1, 2, 3]]] + [None] * 6, [[["8", "9"]]] + [None] * 6,
        [[[-60, 60]]] + [None] * 6, [[[0, MIDNIGHT + 60]]] + [None] * 6, [[[1.5, 2]]] + [None] * 6,
    ],
)  # fmt: skip
def test_a_week_that_does_not_hold_together_is_refused(told: list[Any]) -> None:
    with pytest.raises(Invalid):
        opening.week_of(told)


@given(weeks)
def test_a_week_is_kept_as_lists_and_found_again(week: Week) -> None:
    kept = [None if spans is None else [list(one) for one in spans] for spans in week]
    assert opening.week_of(kept) == week
    for weekday, told in enumerate(week):
        day = opening.of(week, weekday)
        assert day == (None if told is None else Day(weekday, told)), "unknown is not closed"


# the button | Mon Tue Wed Thu Fri Sat Sun before | after; B: both spans, x: closed, ?: unknown
TAPS = """
tuesday_to_saturday | ??????? | x?????x
tuesday_to_saturday | BxBxBxB | x?B?B?x
monday_to_friday    | ??????? | ?????xx
monday_to_friday    | xBxB?BB | ?B?B?xx
closed_on_monday    | ??????? | x??????
closed_on_monday    | BB????x | xB????x
alike               | ??????? | ???????
alike               | xB????x | xBBBBBx
alike               | ???B??x | BBBBBBx
alike               | xxxxxxx | xxxxxxx
"""


def drawn(week: str) -> Week:
    return tuple({"B": BOTH, "x": CLOSED, "?": None}[one] for one in week)


@pytest.mark.parametrize("line", TAPS.strip().splitlines())
def test_a_button_says_of_a_week_what_it_says(line: str) -> None:
    name, before, after = (cell.strip() for cell in line.split("|"))
    assert COMMON[name].change(drawn(before)) == drawn(after)


@given(weeks, st.sampled_from(sorted(COMMON)))
def test_a_button_pressed_twice_says_the_same_and_loses_no_hours_of_open_days(
    week: Week, name: str
) -> None:
    once = COMMON[name].change(week)
    assert COMMON[name].change(once) == once
    assert all(now == told for now, told in zip(once, week, strict=True) if now and told)


# the day | minutes of a visit | when it may begin
@pytest.mark.parametrize(
    ("day", "minutes", "told"),
    [
        (None, 30, rounds.ALWAYS),
        (Day(0, CLOSED), 30, rounds.NEVER),
        (Day(0, BOTH), 30, ((8 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR + HALF))),
        (Day(0, BOTH), 270, ((8 * HOUR, 8 * HOUR), (14 * HOUR, 14 * HOUR + HALF))),
        (Day(0, (MORNING,)), 300, ((8 * HOUR, 8 * HOUR),)),
    ],
)
def test_a_visit_begins_early_enough_to_be_over_when_the_firm_closes(
    day: Day | None, minutes: int, told: Any
) -> None:
    assert opening.windows(day, 60 * minutes) == told


@given(spans(), st.integers(1, 8 * HOUR))
def test_windows_stay_apart_and_within_the_spans(told: opening.Spans, visit: int) -> None:
    found = opening.windows(Day(0, told), visit)
    assert len(found) == len(told)
    for (begins, last), (opens, closes) in zip(found, told, strict=True):
        assert opens == begins <= last < closes
        assert last + visit <= closes or last == opens
        assert opening.is_open(Day(0, told), last)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))


# Nobody is sent to a closed door

known = st.none() | spans(least=0)
agreements = st.none() | st.integers(9, 16).map(lambda hour: hour * HOUR)


@given(
    st.lists(st.tuples(known, agreements), min_size=1, max_size=7), st.sampled_from([15, 30, 60])
)
@settings(max_examples=15, deadline=None)
def test_no_visit_of_a_plan_is_outside_the_hours_of_its_firm(
    drawing: list[tuple[opening.Spans | None, int | None]], minutes: int
) -> None:
    firms = [Establishment(pk=rank, key=UUID(int=rank)) for rank in range(len(drawing))]
    open_on = {pk: Day(0, told) for pk, (told, _at) in enumerate(drawing) if told is not None}
    agreed = {pk: at for pk, (_told, at) in enumerate(drawing) if at is not None}
    visit = minutes * 60
    outing = Outing(Person(pk=1, email="one@demo.example"), DayOut(visit=visit))
    points = {one.pk: (3.05 + one.pk / 1000, 50.63) for one in firms}
    held = [(one, None) for one in firms]

    problem = terrain_of([outing], held, points, agreed, None, open_on).problem
    plan = touring._as_early_as_can_be(problem, rounds.plan(problem, threads=1))

    assert rounds.faults(problem, plan) == []
    place = {str(one.key): one.pk for one in firms}
    for call in (call for route in plan.routes for call in route.calls):
        begins, pk = call.arrival + call.wait, place[call.stop]
        if pk in agreed:
            assert begins == agreed[pk], "an hour agreed wins"
        elif pk in open_on:
            assert any(
                opens <= begins and (begins + visit <= closes or begins == opens)
                for opens, closes in open_on[pk].spans
            )
    for left in plan.unassigned:
        pk = place[left.stop]
        is_shut = pk in open_on and open_on[pk].is_closed and pk not in agreed
        assert (left.why is rounds.Why.SHUT) is is_shut
    shut = {pk for pk, day in open_on.items() if day.is_closed and pk not in agreed}
    assert shut <= {place[one.stop] for one in plan.unassigned}


# what is known of each firm, a minute apart or so; after @, the hour agreed | from when to when each is seen, or why not
DAYS_OUT = """
?                              | 9:00-9:30
8h-12h                         | 9:00-9:30
10h-19h                        | 10:00-10:30
fermé                          | closed_day
8h-9h15                        | closed
8h-9h30                        | 9:00-9:30
17h-20h                        | 17:00-17:30
17h05-20h                      | closed
9h-9h10                        | 9:00-9:30
8h50-9h10                      | closed
12h-14h                        | 12:00-12:30
12h30-13h30                    | 13:00-13:30
12h30-13h                      | 12:30-13:00
12h45-13h15                    | too_far
11h30-12h15 17h30-19h          | 11:30-12:00
7h-8h 16h-17h                  | 16:00-16:30
fermé @ 15h                    | 15:00-15:30
8h-12h @ 12h30                 | 12:30-13:00
fermé; ?                       | closed_day; 9:00-9:30
15h-19h; 8h-12h                | 15:00-15:30; 9:00-9:30
8h-9h30; fermé @ 9h            | no_room; 9:00-9:30
8h-9h30; 8h-10h30              | 9:00-9:30; 9:30-10:00
10h-10h30; 10h-11h30           | 10:00-10:30; 10:30-11:00
12h-12h30; 13h-14h05           | 12:00-12:30; 13:30-14:00
14h-14h30; fermé; 9h-9h30      | 14:00-14:30; closed_day; 9:00-9:30
"""


def at(seconds: int) -> str:
    return f"{seconds // HOUR}:{seconds % HOUR // 60:02}"


def day_of(told: list[str]) -> tuple[rounds.Problem, rounds.Plan, list[str]]:
    """A day out among firms of which this is known, as it is asked, as it is planned, and who they are."""
    firms = [Establishment(pk=rank, key=UUID(int=rank)) for rank in range(len(told))]
    known = [
        (hours.strip(), hour.strip()) for hours, _at, hour in (one.partition("@") for one in told)
    ]
    open_on = {
        pk: Day(0, spans_ or CLOSED)
        for pk, (hours, _hour) in enumerate(known)
        if hours != "?" and (spans_ := opening.read(hours)) is not None
    }
    agreed = {
        pk: opening.read(f"{hour}-24h")[0][0] for pk, (_told, hour) in enumerate(known) if hour
    }  # type: ignore[index]
    outing = Outing(Person(pk=1, email="one@demo.example"), DayOut())
    points = {one.pk: (3.05 + one.pk / 2000, 50.63) for one in firms}
    there = terrain_of([outing], [(one, None) for one in firms], points, agreed, None, open_on)
    plan = touring._as_early_as_can_be(there.problem, rounds.plan(there.problem, threads=1))
    return there.problem, plan, [str(one.key) for one in firms]


@pytest.mark.parametrize("line", DAYS_OUT.strip().splitlines())
def test_a_day_out_calls_when_somebody_is_there_over_lunch_if_need_be(line: str) -> None:
    known, told = ([one.strip() for one in cell.split(";")] for cell in line.split("|"))
    problem, plan, keys = day_of(known)
    seen = {one.stop: one.arrival + one.wait for route in plan.routes for one in route.calls}
    left = {one.stop: str(one.why) for one in plan.unassigned}
    lasts = {one.id: one.service for one in problem.stops}
    assert [
        f"{at(seen[key])}-{at(seen[key] + lasts[key])}" if key in seen else left[key]
        for key in keys
    ] == told


@given(st.lists(spans(least=0), min_size=1, max_size=6), st.sampled_from([0, HOUR]))
def test_an_order_made_by_hand_waits_for_who_opens_later_and_never_for_who_does_not(
    drawing: list[opening.Spans], pause: int
) -> None:
    firms = [Establishment(pk=rank, key=UUID(int=rank)) for rank in range(len(drawing))]
    open_on = {pk: Day(0, told) for pk, told in enumerate(drawing)}
    outing = Outing(Person(pk=1, email="one@demo.example"), DayOut(pause=pause))
    points = {one.pk: (3.05 + one.pk / 1000, 50.63) for one in firms}
    with patch("maillage.outreach.touring.points_of", return_value=points):
        _ground, route = touring.in_order(outing, firms, {}, NOTHING, open_on)
    assert [call.stop for call in route.calls] == [str(one.key) for one in firms], "it is obeyed"
    for call, told in zip(route.calls, drawing, strict=True):
        begins = opening.windows(Day(0, told), HALF)
        if call.wait:
            assert call.arrival + call.wait in {first for first, _last in begins}
        elif told:
            is_over = all(last < call.arrival for _first, last in begins)
            assert is_over or any(first <= call.arrival <= last for first, last in begins)


def test_the_checker_judges_by_the_same_hours_and_never_by_the_planner() -> None:
    firm = Establishment(pk=1, key=UUID(int=1))
    outing = Outing(Person(pk=1, email="one@demo.example"), DayOut(pause=0))
    stop = str(firm.key)
    for spans_, begins, is_wrong in [
        (None, 13 * HOUR, False), (BOTH, 9 * HOUR, False), (BOTH, 12 * HOUR, False), (BOTH, 12 * HOUR + 1, True),
        (BOTH, 13 * HOUR, True), (BOTH, 14 * HOUR, False), (CLOSED, 9 * HOUR, True),
    ]:  # fmt: skip
        open_on = {} if spans_ is None else {1: Day(0, spans_)}
        there = terrain_of([outing], [(firm, None)], {1: (3.05, 50.63)}, {}, None, open_on)
        call = rounds.Route(
            "one@demo.example",
            [rounds.Call(stop, 9 * HOUR, begins - 9 * HOUR)],
            9 * HOUR,
            begins + HALF,
            0,
        )
        wrong = rounds.faults(there.problem, rounds.Plan([call]))
        assert [one.rule for one in wrong] == (["window"] if is_wrong else []), (spans_, begins)
