"""A day of an event played in any order: its list, its ledger, its pages and its figures tell the same as a plain recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from maillage import figures, ledger
from maillage.accounts.actors import Actor, System
from maillage.events import actions, reading
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, How, Origin, State, Why
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.factories import accounts, events as make, register

MACHINE = System("tests")
PEOPLE = "abcde"
BEFORE = clock.parse_instant("2020-03-02T10:00")
DOOR = clock.parse_instant("2020-03-12T08:30")
YEAR_END = clock.parse_instant("2020-12-31T12:00")
YEAR = Period.parse("2020")


@dataclass
class Line:
    """What a plain recount knows of somebody on the list."""

    firm: int | None
    origin: str
    people: int = 1
    seated: bool = False
    came: bool = False
    ended: bool = False


@dataclass
class Day:
    """An event with, for each line, what a plain recount knows of it."""

    event: Event
    by: Actor
    firms: list[Any]
    lines: dict[int, Line] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def standing(self) -> list[Line]:
        return [line for line in self.lines.values() if not line.ended]

    @property
    def held(self) -> bool:
        return not self.cancelled and self.was_held

    was_held: bool = False


def stored(pk: int) -> Registration:
    rows = Registration.objects.visible_to(MACHINE).select_related("event__organisation")
    return rows.get(pk=pk)


def started(seats: int, registered: list[tuple[str, int | None]]) -> Day:
    """An event for which these registered beforehand, each with or without a firm."""
    by = accounts.actor()
    firms = [register.establishment() for _number in range(3)]
    day = Day(make.event(by, seats=seats, kind="fair"), by, firms)
    for name, firm in registered:
        where = None if firm is None else firms[firm]
        line = make.line(day.event, where, name=name, email=f"{name}@a.example")
        if line.pk not in day.lines:
            taken = sum(one.seated for one in day.lines.values())
            day.lines[line.pk] = Line(firm, "form", seated=taken < seats)
    return day


Move = st.one_of(
    st.tuples(st.sampled_from(["present", "absent", "end", "other firm"]), st.integers(0, 9)),
    st.tuples(st.just("walk in"), st.integers(1, 30)),
    st.tuples(st.just("firm walks in"), st.integers(0, 2)),
    st.tuples(st.just("stand"), st.integers(0, 2)),
)


def arrive(day: Day, verb: str, what: int) -> None:
    if verb == "walk in":
        who, told = actions.Walker(people=what), Line(None, "door", people=what)
    else:
        origin = "stand" if verb == "stand" else "door"
        who, told = actions.Walker(establishment=day.firms[what]), Line(what, origin)
    line = actions.note_arrival(event=day.event, who=who, by=day.by, origin=Origin(told.origin))
    told.came, day.was_held = True, True
    day.lines[line.pk] = told


def present(day: Day, pk: int, told: Line) -> None:
    if told.ended:
        with pytest.raises(Conflict):
            actions.note_present(line=stored(pk), how=How.LIST, by=day.by)
        return
    actions.note_present(line=stored(pk), how=How.LIST, by=day.by)
    told.came, day.was_held = True, True


def absent(day: Day, pk: int, told: Line) -> None:
    actions.note_absent(line=stored(pk), by=day.by)
    if told.ended or not told.came:
        return
    if told.origin == "form":
        told.came = False
    else:
        told.ended = True


def end(day: Day, pk: int, told: Line) -> None:
    if told.origin == "form" and told.came and not told.ended:
        with pytest.raises(Conflict):
            actions.end_registration(line=stored(pk), because=Ended.MISTAKE, by=day.by)
        return
    actions.end_registration(line=stored(pk), because=Ended.MISTAKE, by=day.by)
    told.ended, told.seated = True, False


def other_firm(day: Day, pk: int, told: Line) -> None:
    told_firm = (told.firm + 1) % 3 if told.firm is not None else 0
    if told.ended:
        with pytest.raises(Conflict):
            actions.identify(line=stored(pk), establishment=day.firms[told_firm], by=day.by)
        return
    actions.identify(line=stored(pk), establishment=day.firms[told_firm], by=day.by)
    told.firm = told_firm


ON_A_LINE = {"present": present, "absent": absent, "end": end, "other firm": other_firm}


def play(day: Day, move: tuple[str, int]) -> None:
    verb, what = move
    if verb not in ON_A_LINE:
        arrive(day, verb, what)
    elif day.lines:
        pk = sorted(day.lines)[what % len(day.lines)]
        ON_A_LINE[verb](day, pk, day.lines[pk])


# What a plain recount finds


def recounted_acts(day: Day) -> Counter[tuple[str, int | None, int]]:
    told: Counter[tuple[str, int | None, int]] = Counter()
    if day.held:
        told["events.event_held", None, 0] += 1
    for line in day.standing:
        firm = None if line.firm is None else day.firms[line.firm].pk
        if line.seated:
            kind = "events.firm_registered" if firm else "events.person_registered"
            told[kind, firm, line.people] += 1
        if line.came:
            met = "events.firm_met" if line.origin == "stand" else "events.firm_came"
            told[met if firm else "events.people_came", firm, line.people] += 1
    return told


def acts_of(day: Day) -> Counter[tuple[str, int | None, int]]:
    acts = Act.objects.unscoped(reason="tests").filter(scheme=day.event.scheme).effective()
    return Counter((act.kind, act.establishment_id, act.quantity or 0) for act in acts)


def recounted_figures(day: Day) -> dict[str, float | None]:
    seated = [line for line in day.standing if line.seated]
    came = [line for line in day.standing if line.came]
    expected = len(seated) if day.held else 0
    honoured = sum(line.came for line in seated) if day.held else 0
    return {
        "events.events_held": int(day.held),
        "events.registrations": len(seated),
        "events.attendance": sum(
            line.people for line in came if line.firm is None or line.origin != "stand"
        ),
        "events.firms_met": len({line.firm for line in came if line.firm is not None}),
        "events.seats_expected": expected,
        "events.seats_honoured": honoured,
        "events.seats_missed": expected - honoured,
        "events.attendance_rate": honoured / expected if expected else None,
        "events.no_show_rate": (expected - honoured) / expected if expected else None,
    }


def told_by_figures(codes: list[str], by: str = "") -> list[figures.Answer]:
    questions = [Question(code, Filter(), YEAR, **({"by": by} if by else {})) for code in codes]
    with clock.at(YEAR_END):
        return list(figures.answer(questions, YEAR_END, cached=False))


Registered = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.one_of(st.none(), st.integers(0, 2))), max_size=5
)


class TestPlayedDay(TestCase):
    @settings(max_examples=6, deadline=None)
    @given(st.integers(1, 3), Registered, st.lists(Move, max_size=8), st.booleans())
    def test_the_ledger_the_list_and_the_figures_tell_what_happened(
        self,
        seats: int,
        registered: list[tuple[str, int | None]],
        moves: list[tuple[str, int]],
        cancels: bool,
    ) -> None:
        with clock.at(BEFORE):
            day = started(seats, registered)
        with clock.at(DOOR):
            for move in moves:
                play(day, move)
            if cancels:
                actions.cancel_event(event=day.event, why=Why.WRONG, by=day.by)
                day.cancelled = True
                for line in day.lines.values():
                    line.ended, line.seated = True, False
        assert acts_of(day) == recounted_acts(day)
        self.page_agrees(day)
        self.figures_agree(day)
        assert ledger.verify(ledger.heads()).is_valid

    def page_agrees(self, day: Day) -> None:
        event = Event.objects.visible_to(day.by).with_counts().get(pk=day.event.pk)
        told = reading.standing_of(event, reading.lines_of(event, day.by))
        came = [line for line in day.standing if line.came]
        seated = [line for line in day.standing if line.seated]
        assert (told.seated, told.came) == (len(seated), len(came))
        assert told.people == sum(line.people for line in came)
        assert told.firms == len({line.firm for line in came if line.firm is not None})
        assert (event.seated, event.came) == (told.seated, told.came)  # type: ignore[attr-defined]
        if day.held:
            assert told.missed == sum(not line.came for line in seated)

    def figures_agree(self, day: Day) -> None:
        wanted = recounted_figures(day)
        answers = told_by_figures(list(wanted))
        told = {answer.definition.code: answer.value for answer in answers}
        assert told == pytest.approx(wanted, nan_ok=True)


# Several events of several organisations, recounted by kind, commune and month

pytestmark = pytest.mark.django_db
YEAR_OF_EVENTS = (
    # kind, day, commune, registered, came among them, walked in
    ("breakfast", date(2020, 3, 12), "59350", 3, 2, 0),
    ("breakfast", date(2020, 4, 9), "59512", 2, 0, 5),
    ("lunch", date(2020, 4, 16), "59350", 1, 1, 2),
    ("awareness", date(2020, 5, 14), "59350", 0, 0, 27),
    ("street_walk", date(2020, 6, 18), "59512", 0, 0, 4),
)


@pytest.fixture
def year() -> list[Actor]:
    """The year played by two organisations in turn."""
    both = [accounts.actor(), accounts.actor()]
    prepared: list[tuple[Event, list[Registration]]] = []
    with clock.at(BEFORE):
        for turn, (kind, on, commune, seats, _came, _walked) in enumerate(YEAR_OF_EVENTS):
            given = {"kind": kind, "day": on, "commune": commune, "seats": max(seats, 1)}
            event = make.event(both[turn % 2], **given)
            lines = [make.line(event, email=f"n{n}@a.example") for n in range(seats)]
            prepared.append((event, lines))
    for turn, (event, lines) in enumerate(prepared):
        (_kind, on, _commune, _seats, came, walked), by = YEAR_OF_EVENTS[turn], both[turn % 2]
        with clock.at(clock.parse_instant(f"{on}T09:00")):
            actions.hold_event(event=event, by=by)
            for line in lines[:came]:
                actions.note_present(line=line, how=How.LIST, by=by)
            if walked:
                actions.note_arrival(event=event, who=actions.Walker(people=walked), by=by)
    return both


Row = tuple[str, date, str, int, int, int]
RECOUNTS: dict[str, Callable[[Row], int]] = {
    "events.events_held": lambda row: 1 if row else 0,
    "events.registrations": lambda row: row[3],
    "events.attendance": lambda row: row[4] + row[5],
    "events.seats_expected": lambda row: row[3],
    "events.seats_honoured": lambda row: row[4],
    "events.seats_missed": lambda row: row[3] - row[4],
}
PARTS: dict[str, Callable[[Row], str]] = {
    "event_kind": lambda row: row[0],
    "commune": lambda row: row[2],
}


@pytest.mark.parametrize("by", PARTS)
def test_parts_are_those_of_a_plain_recount_and_sum_to_the_whole(
    year: list[Actor], by: str
) -> None:
    for answer in told_by_figures(list(RECOUNTS), by):
        code = answer.definition.code
        wanted: Counter[str] = Counter()
        for row in YEAR_OF_EVENTS:
            wanted[PARTS[by](row)] += RECOUNTS[code](row)
        told = {group.key: group.value for group in answer.groups if group.value}
        assert told == {key: number for key, number in wanted.items() if number}, code
        assert sum(wanted.values()) == answer.value, code


def test_each_organisation_counts_its_own_and_both_make_the_whole(year: list[Actor]) -> None:
    (answer,) = told_by_figures(["events.events_held"], "organisation")
    assert sorted(group.value or 0 for group in answer.groups) == [2, 3]
    assert answer.value == 5


def test_a_year_is_known_event_by_event_as_it_passes(year: list[Actor]) -> None:
    questions = [Question(code, Filter(), YEAR) for code in RECOUNTS]
    for rank, row in enumerate(YEAR_OF_EVENTS):
        for instant, known in (("08:59", rank), ("09:01", rank + 1)):
            at = clock.parse_instant(f"{row[1]}T{instant}")
            with clock.at(YEAR_END):
                told = {
                    answer.definition.code: answer.value
                    for answer in figures.answer(questions, at, cached=False)
                }
            passed = YEAR_OF_EVENTS[:known]
            assert told["events.events_held"] == known
            assert told["events.attendance"] == sum(one[4] + one[5] for one in passed)
            assert told["events.seats_expected"] == sum(one[3] for one in passed)
            assert told["events.registrations"] == 6  # seats were taken beforehand


def test_a_reopened_list_has_the_state_of_its_acts(year: list[Actor]) -> None:
    """Taking every presence back leaves events held, with nobody at them."""
    rows = Registration.objects.visible_to(MACHINE).present().select_related("event__organisation")
    with clock.at(clock.parse_instant("2020-07-01T09:00")):
        for line in rows.order_by("pk"):
            by = year[0] if line.event.organisation == year[0].organisation else year[1]
            actions.note_absent(line=line, by=by)
    told = {answer.definition.code: answer.value for answer in told_by_figures(list(RECOUNTS))}
    assert (told["events.attendance"], told["events.events_held"]) == (0, 5)
    assert told["events.seats_missed"] == told["events.seats_expected"] == 6
    every = Event.objects.visible_to(MACHINE)
    assert {event.state for event in every} == {State.HELD}


def test_an_arrival_refused_leaves_no_act_nor_line() -> None:
    with clock.at(DOOR):
        event = make.event(kind="lunch")
        by = make.owner_of(event)
        who = actions.Walker(establishment=register.establishment())
        with pytest.raises(Invalid):
            actions.note_arrival(event=event, who=who, by=by, origin=Origin.STAND)
        assert not Registration.objects.visible_to(MACHINE).exists()
        assert not Act.objects.unscoped(reason="tests").exists()
