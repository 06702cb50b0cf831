"""`maillage lookup`: one command for the public directories, dated, that stores nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.register.models import Establishment, LegalUnit
from tests.register.outside.answers import (
    OTHER,
    SIREN,
    SIRET,
    establishment,
    firm,
    place,
    results,
    unit,
)
from tests.services import NOON, Hands, Outside, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("firms", "sirene", "communes", "addresses")


def look(*words: str) -> str:
    out = io.StringIO()
    call_command("lookup", *words, stdout=out)
    return out.getvalue()


def test_a_firm_is_told_with_its_establishments_and_the_date(outside: Outside) -> None:
    shut = place(OTHER, etat_administratif="F", nom_commercial=None, est_siege=False)
    outside.says(said(results(firm(etat_administratif="C", matching_etablissements=[shut]))))

    first, second, third, date = look("firm", "levain").splitlines()

    assert first == f"{SIREN}  LEVAIN DU NORD  10.71C  (cessée)"
    assert second.endswith("-  12 BIS RUE DE PARIS, 59000 LILLE  10.71C  (fermé)")
    assert "AU BON PAIN" in third
    assert date == "Réponse du service du 12/03/2026, 13:00."


@pytest.mark.usefixtures("geography")
def test_a_firm_is_looked_for_in_a_commune_named_as_people_name_it(outside: Outside) -> None:
    outside.says(said(results()))

    assert look("firm", "levain", "--commune", "Lille").startswith("Rien ne répond")
    assert outside.asked[0].params["code_commune"] == "59350"


@pytest.mark.usefixtures("geography")
def test_a_commune_that_is_none_is_refused_before_anything_is_asked(outside: Outside) -> None:
    with pytest.raises(CommandError, match="Atlantis"):
        look("firm", "levain", "--commune", "Atlantis")

    assert outside.asked == []


@pytest.mark.parametrize(("what", "number"), [("siren", SIREN), ("siret", SIRET)])
def test_a_number_is_asked_of_sirene(outside: Outside, what: str, number: str) -> None:
    whole = {"header": {"total": 1}, "etablissements": [establishment()]}
    outside.says(said(whole | {"etablissement": establishment(of=unit())}))

    assert "LEVAIN DU NORD" in look(what, number)


def test_a_commune_and_an_address_are_told_on_one_line_each(outside: Outside) -> None:
    there = {
        "geometry": {"coordinates": [3.0702, 50.63665]},
        "properties": {
            "label": "12 Rue X Lille",
            "score": 0.5,
            "type": "street",
            "citycode": "59350",
        },
    }
    town = {"nom": "Lille", "code": "59350", "codesPostaux": ["59000"], "population": 238695}
    outside.answering = lambda asked: said(
        [town] if asked.path == "/communes" else {"features": [there]}
    )

    assert look("commune", "lille").splitlines()[0] == "59350  Lille  59000  238695 habitants"
    told = look("address", "12 rue X").splitlines()[0]
    assert told == "0.50  street  12 Rue X Lille  59350  50.63665, 3.07020"


def test_a_program_reads_what_was_found_and_when(outside: Outside) -> None:
    outside.says(said(results(firm())))

    told = json.loads(look("firm", "levain", "--json"))

    assert (told["at"], told["refused"]) == (NOON.isoformat(), None)
    (found,) = told["found"]
    assert (found["siren"], found["created_on"]) == (SIREN, "2019-03-11")
    assert found["establishments"][0]["siret"] == SIRET


@pytest.mark.parametrize("what", ["commune", "address"])
def test_a_program_reads_places_too(outside: Outside, what: str) -> None:
    outside.says(said([] if what == "commune" else {"features": []}))

    assert json.loads(look(what, "lille", "--json"))["found"] == []


def test_an_old_answer_is_told_as_such_while_the_service_fails(
    outside: Outside, hands: Hands
) -> None:
    outside.says(said(results(firm())), said({}, 503))
    look("firm", "levain")
    hands.at += timedelta(days=2)

    assert "est en panne (503). Ce qui suit est sa réponse du 12/03/2026" in look("firm", "levain")
    assert "en panne" in json.loads(look("firm", "levain", "--json"))["refused"]


def test_a_service_that_is_off_ends_with_1_and_the_variable(turned_on: Callable[..., Any]) -> None:
    turned_on()

    with pytest.raises(CommandError, match="MAILLAGE_API_FIRMS") as refused:
        look("firm", "levain")

    assert refused.value.returncode == 1


def test_a_silent_service_ends_with_1(outside: Outside) -> None:
    outside.says(said({}, 500))

    with pytest.raises(CommandError, match="est en panne"):
        look("siren", SIREN)


def test_nothing_is_stored(outside: Outside) -> None:
    outside.says(said(results(firm())))

    look("firm", "levain")

    assert not Establishment.objects.exists()
    assert not LegalUnit.objects.exists()
