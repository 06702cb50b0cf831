"""Streets of a campaign as they are read: sums that agree, who reads them, empty pages, both languages, few queries."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.outreach import actions, walking
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.streets import Side, number_of
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from maillage.ui.charts import Sign
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
GAND, LILLE = "RUE DE GAND", "RUE DE LILLE"
Rollback = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def at(number: str, street: str = GAND, **facts: Any) -> Establishment:
    return register.establishment(street_number=number, street=street, **facts)


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def rows_of(client: Client, address: str) -> list[list[str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def streets_of(campaign: Campaign, query: str = "") -> str:
    return reverse("outreach:streets", args=[campaign.key]) + query


def street_of(campaign: Campaign, name: str = "rue-de-gand", route: str = "street") -> str:
    return reverse(f"outreach:{route}", args=[campaign.key, "59350", name])


DOORS = st.lists(
    st.tuples(
        st.sampled_from([GAND, LILLE]),
        st.integers(1, 9).map(str),
        st.none() | st.sampled_from(list(Outcome)),
    ),
    min_size=1,
    max_size=5,
)
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(found=DOORS)
def test_sums_of_streets_are_those_of_the_list(
    db_rollback: Rollback, found: list[tuple[str, str, Outcome | None]]
) -> None:
    with db_rollback():
        by = accounts.actor(Role.SERVICE_MANAGER)
        sites = [(at(number, street), outcome) for street, number, outcome in found]
        campaign = make.campaign(by)
        for site, outcome in sites:
            if outcome is not None:
                make.visit(by, site, campaign=campaign, outcome=outcome)
        told = {one.name: (one.listed, one.left) for one in walking.covered(campaign, by)}
        listed = Counter(street for street, _number, _outcome in found)
        again = {None, Outcome.ABSENT, Outcome.UNREACHABLE, Outcome.POSTPONED}
        left = Counter(street for street, _number, outcome in found if outcome in again)
        assert told == {street: (count, left[street]) for street, count in listed.items()}


@FEW
@given(found=DOORS)
def test_the_doors_of_all_streets_are_the_firms_of_the_list(
    db_rollback: Rollback, found: list[tuple[str, str, Outcome | None]]
) -> None:
    with db_rollback():
        by = accounts.actor(Role.SERVICE_MANAGER)
        for street, number, _outcome in found:
            at(number, street)
        campaign = make.campaign(by)
        met = []
        for one in walking.covered(campaign, by):
            doors = walking.doors(campaign, one.reference, by)
            assert len(doors) == one.listed
            sides = [door.number.side for door in doors]
            assert sides == sorted(sides, key=list(Side).index)
            drawn = walking.drawn(doors, may_report=False)
            assert len(drawn) == len(doors), "each has a number"
            assert [number_of(door.label) for door in drawn] == sorted(
                door.number for door in doors
            )
            met += [door.establishment.pk for door in doors]
        lines = ListedFirm.objects.visible_to(by).filter(campaign=campaign)
        assert sorted(met) == sorted(lines.values_list("establishment", flat=True))


# how the attempt ended | how many are still to be seen
ENDED = {
    Outcome.DONE: 0, Outcome.REFUSED: 0, Outcome.CLOSED_DOWN: 0, Outcome.WRONG_ADDRESS: 0,
    Outcome.ABSENT: 1, Outcome.UNREACHABLE: 1, Outcome.POSTPONED: 1,
}  # fmt: skip


@pytest.mark.parametrize(("outcome", "left"), ENDED.items())
def test_what_is_settled_leaves_nobody_to_see(
    client: Client, manager: Actor, outcome: Outcome, left: int
) -> None:
    site = at("1")
    campaign = make.campaign(manager)
    make.visit(manager, site, campaign=campaign, outcome=outcome)
    (one,) = walking.covered(campaign, manager)
    assert (one.listed, one.left, one.share) == (1, left, 1.0 - left)
    (door,) = walking.doors(campaign, "59350 rue de gand", manager)
    _head, row = rows_of(client, street_of(campaign, route="street_csv"))
    assert row[5:7] == [door.words, str(outcome.label)]
    assert (door.sign is Sign.AGAIN) is bool(left)


def test_a_firm_with_two_doors_in_a_street_is_met_at_the_one_of_the_list(manager: Actor) -> None:
    first = at("1")
    at("3", legal_unit=first.legal_unit)
    campaign = make.campaign(manager)
    assert [one.number.text for one in walking.doors(campaign, "59350 rue de gand", manager)] == [
        "1"
    ]


def test_firms_at_one_number_each_have_their_door(client: Client, manager: Actor) -> None:
    for name in ("ANNE", "BEA", "CLEO"):
        at("4", trade_name=name)
    campaign = make.campaign(manager)
    page = read(client, street_of(campaign))
    assert {one.get_text(strip=True) for one in page.select("tbody th")} == {"ANNE", "BEA", "CLEO"}
    spoken = {str(one["aria-label"]) for one in page.select("svg.narrow a")}
    assert spoken == {f"4, {name}, À voir" for name in ("ANNE", "BEA", "CLEO")}


def test_who_a_firm_was_given_to_stands_beside_its_door(client: Client, manager: Actor) -> None:
    at("1")
    campaign = make.campaign(manager)
    adviser = accounts.actor(Role.ADVISER, manager.organisation, name="Odile Marchand")
    assert adviser.person is not None
    actions.assign(campaign=campaign, adviser=adviser.person, by=manager)
    at("3")
    rows = [
        row.get_text(" ", strip=True)
        for row in read(client, street_of(campaign)).select("tbody tr")
    ]
    assert "Odile Marchand" in rows[0]
    assert "Odile Marchand" not in rows[1], "a firm off the list is given to nobody"
    assert rows[1].endswith("Hors de la liste")


# the words of a page | in French | in English
SAID = {
    "streets": ("Quelles rues reste-t-il à parcourir", "Which streets are still to be walked?"),
    "street": ("Les deux côtés de la rue", "Both sides of the street"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_speak_the_language_of_their_reader(
    client: Client, manager: Actor, language: str
) -> None:
    at("1")
    campaign = make.campaign(manager)
    rank = ["fr", "en"].index(language)
    for address, said in ((streets_of(campaign), "streets"), (street_of(campaign), "street")):
        page = read(client, address, language)
        assert page.html is not None
        assert page.html["lang"] == language
        assert SAID[said][rank] in page.get_text()
        assert SAID[said][1 - rank] not in page.get_text()


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Il ne reste aucune entreprise à voir ici."), ("en", "No firm is left to see here.")],
)
def test_a_campaign_walked_to_its_end_says_so(
    client: Client, manager: Actor, language: str, words: str
) -> None:
    site = at("1")
    campaign = make.campaign(manager)
    make.visit(manager, site, campaign=campaign)
    assert words not in read(client, streets_of(campaign), language).get_text()
    page = read(client, streets_of(campaign, "?reste=oui"), language)
    assert words in page.get_text()
    assert not page.select("tbody tr")
    assert len(rows_of(client, reverse("outreach:streets_csv", args=[campaign.key]))) == 2


def test_a_list_that_is_not_frozen_has_no_street_yet(client: Client, manager: Actor) -> None:
    at("1")
    draft = make.draft(manager)
    assert walking.covered(draft, manager) == []
    assert "Il ne reste aucune entreprise" in read(client, streets_of(draft)).get_text()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?commune=59350", 2), ("?commune=59512", 0), ("?commune=<script>", 0), ("?page=zzz", 2), ("?page=99", 2),
        ("?reste=non", 2), ("?reste=oui", 1), ("?commune=593501234", 2), ("?commune=59350&reste=oui", 1),
    ],
)  # fmt: skip
def test_whatever_the_address_asks_the_page_answers(
    client: Client, manager: Actor, query: str, count: int
) -> None:
    seen = at("1")
    at("1", LILLE)
    campaign = make.campaign(manager)
    make.visit(manager, seen, campaign=campaign)
    page = read(client, streets_of(campaign, query))
    assert len(page.select("tbody tr")) == count
    assert not page.select("main script")


# who reads | the streets of their own organisation's campaign
READS = {
    Role.ADVISER: 200, Role.OFFICER: 200, Role.SERVICE_MANAGER: 200, Role.AUDITOR: 200, Role.ELECTED: 403,
    Role.EXPERT: 403, Role.LANDLORD: 403, Role.COMMITTEE: 403, Role.ADMINISTRATOR: 403,
}  # fmt: skip


def test_every_role_is_drawn() -> None:
    assert set(READS) == set(Role)


@pytest.mark.parametrize("role", READS)
def test_streets_are_read_by_who_goes_and_sees_firms(client: Client, role: Role) -> None:
    owner = accounts.actor(Role.SERVICE_MANAGER)
    at("1")
    campaign = make.campaign(owner)
    accounts.signed_in(client, role, owner.organisation)
    addresses = (
        streets_of(campaign), reverse("outreach:streets_csv", args=[campaign.key]),
        street_of(campaign), street_of(campaign, route="street_csv"),
    )  # fmt: skip
    assert {client.get(address).status_code for address in addresses} == {READS[role]}


def test_streets_of_strangers_are_not_there_and_nobody_unknown_reads_them(client: Client) -> None:
    at("1")
    campaign = make.campaign(accounts.actor(Role.SERVICE_MANAGER))
    assert client.get(streets_of(campaign)).status_code == 302
    for role in (Role.ADVISER, Role.SERVICE_MANAGER):
        accounts.signed_in(client, role)
        assert client.get(streets_of(campaign)).status_code == 404
        assert client.get(street_of(campaign)).status_code == 404


def test_more_doors_and_more_streets_ask_the_database_no_more(
    client: Client, manager: Actor
) -> None:
    counts = []
    for first in (1, 2):
        for rank in range(first, first * 4):
            at(str(rank))
            at("1", f"RUE {rank}")
        campaign = make.campaign(manager)
        for address in (streets_of(campaign), street_of(campaign)):
            read(client, address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = read(client, address)
            counts.append((len(page.select("tbody tr")), len(asked)))
    (few, one), (_doors, two), (many, three), (_more, four) = counts
    assert few < many
    assert (one, two) == (three, four)
