"""What is kept of acts: all of them, for good; they hold neither name nor text (heart of the ledger)."""

from __future__ import annotations

from maillage.kernel.retention import PROOF, Kept
from maillage.ledger import models

KEPT = {
    models.Head: Kept(why=PROOF, plain="hash"),
    models.Verification: Kept(why=PROOF),
    models.PastAct: Kept(why=PROOF, plain="fingerprint"),
    models.Act: Kept(
        why=PROOF,
        plain="kind month commune naf size_band theme scheme action_key unit source_model source_key"
        " reason_code once prev_hash hash",
    ),
}
