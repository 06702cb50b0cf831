"""Street by street: how far each is covered, then its doors, drawn on two sides and told in a table."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.outreach import walking
from maillage.outreach.models import Campaign
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment, Objection
from maillage.ui.charts import Sign
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
GAND = "59350 rue de gand"


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def at(number: str, street: str = "RUE DE GAND", **facts: Any) -> Establishment:
    return register.establishment(street_number=number, street=street, **facts)


def states(campaign: Campaign, by: Actor, street: str = GAND) -> dict[str, Sign]:
    return {one.number.text: one.sign for one in walking.doors(campaign, street, by)}


def page_of(client: Client, campaign: Campaign, name: str = "rue-de-gand") -> BeautifulSoup:
    address = reverse("outreach:street", args=[campaign.key, "59350", name])
    return BeautifulSoup(client.get(address).content, "html.parser")


def table_of(client: Client, address: str) -> list[list[str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_each_door_says_what_is_known_of_it_in_this_campaign(manager: Actor) -> None:
    outcomes = {
        "1": (Outcome.DONE, Sign.DONE), "2": (Outcome.ABSENT, Sign.AGAIN), "3": (Outcome.REFUSED, Sign.REFUSED),
        "4": (Outcome.CLOSED_DOWN, Sign.GONE), "5": (Outcome.WRONG_ADDRESS, Sign.GONE),
        "6": (Outcome.POSTPONED, Sign.AGAIN), "7": (Outcome.UNREACHABLE, Sign.AGAIN), "8": (None, Sign.WAITING),
    }  # fmt: skip
    sites = {number: at(number) for number in outcomes}
    campaign = make.campaign(manager)
    for number, (outcome, _sign) in outcomes.items():
        if outcome:
            make.visit(manager, sites[number], campaign=campaign, outcome=outcome)
    assert states(campaign, manager) == {number: sign for number, (_, sign) in outcomes.items()}


def test_the_latest_attempt_of_this_campaign_counts_and_no_other(manager: Actor) -> None:
    site = at("1")
    campaign = make.campaign(manager)
    make.visit(manager, site, campaign=campaign, outcome=Outcome.ABSENT)
    make.visit(manager, site, campaign=campaign, outcome=Outcome.DONE)
    elsewhere = make.campaign(manager)
    assert states(campaign, manager) == {"1": Sign.DONE}
    assert states(elsewhere, manager) == {"1": Sign.WAITING}


def test_a_firm_closed_since_the_list_was_frozen_is_not_to_be_seen(manager: Actor) -> None:
    site = at("1")
    campaign = make.campaign(manager)
    Establishment.objects.filter(pk=site.pk).update(state="F")
    assert states(campaign, manager) == {"1": Sign.GONE}


def test_a_firm_that_came_since_stands_apart_and_one_that_objects_does_not(manager: Actor) -> None:
    at("1")
    campaign = make.campaign(manager)
    at("3")
    at("5", spell_state="F", state="F")
    left_alone = at("7")
    Objection.objects.create(legal_unit=left_alone.legal_unit)
    at("9", street="RUE DE LILLE")
    assert states(campaign, manager) == {"1": Sign.WAITING, "3": Sign.APART}


def test_one_street_spelt_in_two_ways_is_one_page(manager: Actor) -> None:
    at("1", street="BD GAMBETTA")
    at("2", street="BOULEVARD GAMBETTA")
    campaign = make.campaign(manager)
    assert list(states(campaign, manager, "59350 boulevard gambetta")) == ["1", "2"]
    (one,) = walking.covered(campaign, manager)
    assert (one.name, one.town, one.listed) == ("BOULEVARD GAMBETTA", "Lille", 2)


def test_the_strip_and_the_table_tell_the_same_doors(client: Client, manager: Actor) -> None:
    for number in ("1", "2", "3 bis", ""):
        at(number)
    campaign = make.campaign(manager)
    page = page_of(client, campaign)
    drawn = [str(one["aria-label"]).split(",")[0] for one in page.select("svg.wide a")]
    told = [row.td.get_text() for row in page.select("tbody tr") if row.td]
    assert sorted(drawn) == ["1", "2", "3 bis"]
    assert told == ["1", "3 bis", "2", "–"]
    assert "1 entreprise n’a pas de numéro" in page.get_text()
    links = {str(one["href"]) for one in page.select("svg.narrow a")}
    assert links <= {str(one["href"]) for one in page.select("tbody a")}


def test_a_reader_who_reports_no_visit_finds_the_doors_without_their_forms(client: Client) -> None:
    owner = accounts.actor(Role.SERVICE_MANAGER)
    at("1")
    campaign = make.campaign(owner)
    accounts.signed_in(client, Role.AUDITOR)
    page = page_of(client, campaign)
    assert page.select("svg.wide g[role=img]")
    assert not page.select("svg a, tbody a")


def test_streets_say_how_many_are_left_and_open_their_doors(client: Client, manager: Actor) -> None:
    seen = at("1")
    at("2")
    register.establishment(diffusion="P", unit_diffusion="P")
    at("1", street="RUE DE LILLE")
    campaign = make.campaign(manager)
    make.visit(manager, seen, campaign=campaign, outcome=Outcome.DONE)
    address = reverse("outreach:streets", args=[campaign.key])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td.num")]
        for row in page.select("tbody tr")
    ]
    assert rows == [["1", "2"], ["1", "1"], ["1", "1"]]
    assert "Adresse inconnue" in page.select("tbody tr")[-1].get_text()
    (first, second) = [str(one["href"]) for one in page.select("tbody a")]
    assert first.endswith("/rues/59350/rue-de-gand/")
    assert client.get(second).status_code == 200


def test_streets_are_filtered_by_commune_and_by_what_is_left(
    client: Client, manager: Actor
) -> None:
    seen = at("1")
    at("1", street="RUE PASTEUR", commune="59512")
    campaign = make.campaign(manager)
    make.visit(manager, seen, campaign=campaign, outcome=Outcome.DONE)
    address = reverse("outreach:streets_csv", args=[campaign.key])
    assert [row[2] for row in table_of(client, address)[1:]] == ["RUE DE GAND", "RUE PASTEUR"]
    assert [row[2] for row in table_of(client, f"{address}?commune=59350")[1:]] == ["RUE DE GAND"]
    assert [row[2] for row in table_of(client, f"{address}?reste=oui")[1:]] == ["RUE PASTEUR"]


def test_the_doors_are_taken_away_as_a_table_in_the_order_of_the_walk(
    client: Client, manager: Actor
) -> None:
    at("2", trade_name="=CALC()")
    at("1")
    campaign = make.campaign(manager)
    address = reverse("outreach:street_csv", args=[campaign.key, "59350", "rue-de-gand"])
    head, first, second = table_of(client, address)
    assert head[:3] == ["Numéro", "Côté", "Entreprise"]
    assert first[:2] == ["1", "impair"]
    assert second[:3] == ["2", "pair", "'=CALC()"]


@pytest.mark.parametrize("name", ["rue-inconnue", "%3Cscript%3E", "RUE", "-"])
def test_a_street_without_a_door_is_no_page(client: Client, manager: Actor, name: str) -> None:
    at("1")
    campaign = make.campaign(manager)
    address = reverse("outreach:streets", args=[campaign.key])
    assert client.get(f"{address}59350/{name}/").status_code == 404


def test_a_longer_street_asks_the_database_no_more(
    client: Client, manager: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.many_firms(30)
    campaign = make.campaign(manager)
    address = reverse("outreach:street", args=[campaign.key, "59350", "rue-de-lille"])
    client.get(address)
    with django_assert_max_num_queries(20):
        assert client.get(address).content.count(b'<tr role="row">') == 31
    with django_assert_max_num_queries(20):
        client.get(reverse("outreach:streets", args=[campaign.key]))
