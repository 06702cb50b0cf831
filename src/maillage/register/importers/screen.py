"""INSEE's two stock files given on screen: the importer of `sirene`, previewed and applied by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.intake import listing
from maillage.kernel import cells
from maillage.kernel.rows import Importer, Option, Run, Slot
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
        asked = _asked(files, run)
        asked.lists = files["units"][1].with_name(listing.NAME)
        outcome = asked.run(dry_run=True)
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
        changes=bool(run.given.get("changes")),
    )


def _undo(run: Run) -> int:
    load = Load.objects.get(pk=run.load)
    actions.take_back_resting(load)
    actions.restore_last_word(load)
    return 0


_CHANGES = Option(
    "changes",
    Words("Ce que disent les fichiers", "What the files tell"),
    Words(
        "Un différentiel laisse tel quel tout établissement qu’il ne nomme pas.",
        "A delta leaves as it is every establishment that it does not name.",
    ),
    cells.one_of({"yes": "yes"}),
    choices={
        "": Words("Le stock entier", "The whole stock"),
        "yes": Words(
            "Seulement ce qui a changé depuis le stock chargé (différentiel)",
            "Only what changed since the stock that is loaded (delta)",
        ),
    },
)

IMPORTER = Importer(
    name="sirene",
    words=Words("Stock Sirene de l’INSEE", "INSEE’s Sirene stock"),
    about=Words(
        "Les deux fichiers stock de l’INSEE (CSV, zip ou Parquet), lus pour un territoire. Au-delà de 200\u00a0Mo, passez par la commande import_sirene.",
        "INSEE’s two stock files (CSV, zip or Parquet), read for one territory. Above 200 MB, use the command import_sirene.",
    ),
    slots=(
        Slot("units", Words("StockUniteLegale", "StockUniteLegale")),
        Slot("establishments", Words("StockEtablissement", "StockEtablissement")),
    ),
    whole=_Stock(),
    discard=discard,
    undo=_undo,
    options=(*OPTIONS, _CHANGES),
    kinds={
        "new": Words("Nouveaux", "New"),
        "changed": Words("Modifiés", "Changed"),
        "closed": Words("Fermés", "Closed"),
        "moved": Words("Déplacés (commune ou adresse)", "Moved (commune or address)"),
        "reopened": Words("Rouverts", "Reopened"),
        "moved_within": Words(
            "Changent de commune dans le territoire", "Move within the territory"
        ),
        "moved_in": Words("Arrivent dans le territoire", "Move in"),
        "moved_out": Words("Quittent le territoire", "Move out"),
        "unchanged": Words("Inchangés", "Unchanged"),
        "absent": Words("Absents du fichier", "Absent from the file"),
        "followed": Words("Suivent leur unité légale", "Follow their legal unit"),
    },
    reasons=ASKED,
    fields={
        "diffusion": Words("Diffusion", "Diffusion"),
        "is_headquarters": Words("Siège", "Seat"),
        "trade_name": Words("Enseigne ou nom usuel", "Sign or usual name"),
        "address": Words("Adresse", "Address"),
        "commune": Words("Commune", "Commune"),
        "position": Words("Position", "Position"),
        "state": Words("État", "State"),
        "created_on": Words("Date de création", "Creation date"),
        "period_on": Words("Début de la période", "Start of the period"),
        "activity": Words("Activité", "Activity"),
        "nomenclature": Words("Nomenclature", "Nomenclature"),
        "activity_2025": Words("Activité, NAF 2025", "Activity, NAF 2025"),
        "trade_register_code": Words("Activité au registre des métiers", "Trade-register activity"),
        "employer": Words("Employeur", "Employer"),
        "size_band": Words("Tranche d’effectif", "Headcount band"),
        "segments": Words("Segments", "Segments"),
        "unit": Words("Unité légale", "Legal unit"),
    },
)
