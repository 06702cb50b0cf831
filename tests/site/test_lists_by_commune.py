"""Every list with a map: what the map counts in a commune is what its link lists and what its file holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from tests.factories import (
    accounts,
    desks,
    diagnoses,
    events,
    needs,
    observed,
    outreach,
    places as geography,
    register,
)

pytestmark = pytest.mark.django_db

Makes = Callable[[Actor, str], Any]


def firm(commune: str) -> Any:
    return register.establishment(commune=commune)


#: Where each list is, and what adds a row of a commune to it.
LISTS: dict[str, Makes] = {
    "/visites/": lambda by, commune: outreach.visit(by, firm(commune)),
    "/besoins/": lambda by, commune: needs.need(by, firm(commune)),
    "/mises-en-relation/?sens=envoyees": lambda by, commune: needs.referral(
        by, of=needs.need(by, firm(commune))
    ),
    "/portefeuille/?conseiller=tous": lambda by, commune: outreach.followed(by, firm(commune)),
    "/marches/": lambda by, commune: outreach.walk(by, streets=(f"{commune} rue de gand",)),
    "/permanences/": lambda by, commune: desks.session(
        by, desks.place(by.organisation, commune=commune, name=f"Espace {Count.more()}")
    ),
    "/permanences/lieux/?periode=2020": lambda by, commune: desks.place(
        by.organisation, commune=commune, name=f"Espace {Count.more()}"
    ),
    "/permanences/jeunes/": lambda by, commune: desks.young(
        by, desks.place(by.organisation, commune=commune, name=f"Espace {Count.more()}")
    ),
    "/porteurs-de-projet/": lambda by, commune: desks.project(by, commune=commune),
    "/besoins/rappels/?qui=tous": lambda by, commune: needs.call_back(
        by, establishment=firm(commune)
    ),
    "/diagnostics/?etat=all": lambda by, commune: diagnoses.diagnosis(by, firm(commune)),
    "/evenements/?quand=tous": lambda by, commune: events.event(by, commune=commune),
}


class Count:
    """Names that differ."""

    told = 0

    @classmethod
    def more(cls) -> int:
        cls.told += 1
        return cls.told


def read(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.content, "html.parser")


def file_of(client: Client, page: BeautifulSoup) -> list[dict[str, str]]:
    link = page.select_one('main a[href*=".csv"]')
    assert link is not None
    written = client.get(str(link["href"])).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written), delimiter=";"))


def drawn(page: BeautifulSoup) -> dict[str, str]:
    """What each commune of the map says, and what it opens."""
    links = page.select('section[aria-labelledby="h-map"] svg a')
    return {str(one["aria-label"]).replace("\u00a0", " "): str(one["href"]) for one in links}


@pytest.mark.parametrize("address", LISTS)
def test_the_map_the_list_it_opens_and_its_file_count_the_same(
    client: Client, address: str
) -> None:
    geography.places_loaded()
    observed.outlined()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    base = address.partition("?")[0]
    assert not drawn(read(client, address))
    for commune in ("59350", "59512", "59512"):
        LISTS[address](manager, commune)
    page = read(client, address)
    assert len(file_of(client, page)) == 3
    assert set(drawn(page)) == {"Lille : 1", "Roubaix : 2"}
    with CaptureQueriesContext(connection) as few:
        opened = read(client, base + drawn(page)["Roubaix : 2"])
    rows = file_of(client, opened)
    assert len(rows) == len(opened.select("ol.records > li")) == 2
    assert {row["Commune"] for row in rows} == {"Roubaix"}
    assert drawn(opened) == {}  # it is there already
    for _more in range(3):
        LISTS[address](manager, "59512")
    with CaptureQueriesContext(connection) as many:
        read(client, base + drawn(page)["Roubaix : 2"])
    assert len(many) <= len(few)


def test_the_visits_of_a_control_are_on_a_map_and_in_a_file(client: Client) -> None:
    geography.places_loaded()
    observed.outlined()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    for commune in ("59350", "59512", "59512"):
        outreach.visit(accounts.actor(Role.ADVISER, manager.organisation), firm(commune))
    address = f"/controles/{outreach.control(manager, visits=0, size=3).key}/"
    page = read(client, address)
    assert set(drawn(page)) == {"Lille : 1", "Roubaix : 2"}
    assert len(file_of(client, page)) == 3
    opened = read(client, address + drawn(page)["Roubaix : 2"])
    rows = file_of(client, opened)
    assert len(rows) == len(opened.select("ul.records > li")) == 2
    assert {row["Commune"] for row in rows} == {"Roubaix"}
    with CaptureQueriesContext(connection) as few:
        read(client, address)
    for _more in range(3):
        outreach.visit(accounts.actor(Role.ADVISER, manager.organisation), firm("59512"))
    larger = f"/controles/{outreach.control(manager, visits=0, size=6).key}/"
    read(client, larger)  # its figure is remembered, as that of the first one
    with CaptureQueriesContext(connection) as many:
        read(client, larger)
    assert len(many) <= len(few)


def test_a_file_of_project_leaders_names_nobody(client: Client) -> None:
    adviser = accounts.signed_in(client, Role.ADVISER)
    met = desks.project(adviser, name="Ada Projet", commune="59350")
    written = client.get("/porteurs-de-projet.csv").content.decode("utf-8-sig")
    assert met.pseudonym in written
    assert "Ada" not in written
