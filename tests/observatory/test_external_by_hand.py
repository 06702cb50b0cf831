"""Series of other bodies on a page against tables summed by hand: the chart, the words and the file say one thing, in both languages."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator

import pytest
from bs4 import Tag
from django.conf import settings
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.series.declared import WHOLE, Series, every, series_of
from tests.factories import accounts, observed, register, series as make
from tests.observatory.test_external_series import card, text
from tests.observatory.test_observatories import page
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
B, N = "\u00a0", "\u202f"


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    observed.places_loaded()
    observed.published()
    with clock.at(noon("2020-07-15")):
        yield


def said(tag: Tag) -> str:
    """What a card says, its spaces made plain."""
    return text(tag).replace(B, " ").replace(N, " ")


def table(client: Client, code: str) -> list[dict[str, str]]:
    """The file of a series for the territory."""
    content = client.get(reverse("observatory:series_csv", args=[observed.MEL, code])).content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def number(cell: str) -> float:
    return float(cell.replace(",", ".") or 0)


def of(code: str) -> Series:
    found = series_of(code)
    assert found is not None
    return found


def test_the_file_of_offices_sums_to_what_the_page_says_year_by_year(client: Client) -> None:
    permits = [("59350", "2018", 1_000), ("59350", "2018", 500), ("59512", "2018", 40), ("59599", "2019", 7), ("62498", "2019", 9_000)]  # fmt: skip
    make.loaded_by_commune(
        "office_surface",
        *(
            {"NUM_DAU": f"N{rank}", "COMM": code, "SURF_BUR_CREEE": str(surface), "DATE_REELLE_AUTORISATION": f"{year}-05-14"}
            for rank, (code, year, surface) in enumerate(permits)
        ),
    )  # fmt: skip
    sums: dict[str, float] = defaultdict(float)
    for line in table(client, "office_surface"):
        assert line["area"] != "62498", "Lens is of another territory"
        sums[line["period"]] += number(line["value"])
    assert sums == {"2018": 1_540.0, "2019": 7.0}
    shown = said(card(page(client, "tertiaire"), "office_surface"))
    assert "2018 : 1 540 m²" in shown
    assert "2019 : 7 m²" in shown
    assert "9 007" not in shown


def test_the_file_of_employees_sums_to_what_is_ranked_and_withheld_values_are_blank(
    client: Client,
) -> None:
    cells = [("59350", "1071C", "30"), ("59512", "1071C", "12"), ("59350", "5610A", "40"), ("59512", "5610A", "s"), ("59599", "9602A", "41")]  # fmt: skip
    make.loaded_by_commune(
        "employees_ape",
        *({"code_commune": area, "code_ape": ape, "effectifs_salaries_2018": "", "effectifs_salaries_2019": cell} for area, ape, cell in cells),
    )  # fmt: skip
    rows = table(client, "employees_ape")
    sums: dict[str, float] = defaultdict(float)
    for line in rows:
        sums[line["detail"]] += number(line["value"])
    assert sums == {"10.71C": 42.0, "96.02A": 41.0, "56.10A": 40.0}
    assert [(line["area"], line["mark"]) for line in rows if not line["value"]] == [("59512", "s")]
    told = card(page(client, "emplois"), "employees_ape")
    assert told.h2 is not None
    assert "vient en tête : 42 salariés (2019)" in said(told.h2)
    assert "2019 : 123 salariés" in said(told), "30 + 12 + 40 + 41"
    assert "1 valeur est retenue" in said(told)


def test_what_communes_lack_is_counted_from_the_lines_of_the_file(client: Client) -> None:
    here = ("59350", "59512", "59599")
    make.loaded_by_commune(
        "facilities",
        *({**make.TOTAL, "GEO": code} for code in here),
        *({"GEO": code} for code in here[:2]),
        *({"GEO": code, "FACILITY_TYPE": "B204"} for code in here[:1]),
        {"GEO": here[2], "FACILITY_TYPE": "B204", "OBS_VALUE": "0"},
    )
    rows = [line for line in table(client, "facilities") if line["detail"] != WHOLE]
    has = {(line["area"], line["detail"]) for line in rows if number(line["value"]) > 0}
    shown = said(card(page(client, "proximite"), "facilities"))
    assert "Tourcoing 14 sur 14" in shown, "no bakery, and a zero is none"
    for code, name in (("B207", "Boulangerie"), ("B204", "Boucherie")):
        lacking = sum((area, code) not in has for area in here)
        assert lacking == {"B207": 1, "B204": 2}[code]
        assert name in shown
        assert f"{lacking} commune{'s' if lacking > 1 else ''} sur 3" in shown


FILES: dict[str, tuple[dict[str, str], str]] = {
    "facilities": ({}, "of 1"),
    "office_surface": ({}, "Surface of offices authorised: 1,200 m² (2019)"),
    "employees_ape": ({}, "comes first: 420 employees (2019)"),
}


def test_each_card_speaks_english_and_no_french_is_left_of_its_own_words(client: Client) -> None:
    for code, (row, _words) in FILES.items():
        make.loaded_by_commune(code, row)
    make.loaded()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for code, (_row, words) in [*FILES.items(), (make.ZONE, ({}, "Q1 2020: 8.9%"))]:
        series = of(code)
        shown = said(card(page(client, series.observatory), code))
        assert words in shown, code
        assert "25 June 2020" in shown
        for word in ("Publié", "fichier du", "Source :", "communes sur"):
            assert word not in shown, code


def test_without_a_file_the_card_names_it_in_english_too_and_its_table_is_empty(
    client: Client,
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    told = card(page(client, "tertiaire"), "office_surface")
    assert not told.select("svg, a[href$='.csv']"), "never an empty chart"
    assert of("office_surface").file.en in told.get_text()
    assert [table(client, one.code) for one in every()] == [[], [], [], []]


def test_a_series_that_is_undone_leaves_the_page_as_if_it_had_never_been_there(
    client: Client,
) -> None:
    before = said(card(page(client, "tertiaire"), "office_surface"))
    load = make.loaded_by_commune("office_surface", {})
    assert said(card(page(client, "tertiaire"), "office_surface")) != before
    register.undo_load(load=load, by=accounts.actor(Role.ADMINISTRATOR))
    assert said(card(page(client, "tertiaire"), "office_surface")) == before
    assert table(client, "office_surface") == []
