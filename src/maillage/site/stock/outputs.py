"""The four files of a stock, each as one query over the invented lives, in INSEE's columns and types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maillage.site.stock import columns, facts
from maillage.site.stock.views import Plan

HIDDEN = "[ND]"
NAF_2008 = "DATE '2008-01-01'"  # NAF rev. 2 takes the place of rev. 1


def _word(what: str, of: str = "u") -> str:
    """Three syllables drawn, a word that is nobody's name."""
    size = len(facts.SYLLABLES)
    parts = (
        f"(SELECT words FROM syllables)[1 + pick({of}, '{what}{n}', {size})]" for n in range(3)
    )
    return f"upper({' || '.join(parts)})"


def _of(values: Sequence[str], what: str, of: str = "u") -> str:
    told = ", ".join(f"'{value}'" for value in values)
    return f"([{told}])[1 + pick({of}, '{what}', {len(values)})]"


_NAME = f"{_of(facts.TRADES, 'trade name')} || ' ' || {_word('name')}"


def _shown(value: str) -> str:
    """What partial diffusion hides."""
    return f"CASE WHEN is_hidden THEN '{HIDDEN}' ELSE {value} END"


def units(plan: Plan) -> Mapping[str, str]:
    """One row a legal unit, made from its seat."""
    natural, moral = "category = '1000'", "category <> '1000'"
    # By its seat, or by the address that its seat moved to, should that one have come back too.
    last = f"DATE '{plan.as_of}'"
    back = f"r(next_i, 'returns') < 0.05 AND next_over + 20 + pick(next_i, 'gap', 1400) <= {last}"
    moved = f"unit_moves AND (next_over > {last} OR ({back}))"
    active = f"(closed IS NULL OR reopened IS NOT NULL OR ({moved}))"
    return {
        "siren": "siren_text",
        "statutDiffusionUniteLegale": "CASE WHEN is_hidden THEN 'P' ELSE 'O' END",
        "dateCreationUniteLegale": _created(),
        "sexeUniteLegale": f"CASE WHEN {natural} THEN {_shown(_of('FM', 'sex'))} END",
        "prenom1UniteLegale": f"CASE WHEN {natural} THEN {_shown(_word('first'))} END",
        "prenomUsuelUniteLegale": f"CASE WHEN {natural} THEN {_shown(_word('first'))} END",
        "trancheEffectifsUniteLegale": "band",
        "anneeEffectifsUniteLegale": f"CASE WHEN band <> 'NN' THEN {plan.as_of.year - 2}::BIGINT END",
        "dateDernierTraitementUniteLegale": "days[-1] + 9",
        "nombrePeriodesUniteLegale": "len(days)::BIGINT",
        "categorieEntreprise": "CASE WHEN band IN ('31', '32', '41') THEN 'ETI' WHEN employs THEN 'PME' END",
        "anneeCategorieEntreprise": f"CASE WHEN employs THEN {plan.as_of.year - 2}::BIGINT END",
        "dateDebut": "days[-1]",
        "etatAdministratifUniteLegale": f"CASE WHEN {active} THEN 'A' ELSE 'C' END",
        "nomUniteLegale": f"CASE WHEN {natural} THEN {_shown(_word('family'))} END",
        "denominationUniteLegale": f"CASE WHEN {moral} THEN {_shown(_NAME)} END",
        "categorieJuridiqueUniteLegale": "category",
        "activitePrincipaleUniteLegale": "activity",
        "nomenclatureActivitePrincipaleUniteLegale": "'NAFRev2'",
        "activitePrincipaleNAF25UniteLegale": "substr(activity, 1, 5) || 'Y'",
        "nicSiegeUniteLegale": (
            "CASE WHEN unit_moves THEN lpad((20 + check_digit(siren * 10000 + 2))::VARCHAR, 5, '0') ELSE nic END"
        ),
        "economieSocialeSolidaireUniteLegale": (
            "CASE WHEN category = '9220' AND r(u, 'social') < 0.4 THEN 'O' "
            f"WHEN {moral} AND category <> '9220' THEN 'N' END"
        ),
        "societeMissionUniteLegale": f"CASE WHEN {moral} AND r(u, 'mission') < 0.001 THEN 'O' END",
        "caractereEmployeurUniteLegale": "CASE WHEN employs THEN 'O' ELSE 'N' END",
    }


def _created() -> str:
    """The creation day as INSEE tells it: sometimes unknown, sometimes blank, rarely of another age."""
    return (
        "CASE WHEN is_unknown AND r(i, 'blank') < 0.3 THEN NULL WHEN is_unknown THEN DATE '1900-01-01' "
        "WHEN r(i, 'odd') < 0.00002 THEN DATE '5015-03-01' ELSE born END"
    )


def establishments(plan: Plan) -> Mapping[str, str]:
    """One row an address, as it stands today."""
    return {
        "siren": "siren_text",
        "nic": "nic",
        "siret": "siret",
        "statutDiffusionEtablissement": "CASE WHEN is_hidden THEN 'P' ELSE 'O' END",
        "dateCreationEtablissement": _created(),
        "trancheEffectifsEtablissement": "band",
        "anneeEffectifsEtablissement": f"CASE WHEN band <> 'NN' THEN {plan.as_of.year - 2}::BIGINT END",
        "activitePrincipaleRegistreMetiersEtablissement": "trade",
        "dateDernierTraitementEtablissement": "days[-1] + 9",
        "etablissementSiege": "is_move OR (place = 1 AND NOT unit_moves)",
        "nombrePeriodesEtablissement": "len(days)::BIGINT",
        "numeroVoieEtablissement": _shown("(1 + pick(i, 'number', 180))::VARCHAR"),
        "typeVoieEtablissement": _shown(_of(facts.WAYS, "way", "i")),
        "libelleVoieEtablissement": _shown(f"'DES ' || {_word('street', 'i % 90000')}"),
        "codePostalEtablissement": "postcode",
        "libelleCommuneEtablissement": "commune_name",
        "codeCommuneEtablissement": "commune",
        "coordonneeLambertAbscisseEtablissement": f"CASE WHEN x IS NOT NULL THEN {_shown('round(x, 2)::VARCHAR')} END",
        "coordonneeLambertOrdonneeEtablissement": f"CASE WHEN y IS NOT NULL THEN {_shown('round(y, 2)::VARCHAR')} END",
        "dateDebut": "days[-1]",
        "etatAdministratifEtablissement": _state("days[-1]"),
        "enseigne1Etablissement": _sign(),
        "activitePrincipaleEtablissement": _activity("days[-1]"),
        "nomenclatureActivitePrincipaleEtablissement": _nomenclature("days[-1]"),
        "caractereEmployeurEtablissement": "CASE WHEN employs THEN 'O' ELSE 'N' END",
        "activitePrincipaleNAF25Etablissement": "substr(activity, 1, 5) || 'Y'",
    }


def _activity(day: str) -> str:
    """The activity of a period; before 2008, under a code as the nomenclature of the time wrote them."""
    now = (
        f"CASE WHEN changed IS NOT NULL AND {day} < changed THEN former_activity ELSE activity END"
    )
    return f"CASE WHEN {day} < {NAF_2008} THEN substr({now}, 1, 4) || substr({now}, 6, 1) ELSE {now} END"


def _nomenclature(day: str) -> str:
    return f"CASE WHEN {day} < {NAF_2008} THEN 'NAFRev1' ELSE 'NAFRev2' END"


def _sign() -> str:
    """The sign over the door, that one in four has."""
    return f"CASE WHEN r(i, 'sign') < 0.25 THEN {_shown(_NAME)} END"


def _state(day: str) -> str:
    return f"CASE WHEN closed <= {day} AND (reopened IS NULL OR {day} < reopened) THEN 'F' ELSE 'A' END"


def history(_plan: Plan) -> Mapping[str, str]:
    """One row a period of an address (`day`, the day before in `previous`, the next in `following`)."""
    employer = "CASE WHEN employs AND (hired IS NULL OR hired <= {0}) THEN 'O' ELSE 'N' END"
    return {
        "siren": "siren_text",
        "nic": "nic",
        "siret": "siret",
        "dateFin": "following - 1",
        "dateDebut": "day",
        "etatAdministratifEtablissement": _state("day"),
        "changementEtatAdministratifEtablissement": _changed(_state("day"), _state("previous")),
        "enseigne1Etablissement": _sign(),
        "changementEnseigneEtablissement": "false",
        "changementDenominationUsuelleEtablissement": "false",
        "activitePrincipaleEtablissement": _activity("day"),
        "nomenclatureActivitePrincipaleEtablissement": _nomenclature("day"),
        "changementActivitePrincipaleEtablissement": _changed(
            _activity("day"), _activity("previous")
        ),
        "caractereEmployeurEtablissement": employer.format("day"),
        "changementCaractereEmployeurEtablissement": _changed(
            employer.format("day"), employer.format("previous")
        ),
    }


def _changed(now: str, before: str) -> str:
    return f"previous IS NOT NULL AND ({now}) <> ({before})"


PERIODS = """(
    SELECT s.* EXCLUDE days, days[rank] AS day, days[rank + 1] AS following,
        CASE WHEN rank > 1 THEN days[rank - 1] END AS previous
    FROM (SELECT *, unnest(range(1, len(days) + 1)) AS rank FROM steps) s
)"""


def links(_plan: Plan) -> Mapping[str, str]:
    """One row a declared move: two of three, the others are left to be inferred."""
    return {
        "siretEtablissementPredecesseur": (
            "lpad(((siren * 10000 + 1) * 10 + check_digit(siren * 10000 + 1))::VARCHAR, 14, '0')"
        ),
        "siretEtablissementSuccesseur": "siret",
        "dateLienSuccession": "born",
        "transfertSiege": "true",
        "continuiteEconomique": "r(u, 'goes on') < 0.95",
        "dateDernierTraitementLienSuccession": "born + 12",
    }


QUERIES = {
    "StockUniteLegale_utf8": (units, "steps", "place = 1"),
    "StockEtablissement_utf8": (establishments, "steps", "true"),
    "StockEtablissementHistorique_utf8": (history, PERIODS, "true"),
    "StockEtablissementLiensSuccession_utf8": (
        links,
        "places",
        "is_move AND r(u, 'linked') < 0.66",
    ),
}


def query(name: str, plan: Plan) -> str:
    """The rows of a file, every column of INSEE's in its order and type."""
    made, source, which = QUERIES[name]
    told = made(plan)
    listed = ",\n    ".join(
        f"{told.get(column, 'NULL')}{_cast(column)} AS {column}" if column not in told
        else f"({told[column]}){_cast(column)} AS {column}"
        for column in columns.NAMES[name]
    )  # fmt: skip
    return f"SELECT {listed}\nFROM {source} p WHERE {which}"


def _cast(column: str) -> str:
    if column.startswith("date"):
        return "::DATE"
    if column.startswith(("changement", "transfert", "continuite", "etablissementSiege")):
        return "::BOOLEAN"
    return "::BIGINT" if column.startswith(("annee", "nombrePeriodes")) else "::VARCHAR"
