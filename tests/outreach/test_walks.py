"""Street walks: prepared, changed, called off; a sheet each for the mayor and the elected artisan, by right."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions, walk_sheets
from maillage.outreach.actions.walks import Walk
from maillage.outreach.models import StreetWalk
from maillage.outreach.walk_sheets import Reader
from maillage.register.models import Establishment, Objection
from maillage.ui import reports
from maillage.ui.reports import Heading, Paragraph, Table
from tests.factories import accounts, outreach as make, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
PAGE = reverse("outreach:walks")
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    places.places_loaded()
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def at(number: str, street: str = "RUE DE GAND", **facts: Any) -> Establishment:
    return register.establishment(street_number=number, street=street, **facts)


def tables(walk: StreetWalk, reader: Reader) -> list[Table]:
    return [block for block in walk_sheets.sheet(walk, reader).blocks if isinstance(block, Table)]


def words(walk: StreetWalk, reader: Reader) -> str:
    return reports.fragment(walk_sheets.sheet(walk, reader))


def test_firms_stand_on_the_sheet_in_the_order_of_the_walk(adviser: Actor) -> None:
    for number in ("4", "1", "3 bis", "2", "3"):
        at(number, trade_name=f"N{number}")
    (table,) = tables(make.walk(adviser), Reader.MAYOR)
    assert [row[0] for row in table.rows] == ["1", "3", "3 bis", "4", "2"]
    assert table.header[:2] == ["Numéro", "Entreprise"]


def test_several_streets_each_have_their_table(adviser: Actor) -> None:
    at("1")
    at("9", street="BD GAMBETTA")
    walk = make.walk(
        adviser, streets=("59350 boulevard gambetta", "59350 rue de gand", "59350 rue vide")
    )
    sheet = walk_sheets.sheet(walk, Reader.MAYOR)
    assert [block.text for block in sheet.blocks if isinstance(block, Heading)] == [
        "BOULEVARD GAMBETTA", "RUE DE GAND", "RUE VIDE",
    ]  # fmt: skip
    assert (
        "aucune entreprise ouverte"
        in [b.text for b in sheet.blocks if isinstance(b, Paragraph)][-1]
    )


def test_closed_undisclosed_and_objecting_firms_are_on_no_sheet(adviser: Actor) -> None:
    at("1", trade_name="OPEN")
    at("3", trade_name="SHUT", state="F")
    register.establishment(diffusion="P", unit_diffusion="P")
    left_alone = at("5", trade_name="ALONE")
    Objection.objects.create(legal_unit=left_alone.legal_unit)
    for reader in Reader:
        (table,) = tables(make.walk(adviser), reader)
        assert [row[1] for row in table.rows] == ["OPEN"]


def test_the_mayor_reads_facts_of_the_register_only(adviser: Actor) -> None:
    place = at("1", trade_name="LEVAIN")
    make.visit(adviser, place, occurred_on=date(2020, 5, 4), note="secret de fabrique", themes=("cash",))  # fmt: skip
    walk = make.walk(adviser)
    mayor, artisan = words(walk, Reader.MAYOR), words(walk, Reader.ARTISAN)
    assert "4 mai 2020" in artisan
    for told in ("4 mai 2020", "secret", "Trésorerie", "Rencontrée"):
        assert told not in mayor
    assert "secret" not in artisan
    assert "Trésorerie" not in artisan
    assert "Jean Delmotte (maire)" in mayor
    assert "Paule Vasseur (artisan élu)" in mayor


def test_when_the_organisation_met_the_firm_is_the_last_standing_contact(adviser: Actor) -> None:
    place, never = at("1"), at("3")
    make.visit(adviser, place, occurred_on=date(2020, 3, 2))
    wrong = make.visit(adviser, place, occurred_on=date(2020, 6, 1))
    actions.cancel_visit(visit=wrong, reason="twice", by=adviser)
    make.visit(accounts.actor(), never, occurred_on=date(2020, 6, 2))
    (table,) = tables(make.walk(adviser), Reader.ARTISAN)
    assert [row[-1] for row in table.rows] == ["2 mars 2020", "jamais"]


@pytest.mark.slow
def test_thirty_firms_hold_on_one_page_that_assistive_tools_read(adviser: Actor) -> None:
    make.many_firms(30)
    found = reports.pdf(walk_sheets.sheet(make.walk(adviser, streets=("59350 rue de lille",)), Reader.MAYOR))  # fmt: skip
    assert found.startswith(b"%PDF-")
    assert found.count(b"/Type /Page\n") + found.count(b"/Type /Page ") <= 1
    assert b"pdfuaid" in found


def test_preparing_a_walk_is_no_act_and_a_form_sent_twice_makes_one(adviser: Actor) -> None:
    first = make.walk(adviser, once="k")
    assert make.walk(adviser, once="k") == first
    with pytest.raises(Conflict):
        make.walk(adviser, once="k", mayor="Another")
    assert not Act.objects.visible_to(adviser).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"streets": ()}, "streets"),
        ({"streets": ("59350 rue de gand", "59512 rue pasteur")}, "streets"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
    ],
)
def test_a_walk_has_streets_of_one_commune_on_a_day_to_come(
    adviser: Actor, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make.walk(adviser, **given)
    assert set(refusal.value.fields) == {field}


def test_only_people_of_the_organisation_prepare_and_read_it(adviser: Actor) -> None:
    walk, stranger = make.walk(adviser), accounts.actor()
    with pytest.raises(NotAllowed):
        make.walk(accounts.actor(Role.ELECTED, adviser.organisation))
    with pytest.raises(Invalid):
        make.walk(adviser, adviser=stranger.person)
    with pytest.raises(NotAllowed):
        actions.call_off_walk(walk=walk, by=stranger)
    assert not StreetWalk.objects.visible_to(stranger).exists()
    assert StreetWalk.objects.visible_to(accounts.actor(Role.AUDITOR)).get() == walk


def test_a_stale_change_is_refused_and_so_is_one_of_a_walk_called_off(adviser: Actor) -> None:
    walk = make.walk(adviser)
    plan = Walk(tuple(walk.streets), TODAY + timedelta(days=7), walk.adviser, "", " Anne Roy ")
    changed = actions.change_walk(walk=walk, plan=plan, version=1, by=adviser)
    assert (changed.day, changed.mayor, changed.artisan, changed.version) == (
        plan.day,
        "Anne Roy",
        "",
        2,
    )
    with pytest.raises(Conflict):
        actions.change_walk(walk=walk, plan=plan, version=1, by=adviser)
    actions.call_off_walk(walk=walk, by=adviser)
    with pytest.raises(Conflict):
        actions.change_walk(walk=walk, plan=plan, version=3, by=adviser)


def test_names_are_kept_for_a_year_after_the_walk(adviser: Actor) -> None:
    walk = make.walk(adviser)
    for days, kept in ((365, True), (367, False)):
        with clock.at(noon("2020-06-30") + timedelta(days=days)):
            retaining.apply(by=System("a test"))
        walk.refresh_from_db()
        assert bool(walk.mayor) is bool(walk.artisan) is kept
    assert walk.streets == ["59350 rue de gand"]


def read(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_a_walk_is_prepared_shown_changed_and_called_off(client: Client, adviser: Actor) -> None:
    at("1", trade_name="LEVAIN")
    assert "Aucune marche ici" in read(client, PAGE).get_text()
    form = reverse("outreach:new_walk")
    once = read(client, form).select_one("[name=once]")
    assert once is not None
    assert adviser.person is not None
    sent = {
        "streets": "rue de Gand, Lille", "day": "2020-07-08", "adviser": str(adviser.person.pk),
        "mayor": "Jean <b>Delmotte</b>", "once": str(once["value"]),
    }  # fmt: skip
    page = BeautifulSoup(client.post(form, sent, follow=True).content, "html.parser")
    assert "Jean <b>Delmotte</b> (maire)" in page.get_text()
    made = StreetWalk.objects.visible_to(adviser).get()
    assert page.find("a", href=reverse("outreach:sheet", args=[made.key, "maire"]))
    assert "LEVAIN" in page.get_text()
    change = reverse("outreach:change_walk", args=[made.key])
    assert "RUE DE GAND, Lille" in read(client, change).get_text()
    assert client.post(change, sent | {"version": "1", "day": "2020-07-15"}).status_code == 302
    assert client.post(change, sent | {"version": "1"}).status_code == 409
    assert client.post(change, sent | {"version": "2", "streets": "?, Lille"}).status_code == 422
    client.post(reverse("outreach:call_off", args=[made.key]))
    assert "Annulée" in read(client, PAGE).get_text()


def test_walks_to_come_are_listed_first_and_their_file_holds_the_same(
    client: Client, adviser: Actor
) -> None:
    make.walk(adviser)
    with clock.at(noon("2020-07-05")):
        make.walk(adviser, day=date(2020, 7, 8))
        file = reverse("outreach:walks_csv")
        for query, days in (("", ["2020-07-08"]), ("?quand=toutes", ["2020-07-08", "2020-06-30"])):
            text = client.get(file + query).content.decode("utf-8-sig")
            _head, *rows = csv.reader(text.splitlines(), delimiter=";")
            assert [row[0] for row in rows] == days
            assert len(read(client, PAGE + query).select(".records a")) == len(days)


def test_a_sheet_is_a_page_and_a_paper_for_these_two_readers_only(
    client: Client, adviser: Actor
) -> None:
    at("1", trade_name="LEVAIN")
    walk = make.walk(adviser)
    for reader in ("maire", "artisan"):
        page = read(client, reverse("outreach:sheet", args=[walk.key, reader]))
        paper = reverse("outreach:sheet_pdf", args=[walk.key, reader])
        assert page.find("a", href=paper)
        assert "LEVAIN" in page.get_text()
    answer = client.get(paper)
    assert answer["Content-Type"] == "application/pdf"
    for stranger in ("conseiller", "MAIRE"):
        assert client.get(reverse("outreach:sheet", args=[walk.key, stranger])).status_code == 404


def test_a_longer_street_asks_the_database_no_more(
    client: Client, adviser: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.many_firms(30)
    walk = make.walk(adviser, streets=("59350 rue de lille",))
    address = reverse("outreach:sheet", args=[walk.key, "artisan"])
    client.get(address)
    for page in (address, reverse("outreach:walk", args=[walk.key]), PAGE):
        with django_assert_max_num_queries(18):
            client.get(page)
