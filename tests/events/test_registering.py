"""Seats given one by one: the lowest free number first, then a waiting list whose first gets what comes free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions, booking
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, Origin
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.post.models import Link, Message
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def again(line: Registration) -> Registration:
    return Registration.objects.visible_to(MACHINE).select_related("event").get(pk=line.pk)


def fill(event: Event, number: int) -> list[Registration]:
    return [make.line(event, name=f"N{n}", email=f"n{n}@a.example") for n in range(number)]


def acts() -> list[tuple[str, date, int | None]]:
    every = Act.objects.unscoped(reason="tests").filter(source_model="events.registration")
    return [(act.kind, act.occurred_on, act.quantity) for act in every.order_by("id")]


def subjects() -> list[str]:
    every = Message.objects.visible_to(MACHINE).order_by("pk")
    return [f"{one.recipient}: {one.subject}" for one in every]


def test_the_lowest_free_seat_is_given_then_one_waits(adviser: Actor) -> None:
    lines = fill(make.event(adviser, seats=2), 3)
    assert [line.seat for line in lines] == [1, 2, None]
    assert [line.is_waiting for line in lines] == [False, False, True]
    assert lines[0].seated_on == date(2020, 3, 2)
    assert lines[2].seated_on is None


def test_a_seat_given_up_goes_to_who_waits_longest_and_they_are_written_to(adviser: Actor) -> None:
    lines = fill(make.event(adviser, seats=2), 4)
    booking.give_up(again(lines[0]))
    first, _second, third, fourth = map(again, lines)
    assert (first.seat, first.ended_because) == (None, Ended.GIVEN_UP)
    assert (third.seat, third.seated_on) == (1, date(2020, 3, 2))
    assert fourth.is_waiting
    assert subjects()[-1] == "n2@a.example: Petit-déjeuner des artisans : une place est à vous"


def test_nobody_passes_those_who_wait(adviser: Actor) -> None:
    """More seats go to the waiting list at once; a seat is never free while somebody waits."""
    event = make.event(adviser, seats=1)
    lines = fill(event, 4)
    event.refresh_from_db()
    actions.change_event(event=event, plan=make.plan(seats=3), version=event.version, by=adviser)
    assert [again(line).seat for line in lines] == [1, 2, 3, None]


def test_giving_up_while_waiting_moves_nobody(adviser: Actor) -> None:
    lines = fill(make.event(adviser, seats=1), 3)
    booking.give_up(again(lines[1]))
    assert [again(line).seat for line in lines] == [1, None, None]
    booking.give_up(again(lines[0]))
    assert again(lines[2]).seat == 1


def test_giving_up_twice_frees_one_seat(adviser: Actor) -> None:
    lines = fill(make.event(adviser, seats=1), 3)
    for _twice in range(2):
        booking.give_up(lines[0])
    assert [again(line).seat for line in lines] == [None, 1, None]


def test_once_the_event_began_no_seat_moves(adviser: Actor) -> None:
    lines = fill(make.event(adviser, seats=1), 2)
    with clock.at(clock.parse_instant("2020-03-12T08:30")):
        booking.give_up(again(lines[0]))
    assert again(lines[1]).is_waiting


def test_a_seat_is_an_act_a_wait_is_none_and_giving_up_reverses_it(adviser: Actor) -> None:
    event = make.event(adviser, seats=1, action_key="")
    firm = register.establishment()
    line = make.line(event, firm, email="a@a.example")
    make.line(event, email="b@a.example")
    (act,) = Act.objects.unscoped(reason="tests").filter(source_model="events.registration")
    assert (act.kind, act.establishment_id, act.quantity) == ("events.firm_registered", firm.pk, 1)
    assert (act.scheme, act.keeper) == (event.scheme, event.organisation)
    assert event.scheme.endswith(":breakfast")
    booking.give_up(again(line))
    told = [kind for kind, _day, _quantity in acts()]
    assert told == ["events.firm_registered", "events.firm_registered", "events.person_registered"]
    last = Act.objects.unscoped(reason="tests").effective().get()
    assert (last.kind, last.commune, last.establishment_id) == (
        "events.person_registered", "59350", None,
    )  # fmt: skip


def test_a_form_sent_twice_is_one_registration(adviser: Actor) -> None:
    event = make.event(adviser)
    one, other = (make.line(event, once="key", email="") for _twice in range(2))
    assert one == other
    with pytest.raises(Conflict):
        make.line(event, once="key", name="Somebody else")


def test_an_address_registers_once_whatever_its_capitals(adviser: Actor) -> None:
    event = make.event(adviser)
    one = make.line(event, email="Ada@a.example")
    assert make.line(event, email="ada@a.example", name="Ada again") == one
    assert len(subjects()) == 1
    booking.give_up(again(one))
    assert make.line(event, email="ada@a.example") != one


def test_two_people_without_an_address_are_two_registrations(adviser: Actor) -> None:
    event = make.event(adviser)
    assert make.line(event, email="") != make.line(event, email="")


def test_the_database_itself_refuses_one_seat_twice(adviser: Actor) -> None:
    one, other = fill(make.event(adviser), 2)
    other.seat = one.seat
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(update_fields=["seat"])


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": " "}, "name"), ({"establishment": None, "name": ""}, "name")],
)
def test_somebody_is_named(adviser: Actor, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.line(make.event(adviser), **given)  # type: ignore[arg-type]
    assert field in refused.value.fields


def test_a_firm_that_no_load_tells_of_does_not_register(adviser: Actor) -> None:
    with pytest.raises(Invalid):
        make.line(make.event(adviser), register.establishment(spelled=False))


def test_a_draft_a_closed_event_and_one_that_began_take_nobody(adviser: Actor) -> None:
    draft = make.draft(adviser)
    with pytest.raises(Conflict):
        make.line(draft)
    event = make.event(adviser)
    actions.close_registration(event=event, by=adviser)
    with pytest.raises(Conflict):
        make.line(event)
    opened = actions.open_event(event=event, by=adviser)
    with clock.at(clock.parse_instant("2020-03-12T08:00")), pytest.raises(Conflict):
        make.line(opened)
    assert make.line(opened).seat == 1


def test_an_event_without_seats_takes_no_registration(adviser: Actor) -> None:
    with pytest.raises(Conflict):
        make.line(make.event(adviser, seats=0))


def test_another_organisation_registers_nobody(adviser: Actor) -> None:
    event = make.event(adviser)
    for stranger in (accounts.actor(), accounts.actor(Role.ELECTED, event.organisation)):
        with pytest.raises(NotAllowed):
            actions.register(event=event, who=make.attendee(), origin=Origin.ADVISER, by=stranger)
    with pytest.raises(NotAllowed):
        actions.end_registration(line=make.line(event), because=Ended.TWICE, by=accounts.actor())


def test_one_registers_online_or_by_an_adviser_only(adviser: Actor) -> None:
    event = make.event(adviser)
    with pytest.raises(Invalid):
        actions.register(event=event, who=make.attendee(), origin=Origin.DOOR, by=adviser)
    by_hand = actions.register(event=event, who=make.attendee(), origin=Origin.ADVISER, by=adviser)
    assert (by_hand.registered_by, by_hand.seat) == (adviser.person, 1)


def test_a_line_ends_for_one_of_our_reasons(adviser: Actor) -> None:
    line = make.line(make.event(adviser))
    for wrong in ("tired", Ended.EVENT):
        with pytest.raises(Invalid):
            actions.end_registration(line=line, because=wrong, by=adviser)


def test_the_confirmation_hands_a_link_in_the_language_of_who_registered(adviser: Actor) -> None:
    event = make.event(adviser)
    make.line(event, email="a@a.example", language="en")
    message = Message.objects.visible_to(MACHINE).get()
    assert message.subject == "Breakfast of artisans: your registration"
    assert "/inscription/" in message.text
    assert Link.objects.get().language == "en"
    make.line(event, email="")
    assert Message.objects.visible_to(MACHINE).count() == 1


def test_who_waits_is_told_so(adviser: Actor) -> None:
    fill(make.event(adviser, seats=1), 2)
    told = [one.text for one in Message.objects.visible_to(MACHINE).order_by("pk")]
    assert "Votre place est gardée." in told[0]
    assert "vous en attendez une" in told[1]
