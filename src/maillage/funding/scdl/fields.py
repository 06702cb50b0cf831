"""The fields of the schema «subventions» (v1.1.0, v2.0.2, v2.1.1), in the order in which files have them.

Source: https://schema.data.gouv.fr/scdl/subventions/. The columns of published files were given many other names: those
that can mean only one field are known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from maillage.funding.scdl import cells as ours
from maillage.kernel import cells
from maillage.kernel.text import Words

LATEST = "2.1.1"
VERSIONS = ("1.1.0", "2.0.2", LATEST)
LONGEST = 256
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
NATURES = (ours.CASH, ours.KIND, f"{ours.CASH};{ours.KIND}", f"{ours.KIND};{ours.CASH}")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what the schema asks of it, and how ours is read from what people wrote.

    `since` is the first version that has it, `optional_since` the first in which it may be blank.
    """

    name: str
    words: Words
    read: Callable[[str], Any]
    sort: str = "string"
    pattern: str = ""
    among: tuple[str, ...] = ()
    longest: int = 0
    needed: bool = True
    aliases: tuple[str, ...] = ()
    since: str = VERSIONS[0]
    optional_since: str = ""
    is_siret: bool = False

    def is_needed(self, version: str) -> bool:
        """Whether that version wants it in each line."""
        return self.needed and not (self.optional_since and self.optional_since <= version)


FIELDS = (
    Field("nomAttribuant", Words("Nom de l’attribuant", "Name of the funder"), cells.text(300), aliases=(
        "nom_de_l_attribuant", "Nom de l'attributaire", "nom collectivité", "cscollnom", "coll_nom", "nomattribuant_0",
    )),
    Field("idAttribuant", Words("SIRET de l’attribuant", "SIRET of the funder"), cells.siret, pattern=r"\d{14}", aliases=(
        "Identification de l'attributaire", "identification_de_l_attribuant", "Identification SIRET de l'attribuant",
        "Identification de l'attributaire (SIRET)", "identifiant_attribuant", "coll_siret", "attribuant_id",
        "idattribuant_0",
    ), is_siret=True),
    Field("dateConvention", Words("Date de la convention", "Day of the agreement"), ours.day, "date", aliases=(
        "datedecision", "Date de signature de la convention", "date de convention", "date de convention*",
        "Date de la convention de subvention", "acte_date", "exercice", "annee_subv", "datevote", "la_date_conv",
        "date de deliberation", "dateconvention_0",
    )),
    Field("referenceDecision", Words("Référence de la décision", "Reference of the decision"), cells.text(200), needed=False, aliases=(
        "reference administrative (demande)", "numero_complet_engagement", "acte_ref", "codarticle",
        "identifiant_unique", "decision_ref", "referenceconvention_0",
    )),
    Field("nomBeneficiaire", Words("Nom du bénéficiaire", "Name of the beneficiary"), cells.text(300), aliases=(
        "beneficiaire_nom", "beneficiaire", "beneficiaires", "designation_du_beneficiaire", "tiers", "attrib_nom",
        "nom_structure", "liborgabenef", "libelle tiers", "libelle_complet_tiers", "libelle_beneficiaire",
        "nom_des_beneficiaires", "nom_des_beneficaires", "tiers_beneficiaire", "nombeneficiaire_0", "nom",
    )),
    Field("idBeneficiaire", Words("SIRET du bénéficiaire", "SIRET of the beneficiary"), cells.siret, pattern=r"\d{14}", aliases=(
        "identification_du_beneficiaire", "Identification SIRET du beneficiaire", "idBeneficiare", "beneficiaire_code",
        "code_tiers_beneficiaire", "attrib_siret", "beneficiaires_id", "idbeneficiaire_0", "code_siren_siret",
        "SIRET", "N° SIRET", "numero_siret", "siret_1",
        "numero de referencement au repertoire des entreprises",
    ), optional_since=LATEST, is_siret=True),
    Field("rnaBeneficiaire", Words("Numéro RNA du bénéficiaire", "RNA number of the beneficiary"), ours.rna, pattern=r"W\d{9}",
          needed=False, since=LATEST, aliases=("numero rna", "rna")),
    Field("objet", Words("Objet", "Purpose"), cells.text(2_000), longest=LONGEST, aliases=(
        "Objet de la subvention", "objet_du_dossier", "object",
    )),
    Field("montant", Words("Montant", "Amount"), ours.amount, "number", aliases=(
        "Montant de la subvention", "Montant total de la subvention", "montant_des_avantages_en_nature", "mtsubv", "la_somme_e_mtdel", "subvention",
        "subvention allouee", "total_des_mandats_emis", "total_des_subventions", "subventions_versees",
        "subvention totale",
    )),
    Field("nature", Words("Nature", "Nature"), ours.nature, among=NATURES, aliases=(
        "nature_de_la_subvention", "type_d_avantage",
    )),
    Field("conditionsVersement", Words("Conditions de versement", "Conditions of payment"), cells.text(2_000), longest=LONGEST,
          aliases=("conditionVersement", "subv_versement")),
    Field("datesPeriodeVersement", Words("Dates ou période de versement", "Days or period of payment"), ours.period,
          pattern=f"{_DAY}(/{_DAY})?", aliases=(
        "Date(s) ou période(s) de versement", "dateSoldeVersement", "datePeriodeVersement", "dateperiodedversement",
        "dateVersementSolde", "Dates de période de versement", "dates_versement",
    )),
    Field("idRAE", Words("Numéro au répertoire des aides", "Number in the repertory of aids"), cells.text(50), longest=5, needed=False,
          aliases=(
        "N° unique de référencement au RAE", "Identification IRAE de l'aide attribuée", "rae_num",
        "Numéro unique de référencement au RAE",
    )),
    Field("notificationUE", Words("Aide notifiée à l’Union européenne", "Aid notified to the European Union"), ours.yes_or_no,
          "boolean", aliases=(
        "Aide d'Etat (ou pas) notifiée à l'UE", "Notification à l'Union Européenne", "aide notifiee a l'europe",
        "Aide d'Etat notifiée à la Commission européenne", "notificationue_0",
    )),
    Field("pourcentageSubvention", Words("Part du bénéficiaire", "Share of the beneficiary"), ours.share, "share", aliases=(
        "% du mt de la subvention attribuée au bénéficiaire", "pourentagesubvention",
        "Pourcentage du montant de la subvention attribuée au bénéficiaire",
        "pourcentage du montant de la subvention attribue au beneficiaire*",
    )),
    Field("dispositifAide", Words("Dispositif d’aide", "Scheme"), cells.text(200), needed=False, since=LATEST),
)  # fmt: skip


def fields_of(version: str) -> tuple[Field, ...]:
    """The fields that a version has."""
    return tuple(one for one in FIELDS if one.since <= version)
