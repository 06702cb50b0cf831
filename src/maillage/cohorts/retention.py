"""What is kept of cohorts: the counts, for good; what could still recognise a person, three years after the last list."""

from __future__ import annotations

from maillage.cohorts import models
from maillage.kernel.retention import DECIDED, Kept, Rule, Whose, years
from maillage.kernel.text import Words

KEPT = {
    models.Programme: Kept(why=DECIDED, typed="name", plain="fingerprint once"),
    models.StageList: Kept(why=DECIDED, typed="stages"),
    models.Allowed: Kept(why=DECIDED),
    models.Pseudonym: Kept(
        why=Words(
            fr="La personne sous son pseudonyme, tant que l’instance existe\u00a0; l’empreinte de son jeton, trois ans après "
            "la dernière liste qui la dit, ou dès que le dernier dépôt qui la dit est retiré\u00a0: rien ne la reconnaît plus ensuite.",
            en="The person under a pseudonym, as long as the instance; the digest of the token, three years after the last "
            "list that tells of them, or until the last deposit that does is taken back: nothing recognises them after that.",
        ),
        personal="digest",
        whose=Whose.PROJECT,
        bearing="digest",
        erased={"digest": ""},
        rules=(
            Rule(
                name="digests_of_tokens",
                words=Words(fr="Empreintes de jetons vidées", en="Digests of tokens emptied"),
                after=years(3),
                since="last_told_at",
                empties={"digest": ""},
            ),
        ),
    ),
    models.CohortLine: Kept(
        why=Words(
            fr="L’étape, le jour et le montant, tant que l’instance existe\u00a0: sans nom ni texte\u00a0; le SIRET et le "
            "code commune, trois ans, ou jusqu’au retrait du dépôt\u00a0; l’acte garde la commune, sous la clé tirée au sort.",
            en="The stage, the day and the amount, as long as the instance: with neither name nor text; the SIRET and the "
            "commune, three years, or until the deposit is taken back; the act keeps the commune, under the drawn key.",
        ),
        personal="siret commune",
        whose=Whose.PROJECT,
        plain="mark stage counts_as",
        holding=lambda lines, firm: lines.filter(siret__startswith=firm.siren),
        bearing="siret commune",
        erased={"siret": "", "commune": ""},
        rules=(
            Rule(
                name="places_of_cohort_lines",
                words=Words(
                    fr="SIRET et communes de lignes de cohorte vidés",
                    en="SIRET and communes of cohort lines emptied",
                ),
                after=years(3),
                since="told_at",
                empties={"siret": "", "commune": ""},
            ),
        ),
    ),
}
