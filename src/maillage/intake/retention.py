"""What is kept of loads: their journal for good, the rows of files for a year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from maillage.intake import loading, models
from maillage.kernel.retention import Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words

_WAITING = (models.Load.State.RECEIVED, models.Load.State.PREVIEWED)


def _waiting(loads: Any, firm: Subject) -> Any:  # noqa: ARG001 -- whichever the firm
    """Loads whose files wait on the disk: any of them may name the firm, in any form or encoding."""
    return loads.filter(state__in=_WAITING)


def _let_go(loads: Any) -> None:
    """Those that wait are abandoned, their files go."""
    for load in loads:
        if load.state in _WAITING:
            loading.let_go(load)


KEPT = {
    models.Load: Kept(
        why=Words(
            fr="Le journal, tant que l’instance existe\u00a0; les exemples de lignes, un an\u00a0; un fichier jamais confirmé, trois mois.",
            en="The journal, as long as the instance; examples of rows, a year; a file never confirmed, three months.",
        ),
        personal="found",
        whose=Whose.FIRM,
        typed="files given refusal undone_because",
        plain="source territory state digest counts progress once",
        rules=(
            Rule(
                name="loads_never_confirmed",
                words=Words(fr="Fichier en attente abandonné", en="Waiting file abandoned"),
                after=timedelta(days=90),
                since="staged_at",
                only={"state__in": _WAITING},
                empties={"state": models.Load.State.FAILED, "found": {}},
                also=_let_go,
            ),
            Rule(
                name="examples_of_loads",
                words=Words(fr="Exemples de lignes vidés", en="Examples of rows emptied"),
                after=years(1),
                since="staged_at",
                empties={"found": {}},
            ),
        ),
        holding=_waiting,
        bearing="found",
        erased={"found": {}},
        also=_let_go,
    ),
    models.Reject: Kept(
        why=Words(
            fr="Un an\u00a0: le temps de corriger une ligne refusée.",
            en="One year: the time to set a refused row right.",
        ),
        personal="row value",
        whose=Whose.FIRM,
        typed="file table",
        plain="column code",
        rules=(
            Rule(
                name="old_rejects",
                words=Words(fr="Ligne refusée supprimée", en="Refused row removed"),
                after=years(1),
                since="load__staged_at",
            ),
        ),
        bearing="row value",
    ),
}
