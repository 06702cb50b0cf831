"""What is kept of conventions: their texts for good; the words of accounts for ten years."""

from __future__ import annotations

from maillage.conventions import models
from maillage.kernel.retention import DECIDED, PROOF, PUBLIC, Kept, Rule, Whose, years
from maillage.kernel.text import Words

KEPT = {
    models.Convention: Kept(why=PUBLIC, plain="slug title territory source doubt once"),
    models.Version: Kept(why=PUBLIC, plain="basis words source doubt"),
    models.Party: Kept(why=PUBLIC, plain="source doubt"),
    models.Deliberation: Kept(why=PUBLIC, plain="source doubt number reference outcome"),
    models.Axis: Kept(why=PUBLIC, plain="source doubt code title words"),
    models.Action: Kept(why=PUBLIC, plain="source doubt key code title words steps"),
    models.Target: Kept(why=PUBLIC, plain="source doubt code kind indicator filter words"),
    models.BudgetLine: Kept(why=PUBLIC, plain="source doubt"),
    models.Entry: Kept(
        why=Words(
            fr="Le montant, tant que l’instance existe\u00a0; son libellé, dix ans, comme une pièce comptable.",
            en="The amount, as long as the instance; its label, ten years, as an accounting document.",
        ),
        personal="label reference",
        whose=Whose.FIRM,
        plain="kind cancel_reason once",
        rules=(
            Rule(
                name="labels_of_money",
                words=Words(fr="Libellé et référence vidés", en="Label and reference emptied"),
                after=years(10),
                since="on",
                empties={"label": "", "reference": ""},
            ),
        ),
        bearing="label reference",
        erased={"label": "", "reference": ""},
    ),
    models.Charge: Kept(why=PROOF, plain="action_key"),
    models.Turn: Kept(why=DECIDED, typed="note", plain="action_key kind reason_code cancel_reason"),
}
