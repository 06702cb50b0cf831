"""What is kept of loads: their journal for good, the rows of files for a year."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat

from maillage.intake import models, storage
from maillage.kernel.retention import Kept, Rule, Subject, years
from maillage.kernel.text import Words

_SHORTEST = 5  # a shorter name stands in too many rows


def _words(firm: Subject) -> Q:
    """What a `text` holds that bears the firm's number or one of its names."""
    bears = Q(pk=None)
    for word in (firm.siren, *firm.names):
        if len(word) < _SHORTEST:
            continue
        bears |= Q(text__icontains=word)
        # One database keeps letters beyond ASCII as escapes, which know no case.
        for written in {word, word.lower(), word.title(), word.capitalize()}:
            bears |= Q(text__icontains=json.dumps(written)[1:-1])
    return bears


def _bearing(rejects: Any, firm: Subject) -> Any:
    """Rows of files that bear the firm's number or one of its names."""
    text = Concat(Cast("row", TextField()), Value(" "), "value", output_field=TextField())
    return rejects.alias(text=text).filter(_words(firm))


def _shown(loads: Any, firm: Subject) -> Any:
    """Loads whose examples of rows bear the firm."""
    return loads.alias(text=Cast("found", TextField())).filter(_words(firm))


def _drop_files(loads: Any) -> None:
    """The files that waited on the disk."""
    for load in loads:
        storage.drop(load)


KEPT = {
    models.Load: Kept(
        why=Words(
            fr="Le journal, tant que l’instance existe\u00a0; les exemples de lignes, un an\u00a0; un fichier jamais confirmé, trois mois.",
            en="The journal, as long as the instance; examples of rows, a year; a file never confirmed, three months.",
        ),
        personal="found",
        plain="source territory state digest files given counts progress refusal undone_because once",
        rules=(
            Rule(
                name="loads_never_confirmed",
                words=Words(fr="Fichier en attente abandonné", en="Waiting file abandoned"),
                after=timedelta(days=90),
                since="staged_at",
                only={"state__in": (models.Load.State.RECEIVED, models.Load.State.PREVIEWED)},
                empties={"state": models.Load.State.FAILED, "found": {}},
                also=_drop_files,
            ),
            Rule(
                name="examples_of_loads",
                words=Words(fr="Exemples de lignes vidés", en="Examples of rows emptied"),
                after=years(1),
                since="staged_at",
                empties={"found": {}},
            ),
        ),
        erased={"found": {}},
        holding=_shown,
    ),
    models.Reject: Kept(
        why=Words(
            fr="Un an\u00a0: le temps de corriger une ligne refusée.",
            en="One year: the time to set a refused row right.",
        ),
        personal="row value",
        plain="file table column code",
        rules=(
            Rule(
                name="old_rejects",
                words=Words(fr="Ligne refusée supprimée", en="Refused row removed"),
                after=years(1),
                since="load__staged_at",
            ),
        ),
        holding=_bearing,
    ),
}
