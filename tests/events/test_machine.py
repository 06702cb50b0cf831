"""A list held to a model of it that fits on a page, whatever people do in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger.models import Act
from tests.factories import accounts, events as make

MACHINE = System("tests")
PEOPLE = "abcdefg"


@dataclass
class Model:
    """What a list is: seats, those who have one, those who wait, in order."""

    seats: int
    seated: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)

    def fill(self) -> None:
        while self.waiting and len(self.seated) < self.seats:
            self.seated.add(self.waiting.pop(0))

    def register(self, who: str) -> None:
        if who not in self.seated and who not in self.waiting:
            self.waiting.append(who)
        self.fill()

    def give_up(self, who: str) -> None:
        self.seated.discard(who)
        if who in self.waiting:
            self.waiting.remove(who)
        self.fill()

    def change(self, seats: int) -> bool:
        if seats < len(self.seated):
            return False
        self.seats = seats
        self.fill()
        return True


Step = st.one_of(
    st.tuples(st.just("register"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("give up"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("change"), st.integers(1, 5)),
)


def line_of(event: Event, who: str) -> Registration | None:
    rows = Registration.objects.visible_to(MACHINE).standing().filter(event=event)
    return rows.select_related("event__organisation").filter(email=f"{who}@a.example").first()


def play(event: Event, model: Model, step: tuple[str, object], by: Actor) -> None:
    verb, what = step
    if verb == "register":
        model.register(str(what))
        make.line(event, name=str(what), email=f"{what}@a.example")
    elif verb == "give up":
        model.give_up(str(what))
        if line := line_of(event, str(what)):
            booking.give_up(line)
    else:
        now = Event.objects.visible_to(MACHINE).get(pk=event.pk)
        plan = make.plan(seats=what)
        if model.change(int(str(what))):
            actions.change_event(event=now, plan=plan, version=now.version, by=by)
        else:
            with pytest.raises(Invalid):
                actions.change_event(event=now, plan=plan, version=now.version, by=by)


class TestList(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(st.integers(1, 3), st.lists(Step, max_size=14))
    def test_seats_waits_and_acts_are_those_of_the_model(
        self, seats: int, steps: list[tuple[str, object]]
    ) -> None:
        with clock.at(clock.parse_instant("2020-03-02T10:00")):
            by = accounts.actor()
            event, model = make.event(by, seats=seats), Model(seats)
            for step in steps:
                play(event, model, step, by)
            rows = Registration.objects.visible_to(MACHINE).filter(event=event)
            assert {one.name for one in rows.seated()} == model.seated
            assert [one.name for one in rows.waiting()] == model.waiting
            numbers = [one.seat for one in rows.seated()]
            assert len(set(numbers)) == len(numbers)
            assert all(1 <= (number or 0) <= model.seats for number in numbers)
            acts = Act.objects.unscoped(reason="tests").filter(scheme=event.scheme).effective()
            assert acts.count() == len(model.seated)


@pytest.mark.django_db
def test_what_was_taken_back_may_be_taken_again_and_counts_once() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        by = accounts.actor()
        event = make.event(by, seats=1)
        for _again in range(3):
            line = make.line(event, email="a@a.example")
            actions.end_registration(line=line, because=Ended.MISTAKE, by=by)
        last = make.line(event, email="a@a.example")
        assert last.seat == 1
        acts = Act.objects.unscoped(reason="tests").filter(source_model="events.registration")
        assert (acts.count(), acts.effective().count()) == (7, 1)


@pytest.mark.django_db
def test_nobody_registers_for_what_was_cancelled() -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        by = accounts.actor()
        event = make.event(by)
        actions.cancel_event(event=event, why="health", by=by)
        with pytest.raises(Conflict):
            make.line(event)
