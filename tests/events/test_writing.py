"""Reminded the day before, thanked the day after, invited again: each once, whatever the worker did, none who opposed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking, jobs
from maillage.events.actions import writing
from maillage.events.models import Event
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
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


def sent(template: str) -> list[str]:
    rows = Message.objects.visible_to(MACHINE).filter(template=f"events/mails/{template}.html")
    return sorted(rows.values_list("recipient", flat=True))


def run(instant: str) -> str:
    with clock.at(clock.parse_instant(instant)):
        return str(jobs.write_to_guests.func())


def guests(event: Event, names: str) -> None:
    for name in names:
        make.line(event, name=name, email=f"{name}@a.example")


@pytest.mark.parametrize(
    ("instant", "reminded"),
    [
        ("2020-03-10T23:59", []),
        ("2020-03-11T00:01", ["a@a.example", "b@a.example"]),
        ("2020-03-12T07:59", ["a@a.example", "b@a.example"]),
        ("2020-03-12T08:00", []),
        ("2020-03-13T09:00", []),
    ],
)
def test_who_has_a_seat_is_reminded_the_day_before_or_that_morning_never_afterwards(
    adviser: Actor, instant: str, reminded: list[str]
) -> None:
    event = make.event(adviser, seats=2)
    guests(event, "abc")  # c waits
    run(instant)
    assert sent("reminder") == reminded


def test_the_job_run_every_hour_reminds_once(adviser: Actor) -> None:
    guests(make.event(adviser), "ab")
    for hour in range(8, 20):
        run(f"2020-03-11T{hour:02}:00")
    run("2020-03-12T06:00")
    assert sent("reminder") == ["a@a.example", "b@a.example"]


def test_who_got_a_seat_since_is_reminded_too_and_who_gave_up_is_not(adviser: Actor) -> None:
    event = make.event(adviser, seats=2)
    guests(event, "abc")
    booking.give_up(event.registrations.select_related("event__organisation").get(name="a"))
    run("2020-03-11T08:00")
    assert sent("reminder") == ["b@a.example", "c@a.example"]


def test_a_draft_and_a_cancelled_event_remind_nobody(adviser: Actor) -> None:
    event = make.event(adviser)
    guests(event, "a")
    actions.cancel_event(event=event, why="health", by=adviser)
    make.draft(adviser)
    assert run("2020-03-11T08:00") == "0 reminded, 0 thanked"


def test_who_came_is_thanked_once_within_a_week(adviser: Actor) -> None:
    event = make.event(adviser)
    guests(event, "ab")
    came = event.registrations.select_related("event__organisation").get(name="a")
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=came, how="list", by=adviser)
        assert writing.to_thank() == []
    for day in (13, 14, 19):
        run(f"2020-03-{day}T09:00")
    assert sent("thanks") == ["a@a.example"]


def test_a_paper_list_entered_after_a_week_thanks_nobody_any_more(adviser: Actor) -> None:
    event = make.event(adviser)
    guests(event, "a")
    with clock.at(clock.parse_instant("2020-03-25T08:10")):
        line = event.registrations.select_related("event__organisation").get()
        actions.note_present(line=line, how="paper", by=adviser)
    run("2020-03-25T09:00")
    assert sent("thanks") == []


def test_a_reminder_says_how_to_have_no_more_and_is_not_carried_to_who_said_so(
    adviser: Actor,
) -> None:
    guests(make.event(adviser), "ab")
    run("2020-03-11T08:00")
    every = Message.objects.visible_to(MACHINE).filter(template__contains="reminder")
    assert all(one.unsubscribe and one.unsubscribe in one.text for one in every)
    Unsubscription.objects.create(
        digest=addresses.digest(Kind.EMAIL, "a@a.example"), topic="events.news"
    )
    unwilling = outbox.unwilling(list(every))
    assert {one.recipient for one in every if one.pk in unwilling} == {"a@a.example"}


def test_a_confirmation_is_owed_and_has_no_topic(adviser: Actor) -> None:
    guests(make.event(adviser), "a")
    message = Message.objects.visible_to(MACHINE).get()
    assert (message.topic, message.unsubscribe) == ("", "")


# Invitations


def lived(adviser: Actor, names: str, **given: object) -> Event:
    """An event of yesterday to which these came."""
    yesterday = clock.today() - timedelta(days=1)
    with clock.at(clock.now() - timedelta(days=2)):
        event = make.event(adviser, day=yesterday, **given)
        guests(event, names)
    for line in event.registrations.select_related("event__organisation"):
        actions.note_present(line=line, how="paper", by=adviser)
    return event


def test_who_came_before_is_invited_once_an_address(adviser: Actor) -> None:
    lived(adviser, "ab")
    lived(adviser, "bc")
    lived(accounts.actor(), "x")  # another organisation's guests are theirs
    event = make.event(adviser)
    guests(event, "c")
    assert actions.invite(event=event, by=adviser) == 2
    actions.invite(event=event, by=adviser)
    assert sent("invited") == ["a@a.example", "b@a.example"]
    text = Message.objects.visible_to(MACHINE).filter(template__contains="invited")[0].text
    assert f"/agenda/{event.key}/" in text


def test_after_a_year_nobody_is_invited_any_more(adviser: Actor) -> None:
    lived(adviser, "a")
    with clock.at(clock.now() + timedelta(days=366)):
        event = make.event(adviser, day=clock.today() + timedelta(days=9))
        assert writing.former_guests(event) == []


def test_one_invites_to_ones_own_open_and_public_events(adviser: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.invite(event=make.event(adviser), by=accounts.actor())
    for event in (make.draft(adviser), make.event(adviser, is_public=False)):
        with pytest.raises(Conflict):
            actions.invite(event=event, by=adviser)


def test_the_button_says_how_many_and_goes_once_nobody_is_left(
    client: Client, adviser: Actor
) -> None:
    lived(adviser, "ab")
    event = make.event(adviser)
    signed(client, adviser)
    assert "Inviter 2 personnes déjà venues" in main_of(client.get(url("event", event.key)))
    told = main_of(client.post(url("invite", event.key), follow=True))
    assert "boîte d’envoi : 2" in told
    guests(event, "ab")
    assert "Inviter" not in main_of(client.get(url("event", event.key)))


# The code shown at the door


def test_the_code_holds_the_address_of_the_line_and_is_drawn_as_read() -> None:
    import qrcode

    from maillage.events import pass_codes

    line = make.line(make.event(), register.establishment())
    address = pass_codes.address_of(line)
    assert address.endswith(f"/evenements/inscriptions/{line.key}/")
    drawing = pass_codes.drawn(address, "Code")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(address)
    dark = sum(map(sum, code.get_matrix()))
    assert drawing.count("h1v1h-1z") == dark
    assert "style" not in drawing
    assert "<title>Code</title>" in drawing


def test_a_code_read_at_the_door_notes_presence_in_one_tap(client: Client, adviser: Actor) -> None:
    line = make.line(make.event(adviser), register.establishment())
    assert client.get(url("line", line.key)).status_code == 302  # nobody is signed in
    signed(client, adviser)
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        assert "Attendu" in main_of(client.get(url("line", line.key)))
        client.post(url("present", line.key), {"what": "present", "how": "code"})
        assert "Présent" in main_of(client.get(url("line", line.key)))
    line.refresh_from_db()
    assert line.came_by == "code"
    signed(client, accounts.actor())
    assert client.get(url("line", line.key)).status_code == 404
