"""One tap to call: the number that a firm left with a need, for the organisation that heard it and nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.needs.models import Need
from maillage.outreach.calling import Telephone, telephones
from maillage.register.models import Establishment
from tests.factories import accounts, needs, outreach as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
PAGE = reverse("outreach:my_round")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


@pytest.mark.parametrize(
    ("number", "url"),
    [
        ("03 20 00 00 00", "tel:0320000000"),
        ("+33 (0)3.20-00", "tel:+3303 20 00".replace(" ", "")),
        ("3631", "tel:3631"),
        ("12", ""),
        ("à la boutique", ""),
        ("javascript:alert(1234)", "tel:1234"),
        ("٣٤٥٦", ""),
    ],
)
def test_only_a_number_is_dialled(number: str, url: str) -> None:
    assert Telephone(number, "", date(2020, 7, 1)).url == url


def test_the_round_calls_with_the_number_given_last_and_forgets_it_with_the_need(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=2)
    place, silent = Establishment.objects.filter(trade_name__startswith="FIRM").order_by("pk")
    old = needs.need(adviser, place, contact_phone="03 20 11 11 11", contact_name="Mme Ancienne")
    needs.need(adviser, place, contact_phone="", contact_name="Personne")
    told = needs.need(adviser, place, contact_phone="06 00 00 00 01", contact_name="Mme Neuve")
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    stop = page.select_one(f'[data-stop="{place.key}"]')
    assert stop is not None
    (call,) = stop.select("a[href^='tel:']")
    assert call["href"] == "tel:0600000001"
    assert "Appeler" in call.get_text()
    assert "Demander Mme Neuve" in stop.get_text()
    other = page.select_one(f'[data-stop="{silent.key}"]')
    assert other is not None
    assert not other.select("a[href^='tel:']")
    # Taken back, the need before it speaks; emptied as retention does, nobody does.
    every = Need.objects.unscoped(reason="a test")
    every.filter(pk=told.pk).update(withdrawn_at=clock.now(), withdrawn_because="mistake")
    assert telephones(adviser, [place.pk])[place.pk].name == "Mme Ancienne"
    every.filter(pk=old.pk).update(contact_phone="", contact_name="")
    assert "tel:" not in client.get(PAGE).content.decode()
    kept.stops.filter(establishment=place).update(rank=None, why="no_room")
    needs.need(adviser, place, contact_phone="06 00 00 00 02")
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    left = page.select_one("section[aria-labelledby=left]")
    assert left is not None
    assert left.select("a[href='tel:0600000002']"), "whom one cannot see today may be called"


def test_the_number_told_to_a_partner_is_not_read_here(adviser: Actor) -> None:
    make.kept_round(adviser, firms=1)
    place = Establishment.objects.get(trade_name="FIRM 0")
    partner = accounts.actor()
    needs.need(partner, place, contact_phone="06 00 00 00 03")
    accounts.share(partner.acting_for(), adviser.acting_for(), "needs", Sensitivity.PARTNERS)
    assert Need.objects.visible_to(adviser).filter(establishment=place), "the need is shared"
    assert telephones(adviser, [place.pk]) == {}
    assert telephones(partner, [place.pk])[place.pk].number == "06 00 00 00 03"


def test_numbers_are_read_at_once_for_all_stops(client: Client, adviser: Actor) -> None:
    make.kept_round(adviser, firms=7)
    places = list(Establishment.objects.filter(trade_name__startswith="FIRM").order_by("pk"))
    for rank, place in enumerate(places):
        needs.need(adviser, place, contact_phone=f"03 20 00 00 0{rank}")

    def tables(reader: Actor) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            found = telephones(reader, [one.pk for one in places])
        assert [found[one.pk].url for one in places] == [f"tel:032000000{k}" for k in range(7)]
        return [query["sql"].split('FROM "')[1].split('"')[0] for query in seen]

    newly = Actor(adviser.person, adviser.organisation, adviser.role, adviser.membership)
    # Who shares needs with one is read once for an actor, by whatever of their pages asks first.
    assert tables(newly) == ["accounts_share", "needs_need"]
    assert tables(newly) == ["needs_need"]
    assert client.get(PAGE).content.decode().count('href="tel:') == 7
