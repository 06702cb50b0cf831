"""The report of a convention: one page for elected members, then every figure with its rule."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from maillage import ledger
from maillage.accounts.actors import ANONYMOUS
from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import bilan, reading
from maillage.ui import reports
from tests.factories import accounts, observatory as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    CACHE.clear()
    with clock.at(noon("2020-06-30")):
        held = make.situation()
        held.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
        yield held


def report_of(place, period=None, at=None):
    asked = reading.Asked(Period.parse(period) if period else None, noon(at) if at else None)
    return bilan.report(bilan.lay_out(reading.live(place.convention, place.officer, asked)))


def text_of(report):
    return reports.document(report)


def tables(report):
    return [block for block in report.blocks if isinstance(block, reports.Table)]


def test_the_first_page_holds_key_figures_axes_lateness_and_money(place):
    kinds = [type(block) for block in report_of(place).blocks]
    annex = next(
        rank
        for rank, block in enumerate(report_of(place).blocks)
        if isinstance(block, reports.Heading) and block.text.startswith("Annexe")
    )
    assert {reports.KeyFigure, reports.Bars, reports.Note, reports.Table} <= set(kinds[:annex])


def test_every_number_of_the_annex_carries_rule_version_and_day(place):
    table = next(t for t in tables(report_of(place)) if "toute la convention" in t.caption)
    assert table.header[1] == "Règle"
    assert all("@1" in str(row[1]) and "2020" in str(row[5]) for row in table.rows)


def test_the_year_before_is_shown_where_it_exists(place):
    found = next(b for b in report_of(place, "2020").blocks if isinstance(b, reports.KeyFigure))
    assert found.value == "1"
    assert "1 un an avant" in found.detail  # up to the same day, 30 June


@pytest.mark.parametrize("period", [None, "2019"])
def test_no_year_before_is_invented(place, period):
    found = next(b for b in report_of(place, period).blocks if isinstance(b, reports.KeyFigure))
    assert "un an avant" not in found.detail


def test_the_heads_of_the_chains_and_the_digest_are_printed(place):
    text = text_of(report_of(place))
    assert all(head.hash in text for head in ledger.heads())
    page = bilan.lay_out(reading.live(place.convention, place.officer, reading.Asked()))
    assert bilan.digest(page) in text


def test_the_digest_changes_with_a_figure_and_not_with_the_hour(place):
    def digest():
        page = bilan.lay_out(reading.live(place.convention, place.officer, reading.Asked()))
        return bilan.digest(page)

    first = digest()
    with clock.at(noon("2020-06-30")):
        assert digest() == first
        place.visits("2020-06-29")
        assert digest() != first


def test_the_report_speaks_english_to_who_reads_english(place):
    with translation.override("en"):
        report = report_of(place)
    assert report.language == "en"
    assert report.title.endswith("where does it stand?")
    assert "On pace" not in text_of(report_of(place))


def test_the_report_read_in_the_past_ignores_what_came_later(place):
    found = next(
        b for b in report_of(place, at="2019-12-31").blocks if isinstance(b, reports.KeyFigure)
    )
    assert found.value == "3"


def test_the_public_gets_the_published_report_with_masks(client, place):
    place.publish("2019-04-05..2019-07-31", at="2019-09-01")
    page = client.get(reverse("observatory:bilan", args=[place.convention.slug])).content.decode()
    assert "Seul ce qui a été publié est montré" in page
    assert "valeur masquée" in page
    published = reading.of(place.convention, ANONYMOUS)
    laid = bilan.lay_out(published)
    assert bilan.digest(laid) == published.publication.digest


def test_an_unpublished_report_is_not_invented_for_the_public(client, place):
    page = client.get(reverse("observatory:bilan", args=[place.convention.slug])).content.decode()
    assert "n’est encore publié" in page


def test_the_pdf_of_a_party_carries_links_to_this_instance(client, place):
    accounts.signed_in(client, Role.OFFICER, place.epci)
    response = client.get(reverse("observatory:bilan_pdf", args=[place.convention.slug]))
    assert response.status_code == 200
    assert b"http://testserver/" in response.content


def test_the_command_writes_both_files_and_tells_the_figures(place, tmp_path):
    page, paper, out = tmp_path / "b.html", tmp_path / "b.pdf", io.StringIO()
    call_command(
        "bilan",
        place.convention.slug,
        html=page,
        pdf=paper,
        period=Period.parse("2019"),
        json=True,
        stdout=out,
    )
    told = json.loads(out.getvalue())
    assert told["period"] == "2019-01-01..2019-12-31"
    assert told["digest"] in page.read_text(encoding="utf-8")
    assert paper.read_bytes().startswith(b"%PDF-")
