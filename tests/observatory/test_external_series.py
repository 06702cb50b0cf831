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
from maillage.observatory.external.finding import named_after
from maillage.series.declared import AREA_KINDS, every, series_of
from tests.factories import accounts, intake, observed, register, series as make
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
        for words in (one.title, one.about, one.file):
            assert words.fr
            assert words.fr != words.en
        assert series_of(one.code) is one
    assert series_of("nothing") is None


# The other shapes: what is lacking, sums over years, first activities


def test_what_communes_lack_is_told_thing_by_thing_and_never_of_a_commune_that_is_not_told_of(
    client: Client,
) -> None:
    make.loaded_by_commune(
        "facilities",
        *({**make.TOTAL, "GEO": code} for code in ("59350", "59512", "59599", "59009")),
        {},
        {"GEO": "59512", "OBS_VALUE": "", "OBS_STATUS": "c"},
        {"FACILITY_TYPE": "A501", "FACILITY_DOM": "A"},
        {"FACILITY_TYPE": "A501", "FACILITY_DOM": "A", "GEO": "59512"},
    )
    told = card(page(client, "proximite"), "facilities")
    said = text(told).replace(B, " ")
    assert told.h2 is not None
    assert "4 communes sur 4 n’en ont pas (2019)" in told.h2.get_text().replace(B, " ")
    bars = {a.get("aria-label") or text(a) for a in told.select("svg.wide g, svg.wide a")} | {said}
    assert any("Boulangerie-pâtisserie" in one for one in bars)
    assert "2 communes sur 4" in said, (
        "two have no bakery: of one its number is withheld, it is not lacking"
    )
    assert "communes du territoire n’y sont pas" in said
    assert "Tourcoing 14 sur 14" in said
    assert "INSEE" in said


def test_offices_stand_only_when_they_are_loaded(client: Client) -> None:
    empty = card(page(client, "tertiaire"), "office_surface")
    assert not empty.select("svg")
    assert "bureaux" not in text(page(client, "emplois").main)  # type: ignore[arg-type]
    make.loaded_by_commune("office_surface", {}, {"NUM_DAU": "N2"}, vintage="2020-04-01")
    make.loaded_by_commune(
        "office_surface",
        {"SURF_BUR_CREEE": "900"},
        {"NUM_DAU": "N3", "DATE_REELLE_AUTORISATION": "2020-02-03"},
        {"NUM_DAU": "N4", "COMM": "62498"},
        provisional_from="2020",
        invented="oui",
    )
    told = card(page(client, "tertiaire"), "office_surface")
    said = text(told).replace(B, " ").replace("\u202f", " ")
    assert told.h2 is not None
    assert "Surface de bureaux autorisée : 900 m² (2019)" in told.h2.get_text().replace(B, " ")
    assert told.select("svg.wide path.provisional")
    assert "2020 : 1 200 m² (provisoire)" in said
    assert "2019 : 900 m² (2 400 m² dans le fichier du 1er avril 2020)" in said
    assert "SDES (Sit@del)" in said
    assert "sont inventées" in said


def test_the_first_activities_are_told_with_what_is_withheld(client: Client) -> None:
    make.loaded_by_commune(
        "employees_ape",
        {},
        {"code_ape": "5610A", "effectifs_salaries_2019": "900"},
        {"code_commune": "59512", "effectifs_salaries_2019": "s"},
    )
    told = card(page(client, "emplois"), "employees_ape")
    said = text(told).replace(B, " ").replace("\u202f", " ")
    assert told.h2 is not None
    assert (
        "Restauration traditionnelle vient en tête : 900 salariés (2019)"
        in told.h2.get_text().replace(B, " ")
    )
    assert "1 valeur est retenue par l’éditeur" in said
    assert "2019 : 1 320 salariés" in said
    assert "ODbL" in said
    content = client.get(
        reverse("observatory:series_csv", args=[observed.MEL, "employees_ape"])
    ).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert {(row["detail"], row["detail_name"]) for row in rows} >= {
        ("56.10A", "Restauration traditionnelle")
    }
    (withheld,) = [row for row in rows if row["mark"]]
    assert (withheld["value"], withheld["mark"], withheld["area"]) == ("", "s", "59512")


@pytest.mark.parametrize(
    ("source", "row"),
    [("facilities", {"GEO": "62498"}), ("office_surface", {"COMM": "62498"}), ("employees_ape", {"code_commune": "62498"}),
     ("employees_ape", {"effectifs_salaries_2019": "0"})],
)  # fmt: skip
def test_files_of_elsewhere_or_of_nothing_draw_nothing(
    client: Client, source: str, row: dict[str, str]
) -> None:
    make.loaded_by_commune(source, row)
    series = series_of(source)
    assert series is not None
    told = card(page(client, series.observatory), source)
    assert not told.select("svg")
    assert "ne disent rien de ce territoire" in told.get_text()


def test_zones_are_those_that_hold_a_commune_once_their_table_is_loaded(client: Client) -> None:
    make.loaded()
    assert "nommées d’après une commune" in text(card(page(client, "conjoncture")))
    head = ["CODGEO", "LIBGEO", "ZE2020", "LIBZE2020"]
    rows = [
        ["59350", "Lille", "3292", "Lens"],
        ["59599", "Tourcoing", "3292", "Lens"],
        ["59512", "Roubaix", "3291", "Roubaix"],
    ]
    intake.applied(files.as_csv([head, *rows]), source="employment_zones", name="ze.csv")
    told = card(page(client, "conjoncture"))
    assert [text(one) for one in told.select("h3")] == [
        "Zone d’emploi Lens - Hénin (2 des 13 communes du territoire)",
        "Zone d’emploi Roubaix - Tourcoing (1 des 13 communes du territoire)",
    ]
    assert "Zone d’emploi Lille" not in text(told)
