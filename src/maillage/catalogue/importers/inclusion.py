"""The vocabularies of data·inclusion (schema v1), and what of them the catalogue reads."""

from __future__ import annotations

from maillage.catalogue.vocabulary import Moment

FEES = {"gratuit": "free", "payant": "paid"}
TYPES = {
    "accompagnement": "accompagnement",
    "aide-financiere": "aide financière",
    "aide-materielle": "aide matérielle",
    "atelier": "atelier",
    "formation": "formation",
    "information": "information",
}
WAYS = {
    "envoyer-un-courriel": "envoyer un courriel",
    "se-presenter": "se présenter",
    "telephoner": "téléphoner",
    "utiliser-lien-mobilisation": "utiliser le lien",
}
PUBLICS = {
    "actifs": "actifs",
    "beneficiaires-des-minimas-sociaux": "bénéficiaires des minima sociaux",
    "demandeurs-emploi": "demandeurs d’emploi",
    "etudiants": "étudiants",
    "familles": "familles",
    "femmes": "femmes",
    "jeunes": "jeunes",
    "personnes-en-situation-de-handicap": "personnes en situation de handicap",
    "personnes-en-situation-durgence": "personnes en situation d’urgence",
    "personnes-en-situation-juridique-specifique": "personnes en situation juridique spécifique",
    "personnes-exilees": "personnes exilées",
    "residents-qpv-frr": "résidents d’un QPV ou d’une zone France ruralités revitalisation",
    "seniors": "seniors",
    "tous-publics": "tous publics",
}
EVERYBODY = frozenset({"tous-publics", "actifs"})
# Families of topics; a topic is written `family--topic`.
FAMILIES = frozenset((
    "choisir-un-metier", "creer-une-entreprise", "difficultes-administratives-ou-juridiques",
    "difficultes-financieres", "equipement-et-alimentation", "famille", "lecture-ecriture-calcul",
    "logement-hebergement", "mobilite", "numerique", "preparer-sa-candidature", "remobilisation", "sante",
    "se-former", "souvrir-a-linternational", "trouver-un-emploi",
))  # fmt: skip
#: What of these topics a firm asks for; the others are for people who look for work, and answer no firm by themselves.
THEMES = {"numerique": "digital"}
MOMENTS = {
    "creer-une-entreprise--definir-son-projet-de-creation-dentreprise": Moment.PROJECT,
    "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise": Moment.CREATION,
    "creer-une-entreprise--developper-son-entreprise": Moment.GROWTH,
}


def is_topic(value: str) -> bool:
    """Whether it is written as a topic of the schema."""
    family, bar, topic = value.partition("--")
    return bool(bar and topic) and family in FAMILIES
