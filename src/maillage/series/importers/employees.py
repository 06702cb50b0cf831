"""Employees of the private sector by commune and activity, year after year (Urssaf).

Layout: `etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last.csv` of open.urssaf.fr, semicolons, UTF-8: a row a commune and an
APE code without its dot (`6203Z`), a column a year. Headers are names (`code_commune`, `intitule_commune` = `94065 Rungis`, `code_ape`,
`effectifs_salaries_2006`, `nombre_d_etablissements_2006`…) or labels (`Code commune`, `Code APE`, `Effectifs salariés 2006`…), as the export
was asked; a year that is not told is blank. All of France passes a million rows: the export is filtered.
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
    code="employees_ape",
    observatory="emplois",
    shape=Shape.RANKS,
    publisher="Urssaf",
    title=Words("Salariés du privé par activité", "Employees of the private sector by activity"),
    about=Words(
        "Effectif salarié du secteur privé en fin d’année, par commune et activité de l’établissement, tel que les employeurs le "
        "déclarent. Ni indépendants, ni agents publics.",
        "Employees of the private sector at the end of the year, by commune and activity of the establishment, as employers "
        "declare them. Neither self-employed people nor public servants.",
    ),
    unit=Words("salariés", "employees"),
    places=0,
    area_kind="commune",
    file=Words(
        "«\u00a0Établissements employeurs et effectifs salariés du secteur privé, par commune x APE\u00a0», export CSV filtré sur votre "
        "intercommunalité ou votre département.",
        "Urssaf’s set of employers and employees of the private sector by commune and APE code, CSV export filtered on your "
        "intercommunality or département.",
    ),
    page="https://open.urssaf.fr/explore/dataset/etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last/",
    licence="ODbL 1.0",
)  # fmt: skip
_YEARS = tuple(range(2006, 2041))
_APE = re.compile(r"(\d{2})\.?(\d{2}[A-Z])")


def _ape(cell: str) -> str:
    found = _APE.fullmatch(cell.strip().upper())
    if found is None:
        raise BadCell(
            "", "lost_zero" if re.fullmatch(r"\d{3}[A-Z]", cell.strip()) else "ape", cell.strip()
        )
    return f"{found[1]}.{found[2]}"


def tell(row: Row, given: Mapping[str, str]) -> Told:
    """The employees of an activity in a commune."""
    since = given.get("provisional_from", "")
    told = (
        Said(str(year), found.milli, found.flag, is_provisional(str(year), since))
        for year in _YEARS
        if (found := row[f"employees_{year}"]) is not None
    )
    return Told(row["area"], tuple(told), detail=row["activity"])


IMPORTER = importer(
    SERIES,
    (
        Column("area", Words("Code commune", "Commune code"), cells.commune),
        Column("activity", Words("Code APE", "APE code"), _ape),
        *(
            Column(f"employees_{year}", Words(f"Effectifs salariés {year}", f"Employees {year}"), measure(10**6),
                   needed=False, may_be_blank=True)
            for year in _YEARS
        ),
    ),
    tell,
    identity=lambda row: (row["area"], row["activity"]),
    reasons={
        "ape": Words(
            "ce n’est pas un code APE\u00a0: quatre chiffres et une lettre, comme 6203Z",
            "this is no APE code: four digits and a letter, such as 6203Z",
        ),
    },
)  # fmt: skip
