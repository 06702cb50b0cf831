"""INSEE's two stock files given on screen: the importer of `sirene`, previewed and applied by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.kernel import cells
from maillage.kernel.rows import Importer, Run, Slot
from maillage.kernel.text import Words
from maillage.register import actions
from maillage.register.importers.asked import ASKED, OPTIONS, Files, discard, remarks, told
from maillage.register.importers.sirene import StockImport
from maillage.register.importers.stock import StockFile
from maillage.register.models import Load


class _Stock:
    """Two national files read for one territory."""

    def preview(self, files: Files, run: Run) -> Mapping[str, Any]:
        """What the files would change."""
        outcome = _asked(files, run).run(dry_run=True)
        return told(outcome) | remarks(outcome)

    def apply(self, files: Files, run: Run) -> Mapping[str, Any]:
        """Stage, activate, settle."""
        asked = _asked(files, run)
        asked.into = Load.objects.get(pk=run.load)
        return told(asked.run())


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


def _undo(run: Run) -> int:
    load = Load.objects.get(pk=run.load)
    actions.take_back_resting(load)
    actions.restore_last_word(load)
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
    discard=discard,
    undo=_undo,
    options=OPTIONS,
    kinds={
        "new": Words("Nouveaux", "New"),
        "changed": Words("Modifiés", "Changed"),
        "closed": Words("Fermés", "Closed"),
        "moved": Words("Déplacés", "Moved"),
        "unchanged": Words("Inchangés", "Unchanged"),
        "absent": Words("Absents du fichier", "Absent from the file"),
    },
    reasons=ASKED,
)
