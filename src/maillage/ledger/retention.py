"""What is kept of acts: all of them, for good; they hold neither name nor text (heart of the ledger)."""

from __future__ import annotations

from maillage.kernel.retention import PROOF, Kept
from maillage.ledger import models
from maillage.ledger.drift import models as drift

KEPT = {
    models.Head: Kept(why=PROOF, plain="hash"),
    models.Verification: Kept(why=PROOF),
    drift.Look: Kept(why=PROOF, plain="stamp"),
    drift.Requalification: Kept(why=PROOF, typed="reason", plain="change"),
    drift.Drift: Kept(why=PROOF, plain="sign change"),
    models.PastAct: Kept(why=PROOF, plain="fingerprint"),
    models.Act: Kept(
        why=PROOF,
        plain="kind month commune naf size_band theme scheme action_key unit source_model source_key"
        " reason_code once prev_hash hash",
    ),
}
