"""The list of published grants, its filters and its table; the sheet of a firm that had some."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.funding import reading
from maillage.register.models import Establishment
from tests.factories import accounts, funding as make, intake, register

pytestmark = pytest.mark.django_db

LIST = "/subventions/"


def rows(client: Client, **query: Any) -> list[list[str]]:
    page = BeautifulSoup(client.get(LIST, query).content, "html.parser")
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in page.select("tbody tr")
    ]


def firm(**facts: Any) -> Establishment:
    return register.establishment(siret=make.FIRM, **facts)


@pytest.fixture
def reader(client: Client) -> Client:
    accounts.signed_in(client)
    return client


def test_an_empty_list_says_where_such_lists_are_and_who_loads_them(reader: Client) -> None:
    page = reader.get(LIST).content.decode()
    assert "data.gouv.fr" in page
    assert "Charger une liste" not in page


def test_who_may_load_finds_the_door(client: Client) -> None:
    accounts.signed_in(client, role=Role.ADMINISTRATOR)
    assert "Charger une liste" in client.get(LIST).content.decode()


def test_a_grant_is_told_with_the_part_of_who_had_it(reader: Client) -> None:
    make.loaded({"pourcentageSubvention": "0.4"})
    ((who, what, funder, day, amount),) = rows(reader)
    assert (who, what, funder) == ("Fournil Delattre", "Four basse consommation", "Ville inventée")
    assert day == "4 mars 2019"
    assert amount.replace("\u202f", " ").replace("\u00a0", " ") == "4 800 € sur 12 001 €"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["3", "2", "1"]),
        ({"q": "delattre BASSE"}, ["1"]),
        ({"q": "élan"}, ["3"]),
        ({"annee": "2020"}, ["3"]),
        ({"annee": "jamais"}, ["3", "2", "1"]),
        ({"repertoire": "oui"}, ["2", "1"]),
        ({"q": "rien de tel"}, []),
    ],
)
def test_filters_stand_in_the_address_for_the_page_and_for_the_table(
    reader: Client, query: dict[str, str], found: list[str]
) -> None:
    firm()
    make.loaded(
        {"referenceDecision": "1"},
        {"referenceDecision": "2", "objet": "Vitrine", "dateConvention": "2019-05-01"},
        {
            "referenceDecision": "3", "nomBeneficiaire": "Élan", "dateConvention": "2020-01-01",
            "objet": "Accueil", "idBeneficiaire": "", "rnaBeneficiaire": "W123456789",
        },
    )  # fmt: skip
    assert len(rows(reader, **query)) == len(found)
    written = reader.get("/subventions.csv", query).content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(written), delimiter=";"))
    assert [line["referenceDecision"] for line in told] == found


def test_only_the_lines_of_one_file_when_one_asks(reader: Client) -> None:
    first = make.loaded({})
    make.loaded({"referenceDecision": "2"})
    assert len(rows(reader)) == 2
    assert len(rows(reader, fichier=first.pk)) == 1


def test_what_is_handed_out_is_loaded_again_as_the_same(reader: Client) -> None:
    make.loaded({"objet": "=1+1", "pourcentageSubvention": "0.25", "idRAE": "00012"})
    written = reader.get("/subventions.csv").content
    assert b"'=1+1" in written
    again = intake.previewed(
        written.replace(b"'=", b"="), source="published_grants", name="encore.csv"
    )
    assert (again.count("unchanged"), again.count("rejected")) == (1, 0)


def test_a_firm_that_hides_its_name_is_not_named_by_a_list(reader: Client) -> None:
    firm(diffusion="P", legal_unit=register.legal_unit(diffusion="P"))
    make.loaded({"nomBeneficiaire": "Jeanne Martin"})
    ((who, *_rest),) = rows(reader)
    assert "Martin" not in who
    written = reader.get("/subventions.csv").content.decode()
    assert "Martin" not in written
    assert make.FIRM not in written


def test_the_sheet_of_a_firm_tells_the_grants_it_had(reader: Client) -> None:
    place = firm()
    sheet = reverse("observatory:enterprise", args=[place.legal_unit.key])
    assert "Subventions reçues" not in reader.get(sheet).content.decode()
    make.loaded({}, {"idBeneficiaire": "35600000000048", "nomBeneficiaire": "Autre"})
    told = BeautifulSoup(reader.get(sheet).content, "html.parser")
    section = told.find("section", {"aria-labelledby": "grants"})
    assert section is not None
    assert "Four basse consommation" in section.get_text()
    assert "Autre" not in section.get_text()


def test_pages_take_as_many_queries_for_many_grants_as_for_one(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    firm()
    make.loaded({})
    with django_assert_max_num_queries(40) as one:
        rows(reader)
    make.loaded(*[{"referenceDecision": str(n)} for n in range(20)])
    with django_assert_max_num_queries(len(one)):
        rows(reader)


def test_the_parts_of_a_grant_given_to_several_come_to_the_whole() -> None:
    parts = ("0.33", "0.33", "0.34")
    make.loaded(
        *[{"pourcentageSubvention": part, "nomBeneficiaire": f"Atelier {part}{n}"} for n, part in enumerate(parts)]
    )  # fmt: skip
    told = reading.in_register(make.standing())
    assert abs(sum(one.own_cents for one in told) - 1_200_050) <= 1
    assert all(one.is_shared for one in told)
