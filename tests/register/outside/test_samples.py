"""Recorded answers of the real directories, replayed by a server on this machine, where they stand beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from maillage.kernel.identifiers import is_siren, is_siret
from maillage.kernel.remote import Unavailable
from maillage.register import outside as directories
from tests.services import NO_SAMPLES, SAMPLES, Outside, Reply, said

FOLDER = SAMPLES / "recherche_entreprises"
SIRENE = SAMPLES / "insee_entreprise"
RECORDED = sorted(FOLDER.glob("search-*.json")) if FOLDER.is_dir() else []

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not RECORDED, reason=NO_SAMPLES),
]


def replayed(name: str) -> Reply:
    """The answer as the service gave it: the record adds what was asked."""
    return said(json.loads((FOLDER / name).read_text("utf-8"))["result"])


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("firms", "sirene")


@pytest.mark.parametrize("name", [path.name for path in RECORDED])
def test_every_recorded_page_is_read_whole(outside: Outside, name: str) -> None:
    record = json.loads((FOLDER / name).read_text("utf-8"))["result"]
    outside.says(replayed(name))

    found = directories.find("ganymede").data

    assert [one.siren for one in found.firms] == [one["siren"] for one in record["results"]]
    assert found.total == record["total_results"]
    for told in found.firms:
        assert is_siren(told.siren)
        assert told.name
        assert told.places
        for place in told.places:
            assert is_siret(place.siret)
            assert place.siret.startswith(told.siren)
            assert place.street
            assert not place.street.endswith(place.commune_label)


def test_a_real_establishment_has_its_number_street_and_town(outside: Outside) -> None:
    outside.says(replayed("search-48744469700428.json"))

    told = directories.find("48744469700428").data.firm

    assert told is not None
    assert (told.name, told.legal_category) == ("ESSOR ENERGIES", "5499")
    place = told.place("48744469700428")
    assert place is not None
    assert (place.street_number, place.street) == ("22", "RUE MAISON BLANCHE")
    assert (place.postcode, place.commune) == ("24330", "24053")
    assert place.name == "SOLARSUD"


def test_a_number_that_nobody_has_finds_nothing(outside: Outside) -> None:
    outside.says(replayed("search-12345678900003.json"))

    assert directories.find("personne").data.firms == ()


@pytest.mark.skipif(not (SIRENE / "api_insee_siret.json").exists(), reason=NO_SAMPLES)
def test_a_real_answer_of_sirene_is_read(outside: Outside) -> None:
    outside.says(Reply((SIRENE / "api_insee_siret.json").read_bytes()))

    told = directories.of_siret("41816609600069").data.firm

    assert told is not None
    assert (told.siren, told.name, told.state) == ("418166096", "OCTO-TECHNOLOGY", "A")
    (place,) = told.places
    assert place.address == "34 AVENUE DE L'OPERA, 75002 PARIS"
    assert (place.commune, place.activity, place.is_headquarters) == ("75102", "62.02A", True)


@pytest.mark.skipif(not (SIRENE / "api_insee_siret_400.json").exists(), reason=NO_SAMPLES)
def test_a_real_refusal_of_sirene_is_told(outside: Outside) -> None:
    outside.says(Reply((SIRENE / "api_insee_siret_400.json").read_bytes(), 400))

    with pytest.raises(Unavailable, match="ne comprend pas la question"):
        directories.of_siren("418166096")
