"""The list of visits: filters in the address, the map and the file say the same as the list, and no more than its reader may read."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.outreach import actions
from maillage.outreach.models.visits import RESOURCE
from tests.factories import accounts, observed, outreach as make, places as geography, register

pytestmark = pytest.mark.django_db
LIST, FILE = "/visites/", "/visites.csv"


@pytest.fixture(autouse=True)
def _geography() -> None:
    geography.places_loaded()
    observed.outlined()


def page(client: Client, **query: Any) -> BeautifulSoup:
    return BeautifulSoup(client.get(LIST, query).content, "html.parser")


def firms(client: Client, **query: Any) -> list[str]:
    return [one.get_text(strip=True) for one in page(client, **query).select("ol.records > li > a")]


def table(client: Client, **query: Any) -> list[dict[str, str]]:
    written = client.get(FILE, query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written), delimiter=";"))


def test_the_list_the_map_and_the_file_say_the_same_under_every_filter(client: Client) -> None:
    adviser = accounts.signed_in(client)
    lille = register.establishment(trade_name="LE FOUR", commune="59350")
    roubaix = register.establishment(trade_name="LE GARAGE", commune="59512")
    make.visit(adviser, lille)
    make.visit(adviser, roubaix, outcome="absent")
    colleague = accounts.actor(organisation=adviser.organisation)
    make.visit(colleague, lille)
    for query, found in (
        ({}, ["LE FOUR", "LE GARAGE", "LE FOUR"]),
        ({"commune": "59512"}, ["LE GARAGE"]),
        ({"resultat": "absent"}, ["LE GARAGE"]),
        ({"conseiller": str(colleague.person.key)}, ["LE FOUR"]),  # type: ignore[union-attr]
        ({"resultat": "absent", "commune": "59350"}, []),
        ({"du": "2100-01-01"}, []),
        ({"resultat": "n’importe quoi", "du": "hier", "commune": "Lille"}, ["LE FOUR", "LE GARAGE", "LE FOUR"]),
    ):  # fmt: skip
        assert firms(client, **query) == found
        assert [line["Entreprise"] for line in table(client, **query)] == found
        drawn = page(client, **query).select_one("section[aria-labelledby=h-map] svg")
        assert (drawn is not None) == bool(found)


def test_a_cancelled_visit_is_on_no_list_and_that_of_another_only_where_it_is_shared(
    client: Client,
) -> None:
    reader = accounts.signed_in(client, Role.OFFICER)
    theirs = accounts.actor()
    place = register.establishment(trade_name="LE FOUR")
    make.visit(theirs, place)
    cancelled = make.visit(theirs, register.establishment(trade_name="LE GARAGE"))
    actions.cancel_visit(visit=cancelled, reason="did_not_happen", by=theirs)
    assert firms(client) == []
    assert theirs.organisation
    assert reader.organisation
    accounts.share(theirs.organisation, reader.organisation, RESOURCE, Sensitivity.PARTNERS)
    assert firms(client) == ["LE FOUR"]
    assert firms(client, notres="on") == []


def test_no_note_is_on_it_nor_the_name_of_a_firm_that_hides_it_nor_a_need_told_in_confidence(
    client: Client,
) -> None:
    adviser = accounts.signed_in(client)
    unit = register.legal_unit(name="JEANNE MARTIN", diffusion="P")
    hidden = register.establishment(legal_unit=unit, diffusion="P")
    make.visit(
        adviser,
        hidden,
        note="Le bail finit.",
        note_level="partners",
        themes=("cash", "online"),
    )
    reader = accounts.signed_in(client, Role.OFFICER)
    assert adviser.organisation
    assert reader.organisation
    accounts.share(adviser.organisation, reader.organisation, RESOURCE, Sensitivity.PARTNERS)
    told = page(client).get_text() + str(table(client))
    assert "bail" not in told
    assert "MARTIN" not in told
    assert str(hidden.siret) not in told
    assert "Trésorerie" not in told
    assert "1 besoin dit en confidence" in told.replace("\u00a0", " ")
    assert "Être visible en ligne" in told


def test_the_list_takes_as_many_queries_for_many_visits_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    adviser = accounts.signed_in(client)
    place = register.establishment()
    make.visit(adviser, place)
    page(client)
    with django_assert_max_num_queries(60) as one:
        page(client)
    for _more in range(8):
        make.visit(adviser, place)
    with django_assert_max_num_queries(len(one)):
        page(client)


def test_an_empty_list_says_what_to_do_and_draws_no_map(client: Client) -> None:
    accounts.signed_in(client)
    empty = page(client)
    assert "Changez les filtres" in empty.get_text()
    assert empty.select_one("section[aria-labelledby=h-map] svg") is None
