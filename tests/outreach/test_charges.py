"""Which action of a convention a campaign may be charged to: checked by the action itself, not the page."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from maillage.accounts.roles import Role
from maillage.conventions.charging import charges_of, may_charge
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.models import Campaign
from tests.factories import accounts, conventions, outreach as factory, places, register

pytestmark = pytest.mark.django_db

FRENCH = "Aucun texte signé d’une convention de votre organisation ne comporte cette action."
ENGLISH = "No signed text of a convention of your organisation has this action."


@pytest.fixture(autouse=True)
def geography() -> None:
    places.places_loaded()


def action_of(organisation: object, *, signed: bool = True) -> str:
    """The permanent key of an action of a convention that the organisation keeps."""
    held = conventions.convention_of(organisation, signed=signed)  # type: ignore[arg-type]
    return f"{held.slug}/1.1"


def test_a_campaign_is_charged_to_an_action_of_a_convention_of_ones_own() -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    key = action_of(manager.organisation)
    assert factory.draft(manager, action_key=key).action_key == key
    assert [value for value, _words in charges_of(manager)] == [key]
    assert may_charge(manager, key)


# whose convention, signed, which code → taken
@pytest.mark.parametrize(
    ("own", "signed", "code", "taken"),
    [
        (True, True, "1.1", True),
        (True, False, "1.1", False),  # a draft binds nobody yet
        (True, True, "9.9", False),
        (False, True, "1.1", False),
        (False, False, "1.1", False),
    ],
)
def test_the_key_of_an_action_is_checked_whatever_the_form_said(
    own: bool, signed: bool, code: str, taken: bool
) -> None:
    manager, partner = accounts.actor(Role.SERVICE_MANAGER), accounts.organisation()
    owner = manager.organisation if own else partner
    slug = action_of(owner, signed=signed).partition("/")[0]
    plan = factory.plan(action_key=f"{slug}/{code}")
    draft = factory.draft(manager)
    asked = {
        "opened": lambda: actions.create_campaign(plan=plan, by=manager, once=str(uuid4())),
        "changed": lambda: actions.change_campaign(
            campaign=draft, plan=plan, version=1, by=manager
        ),
    }
    for what, ask in asked.items():
        if taken:
            assert ask().action_key == plan.action_key, what
            continue
        with pytest.raises(Invalid) as refused:
            ask()
        assert {n: str(said) for n, said in refused.value.fields.items()} == {"action_key": FRENCH}
        with translation.override("en"):
            assert str(refused.value) == ENGLISH
    assert Campaign.objects.visible_to(manager).count() == (2 if taken else 1)


@pytest.mark.parametrize("key", ["mel-cma-2019", "/", "1.1", "x" * 60, "é/1.1"])
def test_a_key_of_nothing_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match="texte signé"):
        factory.draft(action_key=key)


def test_a_campaign_is_charged_to_nothing_when_nobody_says_so() -> None:
    register.establishment()
    campaign = factory.campaign()
    acts = Act.objects.unscoped(reason="test")
    assert campaign.action_key == ""
    assert set(acts.values_list("action_key", flat=True)) == {""}


def test_a_party_charges_as_well_as_the_keeper_does() -> None:
    keeper = accounts.actor(Role.OFFICER)
    held = conventions.convention_of(keeper.acting_for())
    for party in held.versions.get().parties.select_related("organisation"):
        actor = accounts.actor(Role.SERVICE_MANAGER, party.organisation)
        assert may_charge(actor, f"{held.slug}/1.1")
        assert charges_of(actor) == charges_of(keeper)
    assert charges_of(accounts.actor(Role.SERVICE_MANAGER)) == []


def test_the_form_offers_what_the_action_takes_and_a_hand_made_answer_is_refused(
    client: Client,
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    own, foreign = action_of(manager.organisation), action_of(accounts.organisation())
    address = reverse("outreach:new_campaign")
    offered = client.get(address).context["form"].fields["action_key"].choices
    assert [value for value, _words in offered] == ["", own]
    today = clock.today()
    typed = {
        "once": str(uuid4()),
        "title": "Centre",
        "territory": "mel",
        "starts_on": today.isoformat(),
        "ends_on": today.isoformat(),
    }
    refused = client.post(address, {**typed, "action_key": foreign})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["action_key"])
    assert client.post(address, {**typed, "action_key": own}).status_code == 302
    assert Campaign.objects.visible_to(manager).get().action_key == own


def test_a_visit_keeps_the_charge_of_its_campaign_through_its_corrections() -> None:
    firm = register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    key = action_of(manager.organisation)
    campaign = factory.campaign(manager, action_key=key)
    visit = factory.visit(manager, firm, campaign=campaign)
    actions.correct_visit(
        visit=visit,
        facts=replace(actions.VisitFacts.of(visit), minutes=10),
        notes={},
        reason="typing",
        version=1,
        by=manager,
    )
    acts = Act.objects.visible_to(manager).of_source("outreach.visit", visit.key)
    assert set(acts.values_list("action_key", flat=True)) == {key}
    assert acts.count() == 3
