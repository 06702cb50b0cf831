"""The sheet of a firm shows its lives on a time line and where it stands, to whom may know it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage import places
from maillage.register.models import Establishment
from tests.factories import observed, register

pytestmark = pytest.mark.django_db
LILLE = {"commune": "59350", "commune_label": "LILLE"}


@pytest.fixture(autouse=True)
def _geography() -> None:
    observed.places_loaded()


def page(client: Client, place: Establishment, language: str = "fr") -> Any:
    address = reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def spoken(soup: Any, drawing: str) -> list[str]:
    return [one["aria-label"] for one in soup.select(f"svg.{drawing} g[role=img]")]


def test_an_establishment_is_pointed_at_in_its_commune(client: Client) -> None:
    lon, lat = places.centres(["59350"])["59350"]
    place = register.establishment(lon=lon, lat=lat, **LILLE)
    soup = page(client, place)
    (drawing,) = soup.select("svg.spots")
    assert drawing.title.get_text() == "Où elle se trouve\u00a0: Lille"
    assert spoken(soup, "spots") == [place.address]
    assert drawing.select("path.qv"), "the communes around"


def test_without_a_position_it_stands_in_the_middle_of_its_commune_which_is_said(
    client: Client,
) -> None:
    place = register.establishment(lon=None, lat=None, **LILLE)
    soup = page(client, place)
    (drawing,) = soup.select("svg.spots")
    assert spoken(soup, "spots") == [f"{place.address} (milieu de la commune)"]
    assert drawing.select("path.q1")
    assert "la commune en tient lieu" in soup.get_text()


def test_of_a_firm_of_partial_diffusion_the_commune_alone_is_shown(client: Client) -> None:
    place = register.establishment(
        diffusion="P", unit_diffusion="P", unit_siren=register.siren(), **LILLE
    )
    soup = page(client, place)
    assert not soup.select("svg.spots circle")
    assert "RUE" not in " ".join(spoken(soup, "wide"))


def test_an_open_establishment_whose_firm_hides_is_not_pointed_at(client: Client) -> None:
    lon, lat = places.centres(["59350"])["59350"]
    place = register.establishment(
        lon=lon, lat=lat, unit_diffusion="P", unit_siren=register.siren(), **LILLE
    )
    assert not page(client, place).select("svg.spots circle")


@pytest.mark.parametrize("commune", ["", "99999"])
def test_a_commune_without_outline_has_no_map_and_its_sheet_opens(
    client: Client, commune: str
) -> None:
    soup = page(client, register.establishment(commune=commune))
    assert not soup.select("svg.spots")
    assert soup.select("ul.records")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "12 mars 2014 – aujourd’hui, Ouvert, 43.32A, Lille"),
        ("en", "12 March 2014 – today, Open, 43.32A, Lille"),
    ],
)
def test_a_life_says_its_days_its_state_and_where(client: Client, language: str, said: str) -> None:
    place = register.establishment(**LILLE)
    register.spell(place, starts_on=date(2014, 3, 12), activity="43.32A")
    told = spoken(page(client, place, language), "wide")
    assert said in told


def test_more_establishments_draw_more_lines_and_ask_no_more_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = register.establishment(**LILLE)
    page(client, place)
    counts = []
    for more in (1, 20):
        for _rank in range(more):
            register.establishment(legal_unit=place.legal_unit, **LILLE)
        with django_assert_max_num_queries(25) as asked:
            soup = page(client, place)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(soup.select("svg.wide text.strong")) == 12
    assert len(soup.select("svg.spots circle")) == 1, "one point for all those of a commune"
