"""An event or a workshop that moves: whoever is on its list is told once, and only of what they were told before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.actors import Actor
from maillage.events import actions, booking
from maillage.events.vocabulary import How, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from tests.events.test_mailings import guests, to, written
from tests.events.test_own_calendar import changed, now, replanned, room
from tests.events.test_pages import main_of, signed, soup, url
from tests.factories import accounts, events as make

pytestmark = pytest.mark.django_db
BOTH = ["a@a.example", "b@a.example"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


# what changes of an event | what the message says of now and of before, nothing when there is none
EVENTS: list[tuple[dict[str, Any], tuple[str, str] | None]] = [
    ({"day": make.DAY + timedelta(days=7)}, ("19 mars 2020, 9 h 00", "12 mars 2020, 9 h 00")),
    ({"starts_at": time(8)}, ("8 h 00–17 h 00", "9 h 00–17 h 00")),
    ({"ends_at": time(18)}, ("9 h 00–18 h 00", "9 h 00–17 h 00")),
    ({"place": "Halle aux sucres"}, ("Halle aux sucres, 1 place", "Chez Jeannot, 1 place")),
    ({"address": ""}, ("17 h 00. Chez Jeannot\n", "Chez Jeannot, 1 place du Test")),
    ({"title_fr": "Autrement dit", "about_fr": "Venez", "guide": "Camille"}, None),
    ({"seats": 3, "lon": 3.0, "lat": 50.6, "is_public": False}, None),
    ({}, None),
]


@pytest.mark.parametrize(("changes", "said"), EVENTS)
def test_who_has_a_seat_at_an_event_or_waits_is_told_when_and_where_it_is_now(
    adviser: Actor, changes: dict[str, Any], said: tuple[str, str] | None
) -> None:
    day = make.assembly(adviser, seats=1)
    gone, _first, _waits = guests(day, "xab", language="fr")
    make.line(day, name="No address", email="")
    booking.give_up(gone)
    replanned(day, adviser, **changes)
    assert to("moved") == (BOTH if said else [])
    for message in written("moved"):
        told = message.text.replace("\u00a0", " ")
        at, was = said or ("", "")
        assert at in told.partition("Avant")[0]
        assert was in told.partition("Avant")[2]
        waits = message.recipient == "b@a.example"
        assert ("Vous attendez toujours une place" in told) is waits
        assert not message.topic, "it is owed, so it bears no topic"
    if said:
        replanned(day, adviser, about_fr="Nothing that they know")
        stale = now(day)
        stale.version -= 1
        with pytest.raises(Conflict):  # the same form sent twice
            actions.change_event(
                event=stale, plan=actions.Plan.of(stale), version=stale.version, by=adviser
            )
        assert to("moved") == BOTH


WORKSHOPS: list[tuple[dict[str, Any], tuple[str, str] | None]] = [
    ({"starts_at": time(9, 30)}, ("9 h 30–11 h 00. Salle 1", "10 h 00–11 h 00. Salle 1")),
    ({"ends_at": time(10, 45)}, ("10 h 00–10 h 45. Salle 1", "10 h 00–11 h 00. Salle 1")),
    ({"room": "Salle 9"}, ("11 h 00. Salle 9", "11 h 00. Salle 1")),
    ({"room": ""}, ("11 h 00\n", "11 h 00. Salle 1")),
    ({"host": "Camille", "about_fr": "Venez", "title_fr": "Autrement"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("changes", "said"), WORKSHOPS)
def test_who_has_a_seat_in_a_workshop_or_waits_is_told_of_its_hours_and_room(
    adviser: Actor, changes: dict[str, Any], said: tuple[str, str] | None
) -> None:
    day = make.assembly(adviser, seats=9)
    early, late = room(day, "Early", 10), room(day, "Late", 14)
    left, _first, _waits = guests(day, "xab", workshops=[early, late], language="fr")
    make.line(day, name="Elsewhere", email="c@a.example", workshops=[late])
    booking.choose(left, [late])
    changed(early, adviser, **changes)
    assert to("workshop_moved") == (BOTH if said else [])
    for message in written("workshop_moved"):
        told = message.text.replace("\u00a0", " ")
        at, was = said or ("", "")
        assert at in told.partition("Avant")[0]
        assert was in told.partition("Avant")[2]
        assert ("à votre rang" in told) is (message.recipient == "b@a.example")
    if said:  # there and back again: each is news
        changed(early, adviser, starts_at=time(10), ends_at=time(11), room="Salle 1")
        changed(early, adviser, seats=1)
        assert to("workshop_moved") == sorted(BOTH * 2)


def test_what_is_over_moves_in_silence_and_what_is_to_come_of_a_day_begun_does_not(
    adviser: Actor,
) -> None:
    day = make.assembly(adviser, seats=9)
    early, late, last = room(day, "Early", 10), room(day, "Late", 14), room(day, "Last", 15)
    line, *_others = guests(day, "ab", workshops=[early, late, last])
    with clock.at(clock.parse_instant("2020-03-12T12:00")):
        actions.note_present(line=now(line), how=How.LIST, by=adviser)
        changed(early, adviser, room="Salle 9")
        assert to("workshop_moved") == []
        changed(late, adviser, room="Salle 9")
        assert to("workshop_moved") == BOTH
        actions.cancel_workshop(workshop=now(early), why=Why.NO_ROOM, by=adviser)
        assert to("no_workshop") == []
        actions.cancel_workshop(workshop=now(last), why=Why.NO_ROOM, by=adviser)
        assert to("no_workshop") == BOTH
        replanned(day, adviser, place="Where it was")
    with clock.at(clock.parse_instant("2020-03-13T12:00")):
        replanned(day, adviser, place="Where it really was")
    assert to("moved") == []


def test_calling_a_workshop_off_is_offered_as_long_as_nothing_was_said_there(
    client: Client, adviser: Actor
) -> None:
    signed(client, adviser)
    day = make.assembly(adviser)
    early = room(day, "Early", 10)
    page, cancel = url("workshop", early.key), url("cancel_workshop", early.key)
    why = "il a eu lieu. Pour l’annuler, reprenez d’abord ce qui a été noté par erreur."

    def offered() -> tuple[bool, bool, bool]:
        told = soup(client.get(page))
        form = soup(client.get(cancel)).select_one("main form")
        return why in main_of(client.get(page)), cancel in str(told), form is not None

    assert offered() == (False, True, True)
    with clock.at(clock.parse_instant("2020-03-12T12:00")):
        said = make.contribution(early, by=adviser)
        signed(client, adviser)
        assert offered() == (True, False, False)
        assert why in main_of(client.get(cancel))
        assert client.post(cancel, {"why": Why.NO_ROOM}).status_code == 409
        actions.take_contribution_back(contribution=said, by=adviser)
        assert offered() == (False, True, True)
