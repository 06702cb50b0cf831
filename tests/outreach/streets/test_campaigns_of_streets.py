"""A campaign that walks up streets: every active firm of them, in the order of the doors."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.targets import targets
from maillage.register import segments
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make, places, register

pytestmark = pytest.mark.django_db
GAND = "59350 rue de gand"


def at(number: str, street: str = "RUE DE GAND", **facts: object) -> Establishment:
    return register.establishment(street_number=number, street=street, **facts)


def numbers(campaign: Campaign) -> list[str]:
    """The house numbers of the firms aimed at, in the order of the list."""
    ranked = [one.establishment_id for one in targets(campaign, clock.today())]
    known = dict(Establishment.objects.values_list("pk", "street_number"))
    return [known[pk] for pk in ranked]


def aiming(*streets: str, **plan: object) -> list[str]:
    return numbers(make.draft(streets=streets, **plan))


@pytest.fixture
def manager(client: Client) -> Actor:
    places.places_loaded()
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def typed(client: Client, streets: str, **other: str) -> BeautifulSoup:
    """The page that answers the form of a campaign."""
    page = reverse("outreach:new_campaign")
    once = BeautifulSoup(client.get(page).content, "html.parser").find("input", {"name": "once"})
    sent = {
        "title": "Rue", "territory": "mel", "starts_on": "2020-01-01", "ends_on": "2020-12-31",
        "streets": streets, "once": once["value"],  # type: ignore[index]
    }  # fmt: skip
    return BeautifulSoup(client.post(page, sent | other, follow=True).content, "html.parser")


def test_every_active_firm_of_the_street_is_aimed_at_in_the_order_of_a_walk() -> None:
    for number in ("12", "3 bis", "1", "3", "2", "11", "5"):
        at(number)
    at("7", street="RUE DE LILLE")
    at("9", spell_state="F")
    at("4", commune="59512")
    assert aiming(GAND) == ["1", "3", "3 bis", "5", "11", "12", "2"]


def test_the_register_may_spell_one_street_in_several_ways() -> None:
    at("1", street="BD GAMBETTA")
    at("3", street="BOULEVARD GAMBETTA")
    at("2", street="BD  GAMBETTA")
    at("5", street="RUE GAMBETTA")
    assert aiming("59350 boulevard gambetta") == ["1", "3", "2"]


def test_several_streets_come_as_they_were_listed() -> None:
    at("1")
    at("8", street="RUE DE LILLE")
    at("2")
    assert aiming("59350 rue de lille", GAND) == ["8", "1", "2"]
    assert aiming(GAND, "59350 rue de lille") == ["1", "2", "8"]


def test_kinds_of_firms_may_still_be_asked_for() -> None:
    at("1")
    at("2", trade_register_code="", activity="62.01Z")
    assert aiming(GAND, segments=segments.CRAFT_RM.mask) == ["1"]


def test_a_campaign_is_systematic_when_it_asks_for_every_firm_of_its_places() -> None:
    assert make.draft(streets=(GAND,)).is_systematic
    assert make.draft(communes=("59350",)).is_systematic
    assert not make.draft(sizes=("01",)).is_systematic


def test_the_frozen_list_keeps_the_order_of_the_walk() -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    for number in ("2", "1", "4", "3"):
        at(number)
    made = make.campaign(manager, streets=(GAND,))
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=made).order_by("rank")
    assert list(lines.values_list("establishment__street_number", flat=True)) == [
        "1",
        "3",
        "4",
        "2",
    ]


def test_a_street_outside_the_territory_is_refused() -> None:
    places.places_loaded()
    with pytest.raises(Invalid) as refusal:
        actions.create_campaign(
            plan=make.plan(streets=("62498 rue de gand",)), by=accounts.actor(Role.SERVICE_MANAGER)
        )
    assert set(refusal.value.fields) == {"streets"}


def test_people_type_streets_as_they_say_them(client: Client, manager: Actor) -> None:
    at("1")
    at("5", street="BD GAMBETTA")
    page = typed(client, "boulevard Gambetta, Lille\nr. de Gand, lille\n")
    made = Campaign.objects.owned_by(manager).get()
    assert made.streets == ["59350 boulevard gambetta", GAND]
    assert "RUE DE GAND, Lille" in page.get_text()
    assert "2 entreprises actives" in page.get_text()
    change = client.get(reverse("outreach:change_campaign", args=[made.key]))
    assert "BOULEVARD GAMBETTA, Lille\nRUE DE GAND, Lille" in change.content.decode()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rue de Gant, Lille", "vouliez-vous dire RUE DE GAND"),
        ("Gand, Lille", ""),
        ("rue de Gand", "écrivez la rue, une virgule, la commune"),
        ("rue de Gand, Atlantide", "Aucun lieu"),
        ("avenue du Peuple Belge, Lille", "ne connaît aucune entreprise"),
        ("<b>rue</b>, Lille", "ne connaît aucune entreprise"),
    ],
)
def test_what_is_no_street_is_told_with_the_one_that_may_be_meant(
    client: Client, manager: Actor, line: str, said: str
) -> None:
    at("1")
    page = typed(client, line).get_text()
    assert said in page
    assert Campaign.objects.owned_by(manager).exists() == (not said)


def test_two_streets_that_may_be_meant_are_both_named(client: Client, manager: Actor) -> None:
    at("1")
    at("1", street="IMPASSE DE GAND")
    page = typed(client, "Gand, Lille").get_text()
    assert "IMPASSE DE GAND ou RUE DE GAND" in page
