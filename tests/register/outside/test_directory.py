"""Recherche d’entreprises: firms found by words and numbers, with nothing more than is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maillage.accounts.actors import System
from maillage.kernel.errors import Invalid
from maillage.kernel.remote import Unavailable
from maillage.register import erasing, outside as directories
from maillage.register.models import Establishment, LegalUnit
from tests.factories import register as firms
from tests.register.outside.answers import OTHER, SIREN, SIRET, firm, place, results
from tests.services import NOON, Outside, Reply, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("firms")


def kept(tmp_path: Path) -> str:
    return "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json"))


def test_a_firm_is_told_with_its_seat(outside: Outside) -> None:
    outside.says(said(results(firm())))

    answer = directories.find("levain")

    (told,) = answer.data.firms
    assert answer.at == NOON
    assert (told.siren, told.name, told.legal_category) == (SIREN, "LEVAIN DU NORD", "5710")
    assert (told.activity, told.state, told.created_on) == ("10.71C", "A", date(2019, 3, 11))
    assert not told.is_natural_person
    (seat,) = told.places
    assert (seat.siret, seat.name, seat.is_headquarters) == (SIRET, "AU BON PAIN", True)
    assert (seat.street_number, seat.street) == ("12 BIS", "RUE DE PARIS")
    assert (seat.postcode, seat.commune, seat.commune_label) == ("59000", "59350", "LILLE")
    assert seat.address == "12 BIS RUE DE PARIS, 59000 LILLE"


def test_it_is_asked_without_officers_and_in_a_commune(outside: Outside) -> None:
    outside.says(said(results()))

    directories.find("  bon   pain ", commune="59350")

    (asked,) = outside.asked
    assert asked.path == "/search"
    assert asked.params == {
        "q": "bon pain",
        "code_commune": "59350",
        "minimal": "true",
        "include": "siege,matching_etablissements",
        "per_page": "10",
    }


def test_what_the_service_adds_about_people_is_kept_nowhere(
    outside: Outside, tmp_path: Path
) -> None:
    officers = [{"nom": "DUPONT", "prenoms": "JEANNE", "date_de_naissance": "1970-01"}]
    outside.says(said(results(firm(dirigeants=officers, finances={"2022": {"ca": 12345}}))))

    directories.find("levain")

    assert "LEVAIN DU NORD" in kept(tmp_path)
    for word in ("DUPONT", "JEANNE", "1970", "12345"):
        assert word not in kept(tmp_path)


def test_a_number_is_asked_without_its_blanks(outside: Outside) -> None:
    outside.says(said(results()))

    directories.find(f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}")
    directories.find(SIRET)

    assert [asked.params["q"] for asked in outside.asked] == [SIREN, SIRET]


@pytest.mark.parametrize("words", ["", "  ab ", "x" * 101, "123456789", "12345678900003"])
def test_what_cannot_be_answered_is_not_asked(outside: Outside, words: str) -> None:
    with pytest.raises(Invalid):
        directories.find(words)

    assert outside.asked == []


def test_establishments_that_answer_come_before_the_seat_each_once(outside: Outside) -> None:
    shop = place(OTHER, est_siege=False, nom_commercial=None, liste_enseignes=["LE FOURNIL"])
    outside.says(said(results(firm(matching_etablissements=[shop, place()]))))

    (told,) = directories.find("fournil").data.firms

    assert [(p.siret, p.name) for p in told.places] == [
        (OTHER, "LE FOURNIL"),
        (SIRET, "AU BON PAIN"),
    ]
    assert told.place(OTHER) == told.places[0]
    assert told.place("0" * 14) is None


def test_a_sole_trader_is_named_by_the_only_name_told(outside: Outside) -> None:
    trader = firm(nom_raison_sociale=None, nom_complet="ELEONORE MARTIN", nature_juridique="1000")
    outside.says(said(results(trader)))

    (told,) = directories.find("eleonore").data.firms

    assert told.name == "ELEONORE MARTIN"
    assert told.is_natural_person


@pytest.mark.parametrize("status", ["P", "N", None, "o"])
def test_a_firm_of_partial_diffusion_has_neither_name_nor_street_even_on_the_disk(
    outside: Outside, tmp_path: Path, status: str | None
) -> None:
    outside.says(said(results(firm(statut_diffusion=status))))

    (told,) = directories.find("levain").data.firms

    assert told.display_name == "Entreprise non diffusible"
    (seat,) = told.places
    assert (seat.siret, seat.name, seat.street, seat.postcode) == (SIRET, "", "", "")
    assert seat.address == "LILLE"
    for word in ("LEVAIN DU NORD", "BON PAIN", "PARIS"):
        assert word not in kept(tmp_path)


def test_one_hidden_establishment_hides_no_other(outside: Outside) -> None:
    hidden = place(OTHER, statut_diffusion_etablissement="P")
    outside.says(said(results(firm(matching_etablissements=[hidden]))))

    (told,) = directories.find("levain").data.firms

    assert [(p.street, p.name) for p in told.places] == [("", ""), ("RUE DE PARIS", "AU BON PAIN")]


def test_a_firm_erased_here_is_neither_told_nor_kept(outside: Outside, tmp_path: Path) -> None:
    firms.establishment(unit_siren=SIREN, siret=SIRET)
    gone = LegalUnit.objects.get(siren=SIREN)
    erasing.erase(unit=gone, reason="demande", by=System("test"))
    other = firms.siren(4_200_077)
    alone = firm(siren=other, siege=place(firms.siret(other)), nom_raison_sociale="AUTRE")
    outside.says(said(results(firm(), alone, total=7)))

    found = directories.find("levain").data

    assert [told.name for told in found.firms] == ["AUTRE"]
    assert found.total == 6
    assert SIREN not in kept(tmp_path)


def test_nothing_told_is_stored_in_the_register(outside: Outside) -> None:
    outside.says(said(results(firm())))

    directories.find("levain")

    assert not Establishment.objects.exists()
    assert not LegalUnit.objects.exists()


def test_an_empty_answer_is_an_answer(outside: Outside) -> None:
    outside.says(said(results()))

    found = directories.find("introuvable").data

    assert (found.firms, found.total, found.firm) == ((), 0, None)


@pytest.mark.parametrize(
    "broken",
    [
        {"results": None, "total_results": 0},
        {"erreur": "q"},
        results(firm(siren="12")),
        results(firm(siren=None)),
        results(firm(siege=place("1" * 13))),
        results(firm(siege="LILLE")),
        results(firm(nom_raison_sociale=["A", "B"])),
        results(firm(date_creation="hier")),
        {"results": [firm()], "total_results": "many"},
        [firm()],
        "LEVAIN",
        12,
    ],
)
def test_an_answer_of_another_shape_is_refused_whole(outside: Outside, broken: Any) -> None:
    outside.says(said(broken))

    with pytest.raises(Unavailable) as refusal:
        directories.find("levain")

    assert refusal.value.code == "unreadable"


def test_a_total_beyond_all_numbers_is_refused_too(outside: Outside) -> None:
    outside.says(Reply(b'{"results": [], "total_results": 1e999}'))

    with pytest.raises(Unavailable, match="forme attendue"):
        directories.find("levain")


def test_odd_characters_of_an_answer_go_no_further(outside: Outside) -> None:
    outside.says(said(results(firm(nom_raison_sociale="LE\0VAIN\u202e\n<b>  X" + "Y" * 999))))

    (told,) = directories.find("levain").data.firms

    assert told.name.startswith("LEVAIN <b> XYYY")
    assert len(told.name) == 250


def test_an_overwhelmed_service_is_told_in_words(outside: Outside) -> None:
    outside.says(Reply(b"", 429, {"Retry-After": "60"}))

    with pytest.raises(Unavailable, match="reçoit trop de questions"):
        directories.find("levain")


def test_turned_off_it_says_which_variable_turns_it_on(turned_on: Callable[..., Any]) -> None:
    turned_on()

    with pytest.raises(Unavailable, match="MAILLAGE_API_FIRMS"):
        directories.find("levain")
    assert not directories.is_on()
