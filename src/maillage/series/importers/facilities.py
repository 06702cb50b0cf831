"""Shops and crafts of each commune, by type (INSEE, base permanente des équipements).

Layout: `DS_BPE_<year>_data.csv` of INSEE's page 8217537, semicolons and quotes: `GEO`, `GEO_OBJECT`, `FACILITY_DOM`, `FACILITY_SDOM`,
`FACILITY_TYPE`, `BPE_MEASURE`, `UNIT_MEASURE`, `OBS_STATUS`, `UNIT_MULT`, `TIME_PERIOD`, `OBS_VALUE`, a row a geography, a type and a year.
Geographies of every kind stand in one column, totals of domains are rows of type `_T`; a commune that has none of a type has no
row of it. Of all that, communes and the types of a basket of daily life are kept, and each commune's total, which says that it is
told. The code of bakeries was B203 before it was B207.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Row
from maillage.kernel.text import Words
from maillage.series.coming_in import Told, importer
from maillage.series.declared import WHOLE, Series, Shape
from maillage.series.values import FLAGS, Said, is_provisional, measure

SERIES = Series(
    code="facilities",
    observatory="proximite",
    shape=Shape.LACKS,
    publisher="INSEE",
    title=Words("Équipements des communes", "Facilities of communes"),
    about=Words(
        "Ce que la base permanente des équipements compte dans chaque commune au 1er janvier\u00a0: un établissement y est un équipement "
        "dès qu’il rend le service, artisan ou non.",
        "What the permanent base of facilities counts in each commune on 1 January: an establishment is a facility as soon as it "
        "gives the service, craft or not.",
    ),
    unit=Words("équipements", "facilities"),
    places=0,
    area_kind="commune",
    file=Words(
        "La base permanente des équipements de l’INSEE (DS_BPE_….csv, ou le zip qui le contient), limitée à votre département "
        "si elle passe un million de lignes.",
        "INSEE’s permanent base of facilities (DS_BPE_….csv, or the zip that holds it), kept to your département if it passes a "
        "million rows.",
    ),
    page="https://www.insee.fr/fr/statistiques/8217537",
    licence="Licence Ouverte 2.0 (Etalab)",
    details={
        "A301": Words("Réparation automobile", "Car repair"),
        "A401": Words("Maçon", "Mason"),
        "A402": Words("Plâtrier, peintre", "Plasterer, painter"),
        "A403": Words("Menuisier, charpentier, serrurier", "Joiner, carpenter, locksmith"),
        "A404": Words("Plombier, couvreur, chauffagiste", "Plumber, roofer, heating engineer"),
        "A405": Words("Électricien", "Electrician"),
        "A501": Words("Coiffure", "Hairdressing"),
        "A504": Words("Restaurant", "Restaurant"),
        "A507": Words("Institut de beauté", "Beauty salon"),
        "B201": Words("Supérette", "Convenience store"),
        "B202": Words("Épicerie", "Grocery"),
        "B204": Words("Boucherie-charcuterie", "Butcher’s"),
        "B206": Words("Poissonnerie", "Fishmonger’s"),
        "B207": Words("Boulangerie-pâtisserie", "Bakery"),
    },
)  # fmt: skip
_ALL, _OLD = "_T", {"B203": "B207"}
_WORD = cells.text(20)
_YEAR = re.compile(r"20\d\d")


def _year(cell: str) -> str:
    found = cell.strip()
    if not _YEAR.fullmatch(found):
        raise BadCell("", "period", found)
    return found


def _detail(row: Row) -> str:
    """The type as it is called today, or all of them together; blank when the series has no use for it."""
    kind: str = _OLD.get(row["type"], row["type"])
    if kind in SERIES.details:
        return kind
    return WHOLE if kind == row["domain"] == _ALL else ""


def _identity(row: Row) -> Hashable:
    """What a row tells of: a type that is kept is the same under its code of before, and in whatever domain it stands."""
    detail = _detail(row)
    split = detail or tuple(row[name] for name in ("domain", "part", "type"))
    return row["area"].upper(), split, *(row[name] for name in ("object", "measure", "period"))


def tell(row: Row, given: Mapping[str, str]) -> Told | BadCell | None:
    """How many facilities of a type a commune has; of all of them, as its total."""
    detail = _detail(row)
    if (row["object"], row["measure"]) != ("COM", "FACILITIES") or not detail:
        return None
    try:
        commune = cells.commune(row["area"])
    except BadCell as fault:
        return BadCell("area", fault.code, fault.value)
    value, status = row["value"], row["status"] or ""
    if value is None and status.casefold() not in FLAGS:
        return BadCell("value", "blank")
    unsure = status == "P" or is_provisional(row["period"], given.get("provisional_from", ""))
    milli, flag = (value.milli, value.flag) if value else (None, status)
    return Told(commune, (Said(row["period"], milli, flag, unsure),), detail=detail)  # fmt: skip


IMPORTER = importer(
    SERIES,
    (
        Column("area", Words("Code géographique", "Code of the geography"), _WORD, aliases=("GEO",)),
        Column("object", Words("Sorte de géographie", "Kind of geography"), _WORD, aliases=("GEO_OBJECT",)),
        Column("domain", Words("Domaine", "Domain"), _WORD, aliases=("FACILITY_DOM",)),
        Column("part", Words("Sous-domaine", "Subdomain"), _WORD, aliases=("FACILITY_SDOM",), needed=False),
        Column("type", Words("Type d’équipement", "Type of facility"), _WORD, aliases=("FACILITY_TYPE",)),
        Column("measure", Words("Mesure", "Measure"), _WORD, aliases=("BPE_MEASURE",)),
        Column("status", Words("Statut", "Status"), _WORD, aliases=("OBS_STATUS",), needed=False, may_be_blank=True),
        Column("period", Words("Année", "Year"), _year, aliases=("TIME_PERIOD",)),
        Column("value", Words("Nombre", "Number"), measure(10**6), aliases=("OBS_VALUE",), may_be_blank=True),
    ),
    tell,
    identity=_identity,
)  # fmt: skip
