"""What INSEE's files given on screen have in common: what is asked beside them, what is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from maillage import places
from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Option, Run
from maillage.kernel.text import Words
from maillage.register import actions
from maillage.register.importers.following import FollowUp
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.stock import StockFile
from maillage.register.models import Load
from maillage.register.rejects import REASONS

Files = Mapping[str, tuple[str, Path]]


@dataclass(frozen=True, slots=True)
class Followed:
    """A further national file, read over the stock of a territory."""

    request: type[FollowUp]

    def preview(self, files: Files, run: Run) -> Mapping[str, Any]:
        """What the file would change."""
        outcome = self._asked(files, run).run(dry_run=True)
        return told(outcome) | remarks(outcome)

    def apply(self, files: Files, run: Run) -> Mapping[str, Any]:
        """Stage, activate."""
        asked = self._asked(files, run)
        asked.into = Load.objects.get(pk=run.load)
        return told(asked.run())

    def _asked(self, files: Files, run: Run) -> FollowUp:
        name, path = files["file"]
        vintage = run.given.get("vintage")
        return self.request(
            StockFile(path, self.request.role, name),
            run.given["territory"],
            run.by,
            cells.day(vintage) if vintage else None,
        )


def told(outcome: Outcome) -> dict[str, Any]:
    """Counts and notes, as the journal keeps them."""
    notes = [{"code": "said", "names": [note]} for note in outcome.notes]
    if outcome.status == "already_applied":
        notes.append({"code": "already_applied", "names": []})
    return {"counts": dict(outcome.counts), "notes": notes}


def _territory(text: str) -> date:
    today = clock.today()
    try:
        places.perimeter(text.strip(), today)
    except places.UnknownTerritory as problem:
        raise BadCell("", "territory", text) from problem
    return today


def remarks(outcome: Outcome) -> dict[str, Any]:
    """Refused and doubtful lines, as a preview keeps them."""
    found = (*outcome.rejects, *outcome.warnings)
    return {"remarks": [remark._asdict() for remark in found]}


def discard(run: Run) -> None:
    """Remove what an abandoned load staged."""
    load = Load.objects.get(pk=run.load)
    if "last_place" in load.progress:
        actions.discard(load=load)


OPTIONS = (
    Option(
        "territory",
        Words("Territoire", "Territory"),
        Words("Son SIREN ou sa clé (mel).", "Its SIREN or its key (mel)."),
        _territory,
        needed=True,
    ),
    Option(
        "vintage",
        Words("Date des données", "Data date"),
        Words("Vide\u00a0: celle du nom des fichiers.", "Blank: that of the files’ names."),
        cells.day,
        sort="date",
    ),
)
ASKED = REASONS | {
    "territory": Words(
        "ce territoire n’est pas connu\u00a0: donnez sa clé (mel) ou son SIREN",
        "this territory is not known: give its key (mel) or its SIREN",
    ),
    "already_applied": Words(
        "ces fichiers sont déjà chargés\u00a0: rien ne change",
        "these files are loaded already: nothing changes",
    ),
    "said": Words("", ""),
}
