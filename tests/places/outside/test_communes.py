"""API Géo: communes found by their name, code or postcode."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from maillage.kernel.errors import Invalid
from maillage.kernel.remote import Unavailable
from maillage.places import outside as services_of_places
from maillage.places.outside import ToldCommune
from tests.services import NO_SAMPLES, SAMPLES, Asked, Hands, Outside, Reply, said

RECORDED = SAMPLES / "insee_entreprise" / "geo_api_communes_78586.json"
LILLE = {
    "nom": "Lille",
    "code": "59350",
    "codesPostaux": ["59000", "59160", "59260", "59777", "59800"],
    "codeEpci": "200093201",
    "codeDepartement": "59",
    "population": 238695,
}
NOBODY = said({"code": 404, "message": "Not Found"}, 404)


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("communes")


def test_a_commune_is_found_by_its_name_the_largest_first(outside: Outside) -> None:
    outside.says(said([LILLE, {"nom": "Lillers", "code": "62516"}]))

    answer = services_of_places.communes("  lille ")

    assert answer.data[0] == ToldCommune(
        code="59350",
        name="Lille",
        postcodes=("59000", "59160", "59260", "59777", "59800"),
        epci="200093201",
        department="59",
        population=238695,
    )
    assert answer.data[1] == ToldCommune(code="62516", name="Lillers")
    (asked,) = outside.asked
    assert (asked.path, asked.params["nom"]) == ("/communes", "lille")
    assert asked.params["boost"] == "population"


def test_five_digits_are_a_code_or_a_postcode(outside: Outside) -> None:
    def answering(asked: Asked) -> Reply:
        return NOBODY if asked.path == "/communes/59000" else said([LILLE])

    outside.answering = answering

    assert [one.name for one in services_of_places.communes("59000").data] == ["Lille"]
    assert [asked.path for asked in outside.asked] == ["/communes/59000", "/communes"]
    assert outside.asked[1].params["codePostal"] == "59000"


def test_a_number_that_is_both_names_each_commune_once(outside: Outside) -> None:
    other = {"nom": "Autre", "code": "59351"}
    outside.answering = lambda asked: said(
        LILLE if asked.path == "/communes/59350" else [LILLE, other]
    )

    assert [one.code for one in services_of_places.communes("59350").data] == ["59350", "59351"]


def test_two_answers_are_as_old_as_the_older(outside: Outside, hands: Hands) -> None:
    outside.answering = lambda asked: said(LILLE if "/" in asked.path[1:] else [])
    first = services_of_places.communes("59350").at
    hands.at += timedelta(days=6)

    assert services_of_places.communes("59350").at == first


def test_a_corsican_code_is_a_code_only(outside: Outside) -> None:
    outside.says(said({"nom": "Ajaccio", "code": "2A004"}))

    assert services_of_places.communes("2a004").data[0].name == "Ajaccio"
    assert [asked.path for asked in outside.asked] == ["/communes/2A004"]


def test_nothing_is_an_answer(outside: Outside) -> None:
    outside.says(said([]))

    assert services_of_places.communes("Atlantis").data == ()


@pytest.mark.parametrize("words", ["", " a ", "x" * 101])
def test_what_cannot_be_answered_is_not_asked(outside: Outside, words: str) -> None:
    with pytest.raises(Invalid, match="2 à 100 caractères"):
        services_of_places.communes(words)

    assert outside.asked == []


@pytest.mark.parametrize(
    "broken",
    [
        ["Lille"],
        [{"nom": "Lille"}],
        [{"code": "59350"}],
        [LILLE | {"code": "5935"}],
        [LILLE | {"population": "many"}],
        [LILLE | {"codesPostaux": [1]}],
        {"communes": []},
        "Lille",
    ],
)
def test_an_answer_of_another_shape_is_refused(outside: Outside, broken: Any) -> None:
    outside.says(said(broken))

    with pytest.raises(Unavailable, match="forme attendue"):
        services_of_places.communes("lille")


def test_turned_off_it_names_its_variable(turned_on: Callable[..., Any]) -> None:
    turned_on()

    with pytest.raises(Unavailable, match="MAILLAGE_API_COMMUNES"):
        services_of_places.communes("lille")


@pytest.mark.skipif(not RECORDED.exists(), reason=NO_SAMPLES)
def test_a_recorded_answer_is_read(outside: Outside) -> None:
    def answering(asked: Asked) -> Reply:
        return Reply(RECORDED.read_bytes()) if asked.path == "/communes/78586" else said([])

    outside.answering = answering

    assert services_of_places.communes("78586").data == (
        ToldCommune(code="78586", name="Sartrouville", postcodes=("78500",)),
    )
