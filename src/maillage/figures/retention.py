"""What is kept of publications and of what they made public: all, for good, since they are sealed; they name no firm."""

from __future__ import annotations

from maillage.figures import models
from maillage.kernel.retention import PROOF, Kept

KEPT = {
    models.Publication: Kept(why=PROOF, plain="subject heads digest reason once"),
    models.PublishedFigure: Kept(
        why=PROOF,
        plain="reference filter by unit value numerator denominator groups public",
    ),
    models.StockVintage: Kept(
        why=PROOF, plain="source territories ranks lacking files guarded digest"
    ),
    models.PublicationOrder: Kept(
        why=PROOF, typed="reason", plain="subject state progress refusal once"
    ),
    models.Observation: Kept(
        why=PROOF,
        plain="territory indicator area_kind area period activity segment value numerator denominator status",
    ),
}
