"""The pages of a share: what a digest protects, who may share out, what is said when there is nothing, few queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions, parting
from maillage.outreach.actions import Said
from maillage.outreach.models import AdviserProfile, Campaign, ListedFirm
from maillage.outreach.parting import Asked
from maillage.outreach.sharing.reasons import POINTS, Criterion
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


def adviser(manager: Actor, name: str, role: Role = Role.ADVISER) -> Person:
    someone = accounts.actor(role, manager.organisation, name=name).person
    assert someone is not None
    return someone


def says(by: Actor, who: Person, **said: Any) -> AdviserProfile:
    return actions.say_profile(person=who, said=Said(**said), version=0, by=by)


def campaign_of(manager: Actor, lille: int = 0, roubaix: int = 0) -> Campaign:
    for commune in [LILLE] * lille + [ROUBAIX] * roubaix:
        register.establishment(commune=commune)
    return make.campaign(manager)


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def address_of(campaign: Campaign) -> str:
    return reverse("outreach:share", args=[campaign.key])


def seen_on(page: BeautifulSoup) -> str:
    fields = page.select("main [name=seen]")
    (told,) = {str(one["value"]) for one in fields}
    return told


def held(manager: Actor, campaign: Campaign) -> list[str]:
    rows = ListedFirm.objects.visible_to(manager).filter(campaign=campaign)
    return sorted(name or "" for name in rows.values_list("adviser__name", flat=True))


# A proposal that was read, and what happens before it is applied


def _seen_meanwhile(manager: Actor, campaign: Campaign) -> None:
    line = ListedFirm.objects.visible_to(manager).filter(campaign=campaign).order_by("rank")[0]
    make.visit(manager, line.establishment, campaign=campaign, outcome=Outcome.DONE)


def _given_meanwhile(manager: Actor, campaign: Campaign) -> None:
    who = Person.objects.get(name="Anne")
    actions.assign(campaign=campaign, adviser=who, by=manager)


def _left_meanwhile(manager: Actor, campaign: Campaign) -> None:
    gone = Membership.objects.visible_to(manager).filter(person__name="Anne")
    gone.update(ends_on=date(2020, 6, 29))


def _joined_meanwhile(manager: Actor, campaign: Campaign) -> None:
    adviser(manager, "Chloé")


def _said_meanwhile(manager: Actor, campaign: Campaign) -> None:
    says(manager, Person.objects.get(name="Anne"), weekly_hours=0)


MEANWHILE = {
    "a firm is seen": _seen_meanwhile,
    "the list is given": _given_meanwhile,
    "an adviser leaves": _left_meanwhile,
    "an adviser joins": _joined_meanwhile,
    "a week becomes empty": _said_meanwhile,
}


@pytest.mark.parametrize("happens", MEANWHILE.values(), ids=MEANWHILE)
def test_what_happens_meanwhile_makes_the_proposal_another(
    client: Client, manager: Actor, happens: Any
) -> None:
    for name in ("Anne", "Béa"):
        adviser(manager, name)
    campaign = campaign_of(manager, lille=6)
    seen = seen_on(read(client, address_of(campaign)))
    happens(manager, campaign)
    before = held(manager, campaign)
    answer = client.post(address_of(campaign), {"seen": seen})
    assert answer.status_code == 422
    assert held(manager, campaign) == before, "nothing is given by a proposal nobody read"
    now = BeautifulSoup(answer.content, "html.parser")
    assert "n’est plus celle que vous avez lue" in now.get_text()
    assert seen_on(now) != seen
    if now.select("tbody select"):
        assert client.post(address_of(campaign), {"seen": seen_on(now)}).status_code == 302


@pytest.mark.parametrize("sent", [{}, {"seen": ""}, {"seen": "0" * 16}, {"seen": "<script>"}])
def test_a_share_that_nobody_read_is_not_applied(
    client: Client, manager: Actor, sent: dict[str, str]
) -> None:
    adviser(manager, "Anne")
    campaign = campaign_of(manager, lille=2)
    assert client.post(address_of(campaign), sent).status_code == 422
    assert held(manager, campaign) == ["", ""]


def test_a_digest_read_for_one_question_answers_no_other(client: Client, manager: Actor) -> None:
    for name in ("Anne", "Béa"):
        adviser(manager, name)
    campaign = campaign_of(manager, lille=3)
    actions.assign(campaign=campaign, adviser=Person.objects.get(name="Anne"), by=manager)
    whole = seen_on(read(client, address_of(campaign) + "?tout=on"))
    assert client.post(address_of(campaign), {"seen": whole}).status_code == 422
    assert client.post(address_of(campaign) + "?tout=on", {"seen": whole}).status_code == 302
    assert set(held(manager, campaign)) == {"Anne", "Béa"}


def test_a_commune_goes_to_nobody_who_is_not_of_the_team(client: Client, manager: Actor) -> None:
    adviser(manager, "Anne")
    stranger = accounts.actor()
    assert stranger.person is not None
    campaign = campaign_of(manager, lille=2)
    seen = seen_on(read(client, address_of(campaign)))
    sent = {"seen": seen, f"commune-{LILLE}": str(stranger.person.pk)}
    assert client.post(address_of(campaign), sent).status_code == 422
    assert held(manager, campaign) == ["", ""]


def test_applied_twice_a_share_gives_once(client: Client, manager: Actor) -> None:
    adviser(manager, "Anne")
    campaign = campaign_of(manager, lille=2)
    sent = {"seen": seen_on(read(client, address_of(campaign)))}
    assert client.post(address_of(campaign), sent).status_code == 302
    assert client.post(address_of(campaign), sent).status_code == 422
    assert held(manager, campaign) == ["Anne", "Anne"]


def test_a_firm_settled_while_the_share_is_applied_stays_with_who_settled_it(
    manager: Actor,
) -> None:
    anne, bea = adviser(manager, "Anne"), adviser(manager, "Béa")
    campaign = campaign_of(manager, lille=3)
    actions.assign(campaign=campaign, adviser=anne, by=manager)
    lines = list(ListedFirm.objects.visible_to(manager).filter(campaign=campaign).order_by("rank"))
    make.visit(manager, lines[0].establishment, campaign=campaign, outcome=Outcome.REFUSED)
    given = {line.pk: bea.pk for line in lines}
    assert actions.share_out(campaign=campaign, given=given, by=manager) == 2
    assert held(manager, campaign) == ["Anne", "Béa", "Béa"]


def test_when_two_left_their_firms_are_shared_by_who_stays(manager: Actor) -> None:
    anne, bea, chloe = (adviser(manager, name) for name in ("Anne", "Béa", "Chloé"))
    campaign = campaign_of(manager, lille=6)
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign).order_by("rank")
    keys = list(lines.values_list("pk", flat=True))
    turns = [anne, bea, chloe]
    given = {key: turns[rank % 3].pk for rank, key in enumerate(keys)}
    actions.share_out(campaign=campaign, given=given, by=manager)
    assert parting.orphans(campaign, manager) == 0
    for gone in (anne, bea):
        mine = Membership.objects.visible_to(manager).filter(person=gone)
        mine.update(ends_on=date(2020, 6, 29))
    assert parting.orphans(campaign, manager) == 4
    proposed = parting.share(campaign, manager, Asked())
    assert {one.line.key for one in proposed.proposal.given} == {
        key for rank, key in enumerate(keys) if rank % 3 != 2
    }
    (part,) = proposed.parts
    assert (part.person, part.load, part.taken, part.after) == (chloe, 2, 4, 6)


def test_nobody_left_to_share_with_leaves_every_firm(client: Client, manager: Actor) -> None:
    anne = adviser(manager, "Anne")
    says(manager, anne, weekly_hours=0)
    campaign = campaign_of(manager, lille=2)
    proposed = parting.share(campaign, manager, Asked())
    assert (len(proposed.proposal.given), len(proposed.proposal.left)) == (0, 2)
    page = read(client, address_of(campaign))
    assert not page.select("tbody select")
    assert "0 entreprise serait confiée" in " ".join(page.get_text().split())


def test_towns_and_parts_count_the_same_firms(manager: Actor) -> None:
    anne = adviser(manager, "Anne")
    adviser(manager, "Béa")
    says(manager, anne, communes=(ROUBAIX,), weekly_hours=35)
    campaign = campaign_of(manager, lille=3, roubaix=2)
    proposed = parting.share(campaign, manager, Asked())
    assert [town.name for town in proposed.towns] == ["Lille", "Roubaix"]
    in_towns: dict[str, int] = {}
    for town in proposed.towns:
        for name, count in town.parts:
            in_towns[name] = in_towns.get(name, 0) + count
    assert in_towns == {str(part.person): part.taken for part in proposed.parts}
    for part in proposed.parts:
        able = [count for _words, points, count in part.why if points == POINTS[Criterion.ABLE]]
        assert able == [part.taken], "whoever is given a firm has time for it"


def test_a_manager_s_choice_moves_one_commune_and_no_other(manager: Actor) -> None:
    adviser(manager, "Anne")
    bea = adviser(manager, "Béa")
    campaign = campaign_of(manager, lille=2, roubaix=2)
    proposed = parting.share(campaign, manager, Asked())
    plain, chosen = proposed.pairs({}), proposed.pairs({ROUBAIX: bea.pk})
    there = {one.line.key: one.line.commune for one in proposed.proposal.given}
    assert plain.keys() == chosen.keys() == there.keys()
    for key, commune in there.items():
        assert chosen[key] == (bea.pk if commune == ROUBAIX else plain[key])


# What is asked | the communes in which the language counts
@pytest.mark.parametrize(
    ("asked", "lille", "roubaix"),
    [
        (Asked(), "", ""), (Asked(language="nl"), "nl", "nl"), (Asked(language="nl", communes=(LILLE,)), "nl", ""),
        (Asked(communes=(LILLE,)), "", ""), (Asked(language="nl", communes=(LILLE, ROUBAIX)), "nl", "nl"),
    ],
)  # fmt: skip
def test_a_language_is_called_for_where_it_was_said(asked: Asked, lille: str, roubaix: str) -> None:
    assert (asked.language_in(LILLE), asked.language_in(ROUBAIX)) == (lille, roubaix)


@pytest.mark.parametrize("query", ["?langue=xx", "?communes=Atlantide", "?tout=maybe&langue=<b>"])
def test_what_the_address_asks_wrongly_is_left_aside(
    client: Client, manager: Actor, query: str
) -> None:
    places.places_loaded()
    adviser(manager, "Anne")
    campaign = campaign_of(manager, lille=2)
    page = read(client, address_of(campaign) + query)
    assert not page.select("main b")
    assert page.select("tbody select"), "the share is still proposed"


# Who shares out, who reads, in both languages

SHARES = {Role.OFFICER: 200, Role.SERVICE_MANAGER: 200}
TEAM = {Role.ADVISER: 200, **SHARES}


@pytest.mark.parametrize("role", Role)
def test_each_route_has_its_readers(client: Client, role: Role) -> None:
    owner = accounts.actor(Role.SERVICE_MANAGER)
    anne = adviser(owner, "Anne")
    campaign = campaign_of(owner, lille=1)
    accounts.signed_in(client, role, owner.organisation)
    assert client.get(address_of(campaign)).status_code == SHARES.get(role, 403)
    assert client.get(reverse("outreach:team")).status_code == TEAM.get(role, 403)
    profile = client.get(reverse("outreach:profile", args=[anne.key])).status_code
    assert (profile == 200) is (role in TEAM)
    if role not in SHARES:
        assert client.post(address_of(campaign), {"seen": "x"}).status_code == 403
        assert held(owner, campaign) == [""]


def test_a_campaign_of_another_organisation_is_shared_by_nobody_here(client: Client) -> None:
    campaign = campaign_of(accounts.actor(Role.SERVICE_MANAGER), lille=1)
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    assert client.get(address_of(campaign)).status_code == 404
    assert client.post(address_of(campaign), {"seen": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("language", "nobody", "everybody"),
    [
        ("fr", "Personne de votre organisme ne va encore voir d’entreprises.", "Chaque entreprise de la liste a son conseiller."),
        ("en", "Nobody of your organisation goes and sees firms yet.", "Every firm of the list has its adviser."),
    ],
)  # fmt: skip
def test_a_page_without_a_team_or_without_a_firm_left_says_so(
    client: Client, manager: Actor, language: str, nobody: str, everybody: str
) -> None:
    campaign = campaign_of(manager, lille=1)
    assert nobody in read(client, address_of(campaign), language).get_text()
    anne = adviser(manager, "Anne")
    assert nobody not in read(client, address_of(campaign), language).get_text()
    actions.assign(campaign=campaign, adviser=anne, by=manager)
    assert everybody in read(client, address_of(campaign), language).get_text()


@pytest.mark.parametrize(
    ("language", "title", "unsaid"),
    [
        ("fr", "Qui va voir quelles entreprises", "Rien de dit encore"),
        ("en", "Who goes and sees which firms?", "Nothing said yet"),
    ],
)
def test_the_team_is_read_in_both_languages(
    client: Client, manager: Actor, language: str, title: str, unsaid: str
) -> None:
    adviser(manager, "Anne")
    page = read(client, reverse("outreach:team"), language)
    assert title in page.get_text()
    assert unsaid in page.get_text()


# what is typed | the field refused
WRONG = {
    "a week too long": ({"weekly_hours": "49"}, "weekly_hours"),
    "less than nothing": ({"weekly_hours": "-1"}, "weekly_hours"),
    "no week": ({"weekly_hours": ""}, "weekly_hours"),
    "a language nobody offers": ({"languages": ["xx"]}, "languages"),
    "a place that is none": ({"communes": "Atlantide"}, "communes"),
    "an activity that is none": ({"activities": "boulanger"}, "activities"),
}


@pytest.mark.parametrize(("given", "field"), WRONG.values(), ids=WRONG)
def test_a_profile_is_refused_where_it_is_wrong(
    client: Client, manager: Actor, given: dict[str, Any], field: str
) -> None:
    places.places_loaded()
    anne = adviser(manager, "Anne")
    sent = {"communes": "Lille", "activities": "43", "weekly_hours": "35", "version": "0"} | given
    answer = client.post(reverse("outreach:profile", args=[anne.key]), sent)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select(f"[name={field}][aria-invalid=true]"), field
    assert not AdviserProfile.objects.visible_to(manager).exists()


def test_a_profile_is_of_an_adviser_of_today(manager: Actor) -> None:
    elected = adviser(manager, "Élue", Role.ELECTED)
    with pytest.raises(Invalid) as refusal:
        says(manager, elected, weekly_hours=7)
    assert set(refusal.value.fields) == {"adviser"}


def test_longer_lists_and_larger_teams_ask_the_database_no_more(
    client: Client, manager: Actor
) -> None:
    counts = []
    for turn in range(2):
        for rank in range(1 + 3 * turn):
            says(manager, adviser(manager, f"A{turn}{rank}"), communes=(LILLE,), weekly_hours=35)
        campaign = campaign_of(manager, lille=2 + 4 * turn, roubaix=2)
        asked = []
        for address in (address_of(campaign), reverse("outreach:team")):
            read(client, address)
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]
