"""INSEE's Sirene: a legal unit with its establishments as they are now."""

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
from maillage.register.models import LegalUnit
from tests.factories import register as firms
from tests.register.outside.answers import (
    OTHER,
    SIREN,
    SIRET,
    establishment,
    firm,
    results,
    unit,
)
from tests.services import Outside, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("sirene")


def one(**changes: Any) -> dict[str, Any]:
    return {"header": {"statut": 200}, "etablissement": establishment(**changes)}


def all_of(*found: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    header = {"statut": 200, "total": len(found) if total is None else total, "debut": 0}
    return {"header": header, "etablissements": list(found)}


def test_an_establishment_is_told_as_it_is_now(outside: Outside) -> None:
    outside.says(said(one()))

    told = directories.of_siret(SIRET).data.firm

    assert outside.asked[0].path == f"/siret/{SIRET}"
    assert told is not None
    assert (told.name, told.created_on) == ("LEVAIN DU NORD", date(2019, 3, 11))
    (place,) = told.places
    assert (place.name, place.activity, place.state) == ("AU BON PAIN", "10.71C", "A")
    assert place.address == "12 B RUE DE PARIS, 59000 LILLE"


def test_a_unit_is_told_with_its_establishments_and_their_number(outside: Outside) -> None:
    second = establishment(OTHER, etablissementSiege=False)
    outside.says(said(all_of(establishment(), second, total=140)))

    found = directories.of_siren(SIREN).data

    assert outside.asked[0].params == {"q": f"siren:{SIREN}", "nombre": "100"}
    assert found.total == 140
    assert found.firm is not None
    assert [(p.siret, p.is_headquarters) for p in found.firm.places] == [
        (SIRET, True),
        (OTHER, False),
    ]


def test_a_number_that_sirene_does_not_know_answers_nothing(outside: Outside) -> None:
    outside.says(said({"header": {"statut": 404, "message": "Aucun élément trouvé"}}, 404))

    assert directories.of_siret(SIRET).data.firm is None
    assert directories.of_siren(SIREN).data.total == 0


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"nomUniteLegale": "MARTIN", "prenom1UniteLegale": "LEA"}, "LEA MARTIN"),
        (
            {
                "nomUniteLegale": "MARTIN",
                "nomUsageUniteLegale": "DURAND",
                "prenom1UniteLegale": "LEA",
                "prenomUsuelUniteLegale": "ZOE",
            },
            "ZOE DURAND",
        ),
        ({"nomUniteLegale": "[ND]", "prenom1UniteLegale": "[ND]"}, ""),
    ],
)
def test_a_sole_trader_is_named_by_the_names_in_use(
    outside: Outside, names: dict[str, str], told: str
) -> None:
    trader = unit(denominationUniteLegale=None, categorieJuridiqueUniteLegale="1000", **names)
    outside.says(said(one(of=trader)))

    found = directories.of_siret(SIRET).data.firm

    assert found is not None
    assert found.name == told
    assert found.is_natural_person
    assert found.display_name == (told or "Entreprise sans nom")


def test_a_unit_of_partial_diffusion_shows_its_commune_only(
    outside: Outside, tmp_path: Path
) -> None:
    hidden = unit(statutDiffusionUniteLegale="P", nomUniteLegale="MARTIN")
    outside.says(said(one(of=hidden, statutDiffusionEtablissement="P")))

    told = directories.of_siret(SIRET).data.firm

    assert told is not None
    assert (told.name, told.places[0].address) == ("", "LILLE")
    assert "PARIS" not in "".join(p.read_text() for p in tmp_path.rglob("*.json"))


def test_a_unit_erased_here_answers_nothing(outside: Outside) -> None:
    firms.establishment(unit_siren=SIREN, siret=SIRET)
    gone = LegalUnit.objects.get(siren=SIREN)
    erasing.erase(unit=gone, reason="demande", by=System("test"))
    outside.says(said(one()))

    assert directories.of_siret(SIRET).data.firm is None


@pytest.mark.parametrize("number", ["", "12", SIREN, "12345678900003", "../../x", "9" * 500])
def test_what_is_no_siret_is_not_asked(outside: Outside, number: str) -> None:
    with pytest.raises(Invalid):
        directories.of_siret(number)

    assert outside.asked == []


@pytest.mark.parametrize("number", ["", SIRET, "123456789", "siren:1 OR 1"])
def test_what_is_no_siren_is_not_asked(outside: Outside, number: str) -> None:
    with pytest.raises(Invalid):
        directories.of_siren(number)

    assert outside.asked == []


@pytest.mark.parametrize(
    "broken",
    [
        {"header": {}},
        {"etablissement": {}},
        {"etablissement": {"siren": SIREN, "siret": SIRET, "uniteLegale": {}}},
        {"etablissement": None},
        {"etablissement": []},
        one(periodesEtablissement=None),
        one(siret="1"),
        [],
    ],
)
def test_an_answer_of_another_shape_is_refused(outside: Outside, broken: Any) -> None:
    outside.says(said(broken))

    with pytest.raises(Unavailable, match="forme attendue"):
        directories.of_siret(SIRET)


def test_a_key_that_insee_refuses_names_the_variable(outside: Outside) -> None:
    outside.says(said({}, 401))

    with pytest.raises(Unavailable, match="MAILLAGE_API_KEY"):
        directories.of_siren(SIREN)


def test_an_address_is_asked_of_whichever_directory_is_on(
    outside: Outside, turned_on: Callable[..., Any]
) -> None:
    outside.answering = lambda asked: said(results(firm()) if asked.path == "/search" else one())
    directories.address_of(SIRET)
    turned_on("firms", "sirene")
    directories.address_of(SIRET)

    assert [asked.path for asked in outside.asked] == [f"/siret/{SIRET}", "/search"]


def test_when_both_are_off_the_directory_of_firms_is_named(turned_on: Callable[..., Any]) -> None:
    turned_on()

    with pytest.raises(Unavailable, match="MAILLAGE_API_FIRMS"):
        directories.address_of(SIRET)
