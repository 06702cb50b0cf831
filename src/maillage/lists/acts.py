"""The kinds of acts that lists of partners record: a firm recognised on one, a likeness refused.

They are decisions of whoever holds the list, so that each keeps its day and its author, and its undoing too.
"""

from __future__ import annotations

from maillage import ledger
from maillage.kernel.text import Words

SOURCE = "lists.match"
DECISION_UNDONE, PARTED = "list_decision_undone", "list_parted"

_PRESENT = "maillage.lists.lines.matches"

RECOGNISED = ledger.declare(
    ledger.Kind(
        "lists.firm_recognised",
        Words("Entreprise reconnue sur une liste", "Firm recognised on a list"),
        present=_PRESENT,
    )
)
REFUSED = ledger.declare(
    ledger.Kind(
        "lists.likeness_refused",
        Words("Rapprochement refusé avec une liste", "Likeness with a list refused"),
        present=_PRESENT,
    )
)

ledger.reasons.declare(
    "lists",
    {
        DECISION_UNDONE: Words("Décision annulée", "Decision undone"),
        PARTED: Words("Ce n’était pas cette entreprise", "It was not this firm"),
    },
)
