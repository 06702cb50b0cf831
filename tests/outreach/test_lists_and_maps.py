"""The firms of a campaign: a list, a map, a file, with the same filters in the address."""

from __future__ import annotations

import csv

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.outreach import picturing
from maillage.outreach.models import Campaign
from maillage.outreach.vocabulary import Outcome
from tests.factories import accounts, observed, outreach as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def campaign_of(manager: Actor) -> Campaign:
    made = make.campaign(manager)
    observed.outlined()  # the geography of a campaign has none
    return made


def page_of(client: Client, campaign: Campaign, query: str) -> BeautifulSoup:
    answer = client.get(reverse("outreach:firms", args=[campaign.key]) + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def file_of(client: Client, campaign: Campaign, query: str = "") -> list[list[str]]:
    answer = client.get(reverse("outreach:firms_csv", args=[campaign.key]) + query)
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))[1:]


def test_the_map_the_list_and_the_file_hold_the_same_firms(client: Client, manager: Actor) -> None:
    seen = register.establishment(trade_name="SEEN", lon=3.06, lat=50.63)
    register.establishment(trade_name="LEFT", lon=3.07, lat=50.64)
    campaign = campaign_of(manager)
    make.visit(manager, seen, campaign=campaign, outcome=Outcome.DONE)
    for query, names in (("?vue=carte", ["LEFT"]), ("?vue=carte&seen=all", ["LEFT", "SEEN"])):
        page = page_of(client, campaign, query)
        drawn = [str(one["aria-label"]).split(",")[0] for one in page.select("svg.wide a")]
        listed = [one.get_text() for one in page.select(".records a")]
        assert sorted(drawn) == sorted(listed) == names
        assert sorted(row[0] for row in file_of(client, campaign, query)) == names


def test_a_list_is_shown_first_and_its_file_says_states(client: Client, manager: Actor) -> None:
    place = register.establishment(trade_name="=SUM(1)", lon=3.06, lat=50.63)
    campaign = campaign_of(manager)
    make.visit(manager, place, campaign=campaign, outcome=Outcome.ABSENT)
    assert not page_of(client, campaign, "").select("svg.map")
    (row,) = file_of(client, campaign)
    assert row[0] == "'=SUM(1)"
    assert row[4:6] == ["À revoir", "Personne sur place"]


def test_an_undisclosed_firm_is_in_the_list_and_on_no_map(client: Client, manager: Actor) -> None:
    register.establishment(trade_name="OPEN", lon=3.06, lat=50.63)
    hidden = register.establishment(diffusion="P", unit_diffusion="P")
    campaign = campaign_of(manager)
    page = page_of(client, campaign, "?vue=carte")
    assert len(page.select("svg.wide a")) == 1
    assert "1 entreprise sans position connue" in page.get_text()
    assert not any(str(hidden.siret) in cell for row in file_of(client, campaign) for cell in row)


def test_many_firms_are_one_circle_a_commune_that_opens_its_firms(
    client: Client, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picturing, "MOST", 2)
    for commune in ("59350", "59350", "59512"):
        register.establishment(commune=commune, lon=3.06, lat=50.63)
    campaign = campaign_of(manager)
    page = page_of(client, campaign, "?vue=carte")
    told = {one["aria-label"]: str(one["href"]) for one in page.select("svg.narrow a")}
    assert "Lille, 2 entreprises" in told
    opened = BeautifulSoup(client.get(told["Lille, 2 entreprises"]).content, "html.parser")
    assert len(opened.select(".records a")) == 2


def test_without_outlines_the_page_says_why_there_is_no_map(client: Client, manager: Actor) -> None:
    register.establishment()
    campaign = make.campaign(manager)
    page = page_of(client, campaign, "?vue=carte")
    assert "Pas de carte ici" in page.get_text()
    assert page.select(".records a")


def test_a_longer_list_asks_the_database_no_more(
    client: Client, manager: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.many_firms(30)
    campaign = campaign_of(manager)
    address = reverse("outreach:firms", args=[campaign.key]) + "?vue=carte"
    client.get(address)
    for page in (address, reverse("outreach:firms_csv", args=[campaign.key])):
        with django_assert_max_num_queries(22):
            client.get(page)
