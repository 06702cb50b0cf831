"""One figure, read everywhere: page, table, data, report, paper and terminal say the same number."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from maillage import ledger
from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.observatory.wording import written
from tests.factories import accounts, observatory as make
from tests.factories.observatory import Situation
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

READ = {
    "outreach.firms_prospected": 4,
    "conventions.budget_promised": 15_000_000,
    "conventions.commitments": 10_000_000,
    "conventions.payments": 2_550_000,
    "conventions.execution": 0.255,
    "conventions.late_actions": 1,
}
"""What was done, by the code of the figure that counts it."""


@pytest.fixture
def place() -> Iterator[Situation]:
    CACHE.clear()
    held = make.situation()
    held.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
    held.commit(100_000, "2019-06-01")
    held.pay(25_500, "2019-09-01")
    with clock.at(noon("2020-06-30")):
        yield held


def ask(client: Client, place: Situation, name: str, query: str = "") -> HttpResponse:
    response = client.get(reverse(f"observatory:{name}", args=[place.convention.slug]) + query)
    assert response.status_code == 200
    return response


def rows(response: HttpResponse) -> list[dict[str, str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def flat(text: str) -> str:
    """Words on one line, held by ordinary spaces, whatever the renderer broke."""
    return re.sub(r"\s+", " ", text)


def paper(response: HttpResponse) -> PdfReader:
    return PdfReader(io.BytesIO(response.content))


def words(pdf: PdfReader) -> str:
    return flat(" ".join(page.extract_text() for page in pdf.pages))


def links(pdf: PdfReader) -> set[str]:
    found: set[str] = set()
    for page in pdf.pages:
        for note in page.get("/Annots") or ():
            action: Any = note.get_object().get("/A")
            if action and "/URI" in action:
                found.add(str(action["/URI"]))
    return found


def test_every_door_says_the_same_number(client: Client, place: Situation) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)
    page = flat(
        BeautifulSoup(ask(client, place, "convention").content, "html.parser").get_text(" ")
    )
    table = rows(ask(client, place, "convention_csv"))
    data = ask(client, place, "convention_json").json()["figures"]
    report = flat(BeautifulSoup(ask(client, place, "bilan").content, "html.parser").get_text(" "))
    sheet = words(paper(ask(client, place, "bilan_pdf")))
    out = io.StringIO()
    call_command("bilan", place.convention.slug, "--json", stdout=out)
    told = json.loads(out.getvalue())["figures"]

    for code, value in READ.items():
        unit = next(f["unit"] for f in data if f["code"] == code)
        shown = flat(written(value, unit))
        assert {f["value"] for f in data if f["code"] == code} == {value}, code
        assert {f["value"] for f in told if f["code"] == code} == {value}, code
        in_table = {row["Valeur"] for row in table if row["Code"] == code and not row["Part"]}
        assert in_table == {str(value).replace(".", ",")}, code
        for where in (page, report, sheet):
            assert shown in where, (code, shown)
        for where in (report, sheet):
            assert f"{code}@1" in where.replace(" ", ""), code


def test_each_number_of_the_paper_carries_its_rule_its_day_and_its_address(
    client: Client, place: Situation
) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)

    pdf = paper(ask(client, place, "bilan_pdf"))

    said, led = words(pdf), links(pdf)
    assert "30 juin 2020" in said
    for code in READ:
        assert any(f"/chiffres/{code}@1/lignes/" in address for address in led), code
    assert all(address.startswith("http://testserver/") for address in led)
    for address in sorted(led)[:6]:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_the_paper_is_titled_tagged_in_its_language_and_declares_itself_accessible(
    client: Client, place: Situation
) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)
    for language in ("fr", "en"):
        client.cookies["django_language"] = language
        root: Any = paper(ask(client, place, "bilan_pdf")).trailer["/Root"]

        assert str(root["/Lang"]).startswith(language)
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_the_heads_of_the_chains_are_printed_on_the_paper(client: Client, place: Situation) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)

    said = words(paper(ask(client, place, "bilan_pdf"))).replace(" ", "")

    assert ledger.heads()
    for head in ledger.heads():
        assert head.hash in said
        assert str(head.keeper).replace(" ", "") in said


def test_a_year_says_the_year_before_on_page_and_on_paper(client: Client, place: Situation) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)

    report = flat(
        BeautifulSoup(ask(client, place, "bilan", "?period=2020").content, "html.parser").get_text()
    )
    said = words(paper(ask(client, place, "bilan_pdf", "?period=2020")))

    for where in (report, said):
        assert "1 un an avant" in where  # what 2019 held on the same day
        assert "Un an avant" in where


def test_a_year_before_the_convention_is_not_compared(client: Client, place: Situation) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)

    report = ask(client, place, "bilan", "?period=2019").content.decode()

    assert "un an avant" not in flat(report)


# What an address may not ask

NONSENSE = [
    ("?period=hier", "Écrivez une période sous la forme 2019, 2019-06 ou 2019-04-05..2020-06-30."),
    ("?period=2020..2019", "Écrivez une période"),
    ("?at=demain", "Saisissez une date valide"),
    ("?at=2019-02-30", "Saisissez une date valide"),
]
PAGES = ("convention", "bilan", "bilan_pdf", "convention_csv", "convention_json")


@pytest.mark.parametrize(("query", "remedy"), NONSENSE)
def test_days_that_mean_nothing_are_refused_on_every_door(
    client: Client, place: Situation, query: str, remedy: str
) -> None:
    for reader in (Role.OFFICER, Role.ELECTED, None):
        if reader:
            accounts.signed_in(client, reader, place.epci)
        else:
            client.logout()
        for name in PAGES:
            address = reverse(f"observatory:{name}", args=[place.convention.slug])
            response = client.get(address + query)
            assert response.status_code == 422, (reader, name)
            assert remedy in flat(response.content.decode()), (reader, name)


@pytest.mark.parametrize("name", PAGES)
def test_a_period_of_all_times_breaks_nothing(client: Client, place: Situation, name: str) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)

    for query in ("?period=0001..9999", "?period=2019..9999", "?at=0001-01-01", "?at=9999-12-31"):
        address = reverse(f"observatory:{name}", args=[place.convention.slug])
        response = client.get(address + query)
        assert response.status_code in {200, 422}, query
        assert len(response.content) < 300_000, query


@pytest.mark.parametrize("name", PAGES)
def test_a_nul_byte_is_refused_and_never_breaks(
    client: Client, place: Situation, name: str
) -> None:
    accounts.signed_in(client, Role.OFFICER, place.epci)
    address = reverse(f"observatory:{name}", args=[place.convention.slug])

    for query in ("?period=%00", "?at=2019%00", "?%00=1"):
        assert client.get(address + query).status_code == 400, query


FIGURE_PAGES = ("figure", "records", "figure_csv", "figure_json", "records_csv", "records_json")


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_a_figure_refuses_what_means_nothing_and_a_nul_byte(client: Client, name: str) -> None:
    accounts.signed_in(client)
    address = reverse(f"observatory:{name}", args=["I01"])

    for query, status in (
        ("?periode=hier", 422),
        ("?au=demain", 422),
        ("?par=astrologie", 422),
        ("?territory=atlantide", 422),
        ("?couleur=rouge", 422),
        ("?segments=beaucoup", 422),
        ("?convention=nowhere", 404),
        ("?periode=%00", 400),
        ("?communes=59350%00", 400),
    ):
        assert client.get(address + query).status_code == status, query
