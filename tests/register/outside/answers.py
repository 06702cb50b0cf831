"""Invented answers of the two directories of firms, in their own shapes."""

from __future__ import annotations

from typing import Any

from tests.factories import register as firms

SIREN = firms.siren(4_200_001)
SIRET = firms.siret(SIREN)
OTHER = firms.siret(SIREN, 2)


def place(siret: str = SIRET, **changes: Any) -> dict[str, Any]:
    """An establishment as Recherche d’entreprises tells of it."""
    return {
        "siret": siret,
        "activite_principale": "10.71C",
        "adresse": "12 BIS RUE DE PARIS 59000 LILLE",
        "code_postal": "59000",
        "commune": "59350",
        "libelle_commune": "LILLE",
        "nom_commercial": "AU BON PAIN",
        "liste_enseignes": None,
        "est_siege": True,
        "etat_administratif": "A",
        "statut_diffusion_etablissement": "O",
    } | changes


def firm(**changes: Any) -> dict[str, Any]:
    """A legal unit as Recherche d’entreprises tells of it."""
    return {
        "siren": SIREN,
        "nom_complet": "LEVAIN DU NORD (AU BON PAIN)",
        "nom_raison_sociale": "LEVAIN DU NORD",
        "nature_juridique": "5710",
        "activite_principale": "10.71C",
        "etat_administratif": "A",
        "date_creation": "2019-03-11",
        "statut_diffusion": "O",
        "siege": place(),
        "matching_etablissements": [],
    } | changes


def results(*found: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    """A page of Recherche d’entreprises."""
    return {
        "results": list(found),
        "total_results": len(found) if total is None else total,
        "page": 1,
        "per_page": 10,
        "total_pages": 1,
    }


def unit(**changes: Any) -> dict[str, Any]:
    """A legal unit as Sirene writes it inside an establishment."""
    return {
        "statutDiffusionUniteLegale": "O",
        "denominationUniteLegale": "LEVAIN DU NORD",
        "categorieJuridiqueUniteLegale": "5710",
        "activitePrincipaleUniteLegale": "10.71C",
        "etatAdministratifUniteLegale": "A",
        "dateCreationUniteLegale": "2019-03-11",
        "nomUniteLegale": None,
        "prenom1UniteLegale": None,
    } | changes


def establishment(
    siret: str = SIRET, of: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """An establishment as Sirene writes it."""
    return {
        "siren": siret[:9],
        "siret": siret,
        "statutDiffusionEtablissement": "O",
        "etablissementSiege": True,
        "uniteLegale": of or unit(),
        "adresseEtablissement": {
            "numeroVoieEtablissement": "12",
            "indiceRepetitionEtablissement": "B",
            "typeVoieEtablissement": "RUE",
            "libelleVoieEtablissement": "DE PARIS",
            "codePostalEtablissement": "59000",
            "libelleCommuneEtablissement": "LILLE",
            "codeCommuneEtablissement": "59350",
        },
        "periodesEtablissement": [
            {
                "dateFin": None,
                "etatAdministratifEtablissement": "A",
                "enseigne1Etablissement": "AU BON PAIN",
                "activitePrincipaleEtablissement": "10.71C",
            },
            {
                "dateFin": "2020-01-01",
                "etatAdministratifEtablissement": "F",
                "enseigne1Etablissement": "AVANT",
                "activitePrincipaleEtablissement": "47.24Z",
            },
        ],
    } | changes
