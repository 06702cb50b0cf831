"""Needs and requests, commune by commune: a filter of the address, a map and a file, and nothing of a firm that is read no more."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions
from maillage.needs.models import Referral
from maillage.needs.permissions import can_read_words
from tests.factories import accounts, needs as make, observed, places as geography, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _geography() -> None:
    geography.places_loaded()
    observed.outlined()


def page(client: Client, url: str, **query: Any) -> BeautifulSoup:
    return BeautifulSoup(client.get(url, query).content, "html.parser")


def table(client: Client, url: str, **query: Any) -> list[dict[str, str]]:
    written = client.get(url, query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written), delimiter=";"))


def drawn(client: Client, url: str, **query: Any) -> str:
    found = page(client, url, **query).select_one("section[aria-labelledby=h-map]")
    assert found is not None
    return found.get_text(" ", strip=True)


def test_needs_are_found_by_commune_on_the_page_on_the_map_and_in_the_file(client: Client) -> None:
    adviser = accounts.signed_in(client)
    for commune in ("59350", "59512", "59512"):
        make.need(adviser, register.establishment(commune=commune))
    for query, count in (({}, 3), ({"commune": "59512"}, 2), ({"commune": "62498"}, 0)):
        assert len(table(client, "/besoins.csv", **query)) == count
        told = drawn(client, "/besoins/", **query)
        assert (f"{count} lignes de cette liste" in told) == (count > 1)
    assert {line["Commune"] for line in table(client, "/besoins.csv")} == {"Lille", "Roubaix"}


def ways() -> dict[str, Any]:
    """What may become of a request, by whom it is done."""
    return {
        "sent": lambda one, _theirs, _ours: one,
        "taken": lambda one, theirs, _ours: actions.take_up(referral=one, by=theirs),
        "refused": lambda one, theirs, _ours: actions.refuse(
            referral=one, refusal="not_ours", by=theirs
        ),
        "withdrawn": lambda one, _theirs, ours: actions.withdraw_need(
            need=one.need, reason="firm", by=ours
        ),
    }


@pytest.mark.parametrize("what", ways())
@pytest.mark.parametrize("later", [0, 400])
def test_which_requests_tell_their_firm_is_one_rule_for_a_row_and_for_a_list(
    what: str, later: int
) -> None:
    ours, (organisation, theirs) = accounts.actor(), make.partner()
    one = make.referral(ours, organisation)
    ways()[what](one, theirs, ours)
    auditor, stranger = accounts.actor(Role.AUDITOR), accounts.actor()
    day = clock.today() + timedelta(days=later)
    with clock.at(clock.now() + timedelta(days=later)):
        for reader in (ours, theirs, auditor, stranger):
            rows = Referral.objects.visible_to(reader)
            by_list = rows.filter(rows.read_whole_by(reader, day))
            by_row = [row.pk for row in rows if can_read_words(reader, row)]
            assert sorted(by_list.values_list("pk", flat=True)) == sorted(by_row)


def test_a_request_that_a_partner_reads_no_more_is_counted_nowhere(client: Client) -> None:
    ours, organisation = accounts.actor(), make.partner()[0]
    theirs: Actor = accounts.signed_in(client, Role.EXPERT, organisation)
    place = register.establishment(commune="59512")
    one = make.referral(ours, organisation, of=make.need(ours, place))
    assert len(table(client, "/mises-en-relation.csv", commune="59512")) == 1
    actions.refuse(referral=one, refusal="not_ours", by=theirs)
    assert table(client, "/mises-en-relation.csv", commune="59512") == []
    (line,) = table(client, "/mises-en-relation.csv")
    assert (line["Entreprise"], line["Commune"]) == ("", "")
