"""The kinds of acts that diagnoses record: a pass made, a progress measured, a step of a plan done.

The second pass of a firm records its progress beside itself: no figure has to reckon with days in SQL, and
what counted half a year apart on the day of recording stays so (the pair that counts is in `scoring.pair`).
"""

from __future__ import annotations

from maillage import ledger
from maillage.diagnoses.vocabulary import Reason
from maillage.kernel.text import Words

SOURCE_PASS, SOURCE_STEP = "diagnoses.pass", "diagnoses.step"
THOUSANDTH = "thousandth"

_PRESENT_PASSES = "maillage.diagnoses.lines.passes"

PASS_DONE = ledger.declare(
    ledger.Kind(
        "diagnoses.pass_done",
        Words("Diagnostic réalisé", "Diagnosis done"),
        present=_PRESENT_PASSES,
    )
)
PROGRESS_MEASURED = ledger.declare(
    ledger.Kind(
        "diagnoses.progress_measured",
        Words("Progrès mesuré entre deux diagnostics", "Progress measured between two diagnoses"),
        present=_PRESENT_PASSES,
    )
)
STEP_DONE = ledger.declare(
    ledger.Kind(
        "diagnoses.step_done",
        Words("Étape d’un plan réalisée", "Step of a plan done"),
        present="maillage.diagnoses.lines.steps",
    )
)

ledger.reasons.declare("diagnoses", {reason.value: reason.label for reason in Reason})
