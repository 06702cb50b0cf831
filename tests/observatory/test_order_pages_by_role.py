"""Who reaches the pages of publications and orders, what strangers find there, and the same in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.figures.models import PublicationOrder, StockVintage
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts, observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


@pytest.fixture
def epci() -> Organisation:
    return accounts.organisation("epci", siren=make.MEL, name="Métropole")


@pytest.fixture
def vintage() -> StockVintage:
    return make.loaded(rows=make.observations()[:20])


def url(name: str, *arguments: Any) -> str:
    return reverse(f"observatory:{name}", args=arguments)


def main(client: Client, where: str, **headers: str) -> str:
    answer = client.get(where, headers=headers)
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.content, "html.parser")
    assert soup.main is not None
    return soup.main.get_text(" ", strip=True)


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR, Role.ELECTED, Role.EXPERT])
def test_who_does_not_publish_neither_reads_nor_sends_the_form(
    client: Client, epci: Organisation, vintage: StockVintage, role: Role
) -> None:
    accounts.signed_in(client, role, epci)
    where = url("observatory_publish", vintage.key, make.MEL)
    assert client.get(where).status_code in {403, 404}
    assert client.post(where, {"once": str(uuid7()), "seen": ""}).status_code in {403, 404}
    assert not PublicationOrder.objects.exists()


def test_a_visitor_is_asked_who_they_are_before_publishing(
    client: Client, epci: Organisation, vintage: StockVintage
) -> None:
    for where in (url("observatory_vintages"), url("observatory_publish", vintage.key, make.MEL)):
        answer = client.get(where)
        assert answer.status_code in {302, 403}
    assert not PublicationOrder.objects.exists()


def test_the_order_of_a_territory_is_not_found_by_another_partner(
    client: Client, epci: Organisation, vintage: StockVintage
) -> None:
    order = make.ordered(vintage, epci)
    heard = order.heard_at
    accounts.signed_in(client, Role.OFFICER)
    where = url("observatory_order", order.key)
    assert client.get(where).status_code == 404
    assert client.post(where).status_code == 404
    order.refresh_from_db()
    assert order.heard_at == heard, "nor asked again"


def test_a_colleague_follows_an_order_that_somebody_else_gave(
    client: Client, epci: Organisation, vintage: StockVintage
) -> None:
    order = make.ordered(vintage, epci)
    accounts.signed_in(client, Role.OFFICER, epci)
    assert "Attend le travailleur" in main(client, url("observatory_order", order.key))


def test_the_pages_speak_english_to_who_reads_english(
    client: Client, epci: Organisation, vintage: StockVintage
) -> None:
    order = make.ordered(vintage, epci)
    made = make.published(vintage, owner=epci)
    accounts.signed_in(client, Role.OFFICER, epci)
    client.cookies["django_language"] = "en"
    for where in (
        url("observatory_vintages"),
        url("observatory_publish", vintage.key, make.MEL),
        url("observatory_order", order.key),
        url("observatory_publications", make.MEL),
        url("observatory_publication", make.MEL, made.key),
    ):
        told = f" {main(client, where, **ENGLISH).lower()} "
        french = [word for word in (" publié", " publier", " masquées", " attend ", " travailleur", " depuis ", " pourquoi") if word in told]  # fmt: skip
        assert not french, where


def test_history_asks_as_much_for_many_publications_as_for_few(
    client: Client, epci: Organisation, vintage: StockVintage
) -> None:
    where = url("observatory_publications", make.MEL)
    counts = []
    for _turn in range(3):
        make.published(vintage, owner=epci, reason="again")
        main(client, where)
        with CaptureQueriesContext(connection) as asked:
            main(client, where)
        counts.append(len(asked))
    assert counts[1] == counts[2]
