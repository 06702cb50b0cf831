"""What is written to whom about an event: in which language, how often, and what an opposition or a lost worker changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking, jobs
from maillage.events.actions import writing
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, How, Origin
from maillage.kernel import clock
from maillage.post import addresses, outbox
from maillage.post.models import Kind, Message, Unsubscription
from tests.events.test_pages import main_of, signed, url
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


def written(template: str = "") -> list[Message]:
    rows = Message.objects.visible_to(MACHINE).order_by("pk")
    return list(rows.filter(template=f"events/mails/{template}.html") if template else rows)


def to(template: str) -> list[str]:
    return sorted(message.recipient for message in written(template))


def guests(event: Event, names: str, **given: Any) -> list[Registration]:
    return [make.line(event, name=name, email=f"{name}@a.example", **given) for name in names]


def work(instant: str) -> str:
    with clock.at(clock.parse_instant(instant)):
        return str(jobs.write_to_guests.func())


def attended(by: Actor, names: str, day: str = "2020-02-20", **given: str) -> Event:
    """An event that took place, to which these came."""
    with clock.at(clock.parse_instant(f"{day}T06:00")):
        event = make.event(by, day=clock.today(), seats=9)
        lines = guests(event, names, **given)
    with clock.at(clock.parse_instant(f"{day}T09:00")):
        for line in lines:
            actions.note_present(line=line, how=How.LIST, by=by)
    return event


# Each step in the words of its reader

STEPS = ("registered", "promoted", "cancelled", "reminder", "thanks", "invited")
FRENCH = ("inscription", "votre", "événement", "rendez-vous", "merci", "demain")


def played(by: Actor, language: str) -> None:
    """Every message of the package, to somebody who reads this language."""
    event = make.event(by, seats=1)
    first, _second = guests(event, "ab", language=language)
    booking.give_up(first)
    work("2020-03-11T08:00")
    with clock.at(clock.parse_instant("2020-03-12T08:30")):
        line = event.registrations.select_related("event__organisation").get(name="b")
        actions.note_present(line=line, how=How.LIST, by=by)
    work("2020-03-13T08:00")
    with clock.at(clock.parse_instant("2020-03-14T08:00")):
        other = make.event(by, day=clock.today() + timedelta(days=5))
        actions.invite(event=other, by=by)
        guests(other, "c", language=language)
        actions.cancel_event(event=other, why="health", by=by)


@pytest.mark.parametrize(("language", "title"), [("fr", "Petit-déjeuner"), ("en", "Breakfast")])
def test_each_message_is_in_the_language_of_who_registered(
    adviser: Actor, language: str, title: str
) -> None:
    played(adviser, language)
    for step in STEPS:
        messages = written(step)
        assert messages, step
        for message in messages:
            assert message.language == language, step
            assert title in message.subject + message.text, step
            if language == "en":
                told = (message.subject + message.text).lower()
                assert not [word for word in FRENCH if f" {word} " in told], (step, told)


def test_what_is_owed_bears_no_topic_and_what_is_offered_tells_how_to_stop(adviser: Actor) -> None:
    played(adviser, "fr")
    for step in STEPS:
        offered = step in {"reminder", "thanks", "invited"}
        for message in written(step):
            assert (message.topic == "events.news") is offered, step
            assert bool(message.unsubscribe) is offered, step


def test_nobody_is_written_to_who_left_no_address(adviser: Actor) -> None:
    event = make.event(adviser, seats=1)
    lines = [make.line(event, name=name, email="") for name in "ab"]
    booking.give_up(lines[0])
    work("2020-03-11T08:00")
    actions.cancel_event(event=event, why="health", by=adviser)
    assert written() == []


def test_somebody_registered_by_an_adviser_is_written_to_like_the_others(adviser: Actor) -> None:
    who = make.attendee(register.establishment(), email="firm@a.example")
    actions.register(event=make.event(adviser), who=who, origin=Origin.ADVISER, by=adviser)
    assert to("registered") == ["firm@a.example"]
    work("2020-03-11T08:00")
    assert to("reminder") == ["firm@a.example"]


def test_the_same_address_on_two_events_of_a_day_is_reminded_of_both(adviser: Actor) -> None:
    for _number in range(2):
        guests(make.event(adviser), "a")
    assert work("2020-03-11T08:00") == "2 reminded, 0 thanked"
    assert to("reminder") == ["a@a.example", "a@a.example"]


def test_messages_are_of_the_organisation_that_holds_the_event(adviser: Actor) -> None:
    other = accounts.actor()
    guests(make.event(adviser), "a")
    guests(make.event(other), "b")
    work("2020-03-11T08:00")
    for message in written("reminder"):
        owner = adviser if message.recipient == "a@a.example" else other
        assert message.organisation == owner.organisation


# Days without a worker

WEEKS = (
    # the instants at which a worker ran, who was reminded, who was thanked
    (("2020-03-11T08:00", "2020-03-13T08:00"), "ab", "a"),
    (("2020-03-12T06:00", "2020-03-13T08:00"), "ab", "a"),
    (("2020-03-12T09:00", "2020-03-13T08:00"), "", "a"),
    (("2020-03-10T23:00", "2020-03-19T23:00"), "", "a"),
    (("2020-03-11T08:00", "2020-03-20T00:30"), "ab", ""),
    (("2020-03-10T08:00", "2020-04-20T08:00"), "", ""),
    (("2020-03-11T08:00", "2020-03-11T08:00", "2020-03-13T08:00", "2020-03-19T08:00"), "ab", "a"),
)


@pytest.mark.parametrize(("instants", "reminded", "thanked"), WEEKS)
def test_what_was_missed_is_caught_up_once_as_long_as_it_has_a_sense(
    adviser: Actor, instants: tuple[str, ...], reminded: str, thanked: str
) -> None:
    event = make.event(adviser)
    line, _missed = guests(event, "ab")
    door = clock.parse_instant("2020-03-12T10:30")
    came = False
    for instant in instants:
        if not came and clock.parse_instant(instant) > door:
            with clock.at(door):
                actions.note_present(line=line, how=How.LIST, by=adviser)
            came = True
        work(instant)
    assert to("reminder") == [f"{name}@a.example" for name in reminded]
    assert to("thanks") == [f"{name}@a.example" for name in thanked]


@pytest.mark.parametrize(
    ("moved", "instant", "said"),
    [
        ({"day": make.DAY + timedelta(days=7)}, "2020-03-18T08:00", ["12 mars 2020, 8\u00a0h\u00a000", "19 mars 2020, 8\u00a0h\u00a000"]),
        ({"starts_at": time(9)}, "2020-03-11T09:00", ["12 mars 2020, 8\u00a0h\u00a000", "12 mars 2020, 9\u00a0h\u00a000"]),
        ({"place": "Ailleurs"}, "2020-03-11T09:00", ["12 mars 2020, 8\u00a0h\u00a000"]),
    ],
)  # fmt: skip
def test_an_event_moved_after_its_reminder_is_reminded_of_again(
    adviser: Actor, moved: dict[str, Any], instant: str, said: list[str]
) -> None:
    event = make.event(adviser)
    guests(event, "a")
    work("2020-03-11T08:00")
    actions.change_event(event=event, plan=make.plan(**moved), version=event.version, by=adviser)
    for _twice in range(2):
        work(instant)
    told = [message.text for message in written("reminder")]
    assert len(told) == len(said)
    assert all(when in text for when, text in zip(said, told, strict=True)), told


def test_who_was_not_there_after_all_is_not_thanked(adviser: Actor) -> None:
    line, _other = guests(make.event(adviser), "ab")
    with clock.at(clock.parse_instant("2020-03-12T10:00")):
        actions.note_present(line=line, how=How.LIST, by=adviser)
        actions.note_absent(line=line, by=adviser)
    assert work("2020-03-13T08:00") == "0 reminded, 0 thanked"


def test_an_event_cancelled_afterwards_thanks_nobody(adviser: Actor) -> None:
    event = attended(adviser, "ab", day="2020-03-02")
    with clock.at(clock.parse_instant("2020-03-03T07:00")):
        actions.cancel_event(event=event, why="wrong", by=adviser)
    assert work("2020-03-03T08:00") == "0 reminded, 0 thanked"
    assert to("cancelled") == []  # its day is past: nobody was to come any more


def test_a_line_taken_off_between_two_runs_is_left_alone(adviser: Actor) -> None:
    lines = guests(make.event(adviser), "ab")
    actions.end_registration(line=lines[0], because=Ended.MISTAKE, by=adviser)
    work("2020-03-11T08:00")
    assert to("reminder") == ["b@a.example"]


def test_the_job_does_nothing_where_there_is_no_event() -> None:
    assert work("2020-03-11T08:00") == "0 reminded, 0 thanked"
    assert (writing.to_remind(), writing.to_thank()) == ([], [])


# Invitations


def test_an_address_is_invited_once_though_it_came_again_meanwhile(adviser: Actor) -> None:
    """The last line of an address changes when it comes again; the address is the same."""
    attended(adviser, "a")
    event = make.event(adviser, day=make.DAY.replace(month=4))
    assert actions.invite(event=event, by=adviser) == 1
    with clock.at(clock.parse_instant("2020-03-20T10:00")):
        attended(adviser, "ab", day="2020-03-10")
        actions.invite(event=event, by=adviser)
    assert to("invited") == ["a@a.example", "b@a.example"]


def test_capitals_make_no_second_address(adviser: Actor) -> None:
    attended(adviser, "a")
    attended(adviser, "A", day="2020-02-25")
    assert actions.invite(event=make.event(adviser), by=adviser) == 1
    assert to("invited") == ["a@a.example"]


def test_an_address_is_invited_to_each_event_and_by_each_organisation(adviser: Actor) -> None:
    other = accounts.actor()
    for by in (adviser, other):
        attended(by, "a")
        for _number in range(2):
            actions.invite(event=make.event(by), by=by)
    assert to("invited") == ["a@a.example"] * 4


def test_only_who_came_is_invited(adviser: Actor) -> None:
    event = attended(adviser, "a")
    with clock.at(clock.parse_instant("2020-02-19T06:00")):
        missed = make.event(adviser, day=clock.today(), seats=9)
        guests(missed, "bc")
    with clock.at(clock.parse_instant("2020-02-20T12:00")):
        actions.note_arrival(event=event, who=actions.Walker(name="Zoe"), by=adviser)
    found = writing.former_guests(make.event(adviser))
    assert [line.email for line in found] == ["a@a.example"]


def test_who_gave_this_event_up_may_be_invited_to_it_again(adviser: Actor) -> None:
    attended(adviser, "a")
    event = make.event(adviser)
    (line,) = guests(event, "a")
    assert writing.former_guests(event) == []
    booking.give_up(line)
    assert [one.email for one in writing.former_guests(event)] == ["a@a.example"]


@pytest.mark.parametrize(("day", "remembered"), [("2019-03-04", True), ("2019-03-03", False)])
def test_one_is_remembered_a_year(adviser: Actor, day: str, remembered: bool) -> None:
    attended(adviser, "a", day=day)
    assert bool(writing.former_guests(make.event(adviser))) is remembered


def test_who_opposed_news_is_carried_none_but_still_what_is_owed(adviser: Actor) -> None:
    attended(adviser, "ab")
    Unsubscription.objects.create(
        digest=addresses.digest(Kind.EMAIL, "a@a.example"), topic="events.news"
    )
    event = make.event(adviser)
    actions.invite(event=event, by=adviser)
    guests(event, "a")
    unwilling = outbox.unwilling(written())
    stopped = {one.template for one in written() if one.pk in unwilling}
    assert "events/mails/invited.html" in stopped
    assert "events/mails/registered.html" not in stopped
    kept = [one for one in written("invited") if one.pk not in unwilling]
    assert [one.recipient for one in kept] == ["b@a.example"]


def test_the_button_is_refused_to_partners_and_by_closed_events(
    client: Client, adviser: Actor
) -> None:
    attended(adviser, "a")
    event = make.event(adviser)
    partner = signed(client, accounts.actor())
    accounts.share(adviser.acting_for(), partner.acting_for(), "events")
    assert client.post(url("invite", event.key)).status_code == 404
    signed(client, adviser)
    actions.close_registration(event=event, by=adviser)
    assert "Inviter" not in main_of(client.get(url("event", event.key)))
    assert client.post(url("invite", event.key)).status_code == 409
    assert to("invited") == []
