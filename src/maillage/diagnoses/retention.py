"""What is kept of diagnoses: that they were made, for good; notes and wordings, three years."""

from __future__ import annotations

from maillage.diagnoses import models
from maillage.kernel.retention import DECIDED, Kept, Rule, Whose, years
from maillage.kernel.text import Words

_NOTES = {"note": ""}

KEPT = {
    models.Questionnaire: Kept(why=DECIDED, plain="code text"),
    models.Pass: Kept(
        why=Words(
            fr="Le diagnostic et ses réponses, choisies dans une liste, tant que l’instance existe\u00a0; sa note, "
            "trois ans après lui.",
            en="The diagnosis and its answers, chosen in a list, as long as the instance; its note, three years after "
            "it.",
        ),
        personal="note",
        whose=Whose.FIRM,
        plain="answers once cancelled_because",
        rules=(
            Rule(
                name="notes_of_diagnoses",
                words=Words(fr="Notes de diagnostics vidées", en="Notes of diagnoses emptied"),
                after=years(3),
                since="occurred_on",
                empties=_NOTES,
            ),
        ),
        firm="legal_unit",
        erased=_NOTES,
    ),
    models.PlanStep: Kept(
        why=Words(
            fr="Qu’une étape a été convenue et faite, tant que l’instance existe\u00a0; ce qu’elle dit, trois ans après "
            "le jour prévu.",
            en="That a step was agreed on and done, as long as the instance; what it says, three years after the day "
            "that was set.",
        ),
        personal="wording",
        whose=Whose.FIRM,
        plain="axis theme once dropped_because",
        rules=(
            Rule(
                name="steps_of_plans",
                words=Words(fr="Étapes de plans vidées", en="Steps of plans emptied"),
                after=years(3),
                since="due_on",
                empties={"wording": ""},
            ),
        ),
        firm="of__legal_unit",
        erased={"wording": ""},
    ),
}
