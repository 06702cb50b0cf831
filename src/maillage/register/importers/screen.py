"""INSEE's two stock files given on screen: the importer of `sirene`, previewed and applied by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from maillage import places
from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Importer, Option, Run, Slot
from maillage.kernel.text import Words
from maillage.register import actions
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.sirene import StockImport
from maillage.register.importers.stock import StockFile
from maillage.register.models import Load
from maillage.register.rejects import REASONS

Files = Mapping[str, tuple[str, Path]]


class _Stock:
    """Two national files read for one territory."""

    def preview(self, files: Files, run: Run) -> Mapping[str, Any]:
        """What the files would change."""
        outcome = _asked(files, run).run(dry_run=True)
        remarks = (*outcome.rejects, *outcome.warnings)
        return _told(outcome) | {"remarks": [remark._asdict() for remark in remarks]}

    def apply(self, files: Files, run: Run) -> Mapping[str, Any]:
        """Stage, activate, settle."""
        asked = _asked(files, run)
        asked.into = Load.objects.get(pk=run.load)
        return _told(asked.run())


def _asked(files: Files, run: Run) -> StockImport:
    units, establishments = files["units"], files["establishments"]
    vintage = run.given.get("vintage")
    return StockImport(
        StockFile(units[1], "units", units[0]),
        StockFile(establishments[1], "establishments", establishments[0]),
        run.given["territory"],
        run.by,
        cells.day(vintage) if vintage else None,
    )


def _told(outcome: Outcome) -> dict[str, Any]:
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


def _discard(run: Run) -> None:
    load = Load.objects.get(pk=run.load)
    if "last_place" in load.progress:
        actions.discard(load=load)


def _undo(run: Run) -> int:
    actions.restore_last_word(Load.objects.get(pk=run.load))
    return 0


IMPORTER = Importer(
    name="sirene",
    words=Words("Stock Sirene de l’INSEE", "INSEE’s Sirene stock"),
    about=Words(
        "Les deux fichiers stock de l’INSEE (CSV ou zip), lus pour un territoire. Au-delà de 200\u00a0Mo, passez par la commande import_sirene.",
        "INSEE’s two stock files (CSV or zip), read for one territory. Above 200 MB, use the command import_sirene.",
    ),
    slots=(
        Slot("units", Words("StockUniteLegale", "StockUniteLegale")),
        Slot("establishments", Words("StockEtablissement", "StockEtablissement")),
    ),
    whole=_Stock(),
    discard=_discard,
    undo=_undo,
    options=(
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
    ),
    kinds={
        "new": Words("Nouveaux", "New"),
        "changed": Words("Modifiés", "Changed"),
        "closed": Words("Fermés", "Closed"),
        "moved": Words("Déplacés", "Moved"),
        "unchanged": Words("Inchangés", "Unchanged"),
        "absent": Words("Absents du fichier", "Absent from the file"),
    },
    reasons=REASONS
    | {
        "territory": Words(
            "ce territoire n’est pas connu\u00a0: donnez sa clé (mel) ou son SIREN",
            "this territory is not known: give its key (mel) or its SIREN",
        ),
        "already_applied": Words(
            "ces fichiers sont déjà chargés\u00a0: rien ne change",
            "these files are loaded already: nothing changes",
        ),
        "said": Words("", ""),
    },
)
