"""The pages of desks in English, empty, full and in error, without a French word; as many queries for many rows as for few."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.models import Project
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
FRENCH = re.compile(
    r"[àâçèêëîïôùûü«»]|\b(le|la|les|des|du|une|est|sont|pour|dans|avec|par|aux|et|ou)\b",
    re.IGNORECASE,
)
EMPTY = {
    "/permanences/": "No session here.",
    "/permanences/jeunes/": "No awareness session yet.",
    "/permanences/lieux/": "No place yet.",
    "/porteurs-de-projet/": "Nobody here.",
    "/permanences/planifier/": "When is the desk open?",
    "/permanences/lieux/nouveau/": "Longitude",
    "/permanences/jeunes/nouvelle/": "Young people present",
}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def manager(client: Client) -> Actor:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def words(answer: object) -> str:
    """What is read in the content of a page."""
    page = BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]
    assert page.html is not None
    assert page.html["lang"] == "en"
    return " ".join((page.main or page).get_text(" ").split())


def french(text: str) -> list[str]:
    return [found.group() for found in FRENCH.finditer(text)]


@pytest.mark.parametrize("url", EMPTY)
def test_an_empty_page_says_so_in_english(client: Client, manager: Actor, url: str) -> None:
    text = words(client.get(url))
    assert EMPTY[url] in text
    assert french(text) == []


def test_full_pages_are_in_english(client: Client, manager: Actor) -> None:
    where = make.place(manager.organisation, name="Alma", address="1 rue X")
    held = make.session(manager, where)
    firm = register.establishment(trade_name="BAKER")
    came = make.welcome(held, firm, "premises", "energy", minutes=20)
    gone = make.welcome(held, firm, "transfer")
    actions.cancel_welcome(welcome=gone, reason=Reason.TWICE, by=manager)
    met = make.leader(held, name="Ada Byron", activity="Weaving").project
    assert met is not None
    make.step(met, "loan", amount_cents=5_000_00)
    young = make.young(manager, where)
    missed = make.session(manager, where, TODAY - timedelta(days=3))
    actions.cancel_session(session=missed, reason="closed", by=manager)
    for url, wanted in {
        "/permanences/": "2 welcomes",
        f"/permanences/{held.key}/": "cancelled welcome",
        f"/permanences/{missed.key}/": "The place is closed",
        f"/permanences/{held.key}/annuler/": "The adviser is away",
        f"/permanences/{held.key}/accueil/{firm.key}/": "They came for",
        f"/permanences/{held.key}/porteur-de-projet/": "Card of another structure",
        f"/accueils/{came.key}/": "Minutes spent",
        f"/accueils/{came.key}/corriger/": "Something learned since",
        f"/accueils/{came.key}/annuler/": "Entered twice",
        f"/accueils/{gone.key}/": "it counts no more",
        f"/porteurs-de-projet/{met.key}/": "Loan or guarantee granted",
        f"/porteurs-de-projet/{met.key}/modifier/": "Priority neighbourhood where they live",
        f"/porteurs-de-projet/{met.key}/etape/": "Amount of the loan",
        f"/porteurs-de-projet/{met.key}/oublier/": "The person objects",
        "/permanences/jeunes/": "24 young people",
        f"/permanences/jeunes/{young.key}/annuler/": "Why you cancel it",
        f"/permanences/lieux/{where.key}/fermer/": "First day without a desk",
        "/permanences/lieux/": "2 welcomes",
    }.items():
        text = words(client.get(url)).replace("1 rue X", "")
        assert wanted in text, url
        assert french(text) == [], url


@pytest.mark.parametrize(
    ("url", "sent", "wanted"),
    [
        (
            "/permanences/planifier/",
            {"first": "2020-09-01", "starts_at": "12:00", "ends_at": "09:00", "every": "1"},
            "A desk closes after it opens.",
        ),
        (
            "/permanences/jeunes/nouvelle/",
            {"day": "2020-07-01", "young": "3", "audience": "high"},
            "Choose today or an earlier day.",
        ),
    ],
)
def test_what_is_refused_is_refused_in_english(
    client: Client, manager: Actor, url: str, sent: dict[str, str], wanted: str
) -> None:
    where = make.place(manager.organisation)
    assert manager.person is not None
    whole = {"once": str(uuid7()), "place": where.pk, "holder": manager.person.pk, **sent}
    answer = client.post(url, whole)
    assert answer.status_code == 422
    text = words(answer)
    assert wanted in text
    assert french(text) == []


def test_the_table_of_the_calendar_has_english_heads(client: Client, manager: Actor) -> None:
    make.session(manager)
    head, line = client.get("/permanences.csv").content.decode("utf-8-sig").splitlines()
    assert head == "Day,From,To,Place of welcome,Commune,Held by,Organisation,State,Welcomes"
    assert line.endswith(",Planned,0")


def test_as_many_queries_for_a_long_day_as_for_a_short_one(client: Client, manager: Actor) -> None:
    """A session, a project leader with welcomes and steps, the list of those whom one met."""
    held = make.session(manager)
    met = make.leader(held).project
    assert met is not None
    urls = (f"/permanences/{held.key}/", f"/porteurs-de-projet/{met.key}/", "/porteurs-de-projet/")

    def counted() -> list[int]:
        counts = []
        for url in urls:
            client.get(url)  # what is remembered between requests
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            counts.append(len(asked))
        return counts

    def more() -> None:
        project = Project.objects.unscoped(reason="test").get(pk=met.pk)
        make.welcome(held)
        make.leader(held, project)
        make.step(project, "loan", amount_cents=100_00)
        make.project(manager)
        make.firm_of(project, commune=make.LILLE)

    more()
    few = counted()
    for _ in range(4):
        more()
    assert counted() == few
