"""One figure, five doors: page, CSV, JSON, PDF and command say the same."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.observatory import bilan, dashboard, reading
from maillage.ui import reports
from tests.factories import accounts, observatory as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

CODE = "outreach.firms_prospected"


@pytest.fixture
def place():
    CACHE.clear()
    with clock.at(noon("2020-06-30")):
        held = make.situation()
        held.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
        held.commit(100_000, "2019-06-01")
        yield held


def ask(client, place, name):
    return client.get(reverse(f"observatory:{name}", args=[place.convention.slug]))


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def in_json(found, code):
    return next(f for f in found["figures"] if f["code"] == code and "groups" not in f)


def test_page_csv_json_report_and_command_say_the_same_number(client, place):
    accounts.signed_in(client, Role.OFFICER, place.epci)
    page = ask(client, place, "convention").content.decode()
    table = rows_of(ask(client, place, "convention_csv"))
    data = ask(client, place, "convention_json").json()
    out = io.StringIO()
    call_command("bilan", place.convention.slug, "--json", stdout=out)
    report = ask(client, place, "bilan").content.decode()
    assert 'class="figure">4 <small>' in page
    assert next(row["Valeur"] for row in table if row["Code"] == CODE and not row["Part"]) == "4"
    assert in_json(data, CODE)["value"] == 4
    assert in_json(json.loads(out.getvalue()), CODE)["value"] == 4
    assert f"{CODE}@1" in report


def test_the_pdf_is_made_of_the_same_report_as_the_page(client, place):
    accounts.signed_in(client, Role.OFFICER, place.epci)
    response = ask(client, place, "bilan_pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    page = bilan.lay_out(reading.live(place.convention, place.officer, reading.Asked()))
    told = bilan.report(page)
    figure = next(b for b in told.blocks if isinstance(b, reports.KeyFigure))
    assert (figure.value, figure.code) == ("4", f"{CODE}@1")


def test_the_public_gets_published_numbers_in_files_too(client, place):
    place.publish()
    with clock.at(noon("2020-06-20")):
        place.visits("2020-06-15")
    data = ask(client, place, "convention_json").json()
    table = rows_of(ask(client, place, "convention_csv"))
    assert data["publication"]
    assert in_json(data, CODE)["value"] == 4
    assert in_json(data, CODE)["records"] is None
    assert next(row["Valeur"] for row in table if row["Code"] == CODE and not row["Part"]) == "4"


def test_files_of_an_unpublished_convention_are_empty_for_the_public(client, place):
    assert ask(client, place, "convention_json").json()["figures"] == []
    assert rows_of(ask(client, place, "convention_csv")) == []
    assert ask(client, place, "bilan_pdf").status_code == 404


def test_masked_figures_are_null_in_data_and_named_masked_in_the_table(client):
    with clock.at(noon("2020-06-30")):
        held = make.situation()
        held.visits("2019-06-03 2019-07-01")
        held.publish()
        found = in_json(ask(client, held, "convention_json").json(), CODE)
        row = next(r for r in rows_of(ask(client, held, "convention_csv")) if r["Code"] == CODE)
    assert (found["value"], found["masked"]) == (None, True)
    assert row["Valeur"] == ""
    assert "moins de 3" in row["Masqué"]


def test_the_parts_of_money_sum_to_its_total_line(place):
    page = dashboard.of(reading.live(place.convention, place.officer, reading.Asked()))
    answer = page.answers[page.asking.committed]
    assert sum(int(g.value or 0) for g in answer.groups) == answer.value == 10_000_000
