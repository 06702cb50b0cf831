"""Every page of the observatories: read in English, light, its links open, each what it counts, to whom it opens."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.figures.observations import loading, opening
from maillage.kernel import clock
from maillage.observatory import observed, observed_data, observed_firms
from maillage.places.models import Commune, Outline
from tests.factories import accounts, observed as make
from tests.observatory import test_observatories as shared
from tests.observatory.test_observatories import SLUGS, followed
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
__all__ = ["followed"]
FRENCH = re.compile(
    r"[àâçèêëîïôùûü«»]|\b(le|la|les|des|du|une|est|sont|pour|dans|avec|par|aux|en|et|ou)\b",
    re.IGNORECASE,
)
BUDGET = 20_000
"""Bytes of a page with a map, gzipped."""


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def page(client: Client, *asked: Any, **told: Any) -> Any:
    """The page of an observatory."""
    return shared.page(client, *asked, **told)


def opened(client: Client, query: str, **told: Any) -> Any:
    """The establishments of a figure."""
    return shared.opened(client, query, **told)


def official() -> list[str]:
    """Names that stay French in English, the longest first."""
    names = {*Commune.objects.values_list("name", flat=True), "Métropole Européenne de Lille"}
    return sorted(names, key=len, reverse=True)


def told(soup: Any) -> Iterator[str]:
    """Everything that is read or spoken in the content of a page, but official names and titles of NAF."""
    main = soup.main
    assert main is not None
    for chart in main.select("section.card:has(a[href*='metier='])"):
        chart.decompose()
    for text in [*main.stripped_strings, *(str(one["aria-label"]) for one in main.select("[aria-label]"))]:  # fmt: skip
        for name in official():
            text = text.replace(name, "…")  # noqa: PLW2901
        yield text


@pytest.mark.parametrize("slug", ["conjoncture", "emplois"])
def test_in_english_nothing_is_left_in_french_but_official_names(client: Client, slug: str) -> None:
    make.published()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    soup = page(client, slug)
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    assert [text for text in told(soup) if FRENCH.search(text)] == []


@pytest.mark.parametrize("name", ["observatories", "observatory_methods"])
def test_the_pages_around_are_in_english_too(client: Client, name: str) -> None:
    make.published()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(reverse(f"observatory:{name}"))
    soup: Any = BeautifulSoup(answer.content, "html.parser")
    assert [text for text in told(soup) if FRENCH.search(text)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_with_a_map_of_real_outlines_is_light(client: Client, slug: str) -> None:
    make.published()
    for rank, one in enumerate(Outline.objects.all()):
        round_ = shapely.Point(3 + rank / 10, 50.5).buffer(0.05, quad_segs=10)
        one.screen = shapely.to_wkb(round_)
        one.save()
    address = reverse("observatory:observatory", args=[make.MEL, slug])
    assert len(gzip.compress(client.get(address).content)) <= BUDGET


@pytest.mark.parametrize("slug", ["", "nulle-part", "proximité"])
def test_an_observatory_that_is_not_declared_is_not_found(client: Client, slug: str) -> None:
    make.published()
    address = reverse("observatory:observatory", args=[make.MEL, "proximite"])
    assert client.get(address).status_code == 200
    if slug:
        assert client.get(address.replace("proximite", slug)).status_code == 404


@pytest.mark.parametrize("name", ["observatory_firms", "observatory_csv", "observatory_parquet"])
def test_nothing_is_found_of_a_territory_without_observatory(client: Client, name: str) -> None:
    make.published()
    assert client.get(reverse(f"observatory:{name}", args=[make.CALL])).status_code == 404


# Every link opens what it counts


def links(soup: Any) -> dict[str, str]:
    """Where figures open, with what is written or spoken of them."""
    found = {}
    for one in soup.select("main a[href*='indicateur=']"):
        said = one.select_one(".to-records") or one
        found[str(one["href"])] = str(one.get("aria-label") or said.get_text(" ", strip=True))
    return found


def counted(soup: Any) -> int:
    assert soup.h1 is not None
    return int(re.sub(r"\D", "", soup.h1.get_text()))


def test_every_link_of_a_page_opens_as_many_establishments_as_it_says(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    cells: dict[tuple[Any, ...], Any] = {
        (r["indicator"], r["area"], r["period"], r["activity"], r["segment"]): r for r in followed
    }
    seen = 0
    for slug in ("proximite", "conjoncture"):
        for href in list(links(page(client, slug)))[:25]:
            asked = dict(pair.split("=") for pair in href.partition("?")[2].split("&"))
            place = [asked["indicateur"], asked["zone"], asked["periode"]]
            row = cells[*place, asked.get("metier", "all"), asked.get("segment", "all")]
            expected = row["value"] if row["numerator"] is None else row["numerator"]
            assert counted(opened(client, href.partition("?")[2])) == round(expected), href
            seen += 1
    assert seen > 20


def test_a_key_figure_says_how_many_its_link_opens(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    soup = page(client, "conjoncture")
    told = soup.select("a.figure-link")
    assert told
    for one in told:
        said = int(re.sub(r"\D", "", one.select_one(".to-records").get_text()) or 1)
        assert counted(opened(client, str(one["href"]).partition("?")[2])) == said


def test_a_rate_opens_both_what_it_counts_and_what_it_divides_by(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    row = next(
        one for one in followed
        if one["indicator"] == "register.creation_rate_insee" and one["area"] == make.MEL
        and (one["activity"], one["segment"]) == ("all", "all") and one["numerator"]
    )  # fmt: skip
    query = f"indicateur=register.creation_rate_insee&periode={row['period']}"
    assert counted(opened(client, query)) == row["numerator"]
    assert counted(opened(client, f"{query}&liste=bottom")) == row["denominator"]
    assert counted(opened(client, f"{query}&liste=other")) == row["numerator"]


def test_the_page_of_a_rate_shows_both_lists(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    row = max(
        (one for one in followed
         if one["indicator"] == "register.creation_rate_insee" and one["area"] == make.MEL
         and (one["activity"], one["segment"]) == ("all", "all") and one["numerator"]),
        key=lambda one: one["denominator"],
    )  # fmt: skip
    query = f"indicateur=register.creation_rate_insee&periode={row['period']}"
    for side, count in (("", row["denominator"]), ("&liste=bottom", row["numerator"])):
        soup = opened(client, query + side)
        beside = soup.select_one("section[aria-labelledby=h-beside]")
        assert beside is not None
        assert beside.h2 is not None
        assert re.search(rf": {count:.0f} établissement", beside.h2.get_text(" ", strip=True))
        assert len(beside.select("tbody tr")) == min(observed_firms.FEW, count)
        link = beside.select("a")[-1]
        assert counted(opened(client, str(link["href"])[1:])) == count
    assert not opened(client, "indicateur=register.stock&periode=2018").select("#h-beside")


def test_a_density_opens_onto_its_establishments(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    row = next(
        one for one in followed
        if one["indicator"] == "register.density_per_10k" and one["area"] == make.MEL
        and (one["activity"], one["segment"]) == ("all", "all")
    )  # fmt: skip
    soup = opened(client, f"indicateur=register.density_per_10k&periode={row['period']}")
    assert counted(soup) == row["numerator"]


def test_the_pages_of_a_list_hold_each_establishment_once(
    client: Client, followed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observed_firms, "PAGE", 7)
    query = "indicateur=register.stock&periode=2018"
    count = counted(opened(client, query))
    assert count > 7
    told: list[str] = []
    for number in range(1, -(-count // 7) + 1):
        rows = opened(client, f"{query}&page={number}").select("tbody th")
        told += [row.get_text(strip=True) for row in rows]
    assert len(told) == len(set(told)) == count
    assert told == sorted(told)


# Who opens what


@pytest.mark.parametrize(("role", "opens"), [(None, False), ("elected", False), ("officer", True)])
def test_a_survival_is_read_by_everybody_and_opened_by_those_who_work_for_a_party(
    client: Client, role: Any, opens: bool
) -> None:
    make.published()
    if role:
        accounts.signed_in(client, role)
    soup = page(client, "conjoncture")
    assert "Survie à 3 ans" in soup.get_text()
    links = [a["href"] for a in soup.select("a[href*='register.survival_3y']")]
    assert bool(links) is opens
    assert soup.select("a[href*='indicateur=register.births']"), "public fields open to all"


def test_a_refusal_takes_no_link_away_from_who_may_open(client: Client) -> None:
    make.published()
    accounts.signed_in(client, Role.OFFICER)
    whole = page(client, "conjoncture").select("a[href*='register.survival_3y']")
    refused = page(client, "conjoncture", "?periode=1999", status=422)
    assert len(refused.select("a[href*='register.survival_3y']")) == len(whole)


# The files


def test_the_dictionary_tells_the_type_of_each_column_as_it_is_in_the_file() -> None:
    made = make.published()
    schema = pq.read_schema(io.BytesIO(observed_data.parquet(made)))
    kinds = {"float64": "double"}
    told = {name: kinds.get(kind, kind) for name, kind, _words in observed_data.dictionary()}
    assert {one.name: str(one.type) for one in schema} == told
    assert all(words.fr and words.en for _name, _kind, words in observed_data.dictionary())


def test_the_rows_of_a_file_come_in_one_order_and_none_twice() -> None:
    made = make.published()
    rows = list(observed_data.rows(made))
    assert rows == list(observed_data.rows(made))
    width = observed_data.COLUMNS.index("segment") + 1
    assert len({tuple(row[:width]) for row in rows}) == len(rows)


def test_the_files_are_named_after_their_territory(client: Client) -> None:
    make.published()
    for kind in ("csv", "parquet"):
        answer = client.get(reverse(f"observatory:observatory_{kind}", args=[make.MEL]))
        assert Path(f"observatoire-{make.MEL}.{kind}").name in answer["Content-Disposition"]


def test_jobs_open_onto_their_employers_for_those_who_work_for_a_party(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    row = next(
        one for one in followed
        if one["indicator"] == "register.jobs_estimate" and one["area"] == make.MEL
        and (one["activity"], one["segment"]) == ("all", "all")
    )  # fmt: skip
    query = f"indicateur=register.jobs_estimate&periode={row['period']}"
    assert "Connectez-vous" in opened(client, query, status=422).get_text()
    assert not page(client, "emplois").select('a[href*="register.jobs_estimate&zone"]')
    accounts.signed_in(client, "officer")
    soup = opened(client, query)
    assert counted(soup) == row["n"]
    said = soup.get_text(" ", strip=True)
    assert "par tranche" in said
    bands = [cell.get_text(strip=True) for cell in soup.select("tbody td.num")]
    assert len(bands) == min(50, row["n"])
    assert all(re.fullmatch(r"\d+ – \d+", band) for band in bands)
    assert not soup.select("#h-beside"), "an estimate has one list"


def test_jobs_of_a_stock_loaded_by_an_earlier_version_say_what_to_do(
    client: Client, followed: list[dict[str, Any]]
) -> None:
    publication = observed.newest(make.MEL)
    assert publication is not None
    assert publication.vintage is not None
    (loading.spells_of(publication.vintage).with_name(opening.EMPLOYERS)).unlink()
    accounts.signed_in(client, "officer")
    soup = opened(client, "indicateur=register.jobs_estimate&periode=2020", status=422)
    assert "n’est plus gardée ici" in soup.get_text()
