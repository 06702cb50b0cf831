"""Files of external series in the layout of the real ones; every value is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maillage.intake.models import Load
from maillage.series import reading
from maillage.series.declared import series_of
from maillage.series.reading import Standing
from tests.factories import intake
from tests.intake import files

VINTAGE = "2020-06-25"
ZONE = "unemployment_zone"
QUARTERS = ("2019-T2", "2019-T3", "2019-T4", "2020-T1")
Cells = Sequence[object]


def zones(
    rows: Mapping[str, Cells] | Sequence[Cells],
    quarters: Sequence[str] = QUARTERS,
    head: Sequence[str] = ("ZE2020", "LIBZE2020", "REG", "LIBREG"),
) -> list[Cells]:
    """The sheet `txcho_ze`: five lines of title, then a row a zone (`{"3290 Lille": (9.1, …)}`)."""
    told = rows.items() if isinstance(rows, Mapping) else ()
    lines = [[*name.split(" ", 1), "32", "Hauts-de-France", *cells] for name, cells in told]
    return [
        ["Taux de chômage localisés par zone d'emploi"],
        ["Source : Insee, taux de chômage localisés (valeurs inventées pour un essai)"],
        ["Note : données corrigées des variations saisonnières, en moyenne trimestrielle, en %"],
        ["Mise en ligne : 25/06/2020"],
        ["Zonage : zones d'emploi 2020"],
        [*head, *quarters],
        *(lines or rows),
    ]


def workbook(rows: Mapping[str, Cells], **layout: Any) -> bytes:
    """The workbook of INSEE: a sheet of notes beside that of zones."""
    notes = [["Documentation"], ["Champ : France hors Mayotte"]]
    return files.as_xlsx(("Documentation", notes), ("txcho_ze", zones(rows, **layout)))


RATES: dict[str, Cells] = {
    "3290 Lille": (9.3, 9.2, 9.1, 8.9),
    "3291 Roubaix - Tourcoing": (12.8, 12.7, 12.4, 12.0),
    "3292 Lens - Hénin": (12.9, 12.8, 12.8, "nd"),
}


def loaded(
    content: bytes | None = None, *, source: str = ZONE, name: str = "fichier.xlsx", **given: str
) -> Load:
    """A file that was loaded; the usual workbook of zones if none is told."""
    asked = {"vintage": VINTAGE} | given
    return intake.applied(content or workbook(RATES), source=source, name=name, **asked)


def stands(source: str = ZONE, areas: Sequence[str] = ("3290",)) -> Standing:
    """What is shown of a series for some areas."""
    series = series_of(source)
    assert series is not None
    return reading.standing(series, reading.files_of([source]).get(source, []), areas)


def said(source: str = ZONE, areas: Sequence[str] = ("3290",)) -> dict[str, float | None]:
    """Its values by period, of areas without details."""
    return {one.period: one.value for one in stands(source, areas).told}


def refused(load: Load) -> list[tuple[int, str, str]]:
    """Line, column and reason of what a load refused."""
    return list(load.rejects.order_by("line").values_list("line", "column", "code"))


# Files by commune: each a header, then rows that say only what they have of their own.

BPE = {
    "GEO": "59350", "GEO_OBJECT": "COM", "FACILITY_DOM": "B", "FACILITY_SDOM": "B2", "FACILITY_TYPE": "B207",
    "BPE_MEASURE": "FACILITIES", "UNIT_MEASURE": "NR", "OBS_STATUS": "A", "UNIT_MULT": "0", "TIME_PERIOD": "2019",
    "OBS_VALUE": "3",
}  # fmt: skip
TOTAL = {"FACILITY_DOM": "_T", "FACILITY_SDOM": "_T", "FACILITY_TYPE": "_T", "OBS_VALUE": "9"}
PERMIT = {
    "REG": "32", "DEP": "59", "COMM": "59350", "TYPE_DAU": "PC", "NUM_DAU": "05935019N0001", "ETAT_DAU": "2",
    "DATE_REELLE_AUTORISATION": "2019-05-14", "DENOM_DEM": "SOCIETE INVENTEE", "SIREN_DEM": "999000009",
    "SURF_LOC_CREEE": "1500", "SURF_BUR_CREEE": "1200", "SURF_COM_CREEE": "300",
}  # fmt: skip
WORDS = {name: f"Libellé de {name.lower()}" for name in PERMIT}
URSSAF = {
    "code_commune": "59350", "intitule_commune": "59350 Lille", "code_departement": "59", "code_ape": "1071C",
    "nombre_d_etablissements_2018": "40", "effectifs_salaries_2018": "410", "nombre_d_etablissements_2019": "41",
    "effectifs_salaries_2019": "420",
}  # fmt: skip
BY_COMMUNE = {"facilities": BPE, "office_surface": PERMIT, "employees_ape": URSSAF}


def by_commune(source: str, *rows: Mapping[str, str], without: str = "", **how: Any) -> bytes:
    """A file by commune, in the columns of its publisher; permits have two lines of headers."""
    usual = BY_COMMUNE[source]
    kept = [name for name in usual if name not in without.split()]
    above = [[WORDS[name] for name in kept]] if source == "office_surface" else []
    lines = [[{**usual, **row}[name] for name in kept] for row in rows]
    return files.as_csv([*above, kept, *lines], **how)


def loaded_by_commune(source: str, *rows: Mapping[str, str], **given: str) -> Load:
    """Such a file, loaded."""
    return loaded(by_commune(source, *rows), source=source, name="fichier.csv", **given)
