"""The columns of INSEE's stock files, in their order (drawing of 2025, NAF 2025 included)."""

from __future__ import annotations

_PERSON = "sexe prenom1 prenom2 prenom3 prenom4 prenomUsuel pseudonyme"
_UNIT = (
    f"sigle {_PERSON} identifiantAssociation trancheEffectifs anneeEffectifs dateDernierTraitement "
    "nombrePeriodes"
)
UNITS = (
    "siren", "statutDiffusionUniteLegale", "unitePurgeeUniteLegale", "dateCreationUniteLegale",
    *(f"{name}UniteLegale" for name in _UNIT.split()),
    "categorieEntreprise", "anneeCategorieEntreprise", "dateDebut", "etatAdministratifUniteLegale",
    "nomUniteLegale", "nomUsageUniteLegale", "denominationUniteLegale",
    *(f"denominationUsuelle{rank}UniteLegale" for rank in (1, 2, 3)),
    "categorieJuridiqueUniteLegale", "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale", "activitePrincipaleNAF25UniteLegale",
    "nicSiegeUniteLegale", "economieSocialeSolidaireUniteLegale", "societeMissionUniteLegale",
    "caractereEmployeurUniteLegale",
)  # fmt: skip
_ADDRESS = (
    "complementAdresse{} numeroVoie{} indiceRepetition{} {last}typeVoie{} libelleVoie{} codePostal{} "
    "libelleCommune{} libelleCommuneEtranger{} distributionSpeciale{} codeCommune{} codeCedex{} "
    "libelleCedex{} codePaysEtranger{} libellePaysEtranger{}"
)
_FIRST = _ADDRESS.format(*[""] * 14, last="dernierNumeroVoie indiceRepetitionDernierNumeroVoie ")
_SECOND = _ADDRESS.format(*["2"] * 14, last="")
ESTABLISHMENTS = (
    "siren", "nic", "siret",
    *(
        f"{name}Etablissement"
        for name in ["statutDiffusion", "dateCreation", "trancheEffectifs", "anneeEffectifs", "activitePrincipaleRegistreMetiers", "dateDernierTraitement"]
    ),
    "etablissementSiege", "nombrePeriodesEtablissement",
    *(f"{name}Etablissement" for name in _FIRST.split()),
    "identifiantAdresseEtablissement", "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    *(f"{name}Etablissement" for name in _SECOND.split()),
    "dateDebut", "etatAdministratifEtablissement",
    *(f"enseigne{rank}Etablissement" for rank in (1, 2, 3)),
    "denominationUsuelleEtablissement", "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement", "caractereEmployeurEtablissement",
    "activitePrincipaleNAF25Etablissement",
)  # fmt: skip
HISTORY = (
    "siren", "nic", "siret", "dateFin", "dateDebut",
    "etatAdministratifEtablissement", "changementEtatAdministratifEtablissement",
    "enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement",
    "changementEnseigneEtablissement",
    "denominationUsuelleEtablissement", "changementDenominationUsuelleEtablissement",
    "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement",
    "changementActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement", "changementCaractereEmployeurEtablissement",
)  # fmt: skip
LINKS = (
    "siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession",
    "transfertSiege", "continuiteEconomique", "dateDernierTraitementLienSuccession",
)  # fmt: skip
NAMES = {
    "StockUniteLegale_utf8": UNITS,
    "StockEtablissement_utf8": ESTABLISHMENTS,
    "StockEtablissementHistorique_utf8": HISTORY,
    "StockEtablissementLiensSuccession_utf8": LINKS,
}
