"""Localised unemployment rates by employment zone, quarter after quarter (INSEE).

Layout: the workbook `chomage-zone-t1-2003-t?-20??.xlsx` of INSEE's page 1893230, sheet `txcho_ze`. A few lines of title, then
`ZE2020`, `LIBZE2020`, `REG`, `LIBREG` and a column a quarter, `2003-T1` onwards; the rate in % with one decimal. Editions since
2025 (and the yearly workbook) head the first columns `Code de la zone d'emploi 2020`, `Libellé de la zone d'emploi 2020`, and may
write quarters out (`1er trimestre 2003`). Codes are numbers in some editions: 51 is zone 0051. INSEE flags no cell: what it says is
provisional is asked with the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Row
from maillage.kernel.text import Words
from maillage.series.coming_in import Told, importer
from maillage.series.declared import Series, Shape
from maillage.series.values import Said, is_provisional, measure

SERIES = Series(
    code="unemployment_zone",
    observatory="conjoncture",
    shape=Shape.LINES,
    publisher="INSEE",
    title=Words("Taux de chômage localisé", "Localised unemployment rate"),
    about=Words(
        "Part des actifs qui sont au chômage au sens du BIT, en moyenne sur le trimestre, corrigée des variations "
        "saisonnières. Une zone d’emploi n’a pas les limites d’une intercommunalité.",
        "Share of the active population that is unemployed in the ILO’s sense, average of the quarter, seasonally adjusted. "
        "An employment zone has not the limits of an intercommunality.",
    ),
    unit=Words("%", "%"),
    places=1,
    area_kind="employment_zone",
    file=Words(
        "Le classeur «\u00a0Taux de chômage par zone d’emploi, trimestriel\u00a0» de l’INSEE (chomage-zone-t1-2003-….xlsx, feuille "
        "txcho_ze), sans le modifier.",
        "INSEE’s workbook of unemployment by employment zone and quarter (chomage-zone-t1-2003-….xlsx, sheet txcho_ze), as it is.",
    ),
    page="https://www.insee.fr/fr/statistiques/1893230",
    licence="Licence Ouverte 2.0 (Etalab)",
)
_QUARTERS = tuple((year, quarter) for year in range(2003, 2041) for quarter in range(1, 5))
_ZONE = re.compile(r"\d{2,4}")


def _zone(cell: str) -> str:
    found = cell.strip().removesuffix(".0")
    if not _ZONE.fullmatch(found):
        raise BadCell("", "zone", found)
    return found.zfill(4)


def _quarter(year: int, quarter: int) -> Column:
    ordinal = "1er" if quarter == 1 else f"{quarter}e"
    words = Words(f"{ordinal} trimestre {year}", f"Q{quarter} {year}")
    return Column(
        f"{year}-Q{quarter}",
        words,
        measure(100),
        aliases=(f"{year}-T{quarter}", f"T{quarter} {year}", f"{quarter}ème trimestre {year}"),
        needed=False,
        may_be_blank=True,
    )


def tell(row: Row, given: Mapping[str, str]) -> Told:
    """The rates of a zone."""
    since = given.get("provisional_from", "")
    told = (
        Said(name, found.milli, found.flag, is_provisional(name, since))
        for year, quarter in _QUARTERS
        if (found := row[name := f"{year}-Q{quarter}"]) is not None
    )
    return Told(row["area"], tuple(told), area_name=row["name"])


IMPORTER = importer(
    SERIES,
    (
        Column(
            "area",
            Words("Code de la zone d’emploi 2020", "Code of the employment zone"),
            _zone,
            aliases=("ZE2020", "Code de la zone d'emploi 2020"),
        ),
        Column(
            "name",
            Words("Libellé de la zone d’emploi 2020", "Name of the employment zone"),
            cells.text(120),
            aliases=("LIBZE2020", "Libellé de la zone d'emploi 2020"),
        ),
        *(_quarter(year, quarter) for year, quarter in _QUARTERS),
    ),
    tell,
    identity=lambda row: row["area"],
    reasons={
        "zone": Words(
            "ce n’est pas un code de zone d’emploi (4 chiffres)\u00a0: prenez la feuille des zones, non celle des régions",
            "this is no code of an employment zone (4 digits): take the sheet of zones, not that of regions",
        ),
    },
)
