"""The act of publishing: a period's figures were made public, and with which content."""

from __future__ import annotations

from maillage import ledger
from maillage.kernel.text import Words

PERIOD_PUBLISHED = ledger.declare(
    ledger.Kind(
        "figures.period_published",
        words=Words(fr="Chiffres publiés", en="Figures published"),
        subject="none",
        present="maillage.figures.witnessed.lines",
    )
)
SOURCE_PUBLICATION = "figures.publication"
