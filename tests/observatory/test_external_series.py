"""What other bodies publish, on the pages of observatories: beside our figures, sourced, never an empty chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.observatory.external import data
from maillage.observatory.external.cards import named_after
from maillage.series.declared import AREA_KINDS, every, series_of
from tests.factories import accounts, observed, register, series as make
from tests.intake import files
from tests.observatory.test_observatories import page
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
B = "\u00a0"


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    observed.places_loaded()
    observed.published()
    with clock.at(noon("2020-07-15")):
        yield


def card(soup: BeautifulSoup, code: str = make.ZONE) -> Tag:
    (found,) = soup.select(f"#x-{code}")
    return found


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_a_series_that_is_not_loaded_says_which_file_and_draws_nothing(client: Client) -> None:
    for one in every():
        told = card(page(client, one.observatory), one.code)
        assert not told.select("svg, table, .btn")
        assert str(one.file) in told.get_text()
        assert told.select_one(f"a[href='{one.page}']"), "from whom"
        assert f"maillage load_series {one.code}" in text(told)
    accounts.signed_in(client, "administrator")
    (button,) = card(page(client, "conjoncture")).select("a.btn")
    assert button["href"] == reverse("intake:new", args=[make.ZONE])


def test_a_loaded_series_is_drawn_with_its_publisher_day_licence_and_what_is_provisional(
    client: Client,
) -> None:
    make.loaded(
        provisional_from="2020-T1", licence="Licence de l’essai", url="https://example.org/x"
    )
    told = card(page(client, "conjoncture"))
    assert told.h2 is not None
    assert (
        told.h2.get_text() == f"Taux de chômage localisé{B}: 8,9{B}% (T1 2020), zone d’emploi Lille"
    )
    assert len(told.select("svg.wide path.curve")) == 4, (
        "two zones, each dashed towards its last quarter"
    )
    assert told.select("svg.wide path.provisional")
    said = text(told)
    for words in (
        "Publié par INSEE, par zone d’emploi",
        "fichier du 25 juin 2020",
        "Licence de l’essai",
        "chargé le",
        "T1 2020 : 8,9 % (provisoire)",
        "pas les limites d’une intercommunalité",
        "ne s’y ajoute jamais",
    ):
        assert words in said.replace(B, " "), words
    assert told.select_one("a[href='https://example.org/x']")
    assert "Lens" not in said, "a zone of another territory"
    assert "Sirene" not in said
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Q1 2020: 8.9% (provisional)" in text(card(page(client, "conjoncture"))).replace(B, "")  # fmt: skip


def test_withheld_revised_and_invented_values_are_said(client: Client) -> None:
    make.loaded(
        make.workbook({"3290 Lille": (9.3, "s", 9.0, 8.9)}), vintage="2020-04-01", invented="oui"
    )
    make.loaded(make.workbook({"3290 Lille": (9.3, "s", 9.1, 9.1)}), invented="oui")
    told = card(page(client, "conjoncture"))
    said = text(told).replace(B, " ")
    assert "aucune valeur publiée (« s »)" in said
    assert "Lille T4 2019 : 9,1 % (9,0 % dans le fichier du 1er avril 2020)" in said
    assert "valeurs sont inventées" in said
    assert told.select_one("details summary")


def test_files_that_tell_nothing_of_a_territory_draw_nothing_and_say_it(client: Client) -> None:
    for rows in ({"9999 Ailleurs": (9.3, 9.2, 9.1, 8.9)}, {"3290 Lille": ("s", "s", "s", "s")}):
        load = make.loaded(make.workbook(rows))
        told = card(page(client, "conjoncture"))
        assert not told.select("svg")
        assert "ne disent rien de ce territoire" in told.get_text()
        register.undo_load(load=load, by=accounts.actor(Role.ADMINISTRATOR))


def test_a_zone_is_of_a_territory_when_it_is_named_after_one_of_its_communes() -> None:
    known = {
        "1": "Lille",
        "2": "Roubaix - Tourcoing",
        "3": "Lens - Hénin",
        "4": "Saint-Omer",
        "5": "Lillers",
    }
    assert named_after(known, ["Lille", "Roubaix", "Tourcoing"]) == ["1", "2"]
    assert named_after(known, ["LENS", "Saint-Omer"]) == ["3", "4"]
    assert named_after(known, []) == []


def test_the_number_of_queries_does_not_grow_with_vintages_zones_or_quarters(
    client: Client,
) -> None:
    make.loaded()
    page(client, "conjoncture")
    with CaptureQueriesContext(connection) as few:
        page(client, "conjoncture")
    quarters = [f"{year}-T{rank}" for year in range(2003, 2020) for rank in range(1, 5)]
    rates = {f"{3000 + rank} Lille {rank}": [9.0] * len(quarters) for rank in range(12)}
    for vintage in ("2020-02-01", "2020-03-01", "2020-04-01"):
        make.loaded(files.as_csv(make.zones(rates, quarters)), name="zones.csv", vintage=vintage)
    page(client, "conjoncture")
    with CaptureQueriesContext(connection) as many:
        soup = page(client, "conjoncture")
    assert len(many) == len(few)
    assert "8 autres" in text(card(soup)), "six lines are drawn, the others are in the file"


def test_the_file_says_every_value_of_the_territory_and_each_column_is_explained(
    client: Client,
) -> None:
    make.loaded(make.workbook({"3290 Lille": (9.3, "s", 9.0, 8.9)}), vintage="2020-04-01")
    make.loaded(provisional_from="2020-T1", invented="oui")
    address = reverse("observatory:series_csv", args=[observed.MEL, make.ZONE])
    assert card(page(client, "conjoncture")).select_one(f"a[href='{address}']")
    content = client.get(address).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert tuple(rows[0]) == data.COLUMNS
    assert {row["area"] for row in rows} == {"3290", "3291"}
    (one,) = [row for row in rows if (row["area"], row["period"]) == ("3290", "2019-Q4")]
    wanted = {
        "value": "9,1", "unit": "%", "provisional": "0", "vintage": "2020-06-25", "before": "9,0", "before_vintage": "2020-04-01",
        "invented": "1", "area_kind": "employment_zone", "publisher": "INSEE",
    }  # fmt: skip
    assert {name: one[name] for name in wanted} == wanted
    listed = BeautifulSoup(
        client.get(reverse("observatory:observatory_methods")).content, "html.parser"
    )
    assert all(name in text(listed) for name in data.COLUMNS)
    gone = reverse("observatory:series_csv", args=[observed.MEL, "nothing"])
    assert client.get(gone).status_code == 404


def test_the_page_of_series_names_each_file_its_source_and_how_much_it_revised(
    client: Client,
) -> None:
    address = reverse("series:index")
    empty = BeautifulSoup(client.get(address).content, "html.parser")
    assert len(empty.select("section.card")) == len(every())
    assert not empty.select("table")
    make.loaded(vintage="2020-04-01")
    make.loaded(make.workbook({**make.RATES, "3290 Lille": (9.3, 9.2, 9.4, 8.9)}), invented="oui")

    def lines() -> list[Any]:
        return list(BeautifulSoup(client.get(address).content, "html.parser").select("tbody tr"))

    told = [[text(cell) for cell in row.select("th, td")] for row in lines()]
    assert [row[0] for row in told] == ["25 juin 2020 valeurs inventées", "1er avril 2020"]
    assert [row[2:4] for row in told] == [["3", "1"], ["3", "0"]]
    assert not lines()[0].select("td a[href^='/chargements']"), "the journal is for those who load"
    accounts.signed_in(client, "administrator")
    assert lines()[0].select("td a[href^='/chargements']")


def test_every_series_is_declared_whole() -> None:
    slugs = {"proximite", "conjoncture", "tertiaire", "emplois"}
    for one in every():
        assert one.observatory in slugs
        assert one.area_kind in AREA_KINDS
        assert one.page.startswith("https://")
        assert one.licence
        for words in (one.title, one.about, one.file, one.area_words):
            assert words.fr
            assert words.fr != words.en or one.unit == words
        assert series_of(one.code) is one
    assert series_of("nothing") is None
