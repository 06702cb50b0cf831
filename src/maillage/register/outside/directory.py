"""The answers of Recherche d’entreprises, sifted: neither officers nor accounts are kept, nor hidden names.

Its fields: https://recherche-entreprises.api.gouv.fr/docs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.kernel.remote.said import day, number, text
from maillage.register.erasing import Forgotten
from maillage.register.outside.told import hidden, number_and_street

PER_PAGE = 10
# Without officers, whose names and birthdays nobody here needs.
MINIMAL = {
    "minimal": "true",
    "include": "siege,matching_etablissements",
    "per_page": str(PER_PAGE),
}


def sift(data: Mapping[str, Any] | None, forgotten: Forgotten) -> dict[str, Any]:
    """What is kept of an answer; firms erased here are left out."""
    if data is None:
        return {"total": 0, "firms": []}
    told = [one for one in data["results"] if one["siren"] not in forgotten]
    left = int(data["total_results"]) - (len(data["results"]) - len(told))
    return {"total": left, "firms": [_firm(one) for one in told]}


def _firm(one: Mapping[str, Any]) -> dict[str, Any]:
    is_hidden = text(one.get("statut_diffusion")) != "O"
    return {
        "siren": number(one["siren"], 9),
        "name": "" if is_hidden else text(one.get("nom_raison_sociale") or one["nom_complet"]),
        "is_hidden": is_hidden,
        "legal_category": text(one.get("nature_juridique")),
        "activity": text(one.get("activite_principale")),
        "state": text(one.get("etat_administratif")) or "A",
        "created_on": day(one.get("date_creation")),
        "places": _places(one, is_hidden=is_hidden),
    }


def _places(one: Mapping[str, Any], *, is_hidden: bool) -> list[dict[str, Any]]:
    """Those that answer the question, then the seat, each once."""
    found = {
        place["siret"]: place
        for told in (*(one.get("matching_etablissements") or ()), one.get("siege"))
        if told
        for place in [_place(told, is_hidden=is_hidden)]
    }
    return list(found.values())


def _place(told: Mapping[str, Any], *, is_hidden: bool) -> dict[str, Any]:
    signs = told.get("liste_enseignes") or [None]
    postcode, town = text(told.get("code_postal")), text(told.get("libelle_commune"))
    line = text(told.get("adresse")).removesuffix(f"{postcode} {town}").strip()
    street_number, street = number_and_street(line)
    place = {
        "siret": number(told["siret"], 14),
        "name": text(told.get("nom_commercial")) or text(signs[0]),
        "street_number": street_number,
        "street": street,
        "postcode": postcode,
        "commune": text(told.get("commune")),
        "commune_label": town,
        "activity": text(told.get("activite_principale")),
        "state": text(told.get("etat_administratif")) or "A",
        "is_headquarters": told.get("est_siege") is True,
    }
    shown = not is_hidden and text(told.get("statut_diffusion_etablissement")) in {"O", ""}
    return place if shown else hidden(place)
