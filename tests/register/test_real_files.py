"""INSEE's real rows through the real importer, when the shared data stands beside the checkout."""

import csv
import os
from pathlib import Path

import pytest

from maillage.accounts.actors import System
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment
from maillage.register.rejects import CannotTake
from tests.factories import register as firms
from tests.factories.places import places_loaded

BESIDE = Path(__file__).parents[3] / "shared"
SHARED = Path(os.environ.get("MAILLAGE_SHARED", BESIDE))
SIRENE = SHARED / "data" / "sirene"
SOCIAL = SHARED / "data" / "enterprises" / "siae_real_shared.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SIRENE.is_dir(), reason=f"no real files in {SHARED}"),
]


def load(units, establishments, territory="mel"):
    places_loaded()
    return import_stock(
        units=units, establishments=establishments, territory=territory, by=System("test")
    )


@pytest.mark.parametrize("territory", ["mel", "call"])
def test_the_derived_stock_of_the_two_departments_is_taken_whole(territory):
    path = SIRENE / "derived_StockEtablissement_59_62.csv"

    outcome = load(SIRENE / "derived_StockUniteLegale_59_62.csv", path, territory)

    taken = outcome.counts["new"]
    assert taken > 0
    assert (outcome.counts["read"], outcome.counts["rejected"]) == (163, 0)
    assert taken + outcome.counts["outside"] == 163
    assert Establishment.objects.known().count() == taken


def test_a_stock_with_other_columns_is_taken():
    outcome = load(
        SIRENE / "derived_StockUniteLegale_59_62.csv",
        SIRENE / "sirene_as_api_etablissements_v3_sample.csv",
    )

    assert outcome.counts["outside"] == outcome.counts["read"] == 3


def test_the_layout_of_2017_is_refused_with_the_remedy():
    with pytest.raises(CannotTake, match="StockEtablissement"):
        load(SIRENE / "derived_StockUniteLegale_59_62.csv", SIRENE / "stock_l2_2017_real_rows.csv")


def test_every_real_insertion_firm_laid_out_as_a_stock_is_taken(tmp_path):
    with SOCIAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = sum(row["siret_luhn_ok"] == "0" for row in rows)
    units = {row["siren"]: _unit(row) for row in rows}

    outcome = load(*firms.sirene_files(tmp_path, [_place(row) for row in rows], units.values()))

    distinct = len({row["siret"] for row in rows})
    assert outcome.counts["new"] == distinct
    assert {r.code for r in outcome.rejects} <= {"duplicate"}
    assert len(outcome.rejects) == len(rows) - distinct
    assert sum(w.column == "siret" for w in outcome.warnings) == wrong


def _unit(row):
    return {
        "siren": row["siren"], "statutDiffusionUniteLegale": "O",
        "etatAdministratifUniteLegale": "A", "denominationUniteLegale": row["nom"],
        "economieSocialeSolidaireUniteLegale": "O",
    }  # fmt: skip


def _place(row):
    naf = row["naf"]
    return {
        "siren": row["siren"], "siret": row["siret"], "statutDiffusionEtablissement": "O",
        "etatAdministratifEtablissement": "A", "codeCommuneEtablissement": "59350",
        "enseigne1Etablissement": row["enseigne"], "libelleVoieEtablissement": row["adresse"],
        "codePostalEtablissement": row["code_postal"],
        "activitePrincipaleEtablissement": f"{naf[:2]}.{naf[2:]}" if naf else "",
    }  # fmt: skip
