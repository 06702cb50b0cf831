"""INSEE's Sirene stock files (StockUniteLegale, StockEtablissement) into the register.

    parse → diff → apply: survey both files, stage chunk by chunk what they change, show the counts,
    activate in one tiny transaction, then write the new names and addresses.

The same files find the load they began and take it up; once applied they change nothing. Columns:
https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts.actors import Actor
from maillage.intake.exclusive import exclusive
from maillage.intake.listing import Lists
from maillage.kernel import clock
from maillage.register import actions, bulk
from maillage.register.importers.changes import FollowStep
from maillage.register.importers.following import stock_of
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.placing import PlaceStep, note_absent
from maillage.register.importers.spool import Spool
from maillage.register.importers.staging import Run, UnitStep
from maillage.register.importers.stock import StockFile
from maillage.register.importers.survey import Ground, Survey, survey
from maillage.register.models import Load, Source
from maillage.register.rejects import CannotTake

Progress = Callable[[str, int], None]


def _silent(_phase: str, _line: int) -> None:
    """Tell nobody."""


@dataclass
class StockImport:
    """One request to read two stock files into the register for a territory."""

    units: StockFile
    establishments: StockFile
    territory: str
    by: Actor
    vintage: date | None = None
    progress: Progress = _silent
    into: Load | None = None  # the load that somebody confirmed on screen
    lists: Path | None = None  # where a preview writes its lists
    changes: bool = False  # the files tell only of what changed: nothing is absent from them

    @property
    def dated(self) -> date | None:
        """The data date: given, or written in a file's name."""
        return self.vintage or self.establishments.vintage or self.units.vintage

    def run(self, *, dry_run: bool = False) -> Outcome:
        """Read the files; in a dry run, only say what they would change.

        Raises:
            CannotTake: a file cannot be taken at all; nothing was applied.
            UnknownTerritory: no such territory on the data date.
            Conflict: another import is under way, or a more recent stock is active.
        """
        on = self.dated or clock.today()
        ground = Ground(places.perimeter(self.territory, on), on)
        with exclusive(), _uncollected(), bulk.small_cache(), Spool() as spool:
            if self.changes and stock_of(ground) is None:
                raise self.establishments.refuse("no_stock")
            found = survey(
                self.units, self.establishments, ground, spool, self.progress, changes=self.changes
            )
            load = None if dry_run else self._load(found, ground)
            outcome = Outcome("dry_run" if dry_run else "applied")
            if load is None and not dry_run:
                outcome.status = "already_applied"
            outcome.vintage = self.dated.isoformat() if self.dated else None
            outcome.territory = ground.perimeter.key
            self._say_doubts(outcome)
            run = Run(ground, found, outcome, on.isoformat(), load, self.progress)
            with self._listed(run, dry_run=dry_run):
                self._stage(run)
            if load:
                self._apply(load, outcome)
            return outcome

    @contextmanager
    def _listed(self, run: Run, *, dry_run: bool) -> Iterator[None]:
        """Let a preview that was asked for lists write them."""
        if not (dry_run and self.lists):
            yield
            return
        with closing(Lists(self.lists)) as run.lists:
            yield

    def _load(self, found: Survey, ground: Ground) -> Load | None:
        """The load to fill: the one these files began, or a new one; None when they are applied."""
        actions.settle_all()
        if Load.objects.visible().filter(digest=found.digest).exists():
            return None
        for begun in Load.objects.applying().filter(source=Source.SIRENE):
            if begun.digest == found.digest:
                return begun
            if begun != self.into:
                actions.discard(load=begun)
        files = [
            {"role": file.role, "name": file.name, "sha256": found.fingerprints[file.role]}
            for file in (self.units, self.establishments)
        ]
        return actions.begin_load(
            digest=found.digest,
            files=files,
            territory=ground.perimeter.key,
            vintage=self.dated,
            by=self.by,
            into=self.into,
        )

    def _say_doubts(self, outcome: Outcome) -> None:
        if self.dated is None:
            outcome.notes.append(
                _(
                    "The files carry no date: the present day is taken for it."
                    " Name them as INSEE does or give --vintage."
                )
            )
        dates = {self.units.vintage, self.establishments.vintage} - {None}
        if len(dates) > 1:
            outcome.notes.append(_("The two files do not bear the same date."))

    def _stage(self, run: Run) -> None:
        load = run.load
        if load and load.counts:
            _recall(run, load)
        try:
            with self.units.open() as lines:
                UnitStep(run, self.units).stage(lines)
                if lines.digest != run.survey.fingerprints[self.units.role]:
                    raise self.units.refuse("file_changed")
            _learn_sizes(load)
            PlaceStep(run, self.establishments.name).stage(run.survey.spool)
            _learn_sizes(load)
        except CannotTake:
            if load:
                actions.discard(load=load)
            raise
        if load:
            actions.discard_lone_units(after=load.progress["last_unit"])
        if self.changes:
            FollowStep(run, self.units.name).stage(sorted(run.turned_units))
        else:
            note_absent(run)
        counts = run.outcome.counts  # each line is outside, refused, or one of the kinds
        counts["read"] = run.survey.read
        counts["outside"] = run.survey.outside + counts["sieved"]

    def _apply(self, load: Load, outcome: Outcome) -> None:
        load.counts = dict(outcome.counts)
        load.save(update_fields=["counts"])
        self.progress("activate", 0)
        actions.activate(load=load)
        actions.settle(load=load)
        outcome.load = load


def _learn_sizes(load: Load | None) -> None:
    """What comes next is planned for what was just staged."""
    if load:
        bulk.learn_sizes("register_legalunit", "register_establishment", "register_spell")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare an import the search for cycles among millions of short-lived tuples, which have none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _recall(run: Run, load: Load) -> None:
    """Take up what a killed process knew: its counts, its refused lines, its changed legal units."""
    run.outcome.recall(load)
    run.outcome.counts["absent"] = 0
    changed = load.pending.filter(target="u").values_list("target_id", "fields")
    for unit_id, fields in changed.iterator():
        run.changed_units.add(unit_id)
        if {"segments", "diffusion"} & fields.keys():
            run.recall_turn(unit_id, fields)


def import_stock(
    *,
    units: Path,
    establishments: Path,
    territory: str,
    by: Actor,
    vintage: date | None = None,
    dry_run: bool = False,
    progress: Progress = _silent,
    lists: Path | None = None,
    changes: bool = False,
) -> Outcome:
    """Read INSEE's two stock files, CSV, zip or Parquet, into the register for the communes of a territory.

    With `changes`, they hold only the lines that changed since the stock that is loaded, as of a day.

    Raises:
        CannotTake: a file cannot be taken at all, or changes come before any stock; nothing was applied.
        UnknownTerritory: no such territory on the data date.
        Conflict: another import is under way, or a more recent stock is active.
    """
    request = StockImport(
        StockFile(Path(units), "units"),
        StockFile(Path(establishments), "establishments"),
        territory,
        by,
        vintage,
        progress,
        lists=lists,
        changes=changes,
    )
    return request.run(dry_run=dry_run)
