"""The workshops of an assembly day: their seats, who waits, who is told; the rule of ADR 0030 held in each room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking
from maillage.events.models import Choice, Event, Registration, Workshop
from maillage.events.vocabulary import Ended, How, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.post.models import Message
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _before() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def day(adviser: Actor) -> Event:
    return make.assembly(adviser, seats=4)


def on_the_day() -> Any:
    return clock.at(clock.parse_instant("2020-03-12T09:30"))


def somebody(day: Event, name: str, *rooms: Workshop) -> Registration:
    return make.line(day, name=name, email=f"{name}@a.example", workshops=rooms)


def seats(room: Workshop) -> dict[str, int | None]:
    """Who is for a workshop, each with the number of their seat."""
    rows = Choice.objects.visible_to(MACHINE).standing().filter(workshop=room).order_by("pk")
    return dict(rows.values_list("line__name", "seat"))


def told(template: str) -> list[str]:
    rows = Message.objects.visible_to(MACHINE).filter(template=f"events/mails/{template}.html")
    return sorted(rows.values_list("recipient", flat=True))


def test_seats_of_a_room_go_first_come_first_to_those_who_have_one_at_the_event(day: Event) -> None:
    room = make.workshop(day, seats=2)
    for name in "abcdef":  # the event has four seats: e and f wait for it
        somebody(day, name, room)
    assert seats(room) == {"a": 1, "b": 2, "c": None, "d": None, "e": None, "f": None}
    lines = {line.name: line for line in Registration.objects.visible_to(MACHINE)}
    actions.choose_workshops(line=lines["a"], workshops=[], by=booking.themselves(day))
    assert seats(room) == {"b": 2, "c": 1, "d": None, "e": None, "f": None}
    booking.give_up(lines["b"])  # d waits longest in the room, e has a seat at the event since
    assert seats(room) == {"c": 1, "d": 2, "e": None, "f": None}
    booking.give_up(lines["c"])
    assert seats(room) == {"d": 2, "e": 1, "f": None}
    assert told("workshop") == ["c@a.example", "d@a.example", "e@a.example"]


def test_whoever_gets_a_seat_at_the_event_late_gets_one_in_a_room_that_has_some(
    day: Event, adviser: Actor
) -> None:
    room = make.workshop(day, seats=9)
    for name in "abcde":
        somebody(day, name, room)
    assert seats(room) == {"a": 1, "b": 2, "c": 3, "d": 4, "e": None}
    plan = make.plan(**{**vars_of(day), "seats": 5})
    actions.change_event(event=day, plan=plan, version=day.version, by=adviser)
    assert seats(room)["e"] == 5
    assert told("workshop") == ["e@a.example"]


def vars_of(day: Event) -> dict[str, Any]:
    plan = actions.Plan.of(day)
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def test_seats_are_added_renumbered_and_never_fewer_than_are_taken(
    day: Event, adviser: Actor
) -> None:
    room = make.workshop(day, seats=3)
    lines = [somebody(day, name, room) for name in "abcd"]
    actions.choose_workshops(line=lines[0], workshops=[], by=adviser)
    assert seats(room) == {"b": 2, "c": 3, "d": 1}
    actions.choose_workshops(line=lines[3], workshops=[], by=adviser)
    fewer = make.workshop_plan(seats=2)
    changed = actions.change_workshop(workshop=room, plan=fewer, version=1, by=adviser)
    assert (seats(room), changed.version) == ({"b": 2, "c": 1}, 2)
    for wrong in ({"seats": 1}, {"starts_at": time(8)}, {"ends_at": time(9)}, {"title_fr": " "}):
        plan = make.workshop_plan(**wrong)
        with pytest.raises(Invalid):
            actions.change_workshop(workshop=room, plan=plan, version=2, by=adviser)
    with pytest.raises(Conflict):
        actions.change_workshop(workshop=room, plan=fewer, version=1, by=adviser)


def test_nobody_is_in_two_rooms_at_once_nor_in_one_that_gives_no_seats(
    day: Event, adviser: Actor
) -> None:
    early, late = make.workshop(day), make.workshop(day, starts_at=time(11), ends_at=time(12))
    across = make.workshop(day, starts_at=time(10, 30), ends_at=time(11, 30))
    free, elsewhere = make.workshop(day, seats=0), make.workshop()
    line = somebody(day, "a", early, late)
    for wanted in ([early, across], [late, across], [free], [elsewhere]):
        with pytest.raises(Invalid) as refused:
            actions.choose_workshops(line=line, workshops=wanted, by=adviser)
        assert "workshops" in refused.value.fields
        with pytest.raises(Invalid):
            make.line(day, email="z@a.example", workshops=wanted)
    assert [one.workshop for one in line.chosen] == [early, late]
    assert not Registration.objects.visible_to(MACHINE).filter(email="z@a.example").exists()
    for _twice in range(2):
        actions.choose_workshops(line=line, workshops=[across], by=adviser)
    assert [one.workshop for one in line.chosen] == [across]


def test_once_the_event_has_begun_nobody_moves_by_themselves_and_the_door_still_adds(
    day: Event, adviser: Actor
) -> None:
    room = make.workshop(day, seats=1)
    first, second = somebody(day, "a", room), somebody(day, "b", room)
    with on_the_day():
        with pytest.raises(Conflict):
            booking.choose(first, [])
        actions.choose_workshops(line=first, workshops=[], by=adviser)
        assert seats(room) == {"b": None}
        came = actions.note_arrival(event=day, who=actions.Walker(name="w"), by=adviser)
        actions.choose_workshops(line=came, workshops=[room], by=adviser)
        assert seats(room) == {"b": None, "w": 1}
        actions.note_absent(line=came, by=adviser)
        assert seats(room) == {"b": None}
        actions.choose_workshops(line=second, workshops=[room], by=adviser)
        assert seats(room) == {"b": 1}
    assert told("workshop") == []


def test_a_workshop_that_is_cancelled_leaves_the_seat_at_the_event_and_tells(
    day: Event, adviser: Actor
) -> None:
    room, kept = make.workshop(day), make.workshop(day, starts_at=time(14), ends_at=time(15))
    line = somebody(day, "a", room, kept)
    with pytest.raises(Invalid):
        actions.cancel_workshop(workshop=room, why="rain", by=adviser)
    actions.cancel_workshop(workshop=room, why=Why.NO_ROOM, by=adviser)
    assert ([one.workshop for one in line.chosen], line.seat) == ([kept], 1)
    assert told("no_workshop") == ["a@a.example"]
    with pytest.raises(Conflict):
        actions.cancel_workshop(workshop=room, why=Why.NO_ROOM, by=adviser)
    assert room.cancelled_at is None  # as whoever chose at that instant had read it
    with pytest.raises(Invalid):
        actions.choose_workshops(line=line, workshops=[room], by=adviser)
    moved = make.workshop_plan(starts_at=time(15), ends_at=time(16))
    other = make.workshop(day, starts_at=time(15), ends_at=time(16))
    actions.change_workshop(workshop=kept, plan=moved, version=1, by=adviser)
    with pytest.raises(Invalid):
        actions.choose_workshops(line=line, workshops=[kept, other], by=adviser)


def test_giving_seats_out_asks_as_much_whatever_the_number_of_rooms(
    day: Event, adviser: Actor
) -> None:
    line, asked = somebody(day, "a"), []
    for _room in range(3):
        make.workshop(day)
        with CaptureQueriesContext(connection) as told_the_database:
            actions.choose_workshops(line=line, workshops=[], by=adviser)
        asked.append(len(told_the_database))
    assert len(set(asked)) == 1


def test_a_list_that_goes_takes_its_choices_with_it(day: Event, adviser: Actor) -> None:
    room = make.workshop(day)
    line = somebody(day, "a", room)
    somebody(day, "b", room)
    actions.end_registration(line=line, because=Ended.TWICE, by=adviser)
    assert seats(room) == {"b": 2}
    with pytest.raises(Conflict):
        actions.choose_workshops(line=line, workshops=[room], by=adviser)
    actions.cancel_event(event=day, why=Why.HEALTH, by=adviser)
    assert seats(room) == {}


def test_a_workshop_lies_within_its_event_of_a_kind_that_has_some(
    day: Event, adviser: Actor
) -> None:
    with pytest.raises(Invalid):
        make.workshop(make.event(adviser))
    for wrong in ({"starts_at": time(8, 59)}, {"ends_at": time(17, 1)}, {"seats": 5001}):
        with pytest.raises(Invalid):
            make.workshop(day, **wrong)
    room = make.workshop(day, once="w", by=adviser)
    assert make.workshop(day, once="w", by=adviser) == room
    with pytest.raises(Conflict):
        make.workshop(day, once="w", by=adviser, title_fr="Autre")
    for wrong, field in (({"starts_at": time(10, 30)}, "ends_at"), ({"kind": "fair"}, "kind")):
        plan = make.plan(**{**vars_of(day), **wrong})
        with pytest.raises(Invalid) as refused:
            actions.change_event(event=day, plan=plan, version=day.version, by=adviser)
        assert field in refused.value.fields


def test_nobody_else_touches_workshops(day: Event) -> None:
    room, stranger = make.workshop(day), accounts.actor()
    line = somebody(day, "a", room)
    plan = make.workshop_plan()
    for attempt in (
        lambda: actions.add_workshop(event=day, plan=plan, by=stranger),
        lambda: actions.change_workshop(workshop=room, plan=plan, version=1, by=stranger),
        lambda: actions.cancel_workshop(workshop=room, why=Why.WRONG, by=stranger),
        lambda: actions.choose_workshops(line=line, workshops=[], by=stranger),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not Choice.objects.visible_to(stranger).exists()
    assert not Workshop.objects.visible_to(stranger).exists()


def test_the_database_gives_no_seat_twice_and_no_choice_twice(day: Event) -> None:
    room = make.workshop(day)
    a, b = somebody(day, "a", room), somebody(day, "b", room)
    choices = Choice.objects.visible_to(MACHINE)
    for wrong in (
        lambda: choices.filter(line=b).update(seat=1),
        lambda: choices.filter(line=a).update(ended_at=clock.now()),
        lambda: choices.filter(line=a).update(seat=0),
        lambda: Choice.objects.create(workshop=room, line=a),
        lambda: Workshop.objects.visible_to(MACHINE).update(ends_at=time(9)),
        lambda: Workshop.objects.visible_to(MACHINE).update(cancelled_at=clock.now()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_who_came_without_a_seat_at_the_event_may_have_one_in_a_room(
    day: Event, adviser: Actor
) -> None:
    room = make.workshop(day)
    for name in "abcd":
        somebody(day, name)
    late = make.line(day, register.establishment(), name="e", workshops=[room])
    assert seats(room) == {"e": None}
    with on_the_day():
        actions.note_present(line=late, how=How.LIST, by=adviser)
        actions.choose_workshops(line=late, workshops=[room], by=adviser)
    assert seats(room) == {"e": 1}
