"""The rooms of an assembly day held to a model of them that fits on a page, whatever people choose, leave and change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import time

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking
from maillage.events.models import Choice, Event, Registration, Workshop
from maillage.events.vocabulary import How
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from tests.factories import accounts, events as make

MACHINE = System("tests")
PEOPLE = "abcde"
ROOMS = ("dawn", "across", "noon")
HOURS = {"dawn": 10, "across": 11, "noon": 12}
"""The hour at which each begins; each lasts an hour, and moves to another of these hours."""


@dataclass
class Room:
    """A room: its hour, its seats, who asked for it in their order, and who of them has a seat."""

    hour: int
    seats: int = 1
    asked: list[str] = field(default_factory=list)
    seated: set[str] = field(default_factory=set)

    def leave(self, who: str) -> None:
        if who in self.asked:
            self.asked.remove(who)
        self.seated.discard(who)


@dataclass
class Day:
    """An assembly day: its own seats, those who have one, those who wait in order, and its rooms."""

    seats: int
    rooms: dict[str, Room]
    seated: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)

    def fill(self) -> None:
        while self.waiting and len(self.seated) < self.seats:
            self.seated.add(self.waiting.pop(0))
        for room in self.rooms.values():
            for who in room.asked:
                if who in self.seated and len(room.seated) < room.seats:
                    room.seated.add(who)

    def choose(self, who: str, wanted: Sequence[str]) -> bool:
        hours = [self.rooms[name].hour for name in wanted]
        if len(set(hours)) < len(hours):
            return False
        if who not in self.seated and who not in self.waiting:
            self.waiting.append(who)
        for name, room in self.rooms.items():
            if name not in wanted:
                room.leave(who)
            elif who not in room.asked:
                room.asked.append(who)
        self.fill()
        return True

    def leave(self, who: str) -> bool:
        self.seated.discard(who)
        if who in self.waiting:
            self.waiting.remove(who)
        for room in self.rooms.values():
            room.leave(who)
        self.fill()
        return True

    def give_seats(self, number: int) -> bool:
        if number < len(self.seated):
            return False
        self.seats = number
        self.fill()
        return True

    def give_room_seats(self, name: str, number: int) -> bool:
        if number < len(self.rooms[name].seated):
            return False
        self.rooms[name].seats = number
        self.fill()
        return True

    def move(self, name: str, hour: int) -> bool:
        room = self.rooms[name]
        for other in self.rooms.values():
            if other is not room and other.hour == hour and set(other.asked) & set(room.asked):
                return hour == room.hour
        room.hour = hour
        return True


Step = tuple[str, str, object]
STEPS = st.one_of(
    st.tuples(
        st.just("choose"), st.sampled_from(PEOPLE), st.lists(st.sampled_from(ROOMS), unique=True)
    ),
    st.tuples(st.just("leave"), st.sampled_from(PEOPLE), st.none()),
    st.tuples(st.just("seats"), st.just(""), st.integers(1, 4)),
    st.tuples(st.just("room seats"), st.sampled_from(ROOMS), st.integers(1, 3)),
    st.tuples(st.just("move"), st.sampled_from(ROOMS), st.sampled_from([10, 11, 12])),
)


@dataclass
class Played:
    """The product itself, asked for the same steps."""

    event: Event
    by: Actor

    def line(self, who: str) -> Registration | None:
        rows = Registration.objects.visible_to(MACHINE).standing().filter(event=self.event)
        return rows.select_related("event__organisation").filter(name=who).first()

    def room(self, name: str) -> Workshop:
        rows = Workshop.objects.visible_to(MACHINE).select_related("event__organisation")
        return rows.get(event=self.event, title_fr=name)

    def choose(self, who: str, wanted: Sequence[str]) -> None:
        rooms = [self.room(name) for name in wanted]
        if line := self.line(who):
            booking.choose(line, rooms)
        else:
            make.line(self.event, name=who, workshops=rooms)

    def leave(self, who: str) -> None:
        if line := self.line(who):
            booking.give_up(line)

    def give_seats(self, number: int) -> None:
        now = Event.objects.visible_to(MACHINE).get(pk=self.event.pk)
        plan = actions.Plan.of(now)
        told = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
        changed = make.plan(**(told | {"seats": number}))
        actions.change_event(event=now, plan=changed, version=now.version, by=self.by)

    def change(self, name: str, **changed: object) -> None:
        now = self.room(name)
        told = {"title_fr": name, "starts_at": now.starts_at, "ends_at": now.ends_at}
        plan = make.workshop_plan(**(told | {"seats": now.seats} | changed))
        actions.change_workshop(workshop=now, plan=plan, version=now.version, by=self.by)


def both(model: Day, played: Played, step: Step) -> tuple[bool, Callable[[], None]]:
    """What the model says of a step (whether it may be taken), and the same step in the product."""
    verb, who, what = step
    if verb == "choose":
        wanted: list[str] = list(what)  # type: ignore[call-overload]
        return model.choose(who, wanted), lambda: played.choose(who, wanted)
    if verb == "leave":
        return model.leave(who), lambda: played.leave(who)
    number = int(str(what))
    if verb == "seats":
        return model.give_seats(number), lambda: played.give_seats(number)
    if verb == "room seats":
        return model.give_room_seats(who, number), lambda: played.change(who, seats=number)
    hours = {"starts_at": time(number), "ends_at": time(number + 1)}
    return model.move(who, number), lambda: played.change(who, **hours)


def check(model: Day, event: Event) -> None:
    """Every room holds whom the model says, in the order of the model, no more than it has seats, none in two at once."""
    hours: dict[str, list[int]] = {}
    rows = Choice.objects.visible_to(MACHINE).standing().filter(workshop__event=event)
    told = list(rows.order_by("asked_at", "pk").values_list("workshop__title_fr", "line__name", "seat"))  # fmt: skip
    for name, room in model.rooms.items():
        mine = [(who, seat) for title, who, seat in told if title == name]
        assert [who for who, _seat in mine] == room.asked
        assert {who for who, seat in mine if seat is not None} == room.seated
        numbers = [seat for _who, seat in mine if seat is not None]
        assert len(set(numbers)) == len(numbers) <= room.seats
        assert all(1 <= number <= room.seats for number in numbers)
        for who, _seat in mine:
            hours.setdefault(who, []).append(room.hour)
    assert all(len(set(one)) == len(one) for one in hours.values())


class TestRooms(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(st.integers(1, 3), st.lists(STEPS, min_size=4, max_size=10))
    def test_rooms_hold_whom_the_model_says_and_refuse_what_it_refuses(
        self, seats: int, steps: list[Step]
    ) -> None:
        with clock.at(clock.parse_instant("2020-03-02T10:00")):
            by = accounts.actor()
            event = make.assembly(by, seats=seats)
            for name, hour in HOURS.items():
                hours = {"starts_at": time(hour), "ends_at": time(hour + 1)}
                make.workshop(event, by=by, title_fr=name, seats=1, **hours)
            model = Day(seats, {name: Room(hour) for name, hour in HOURS.items()})
            played = Played(event, by)
            for step in steps:
                allowed, act = both(model, played, step)
                if allowed:
                    act()
                else:
                    with pytest.raises(Invalid):
                        act()
                check(model, event)


@pytest.mark.django_db
def test_who_was_ticked_by_mistake_has_no_seat_at_the_event_and_gives_back_that_of_the_room() -> (
    None
):
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        by = accounts.actor()
        event = make.assembly(by, seats=1)
        room = make.workshop(event, by=by, seats=1)
        seated, late = (make.line(event, name=name) for name in "ab")
    with clock.at(clock.parse_instant("2020-03-12T09:30")):
        actions.note_present(line=late, how=How.LIST, by=by)
        actions.choose_workshops(line=late, workshops=[room], by=by)
        assert [one.seat for one in late.chosen] == [1]
        actions.note_absent(line=late, by=by)
        assert [one.seat for one in late.chosen] == [None], "they wait again, in their old place"
        actions.choose_workshops(line=seated, workshops=[room], by=by)
        assert [one.seat for one in seated.chosen] == [1]
        actions.note_present(line=seated, how=How.LIST, by=by)
        actions.note_absent(line=seated, by=by)
        assert [one.seat for one in seated.chosen] == [1], (
            "a seat at the event keeps that of the room"
        )
