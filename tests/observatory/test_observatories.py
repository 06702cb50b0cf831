"""The observatories: a question as title, what answers it below, each figure a link to what it counts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.figures.models import Publication
from maillage.figures.observations import loading, opening
from maillage.kernel import clock
from maillage.observatory import observed
from maillage.observatory.observatories import every
from maillage.observatory.observed_data import COLUMNS
from maillage.places.models import Outline
from tests.factories import accounts, observed as make
from tests.figures.observations.test_building import built, drawn
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
SLUGS = ["proximite", "conjoncture", "tertiaire", "emplois"]


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def page(
    client: Client, slug: str = "proximite", query: str = "", status: int = 200
) -> BeautifulSoup:
    response = client.get(reverse("observatory:observatory", args=[make.MEL, slug]) + query)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def titles(soup: BeautifulSoup) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in soup.select("main h2")]


def test_before_any_publication_the_page_says_what_to_run(client: Client) -> None:
    response = client.get(reverse("observatory:observatories"))
    assert "build_observatory" in response.content.decode()
    missing = client.get(reverse("observatory:observatory", args=[make.MEL, "proximite"]))
    assert missing.status_code == 404


def test_a_loaded_stock_is_read_by_nobody_before_it_is_published(client: Client) -> None:
    make.loaded()
    assert client.get(reverse("observatory:observatory_csv", args=[make.MEL])).status_code == 404


def test_the_first_page_names_each_territory_and_its_questions(client: Client) -> None:
    vintage = make.loaded([make.MEL, make.CALL])
    make.published(vintage)
    make.published(vintage, make.CALL)
    soup = BeautifulSoup(client.get(reverse("observatory:observatories")).content, "html.parser")
    assert len(soup.select("main section")) == 2
    assert len(soup.select("main section li a")) == 2 * len(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_observatory_asks_a_question_and_answers_it(client: Client, slug: str) -> None:
    make.published()
    soup = page(client, slug)
    assert soup.h1 is not None
    assert soup.h1.get_text().strip().endswith("?")
    assert len(titles(soup)) >= 3
    assert soup.select("svg.map"), "a map of communes"
    assert not soup.select("[style]"), "the strict policy holds"
    for section in soup.select("main section.card:not(.external)"):
        assert "Sirene (INSEE)" in section.get_text(), "source and day under each figure"
    identifiers = [one["id"] for one in soup.select("[id]")]
    assert len(identifiers) == len(set(identifiers))


def test_observatories_are_found_by_being_there() -> None:
    assert [one.slug for one in every()] == SLUGS


def test_the_map_tells_each_commune_and_links_it_to_its_establishments(client: Client) -> None:
    make.published()
    soup = page(client, query="?indicateur=register.stock&segment=all&periode=2016")
    lille = next(a for a in soup.select("svg.map a") if "Lille" in a["aria-label"])
    assert "41" in lille["aria-label"], "forty and one a year later"
    assert "zone=59350" in lille["href"]
    table = {
        row.th.get_text(strip=True): row.td.get_text(" ", strip=True)
        for row in soup.select("details tbody tr")
        if row.th and row.td
    }
    assert table["Lille"] == "41"


def test_a_masked_commune_is_hatched_worded_and_links_nowhere(client: Client) -> None:
    make.published()
    soup = page(client, "emplois")
    hatched = list(soup.select("svg.map [fill^='url(#']"))
    assert len(hatched) == 2
    assert all(one.find_parent("a") is None for one in hatched)
    assert "moins de 3 unités" in soup.select_one("ul.legend").get_text()  # type: ignore[union-attr]
    (bassee,) = [row for row in soup.select("details tr") if "Bassée" in row.get_text()]
    assert "valeur masquée" in bassee.get_text()


def test_where_no_outline_is_known_the_table_says_it_all(client: Client) -> None:
    make.published()
    Outline.objects.all().delete()
    soup = page(client, query="?indicateur=register.stock&segment=all&periode=2016")
    assert not soup.select("svg.map")
    assert "41" in soup.select_one("details[open] table").get_text()  # type: ignore[union-attr]


@contextmanager
def went(
    made: Publication, groups: list[dict[str, Any]], *, withheld: bool = False
) -> Iterator[None]:
    """Read the publication as if it said so of where the partners went."""
    reason = {"fr": "moins de 3 unités", "en": "fewer than 3 units"}
    said = {"groups": groups, "withheld": withheld, "reason": reason}
    figure = made.figures.get()
    figure.public = figure.public | said
    found = SimpleNamespace(filter=lambda **_asked: SimpleNamespace(first=lambda: figure))
    with patch.object(Publication, "figures", found):
        yield


def group(key: str, n: int, *, masked: bool = False) -> dict[str, Any]:
    return {"key": key, "label": key, "n": 0 if masked else n, "masked": masked}


def test_where_the_partners_went_is_a_circle_a_word_and_a_column(client: Client) -> None:
    made = make.published()
    told = [group("59350", 8), group("59512", 2, masked=True), group("59599", 2)]
    with went(made, told):
        soup = page(client)
    circles = soup.select("g.went circle")
    assert [float(one["r"]) for one in circles] == [22.0, 11.0], (
        "areas tell, a quarter is half as wide"
    )
    spoken = {
        a["aria-label"].partition("\u00a0:")[0]: a["aria-label"]
        for a in soup.select("svg.map [aria-label]")
    }
    assert "8 entreprises visitées" in spoken["Lille"]
    assert "valeur masquée" in spoken["Roubaix"]
    table = {
        row.th.get_text(strip=True): row.select("td")[1].get_text(strip=True)
        for row in soup.select("details tbody tr")
    }  # type: ignore[union-attr]
    assert (table["Lille"], table["Seclin"]) == ("8", "0")
    assert "moins de 3" in table["Roubaix"], "what is masked is not said to be none"


def test_a_withheld_breakdown_lays_nothing_over_the_map(client: Client) -> None:
    made = make.published()
    with went(made, [], withheld=True):
        soup = page(client)
    assert not soup.select("g.went")
    assert "Cercles" not in soup.get_text()


def test_what_is_provisional_is_dashed_and_said(client: Client) -> None:
    make.published()
    soup = page(client, "conjoncture")
    assert soup.select("path.provisional")
    assert "provisoire" in soup.get_text()


def test_what_is_not_published_is_refused_in_words_and_the_page_still_answers(
    client: Client,
) -> None:
    make.published()
    for query in (
        "indicateur=register.jobs_estimate",
        "periode=1999",
        "segment=employer",
        "metier=99.99Z",
    ):
        soup = page(client, query=f"?{query}", status=422)
        assert "publié" in soup.get_text()
        assert soup.select("svg.map")


def test_six_territories_stand_side_by_side_on_one_scale(client: Client) -> None:
    vintage = make.loaded([make.MEL, make.CALL])
    make.published(vintage)
    make.published(vintage, make.CALL)
    alone = page(client)
    assert "Lens" not in alone.select_one(".multiples").get_text()  # type: ignore[union-attr]
    beside = page(client, query=f"?avec={make.CALL}&avec=000000000&avec={make.CALL}")
    names = [one.get_text(strip=True) for one in beside.select(".multiples h3")]
    assert any("Lens" in name for name in names)
    assert beside.select_one(f"input[value='{make.CALL}'][checked]")


def test_one_trade_is_told_commune_by_commune(client: Client) -> None:
    rows = make.observations()
    rows += [
        make.row(
            "register.stock", "commune", code, "2020", 3.0, 3, segment="craft_rm", activity="10.71C"
        )
        for code in ("59350", "59512")
    ]
    make.published(make.loaded(rows=rows))
    soup = page(client, query="?metier=10.71C")
    assert "Boulangerie" in titles(soup)[0]
    told = {
        row.th.get_text(strip=True): row.td.get_text(strip=True)
        for row in soup.select("details tbody tr")
    }  # type: ignore[union-attr]
    assert (told["Lille"], told["Armentières"]) == ("3", "0"), "none is a number too"


def test_an_invented_stock_is_said_on_the_page(client: Client) -> None:
    make.published(make.loaded(is_invented=True))
    assert "inventé" in page(client).get_text()


def test_the_number_of_queries_does_not_grow_with_communes_or_years(client: Client) -> None:
    make.published()
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client)
    rows = make.observations()
    more = [
        {**row, "period": str(int(row["period"]) - 6)} for row in rows if len(row["period"]) == 4
    ]
    make.published(make.loaded(rows=[*rows, *more]), reason="more years")
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) == len(few)


def test_the_file_says_what_the_pages_say(client: Client) -> None:
    make.published()
    response = client.get(reverse("observatory:observatory_csv", args=[make.MEL]))
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    (lille,) = [
        row for row in rows
        if (row["indicator"], row["area"], row["period"], row["segment"], row["activity"])
        == ("register.stock", "59350", "2016", "all", "all")
    ]  # fmt: skip
    assert lille["value"] == "41,0"
    packed = client.get(reverse("observatory:observatory_parquet", args=[make.MEL])).content
    table = pq.read_table(io.BytesIO(packed))
    assert tuple(table.column_names) == COLUMNS
    assert table.num_rows == len(rows)


def test_every_column_and_every_indicator_is_explained(client: Client) -> None:
    soup = BeautifulSoup(
        client.get(reverse("observatory:observatory_methods")).content, "html.parser"
    )
    assert [one.get_text() for one in soup.select("td:first-child, tbody th code")] == list(COLUMNS)
    assert "register.births" in soup.get_text()


# A figure opens onto the establishments it counts


def opened(client: Client, query: str, status: int = 200) -> BeautifulSoup:
    response: HttpResponse = client.get(
        reverse("observatory:observatory_firms", args=[make.MEL]) + f"?{query}"
    )
    assert response.status_code == status, response.content.decode()[:400]
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def followed(tmp_path: Path) -> list[dict[str, Any]]:
    """A stock drawn at random, observed, loaded with its spells, published."""
    rows = built(drawn(3, number=80), tmp_path, opened=frozenset({"59350", "59512", "59009"}))
    path = tmp_path / "out" / "observations.parquet"
    vintage = loading.load(
        loading.Loading(
            path=path, as_of=make.AS_OF, history_start=make.AS_OF, source="Sirene (INSEE)",
            is_invented=False, territories=[make.MEL],
        )
    )  # fmt: skip
    make.published(vintage)
    return rows


def test_a_figure_opens_onto_as_many_establishments_as_it_says(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    (row,) = [
        one for one in followed
        if (one["indicator"], one["area"], one["period"], one["activity"], one["segment"])
        == ("register.stock", make.MEL, "2018", "all", "all")
    ]  # fmt: skip
    soup = opened(client, "indicateur=register.stock&periode=2018")
    assert soup.h1 is not None
    assert soup.h1.get_text().split()[0] == str(int(row["value"]))
    assert len(soup.select("tbody tr")) == min(50, int(row["value"]))


def test_a_cohort_opens_for_those_who_work_for_a_party(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    told = observed.cells(observed.newest(make.MEL), ["register.survival_3y"], kinds=["epci"])
    cell = next(one for one in told if one.value)
    query = f"indicateur=register.survival_3y&periode={cell.period}&liste=bottom"
    refused = opened(client, query, status=422)
    assert "Connectez-vous" in refused.get_text()
    accounts.signed_in(client, "officer")
    (row,) = [
        one for one in followed
        if (one["indicator"], one["area"], one["period"], one["activity"], one["segment"])
        == ("register.survival_3y", make.MEL, cell.period, "all", "all")
    ]  # fmt: skip
    soup = opened(client, query)
    assert soup.h1 is not None
    assert soup.h1.get_text().split()[0] == str(int(row["denominator"]))


@pytest.mark.parametrize(
    "query",
    [
        "indicateur=register.jobs_estimate&periode=2020",
        "indicateur=register.stock&periode=1999",
        "indicateur=nothing&periode=2018",
        "indicateur=register.stock&periode=2018&zone=75056",
        "",
    ],
)
def test_what_was_not_published_opens_onto_nothing(client: Client, query: str) -> None:
    make.published()
    opened(client, query, status=422)


def test_a_list_that_is_not_kept_any_more_says_so(client: Client) -> None:
    made = make.published()
    assert made.vintage is not None
    assert not loading.spells_of(made.vintage).exists()
    assert loading.spells_of(made.vintage).name == opening.FILE
    soup = opened(client, "indicateur=register.stock&periode=2018", status=422)
    assert "Construisez" in soup.get_text()
