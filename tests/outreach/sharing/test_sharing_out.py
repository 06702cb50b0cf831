"""A list shared out: what advisers say of themselves, a proposal read, adjusted and applied; again when one leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions, parting
from maillage.outreach.actions import Said
from maillage.outreach.models import AdviserProfile, Campaign, ListedFirm
from maillage.outreach.parting import Asked
from maillage.outreach.vocabulary import Outcome
from tests.factories import accounts, outreach as make, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
LILLE, ROUBAIX = "59350", "59512"


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def person(manager: Actor, name: str = "", role: Role = Role.ADVISER) -> Person:
    someone = accounts.actor(role, manager.organisation).person
    assert someone is not None
    if name:
        Person.objects.filter(pk=someone.pk).update(name=name)
        someone.refresh_from_db()
    return someone


def says(
    manager: Actor, who: Person, *communes: str, hours: int = 35, **said: Any
) -> AdviserProfile:
    given = Said(communes=communes, weekly_hours=hours, **said)
    return actions.say_profile(person=who, said=given, version=0, by=manager)


def campaign_of(manager: Actor, **firms: int) -> Campaign:
    for commune, count in firms.items():
        for _ in range(count):
            register.establishment(commune=commune.removeprefix("c"))
    return make.campaign(manager)


def leave(manager: Actor, who: Person) -> None:
    Membership.objects.visible_to(manager).filter(person=who).update(ends_on=date(2020, 6, 29))


def held(manager: Actor, campaign: Campaign) -> dict[str, int]:
    rows = ListedFirm.objects.visible_to(manager).filter(campaign=campaign)
    found: dict[str, int] = {}
    for name in rows.values_list("adviser__name", flat=True):
        found[name or ""] = found.get(name or "", 0) + 1
    return found


def page_of(client: Client, campaign: Campaign, query: str = "") -> BeautifulSoup:
    answer = client.get(reverse("outreach:share", args=[campaign.key]) + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def apply(
    client: Client, campaign: Campaign, page: BeautifulSoup, query: str = "", **chosen: str
) -> Any:
    seen = page.select_one("[name=seen]")
    assert seen is not None
    sent = {"seen": seen["value"]} | {f"commune-{code[1:]}": key for code, key in chosen.items()}
    return client.post(reverse("outreach:share", args=[campaign.key]) + query, sent)


def test_a_share_follows_sectors_and_is_applied_in_one_go(client: Client, manager: Actor) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    says(manager, anne, ROUBAIX)
    says(manager, bea, LILLE)
    campaign = campaign_of(manager, c59350=3, c59512=3)
    before = Act.objects.visible_to(manager).count()
    page = page_of(client, campaign)
    assert "3 dans son secteur (40 points)" in " ".join(page.get_text().split())
    assert apply(client, campaign, page)["Location"] == reverse(
        "outreach:campaign", args=[campaign.key]
    )
    assert held(manager, campaign) == {"Anne": 3, "Béa": 3}
    lines = ListedFirm.objects.visible_to(manager).filter(adviser=anne)
    assert set(lines.values_list("commune", flat=True)) == {ROUBAIX}
    assert Act.objects.visible_to(manager).count() == before, "planning is no act"


def test_the_manager_gives_a_commune_whole_to_somebody_else(client: Client, manager: Actor) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    says(manager, anne, ROUBAIX)
    campaign = campaign_of(manager, c59350=2, c59512=2)
    apply(client, campaign, page_of(client, campaign), c59512=str(bea.pk))
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign, commune=ROUBAIX)
    assert set(lines.values_list("adviser", flat=True)) == {bea.pk}


def test_a_proposal_that_changed_since_it_was_read_is_not_applied(
    client: Client, manager: Actor
) -> None:
    anne = person(manager, "Anne")
    campaign = campaign_of(manager, c59350=4)
    page = page_of(client, campaign)
    says(manager, person(manager, "Béa"), LILLE)
    answer = apply(client, campaign, page)
    assert answer.status_code == 422
    assert "n’est plus celle que vous avez lue" in answer.content.decode()
    assert held(manager, campaign) == {"": 4}
    again = BeautifulSoup(answer.content, "html.parser")
    apply(client, campaign, again)
    assert held(manager, campaign) == {"Anne": 2, "Béa": 2}
    assert anne


def test_what_somebody_has_already_counts_in_their_load(manager: Actor) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    first = campaign_of(manager, c59350=4)
    actions.assign(campaign=first, adviser=anne, by=manager)
    second = make.campaign(manager)
    taken = {
        one.person.name: (one.load, one.taken)
        for one in parting.share(second, manager, Asked()).parts
    }
    assert taken == {"Anne": (4, 0), "Béa": (0, 4)}
    assert bea


def test_when_an_adviser_leaves_what_they_have_not_seen_is_shared_again(
    client: Client, manager: Actor
) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    campaign = campaign_of(manager, c59350=3)
    actions.assign(campaign=campaign, adviser=anne, by=manager)
    seen = ListedFirm.objects.visible_to(manager).filter(campaign=campaign).first()
    assert seen is not None
    make.visit(manager, seen.establishment, campaign=campaign, outcome=Outcome.DONE)
    assert parting.orphans(campaign, manager) == 0
    leave(manager, anne)
    assert parting.orphans(campaign, manager) == 2
    page = page_of(client, campaign)
    assert "2 entreprises à voir sont confiées à quelqu’un qui est parti" in page.get_text()
    apply(client, campaign, page)
    assert held(manager, campaign) == {"Anne": 1, "Béa": 2}, "what was seen stays with who saw it"
    assert bea
    told = client.get(reverse("outreach:campaign", args=[campaign.key])).content.decode()
    assert "quelqu’un qui est parti" not in told


def test_the_page_of_the_campaign_says_that_somebody_left(client: Client, manager: Actor) -> None:
    anne = person(manager, "Anne")
    campaign = campaign_of(manager, c59350=2)
    actions.assign(campaign=campaign, adviser=anne, by=manager)
    leave(manager, anne)
    page = BeautifulSoup(
        client.get(reverse("outreach:campaign", args=[campaign.key])).content, "html.parser"
    )
    assert page.find("a", href=reverse("outreach:share", args=[campaign.key]))
    assert "2 entreprises à voir" in page.get_text()


def test_a_list_may_be_shared_out_again_whole(client: Client, manager: Actor) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    campaign = campaign_of(manager, c59350=4)
    actions.assign(campaign=campaign, adviser=anne, by=manager)
    assert not page_of(client, campaign).select("tbody select"), "nobody is without adviser"
    whole = page_of(client, campaign, "?tout=on")
    apply(client, campaign, whole, "?tout=on")
    assert held(manager, campaign) == {"Anne": 2, "Béa": 2}
    assert bea


def test_a_language_is_called_for_in_some_communes(manager: Actor) -> None:
    anne, bea = person(manager, "Anne"), person(manager, "Béa")
    says(manager, bea, languages=("nl",))
    campaign = campaign_of(manager, c59350=2, c59512=2)
    found = parting.share(campaign, manager, Asked(language="nl", communes=(ROUBAIX,)))
    where = {one.line.commune: one.adviser.key for one in found.proposal.given}
    assert where == {LILLE: anne.pk, ROUBAIX: bea.pk}


def test_officers_and_managers_take_part_once_they_said_so(manager: Actor) -> None:
    officer, anne = person(manager, "Omar", Role.OFFICER), person(manager, "Anne")
    assert parting.team(manager) == [anne]
    says(manager, officer, hours=7)
    assert parting.team(manager) == [anne, officer]
    campaign = campaign_of(manager, c59350=6)
    taken = {one.person.name: one.taken for one in parting.share(campaign, manager, Asked()).parts}
    assert taken == {"Anne": 5, "Omar": 1}


def test_a_share_gives_only_lines_of_the_list_to_people_of_the_organisation(manager: Actor) -> None:
    campaign = campaign_of(manager, c59350=1)
    line = ListedFirm.objects.visible_to(manager).get(campaign=campaign)
    stranger = accounts.actor()
    assert stranger.person is not None
    with pytest.raises(Invalid):
        actions.share_out(campaign=campaign, given={line.pk: stranger.person.pk}, by=manager)
    with pytest.raises(Conflict):
        actions.share_out(campaign=campaign, given={line.pk + 99: person(manager).pk}, by=manager)
    with pytest.raises(NotAllowed):
        actions.share_out(campaign=campaign, given={}, by=accounts.actor(Role.SERVICE_MANAGER))


@pytest.mark.parametrize(
    ("said", "field"),
    [(Said(languages=("xx",)), "languages"), (Said(weekly_hours=60), "weekly_hours"), (Said(weekly_hours=-1), "weekly_hours")],
)  # fmt: skip
def test_a_profile_that_makes_no_sense_is_refused(manager: Actor, said: Said, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.say_profile(person=person(manager), said=said, version=0, by=manager)
    assert set(refusal.value.fields) == {field}


def test_one_says_one_s_own_profile_and_a_manager_those_of_the_team(manager: Actor) -> None:
    adviser = accounts.actor(Role.ADVISER, manager.organisation)
    assert adviser.person is not None
    says(adviser, adviser.person, LILLE)
    with pytest.raises(NotAllowed):
        actions.say_profile(person=person(manager), said=Said(), version=0, by=adviser)
    with pytest.raises(Conflict):
        actions.say_profile(person=adviser.person, said=Said(), version=0, by=manager)
    again = actions.say_profile(
        person=adviser.person, said=Said(weekly_hours=7), version=1, by=manager
    )
    assert (again.version, again.communes, again.weekly_hours) == (2, [], 7)
    assert not AdviserProfile.objects.visible_to(accounts.actor()).exists()


def test_the_form_of_a_profile_takes_sectors_communes_and_activities(
    client: Client, manager: Actor
) -> None:
    places.places_loaded()
    anne = person(manager, "Anne")
    address = reverse("outreach:profile", args=[anne.key])
    sent = {"communes": "Lille, 59512", "languages": ["nl"], "activities": "10.71, 43", "weekly_hours": "21", "version": "0"}  # fmt: skip
    assert client.post(address, sent)["Location"] == reverse("outreach:team")
    said = AdviserProfile.objects.visible_to(manager).get(person=anne)
    assert (said.communes, said.languages, said.activities) == ([LILLE, ROUBAIX], ["nl"], ["1071", "43"])  # fmt: skip
    assert client.post(address, sent).status_code == 409
    assert client.post(address, sent | {"communes": "Atlantide", "version": "1"}).status_code == 422
    team = client.get(reverse("outreach:team")).content.decode()
    assert "21 h par semaine" in team
    assert "Néerlandais" in team


def test_a_longer_list_asks_the_database_no_more(
    client: Client, manager: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    person(manager)
    make.many_firms(40)
    campaign = make.campaign(manager)
    page_of(client, campaign)
    with django_assert_max_num_queries(28):
        page = page_of(client, campaign)
    with django_assert_max_num_queries(45):
        apply(client, campaign, page)
    assert "" not in held(manager, campaign)
