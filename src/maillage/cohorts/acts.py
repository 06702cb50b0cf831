"""The kinds of acts that lists of structures tell: a stage reached by somebody under a pseudonym.

Their source is the pseudonym, the same for all structures of a programme and drawn by chance, so that distinct persons are
counted without knowing whose it is; of a line without day of birth, the line itself. They are about no firm: a SIRET
beside a pseudonym would name a sole trader.
"""

from __future__ import annotations

from collections.abc import Mapping

from maillage import ledger
from maillage.cohorts.vocabulary import Counted
from maillage.kernel.text import Words

SOURCE_PERSON, SOURCE_LINE = "cohorts.person", "cohorts.line"


def _kind(name: str, fr: str, en: str) -> ledger.Kind:
    return ledger.declare(
        ledger.Kind(
            f"cohorts.{name}", Words(fr, en), subject="none", present="maillage.cohorts.lines.steps"
        )
    )


KINDS: Mapping[str, ledger.Kind] = {
    Counted.WELCOME: _kind("person_welcomed", "Personne accueillie", "Person welcomed"),
    Counted.SUPPORT: _kind("person_supported", "Personne accompagnée", "Person supported"),
    Counted.TRIAL: _kind("activity_tried", "Activité testée", "Activity tried"),
    Counted.CREATION: _kind("activity_created", "Activité créée", "Activity created"),
    Counted.LOAN: _kind("loan_granted", "Prêt accordé à une personne", "Loan granted to a person"),
    Counted.GUARANTEE: _kind(
        "guarantee_granted", "Garantie accordée à une personne", "Guarantee granted to a person"
    ),
    Counted.JOB: _kind("job_found", "Emploi trouvé", "Job found"),
}
NAMES = tuple(kind.name for kind in KINDS.values())

REPLACED = "replaced_by_a_list"
ledger.reasons.declare(
    "cohorts", {REPLACED: Words("Corrigé par un nouveau dépôt", "Corrected by a new deposit")}
)
