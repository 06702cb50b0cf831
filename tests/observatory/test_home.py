"""The first page of each role, and the menu."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts import first_page, policy
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs.actions import answering
from maillage.site import navigation
from tests.factories import accounts, needs, observatory as make, outreach, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

ROLES: tuple[Role | None, ...] = (*Role, None)


def soup(client: Client, address: str = "/") -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text(client: Client) -> str:
    return soup(client).get_text(" ", strip=True)


def test_the_public_reads_what_maillage_is_and_the_signed_conventions(client: Client) -> None:
    situation = make.situation()
    situation.visits("2019-05-02")
    situation.publish()

    page = text(client)

    assert "Aucun n’est jamais saisi" in page
    assert situation.convention.title in page
    assert "Chiffres publiés le 1er juin 2020" in page


def test_the_public_reads_no_project(client: Client) -> None:
    from tests.factories import conventions

    project = conventions.convention_of(accounts.organisation(), signed=False)

    assert project.title not in text(client)


def test_an_adviser_finds_their_day_their_campaign_and_their_visits(client: Client) -> None:
    mine = accounts.signed_in(client)
    manager = accounts.actor(Role.SERVICE_MANAGER, mine.organisation)
    place = register.establishment(trade_name="BOULANGERIE VASSEUR")
    campaign = outreach.campaign(manager)
    outreach.visit(mine, place, campaign=campaign)

    page = soup(client)

    assert page.find("a", href=reverse("outreach:my_day"), class_="btn-1")
    assert campaign.title in page.get_text()
    assert "BOULANGERIE VASSEUR" in page.get_text()
    assert [figure.get_text(strip=True) for figure in page.select(".figure")] == ["1", "100\u00a0%"]
    opened = soup(client, str(page.select_one("a.figure-link")["href"]))  # type: ignore[index]
    assert len(opened.select("ol.records > li")) == 1


def test_an_adviser_who_did_nothing_yet_is_told_what_to_do(client: Client) -> None:
    accounts.signed_in(client)

    page = text(client)

    assert "Aucune campagne n’est en cours" in page
    assert "Trouver une entreprise à visiter" in page


def test_an_officer_sees_what_is_late_and_opens_it(client: Client) -> None:
    situation = make.situation()
    client.force_login(situation.officer.person)  # type: ignore[arg-type]

    with clock.at(noon("2020-06-30")):
        page = soup(client)
        late = page.find("a", string=lambda s: bool(s and "action en retard" in s))
        assert late is not None
        opened = soup(client, str(late["href"]))  # type: ignore[index]

    assert len(opened.select("ol.records > li")) == 1


def test_a_service_manager_reads_the_year_of_their_organisation(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    outreach.visit(accounts.actor(Role.ADVISER, manager.organisation))
    outreach.visit()

    figures = [f.get_text(strip=True) for f in soup(client).select(".figure")]

    assert figures == ["1", "1", "0", "s.o."]


def test_an_expert_sees_what_waits_how_soon_it_is_taken_up_and_opens_it(client: Client) -> None:
    ours, theirs = accounts.actor(), accounts.signed_in(client, Role.EXPERT)
    sent = clock.parse_instant("2020-06-01T10:00")
    with clock.at(sent):
        first, second = (needs.referral(ours, theirs.organisation) for _ in range(2))
        needs.referral(ours)  # to somebody else
        answering.take_up(referral=first, by=theirs)
    with clock.at(clock.parse_instant("2020-06-22T10:00")):
        page = soup(client)
        told = [one.get_text(strip=True) for one in page.select(".figure")]
        assert told == ["2", "50\u00a0%", "50\u00a0%"]
        waiting = page.select('section[aria-labelledby="requests"] .records a')
        assert [str(one["href"]) for one in waiting] == [f"/mises-en-relation/{second.key}/"]
        opened = soup(client, str(page.select_one("a.figure-link")["href"]))  # type: ignore[index]
        assert len(opened.select("ol.records > li")) == 2
        answering.take_up(referral=second, by=theirs)
        assert "Aucune demande n’attend" in text(client)


def test_an_elected_member_reads_their_perimeter_masked_under_the_threshold(
    client: Client,
) -> None:
    places.places_loaded()
    accounts.signed_in(client, Role.ELECTED, perimeter="59350")
    outreach.visit()

    page = soup(client)

    assert "valeur masquée, moins de 3 unités" in page.get_text(" ", strip=True)
    assert not page.select("a.figure-link")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_home_in_both_languages(client: Client, role: Role | None) -> None:
    if role:
        accounts.signed_in(client, role)

    assert soup(client).h1 is not None
    client.cookies["django_language"] = "en"
    assert soup(client).html["lang"] == "en"  # type: ignore[index]


@pytest.mark.parametrize("role", ROLES)
def test_a_home_and_a_menu_offer_only_what_the_role_may_take(role: Role | None) -> None:
    rules = {entry.name: entry.rules["GET"] for entry in policy.table() if "GET" in entry.rules}
    menu = [name for name, _label in navigation.BY_ROLE.get(role, navigation.COMMON)]  # type: ignore[call-overload]
    links = [entrance.page for entrance in first_page.entrances(role)]

    for name in [*menu, *links]:
        assert role in frozenset(rules[name].roles), name
    assert len(menu) <= 6


def test_signing_in_leads_home(client: Client) -> None:
    accounts.person(email="a@example.org", password="a long enough phrase")

    response = client.post(
        reverse("account_login"), {"login": "a@example.org", "password": "a long enough phrase"}
    )

    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Accueil"),
        ("/chiffres/I01/lignes/", "Chiffres"),
        ("/entreprises/", "Entreprises"),
        ("/droits/", None),
    ],
)
def test_the_menu_marks_where_one_stands(client: Client, path: str, current: str | None) -> None:
    marked = soup(client, path).select(".topbar [aria-current]")

    assert [link.get_text(strip=True) for link in marked] == ([current] if current else [])


def test_a_home_asks_few_queries_whatever_there_is(
    client: Client, django_assert_max_num_queries: object
) -> None:
    situation = make.situation()
    client.force_login(situation.officer.person)  # type: ignore[arg-type]
    soup(client)
    with django_assert_max_num_queries(25) as few:  # type: ignore[operator]
        soup(client)
    for _ in range(4):
        make.convention(situation.epci, situation.chamber)
    soup(client)
    with django_assert_max_num_queries(25) as many:  # type: ignore[operator]
        soup(client)

    assert len(few) == len(many)
