"""Events a year later and after an erasure: names are gone from every page, counts and acts stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.events import actions, reading
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import How
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.events.test_pages import main_of, signed, url
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
DOOR = clock.parse_instant("2020-03-12T09:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def attended(by: Actor) -> Event:
    """An event with a firm and a person who registered; the firm came."""
    event = make.event(by)
    line = make.line(event, register.establishment(), name="Ada", email="ada@a.example", phone="03")
    make.line(event, name="Zoe", email="zoe@a.example", phone="03")
    with clock.at(DOOR):
        actions.note_present(line=line, how=How.LIST, by=by)
    return event


def names() -> list[tuple[str, str, str]]:
    rows = Registration.objects.visible_to(MACHINE).order_by("pk")
    return list(rows.values_list("name", "email", "phone"))


@pytest.mark.parametrize(("days", "gone"), [(364, False), (366, True), (800, True)])
def test_names_and_addresses_are_emptied_a_year_after_registering(
    adviser: Actor, days: int, gone: bool
) -> None:
    attended(adviser)
    with clock.at(clock.now() + timedelta(days=days)):
        for _twice in range(2):
            retaining.apply(by=MACHINE)
    assert (names() == [("", "", ""), ("", "", "")]) is gone


def test_what_was_counted_stays_counted_once_names_are_gone(adviser: Actor) -> None:
    event = attended(adviser)
    before = reading.standing_of(event, reading.lines_of(event, adviser))
    acts = list(Act.objects.unscoped(reason="tests").order_by("pk").values_list("key", flat=True))
    with clock.at(clock.now() + timedelta(days=400)):
        retaining.apply(by=MACHINE)
    assert reading.standing_of(event, reading.lines_of(event, adviser)) == before
    after = Act.objects.unscoped(reason="tests").order_by("pk").values_list("key", flat=True)
    assert list(after) == acts


def test_the_pages_of_an_emptied_list_name_the_firm_alone(client: Client, adviser: Actor) -> None:
    event = attended(adviser)
    with clock.at(clock.now() + timedelta(days=400)):
        retaining.apply(by=MACHINE)
        signed(client, adviser)
        for name in ("check_in", "event"):
            told = main_of(client.get(url(name, event.key)))
            assert "Ada" not in told
            assert "Zoe" not in told
        listed = main_of(client.get(url("check_in", event.key)))
    assert "Personnes sans entreprise" in listed
    assert "ATELIER" in listed.upper()


def test_who_was_emptied_is_neither_invited_nor_thanked(adviser: Actor) -> None:
    attended(adviser)
    with clock.at(clock.now() + timedelta(days=366)):
        retaining.apply(by=MACHINE)
        event = make.event(adviser, day=clock.today() + timedelta(days=9))
        assert actions.invite(event=event, by=adviser) == 0
