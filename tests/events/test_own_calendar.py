"""An assembly day in calendars: one's own workshops entry by entry, whatever becomes of them; the programme for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor, System
from maillage.events import actions, booking, ics, mailing
from maillage.events.models import Event, Registration, Workshop
from maillage.events.vocabulary import Ended, Why
from maillage.kernel import clock
from maillage.post.models import Message
from tests.events.calendars import read
from tests.events.test_pages import main_of, url
from tests.factories import accounts, events as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
Entries = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def now(row: Any) -> Any:
    """A row as it stands, with its event."""
    path = () if isinstance(row, Event) else ("event__organisation",)
    return type(row).objects.visible_to(MACHINE).select_related(*path).get(pk=row.pk)


def own(line: Registration) -> Entries:
    """The calendar of somebody who registered, by what each entry is of."""
    _head, entries = read(ics.own(now(line)).encode())
    return {str(one["UID"]).partition("@")[0]: one for one in entries}


def standing(line: Registration) -> dict[str, str]:
    """Where each entry stands, by its title."""
    return {str(one["SUMMARY"]): str(one["STATUS"]) for one in own(line).values()}


def room(day: Event, title: str, hour: int, seats: int = 1, **given: Any) -> Workshop:
    hours = {"starts_at": time(hour), "ends_at": time(hour + 1)}
    return make.workshop(day, title_fr=title, seats=seats, **(hours | given))


def changed(workshop: Workshop, by: Actor, **given: Any) -> None:
    found = now(workshop)
    told = {name: getattr(found, name) for name in actions.WorkshopPlan.__dataclass_fields__}
    plan = actions.WorkshopPlan(**(told | given))
    actions.change_workshop(workshop=found, plan=plan, version=found.version, by=by)


def replanned(event: Event, by: Actor, **given: Any) -> None:
    found = now(event)
    plan = actions.Plan.of(found)
    told = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    actions.change_event(
        event=found, plan=actions.Plan(**(told | given)), version=found.version, by=by
    )


def test_who_registered_reads_the_day_and_each_of_their_workshops(adviser: Actor) -> None:
    day = make.assembly(adviser, seats=2, lon=3.0635, lat=50.6366)
    early = room(day, "Énergie", 10, about_fr="Baisser ses factures", room="Salle 2")
    late = room(day, "Recruter", 14, host="Camille")
    room(day, "Plénière", 16, seats=0, room="")
    make.line(day, name="First", workshops=[late])
    line = make.line(day, name="Ada", workshops=[early, late])
    told = own(line)
    assert list(told) == [str(one.key) for one in (day, early, late)]
    whole, first, second = told.values()
    assert [one["STATUS"] for one in told.values()] == ["CONFIRMED", "CONFIRMED", "TENTATIVE"]
    assert (first["DTSTART"], first["DTEND"]) == (
        datetime(2020, 3, 12, 9, tzinfo=UTC),
        datetime(2020, 3, 12, 10, tzinfo=UTC),
    )
    assert first["LOCATION"] == "Salle 2, Chez Jeannot, 1 place du Test"
    assert first["DESCRIPTION"] == f"{day.title}\nBaisser ses factures"
    assert first["RELATED-TO"] == second["RELATED-TO"] == whole["UID"]
    assert whole["GEO"] == first["GEO"]
    assert "RELATED-TO" not in whole
    programme = str(whole["DESCRIPTION"]).replace("\u00a0", " ").split("\n")
    assert programme == [
        "10 h 00–11 h 00. Énergie, Salle 2",
        "14 h 00–15 h 00. Recruter, Salle 1",
        "16 h 00–17 h 00. Plénière",
    ]


def test_whatever_happens_an_entry_keeps_its_name_and_its_sequence_rises_with_what_it_says(
    adviser: Actor,
) -> None:
    day = make.assembly(adviser, seats=1)
    early, late, other = room(day, "Early", 10), room(day, "Late", 14), room(day, "Other", 15)
    holder = make.line(day, name="Holder", workshops=[early])
    line = make.line(day, name="Ada", workshops=[early, late])
    tentative, sure, off = "TENTATIVE", "CONFIRMED", "CANCELLED"
    title = day.title
    steps: list[tuple[Any, dict[str, str]]] = [
        (lambda: None, {title: tentative, "Early": tentative, "Late": tentative}),
        (lambda: booking.give_up(now(holder)), {title: sure, "Early": sure, "Late": sure}),
        (lambda: booking.choose(now(line), [late, other]), {"Early": off, "Other": sure}),
        (lambda: booking.choose(now(line), [early, other]), {"Early": sure, "Late": off}),
        (lambda: changed(early, adviser, starts_at=time(9)), {}),
        (lambda: changed(early, adviser, room="Salle 9"), {}),
        (lambda: replanned(day, adviser, day=make.DAY + timedelta(days=1)), {}),
        (lambda: replanned(day, adviser, place="Ailleurs"), {}),
        (lambda: room(day, "Added", 12), {}),
        (lambda: actions.cancel_workshop(workshop=now(other), why=Why.NO_ROOM, by=adviser), {"Other": off}),
        (lambda: actions.end_registration(line=now(line), because=Ended.GIVEN_UP, by=adviser), {title: off, "Early": off}),
        (lambda: actions.cancel_event(event=now(day), why=Why.HEALTH, by=adviser), {}),
    ]  # fmt: skip
    expected: dict[str, str] = {}
    before: Entries = {}
    for number, (step, told) in enumerate(steps):
        step()
        expected |= told
        assert standing(line) == expected, number
        after = own(line)
        assert set(before) <= set(after), "nothing that a calendar holds is forgotten"
        for key, was in before.items():
            same = {**after[key], "SEQUENCE": was["SEQUENCE"]} == was
            rise = int(after[key]["SEQUENCE"]) - int(was["SEQUENCE"])
            assert rise >= 0 if same else rise > 0, (number, was["SUMMARY"])
        before = after


def test_an_event_cancelled_takes_its_workshops_with_it(adviser: Actor) -> None:
    day = make.assembly(adviser)
    line = make.line(day, workshops=[room(day, "Early", 10)])
    actions.cancel_event(event=now(day), why=Why.HEALTH, by=adviser)
    assert set(standing(line).values()) == {"CANCELLED"}


def test_the_file_is_handed_by_the_link_alone_from_the_page_and_the_confirmation(
    client: Client, adviser: Actor
) -> None:
    day = make.assembly(adviser, is_public=False)
    line = make.line(day, email="ada@a.example", workshops=[room(day, "Early", 10)])
    page = mailing.hand_link(line, day)
    address = reverse("events:own_ics", kwargs={"token": page.rstrip("/").split("/")[-2]})
    assert "Le mettre dans mon agenda" in main_of(client.get(page))
    assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"SUMMARY:Early" in answer.content
    assert b"URL" not in answer.content, "it is announced to nobody"
    (message,) = Message.objects.visible_to(MACHINE)
    assert "/inscription/agenda.ics" in message.text
    assert client.get(reverse("events:own_ics", kwargs={"token": "none"})).status_code == 404
    actions.end_registration(line=now(line), because=Ended.GIVEN_UP, by=adviser)
    assert address not in client.get(page).content.decode()
    assert client.get(address).content.count(b"STATUS:CANCELLED") == 2


def test_everybody_reads_the_programme_in_the_description_and_a_feed_asks_no_more_for_more_days(
    client: Client, adviser: Actor
) -> None:
    day = make.assembly(adviser)
    kept, off = room(day, "Kept", 10), room(day, "Called off", 11)

    def told() -> dict[str, Any]:
        _head, (one,) = read(client.get(url("ics", day.key)).content)
        return one

    before = told()
    assert "Called off" in str(before["DESCRIPTION"])
    actions.cancel_workshop(workshop=now(off), why=Why.NO_ROOM, by=adviser)
    after = told()
    assert str(after["DESCRIPTION"]).endswith(f"{kept.title}, {kept.room}")
    assert "Called off" not in str(after["DESCRIPTION"])
    assert (after["UID"], int(after["SEQUENCE"])) == (before["UID"], int(before["SEQUENCE"]) + 1)
    asked = []
    for _more in range(3):
        room(make.assembly(adviser), "Another", 10)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url("feed", adviser.acting_for().key))
        asked.append(len(queries))
    assert len(set(asked)) == 1
    assert answer.content.count(b"BEGIN:VEVENT") == 4
