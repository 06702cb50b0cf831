"""Each importer before the whole header of the file that is really published: what it reads of it, what it leaves, one value followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from maillage.intake.declared import importer_of
from maillage.intake.tables import Header
from maillage.series.declared import every
from tests.factories import places, series as make
from tests.intake import files

pytestmark = pytest.mark.django_db

ZONES = (
    "ZE2020", "LIBZE2020", "REG", "LIBREG", *(f"{y}-T{q}" for y in range(2003, 2024) for q in range(1, 5)),
)  # fmt: skip
FACILITIES = (
    "GEO", "GEO_OBJECT", "FACILITY_DOM", "FACILITY_SDOM", "FACILITY_TYPE", "BPE_MEASURE", "UNIT_MEASURE", "OBS_STATUS",
    "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE",
)  # fmt: skip
_SURFACES = tuple(
    f"SURF_{what}_{how}"
    for what in ("HAB", "LOC", "HEB", "BUR", "COM", "ART", "IND", "AGR", "ENT", "PUB")
    for how in ("AVANT", "CREEE", "ISSUE_TRANSFO", "DEMOLIE", "TRANSFORMEE")
)
PERMITS_UNTIL_2022 = (
    "REG", "DEP", "COMM", "Type_DAU", "Num_DAU", "Etat_DAU", "DATE_REELLE_AUTORISATION", "DATE_REELLE_DOC",
    "DATE_REELLE_DAACT", "DPC_AUT", "DPC_DOC", "DPC_DERN", "APE_DEM", "CJ_DEM", "DENOM_DEM", "SIREN_DEM", "SIRET_DEM",
    "CODPOST_DEM", "LOCALITE_DEM", "REC_ARCHI", "ADR_NUM_TER", "ADR_TYPEVOIE_TER", "ADR_LIBVOIE_TER", "ADR_LIEUDIT_TER",
    "ADR_LOCALITE_TER", "ADR_CODPOST_TER", "sec_cadastre1", "num_cadastre1", "sec_cadastre2", "num_cadastre2",
    "sec_cadastre3", "num_cadastre3", "SUPERFICIE_TERRAIN", "ZONE_OP", "NATURE_PROJET", "I_EXTENSION", "I_SURELEVATION",
    "I_NIVSUPP", "NB_NIV_MAX", "NB_CHAMBRES", *_SURFACES, "TYPE_SERVICE_PUBLIC",
)  # fmt: skip
PERMITS = tuple(one.upper() for one in PERMITS_UNTIL_2022)
URSSAF = (
    "region", "ancienne_region", "departement", "zone_d_emploi", "epci", "commune", "intitule_commune",
    "grand_secteur_d_activite", "secteur_na17", "secteur_na38", "secteur_na88", "ape", "code_region",
    "code_ancienne_region", "code_departement", "code_zone_d_emploi", "code_epci", "code_commune", "code_ape",
    *(f"{what}_{year}" for year in range(2006, 2026) for what in ("nombre_d_etablissements", "effectifs_salaries")),
)  # fmt: skip
LAYOUTS = (
    ("unemployment_zone", ZONES, {"ZE2020": "3290", "LIBZE2020": "Lille", "2020-T1": "8.9"}, "3290", {"2020-Q1": 8.9}),
    ("facilities", FACILITIES, make.BPE, "59350", {"2019": 3.0}),
    ("office_surface", PERMITS, make.PERMIT, "59350", {"2019": 1_200.0}),
    ("office_surface", PERMITS_UNTIL_2022,
     {**make.PERMIT, "Type_DAU": "PC", "Num_DAU": "N1", "Etat_DAU": "2"}, "59350", {"2019": 1_200.0}),
    ("employees_ape", URSSAF, make.URSSAF, "59350", {"2018": 410.0, "2019": 420.0}),
)  # fmt: skip
IDS = ["zones", "facilities", "permits", "permits until 2022", "employees"]


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    places.places_loaded()
    return


@pytest.mark.parametrize(("source", "head", "row", "area", "said"), LAYOUTS, ids=IDS)
def test_a_row_under_the_whole_header_is_read_and_followed_to_what_is_shown(
    source: str, head: Sequence[str], row: dict[str, str], area: str, said: dict[str, float]
) -> None:
    content = files.as_csv([list(head), [row.get(name, "") for name in head]])
    load = make.loaded(content, source=source, name="fichier.csv")
    assert (load.accepted, make.refused(load)) == (1, [])
    assert make.said(source, [area]) == said


@pytest.mark.parametrize(("source", "head", "_row", "_area", "_said"), LAYOUTS, ids=IDS)
def test_no_column_of_the_header_is_meant_twice_and_those_that_are_needed_are_there(
    source: str, head: Sequence[str], _row: object, _area: object, _said: object
) -> None:
    found = Header.of(list(head), importer_of(source).columns)
    assert (found.missing, found.twice) == ([], [])
    assert len(found.places) + len(found.unknown) == len(head)


def test_who_asks_for_a_permit_and_where_they_live_are_columns_that_nobody_reads() -> None:
    found = Header.of(list(PERMITS), importer_of("office_surface").columns)
    personal = {
        "DENOM_DEM",
        "SIREN_DEM",
        "SIRET_DEM",
        "CODPOST_DEM",
        "LOCALITE_DEM",
        "ADR_LIBVOIE_TER",
    }
    assert personal <= set(found.unknown)
    assert sorted(found.places) == ["area", "authorised", "permit", "state", "surface", "type"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_separators_and_encodings_change_nothing(separator: str, encoding: str) -> None:
    content = make.by_commune("employees_ape", {}, separator=separator, encoding=encoding)
    load = make.loaded(content, source="employees_ape", name="export.csv")
    assert make.refused(load) == []
    assert make.said("employees_ape", ["59350"]) == {"2018": 410.0, "2019": 420.0}


def test_a_zip_is_opened_and_what_lies_beside_the_data_is_left() -> None:
    notes = files.as_csv([["COD_VAR", "LIB_VAR", "COD_MOD"], ["GEO", "Zone", "59350"]])
    content = files.as_zip(
        ("DS_BPE_2024_metadata.csv", notes),
        ("DS_BPE_2024_data.csv", make.by_commune("facilities", {})),
    )
    load = make.loaded(content, source="facilities", name="DS_BPE_2024_CSV_FR.zip")
    assert (load.accepted, make.refused(load)) == (1, [])
    assert "ignored_table" in [note["code"] for note in load.found["notes"]]


def test_every_series_is_read_here_in_the_layout_of_its_publisher() -> None:
    assert {one.code for one in every()} == {source for source, *_rest in LAYOUTS}
