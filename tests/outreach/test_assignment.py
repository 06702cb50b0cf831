"""Sharing a list out: whose firms are whose, and what a street or a commune means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.outreach import actions
from maillage.outreach.models import Campaign, ListedFirm
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db

# firm | commune | street              | diffusion
LIST = """
A      | 59350   | RUE DES POSTES      | O
B      | 59350   | RUE DES POSTES      | O
C      | 59350   | AVENUE DE LA POSTE  | O
D      | 59512   | RUE DES POSTES      | O
E      | 59512   | GRANDE RUE          | O
F      | 59512   |                     | P
"""


class World:
    """A frozen list, its manager and two advisers."""

    def __init__(self) -> None:
        self.firms = {}
        for line in LIST.strip().splitlines():
            name, commune, street, diffusion = (cell.strip() for cell in line.split("|"))
            place = register.establishment(commune=commune, street=street, diffusion=diffusion)
            self.firms[place.pk] = name
        self.manager = accounts.actor(Role.SERVICE_MANAGER)
        self.campaign = factory.campaign(self.manager)
        self.advisers = [accounts.person(Role.ADVISER, self.manager.organisation) for _ in "12"]

    def give(self, adviser: int = 0, **given: Any) -> int:
        return actions.assign(
            campaign=self.campaign, adviser=self.advisers[adviser], by=self.manager, **given
        )

    def of(self, adviser: int | None) -> str:
        person = None if adviser is None else self.advisers[adviser]
        lines = ListedFirm.objects.visible_to(self.manager).filter(adviser=person)
        return "".join(sorted(self.firms[line.establishment_id] for line in lines))


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, "ABCDEF"),
        ({"communes": ["59350"]}, "ABC"),
        ({"communes": ["59350", "59512"]}, "ABCDEF"),
        ({"communes": ["62498"]}, ""),
        ({"street": "postes"}, "ABD"),
        ({"street": "  POSTE "}, "ABCD"),
        ({"street": "rue", "communes": ["59512"]}, "DE"),
        ({"street": "nowhere"}, ""),
        # The street of a firm of partial diffusion is not even stored: it goes with its commune.
        ({"communes": ["59512"], "street": ""}, "DEF"),
    ],
    ids=str,
)
def test_firms_are_given_by_commune_and_by_street(asked: dict[str, Any], given: str) -> None:
    world = World()
    assert world.give(**asked) == len(given)
    assert world.of(0) == given
    assert world.of(None) == "".join(sorted(set("ABCDEF") - set(given)))


def test_what_one_adviser_has_is_not_taken_by_the_next() -> None:
    world = World()
    assert (world.give(0, communes=["59350"]), world.give(1), world.give(0)) == (3, 3, 0)
    assert (world.of(0), world.of(1), world.of(None)) == ("ABC", "DEF", "")


@pytest.mark.parametrize(
    ("role", "taken"),
    [(role, role in {Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER}) for role in Role],
)
def test_firms_are_given_to_those_who_go_and_see_them(role: Role, taken: bool) -> None:
    register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    colleague = accounts.person(role, manager.organisation)
    if taken:
        assert actions.assign(campaign=campaign, adviser=colleague, by=manager) == 1
        return
    with pytest.raises(Invalid) as refused:
        actions.assign(campaign=campaign, adviser=colleague, by=manager)
    told = str(refused.value.fields["adviser"])
    assert told == "Cette personne n’est pas conseillère dans votre organisation aujourd’hui."


def test_a_person_who_left_or_has_not_begun_is_given_nothing() -> None:
    register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign, today = factory.campaign(manager), clock.today()
    ours = manager.organisation
    left = accounts.person(organisation=ours, ends_on=today - timedelta(days=1))
    coming = accounts.person(organisation=ours, starts_on=today + timedelta(days=1))
    last_day = accounts.person(organisation=ours, ends_on=today)
    for person in (left, coming):
        with pytest.raises(Invalid):
            actions.assign(campaign=campaign, adviser=person, by=manager)
    assert actions.assign(campaign=campaign, adviser=last_day, by=manager) == 1


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ELECTED, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_those_who_run_campaigns_share_them_out(role: Role) -> None:
    world = World()
    colleague = accounts.actor(role, world.manager.organisation)
    with pytest.raises(NotAllowed) as refused, translation.override("en"):
        actions.assign(campaign=world.campaign, adviser=world.advisers[0], by=colleague)
    with translation.override("en"):
        said = str(refused.value)
    assert said == "Officers and service managers of its organisation run a campaign."


def test_a_partner_who_reads_the_campaign_does_not_share_it_out() -> None:
    world = World()
    partner = accounts.actor(Role.SERVICE_MANAGER)
    accounts.share(world.manager.acting_for(), partner.acting_for(), "visits")
    assert Campaign.objects.visible_to(partner).exists()
    with pytest.raises(NotAllowed):
        actions.assign(campaign=world.campaign, adviser=world.advisers[0], by=partner)


# On screen.


@pytest.fixture
def page(client: Client) -> tuple[Client, Actor, Campaign, str]:
    register.establishment()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    return client, manager, campaign, reverse("outreach:assign", kwargs={"key": campaign.key})


def test_the_form_offers_the_advisers_and_communes_of_ones_own(
    page: tuple[Client, Actor, Campaign, str],
) -> None:
    client, manager, _campaign, address = page
    colleague = accounts.person(Role.OFFICER, manager.organisation, name="Sofia")
    accounts.person(Role.ELECTED, manager.organisation, name="Monsieur le maire")
    accounts.person(name="Somebody else")
    form = client.get(address).context["form"]
    assert set(form.fields["adviser"].queryset) == {manager.person, colleague}
    assert form.fields["communes"].choices == [("59350", "Lille")]


def test_firms_given_are_counted_and_the_page_says_when_none_is_left(
    page: tuple[Client, Actor, Campaign, str],
) -> None:
    client, manager, _campaign, address = page
    assert manager.person is not None
    assert "n’ont pas encore de conseiller" in client.get(address).content.decode()
    answer = client.post(address, {"adviser": manager.person.pk}, follow=True)
    shown = answer.content.decode()
    assert "Entreprises confiées" in shown
    assert "n’ont pas encore de conseiller" not in shown


@pytest.mark.parametrize("adviser", ["", "0", "not a number", "999999"])
def test_somebody_who_is_not_offered_is_refused_on_the_field(
    page: tuple[Client, Actor, Campaign, str], adviser: str
) -> None:
    client, _manager, _campaign, address = page
    answer = client.post(address, {"adviser": adviser})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["adviser"]


def test_a_commune_outside_the_list_is_refused(page: tuple[Client, Actor, Campaign, str]) -> None:
    client, manager, _campaign, address = page
    assert manager.person is not None
    answer = client.post(address, {"adviser": manager.person.pk, "communes": ["59512"]})
    assert list(answer.context["form"].errors) == ["communes"]
    assert not ListedFirm.objects.visible_to(manager).exclude(adviser=None).exists()


def test_a_draft_has_nothing_to_share_out(client: Client) -> None:
    places.places_loaded()
    manager = accounts.signed_in(client, Role.OFFICER)
    draft = factory.draft(manager)
    assert isinstance(manager.person, Person)
    assert actions.assign(campaign=draft, adviser=manager.person, by=manager) == 0
