"""Surface of offices authorised in each commune, by year (SDES, Sit@del: permits that create premises).

Layout: `Liste-des-autorisations-durbanisme-creant-des-locaux-non-residentiels.<year>-<month>.csv` of the ministry's statistical service,
semicolons and quotes, two lines of headers: long words, then codes. Of some hundred columns seven are read: `COMM`, `TYPE_DAU`,
`NUM_DAU`, `ETAT_DAU` (2 authorised, 4 cancelled, 5 begun, 6 finished), `DATE_REELLE_AUTORISATION`, `SURF_BUR_CREEE` in m². Who asked for the
permit is never read. Files until 2022 (`PC_DP_creant_locaux_…`, Latin-1) write some of these codes in lower case. A line a
permit, so that a permit told anew replaces what it said.
"""

from __future__ import annotations

from collections.abc import Mapping

from maillage.kernel import cells
from maillage.kernel.rows import Column, Row
from maillage.kernel.text import Words
from maillage.series.coming_in import Told, importer
from maillage.series.declared import Series, Shape
from maillage.series.values import Said, is_provisional, measure

SERIES = Series(
    code="office_surface",
    observatory="tertiaire",
    shape=Shape.TOTALS,
    publisher="SDES (Sit@del)",
    title=Words("Surface de bureaux autorisée", "Surface of offices authorised"),
    about=Words(
        "Surface de plancher de bureaux que créent les permis autorisés dans l’année, ceux qui sont annulés mis à part. Un permis "
        "autorisé n’est pas un bureau construit, et les derniers mois se complètent encore.",
        "Floor surface of offices that the permits authorised in the year create, those that are cancelled set aside. A permit "
        "that is authorised is no office built, and the last months are still to be completed.",
    ),
    unit=Words("m²", "m²"),
    places=0,
    area_kind="commune",
    file=Words(
        "La liste des autorisations d’urbanisme créant des locaux non résidentiels (Sit@del, CSV), limitée à votre département\u00a0: "
        "celle de la France entière est trop grande.",
        "The list of planning permissions that create non-residential premises (Sit@del, CSV), kept to your département: that of "
        "all of France is too big.",
    ),
    page="https://www.data.gouv.fr/fr/datasets/base-des-permis-de-construire-et-autres-autorisations-durbanisme-sitadel/",
    licence="Licence Ouverte 2.0 (Etalab)",
)
_STATES = {"2": "authorised", "4": "cancelled", "5": "begun", "6": "finished"}


def tell(row: Row, given: Mapping[str, str]) -> Told | None:
    """The offices that a permit creates, in the year when it was authorised."""
    surface = row["surface"]
    if row["state"] == "cancelled" or surface is None or surface.milli == 0:
        return None
    year = str(row["authorised"].year)
    unsure = is_provisional(year, given.get("provisional_from", ""))
    told = Said(year, surface.milli, surface.flag, unsure)
    return Told(row["area"], (told,), detail=f"{row['type']} {row['permit']}")


IMPORTER = importer(
    SERIES,
    (
        Column("area", Words("Commune du terrain", "Commune of the land"), cells.commune, aliases=("COMM",)),
        Column("type", Words("Sorte de permis", "Kind of permit"), cells.text(4), aliases=("TYPE_DAU",)),
        Column("permit", Words("Numéro du permis", "Number of the permit"), cells.text(30), aliases=("NUM_DAU",)),
        Column("state", Words("État du permis", "State of the permit"), cells.one_of(_STATES), aliases=("ETAT_DAU",)),
        Column("authorised", Words("Date d’autorisation", "Day of the authorisation"), cells.day,
               aliases=("DATE_REELLE_AUTORISATION",)),
        Column("surface", Words("Surface de bureaux créée", "Surface of offices created"), measure(10**6),
               aliases=("SURF_BUR_CREEE",), may_be_blank=True),
    ),
    tell,
    identity=lambda row: (row["type"], row["permit"]),
)  # fmt: skip
