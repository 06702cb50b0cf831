"""The answers of INSEE's Sirene API (3.11), sifted: the unit and its establishments as they are now.

The unit stands flat inside each establishment; what changes in time of an establishment stands in periods, the
present one without an end. What a firm withholds is written [ND].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.kernel.remote.said import day, number, text
from maillage.register.erasing import Forgotten
from maillage.register.outside.told import hidden

MOST = 100
"""Establishments of one unit that are asked at once; a chain has more, and a total."""


def sift_one(data: Mapping[str, Any] | None, forgotten: Forgotten) -> dict[str, Any]:
    """What is kept of an answer about one SIRET."""
    if data is None:
        return _kept([], 0, forgotten)
    return _kept([data["etablissement"]], 1, forgotten)


def sift_unit(data: Mapping[str, Any] | None, forgotten: Forgotten) -> dict[str, Any]:
    """What is kept of the establishments of one SIREN."""
    if data is None:
        return _kept([], 0, forgotten)
    return _kept(data["etablissements"], int(data["header"]["total"]), forgotten)


def _kept(told: list[Mapping[str, Any]], total: int, forgotten: Forgotten) -> dict[str, Any]:
    if not told or told[0]["siren"] in forgotten:
        return {"total": 0, "firms": []}
    unit = told[0]["uniteLegale"]
    is_hidden = text(unit.get("statutDiffusionUniteLegale")) != "O"
    firm = {
        "siren": number(told[0]["siren"], 9),
        "name": "" if is_hidden else _name(unit),
        "is_hidden": is_hidden,
        "legal_category": text(unit.get("categorieJuridiqueUniteLegale")),
        "activity": text(unit.get("activitePrincipaleUniteLegale")),
        "state": text(unit.get("etatAdministratifUniteLegale")) or "A",
        "created_on": day(unit.get("dateCreationUniteLegale")),
        "places": [_place(one, is_hidden=is_hidden) for one in told],
    }
    return {"total": total, "firms": [firm]}


def _name(unit: Mapping[str, Any]) -> str:
    """Of a legal person its name; of a sole trader the first name and the name in use."""
    if named := text(unit.get("denominationUniteLegale")):
        return named
    first = text(unit.get("prenomUsuelUniteLegale")) or text(unit.get("prenom1UniteLegale"))
    last = text(unit.get("nomUsageUniteLegale")) or text(unit.get("nomUniteLegale"))
    return f"{first} {last}".strip()


def _place(told: Mapping[str, Any], *, is_hidden: bool) -> dict[str, Any]:
    where = told["adresseEtablissement"]
    now: Mapping[str, Any] = next(
        (p for p in told["periodesEtablissement"] if p.get("dateFin") is None), {}
    )
    place = {
        "siret": number(told["siret"], 14),
        "name": text(now.get("enseigne1Etablissement"))
        or text(now.get("denominationUsuelleEtablissement")),
        "street_number": _joined(where, "numeroVoie", "indiceRepetition"),
        "street": _joined(where, "typeVoie", "libelleVoie"),
        "postcode": text(where.get("codePostalEtablissement")),
        "commune": text(where.get("codeCommuneEtablissement")),
        "commune_label": text(where.get("libelleCommuneEtablissement")),
        "activity": text(now.get("activitePrincipaleEtablissement")),
        "state": text(now.get("etatAdministratifEtablissement")) or "A",
        "is_headquarters": told.get("etablissementSiege") is True,
    }
    shown = not is_hidden and text(told.get("statutDiffusionEtablissement")) == "O"
    return place if shown else hidden(place)


def _joined(where: Mapping[str, Any], *names: str) -> str:
    return " ".join(filter(None, (text(where.get(f"{name}Etablissement")) for name in names)))
