"""Early signals as they are read: by whom, in both languages, with nothing to tell, in what order, with few queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions
from maillage.outreach.distress.scoring import Level
from maillage.outreach.models import Signal, SignalObjection, Visit
from maillage.outreach.models.distress import heaviest_first
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
LIST = reverse("outreach:signals")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def page_of(visit: Visit) -> str:
    return reverse("outreach:signal", args=[visit.key])


def readings() -> int:
    return Access.objects.unscoped(reason="a test").filter(resource="early_signals").count()


READS = {Role.ADVISER, Role.SERVICE_MANAGER}


@pytest.mark.parametrize("role", Role)
def test_each_route_of_signals_by_role(client: Client, role: Role) -> None:
    owner = accounts.actor()
    visit = make.told_in_confidence(owner)
    other = register.establishment().legal_unit
    objection = actions.object_to_signals(unit=other, by=owner)
    accounts.signed_in(client, role, owner.organisation)
    may = role in READS
    assert client.get(LIST).status_code == (200 if may else 403)
    assert client.get(page_of(visit)).status_code == (200 if may else 403)
    lift = client.post(reverse("outreach:lift_objection", args=[objection.key]))
    told = client.post(reverse("outreach:object_to_signals", args=[visit.key]))
    assert (lift.status_code, told.status_code) == ((302, 302) if may else (403, 403))
    standing = SignalObjection.objects.visible_to(owner).filter(until=None)
    assert {one.legal_unit for one in standing} == {visit.legal_unit if may else other}
    assert Signal.objects.visible_to(owner).exists() is not may
    assert bool(readings()) is may, "who is refused has read nothing"


def test_nobody_unknown_and_no_stranger_reads_or_decides(client: Client) -> None:
    visit = make.told_in_confidence()
    assert client.get(page_of(visit)).status_code == 302
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    read(client, page_of(visit), status=404)
    assert client.post(reverse("outreach:object_to_signals", args=[visit.key])).status_code == 404
    assert readings() == 0


# the page | in French | in English
WORDS = {
    "contact": ({"rent": ["late"], "treasury": ["short"]}, "Contact proposé", "Contact proposed"),
    "watch": ({"rent": ["late"]}, "À surveiller", "To be watched"),
    "nothing": ({"rent": ["ok"]}, "Rien de particulier", "Nothing in particular"),
}


@pytest.mark.parametrize(("answers", "french", "english"), WORDS.values(), ids=WORDS)
def test_a_level_is_told_in_the_language_of_its_reader(
    client: Client, adviser: Actor, answers: dict[str, Any], french: str, english: str
) -> None:
    visit = make.told_in_confidence(adviser, **answers)
    heading = read(client, page_of(visit)).select_one("main h2")
    assert heading is not None
    assert heading.get_text(strip=True) == french
    heading = read(client, page_of(visit), "en").select_one("main h2")
    assert heading is not None
    assert heading.get_text(strip=True) == english


@pytest.mark.parametrize(
    ("language", "title", "empty"),
    [
        ("fr", "avant qu’il ne soit trop tard", "Aucune visite depuis un an"),
        ("en", "before it is too late?", "No visit of this year calls for anything."),
    ],
)
def test_a_list_with_nothing_to_tell_says_that_unknown_is_no_good_news(
    client: Client, adviser: Actor, language: str, title: str, empty: str
) -> None:
    make.told_in_confidence(adviser, rent=["ok"])
    page = read(client, LIST, language)
    assert title in page.get_text()
    assert empty in page.get_text()
    assert readings() == 0, "nothing shown is nothing read"
    make.told_in_confidence(adviser)
    assert empty not in read(client, LIST, language).get_text()


def test_reasons_on_the_page_sum_to_the_score_shown(client: Client, adviser: Actor) -> None:
    visit = make.told_in_confidence(
        adviser, rent=["late"], turnover=["falling"], context=["alone", "orders"]
    )
    rows = [
        (row.strong.get_text(strip=True), row.span.get_text(strip=True))
        for row in read(client, page_of(visit)).select(".records li")
        if row.strong and row.span and row.span.get_text(strip=True).lstrip("+−-").isdigit()
    ]
    *reasons, (_label, total) = rows
    assert [int(points.replace("−", "-")) for _words, points in reasons] == [3, 2, 1, -2]
    assert int(total) == sum(int(points.replace("−", "-")) for _words, points in reasons)


def test_the_heaviest_come_first_then_the_newest(adviser: Actor) -> None:
    today = clock.today()
    told: list[tuple[dict[str, list[str]], int]] = [
        ({"rent": ["late"]}, 3), ({"rent": ["late"], "treasury": ["short"]}, 40), ({"rent": ["ok"]}, 0),
        ({"social": ["refused"]}, 1), ({"rent": ["late"], "treasury": ["short"]}, 2),
    ]  # fmt: skip
    made = [
        make.visit(
            adviser, heard=make.heard(adviser, **answers), occurred_on=today - timedelta(days=ago)
        )
        for answers, ago in told
    ]
    held = Signal.objects.visible_to(adviser).latest_of_each().select_related("table")
    found = heaviest_first(list(held))
    assert [one.visit_id for one, _told in found] == [made[rank].pk for rank in (4, 1, 3, 0)]
    assert [weighed.score for _one, weighed in found] == [6, 6, 3, 3]
    assert Level.NONE not in {weighed.level for _one, weighed in found}


def test_an_older_visit_reported_late_does_not_speak_for_its_firm(adviser: Actor) -> None:
    firm, today = register.establishment(), clock.today()
    newest = make.visit(adviser, firm, heard=make.heard(adviser, rent=["ok"]), occurred_on=today)
    make.visit(adviser, firm, heard=make.heard(adviser), occurred_on=today - timedelta(days=20))
    latest = Signal.objects.visible_to(adviser).latest_of_each()
    assert [one.visit_id for one in latest] == [newest.pk]
    assert heaviest_first(list(latest)) == []


def test_what_one_organisation_was_told_hides_nothing_from_another(adviser: Actor) -> None:
    firm = register.establishment()
    mine = make.told_in_confidence(adviser, firm)
    other = accounts.actor()
    theirs = make.told_in_confidence(other, firm, rent=["ok"])
    for by, visit in ((adviser, mine), (other, theirs)):
        assert [one.visit_id for one in Signal.objects.visible_to(by).latest_of_each()] == [
            visit.pk
        ]
    actions.object_to_signals(unit=firm.legal_unit, by=other)
    assert not Signal.objects.visible_to(other).exists()
    assert Signal.objects.visible_to(adviser).get().visit_id == mine.pk


@pytest.mark.parametrize(
    ("days", "read_by"), [(0, True), (200, True), (364, True), (365, False), (500, False)]
)
def test_a_signal_is_read_for_a_year_less_a_day(adviser: Actor, days: int, read_by: bool) -> None:
    make.told_in_confidence(adviser)
    kept = Signal.objects.unscoped(reason="a test")
    kept.update(occurred_on=clock.today() - timedelta(days=days))
    assert Signal.objects.visible_to(adviser).exists() is read_by
    one = kept.get()
    assert (one.gone_on > clock.today()) is read_by


def test_the_day_after_which_nobody_reads_it_stands_on_the_page(
    client: Client, adviser: Actor
) -> None:
    visit = make.told_in_confidence(adviser)
    Signal.objects.unscoped(reason="a test").update(occurred_on=clock.today() - timedelta(days=10))
    gone: date = Signal.objects.visible_to(adviser).get().gone_on
    assert str(gone.year) in read(client, page_of(visit)).get_text()
    assert gone == clock.today() + timedelta(days=355)


def test_objecting_twice_keeps_one_objection_and_lifting_it_twice_finds_none(
    client: Client, adviser: Actor
) -> None:
    visit = make.told_in_confidence(adviser)
    address = reverse("outreach:object_to_signals", args=[visit.key])
    assert [client.post(address).status_code for _turn in range(2)] == [302, 302]
    (one,) = SignalObjection.objects.visible_to(adviser)
    lift = reverse("outreach:lift_objection", args=[one.key])
    assert client.post(lift).status_code == 302
    assert client.post(lift).status_code == 404
    read(client, page_of(visit), status=404)
    assert not read(client, LIST).select("#objections"), "what was forgotten stays forgotten"


@pytest.mark.parametrize("query", ["?page=0", "?page=99", "?page=x", "?page=-1"])
def test_whatever_page_is_asked_a_list_is_shown(client: Client, adviser: Actor, query: str) -> None:
    visit = make.told_in_confidence(adviser)
    assert read(client, LIST + query).find("a", href=page_of(visit))
    assert readings() == 1


def test_more_signals_and_objections_ask_the_database_no_more(
    client: Client, adviser: Actor
) -> None:
    counts: list[Any] = []
    for more in (1, 5):
        for _turn in range(more):
            make.told_in_confidence(adviser)
            actions.object_to_signals(unit=register.establishment().legal_unit, by=adviser)
        read(client, LIST)
        with CaptureQueriesContext(connection) as asked:
            page = read(client, LIST)
        counts.append((len(page.select("main form")), len(asked)))
    (few, one), (many, other) = counts
    assert (few, many) == (1, 6)
    assert one == other
