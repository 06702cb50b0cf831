"""A further file of INSEE's, read for a territory whose stock the register holds: a load of its own.

It stages chunk by chunk what it changes, unseen, and is activated in one tiny transaction, as the stock
is. The same file over the same stock finds the load it began; once applied it changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from maillage import places
from maillage.accounts.actors import Actor
from maillage.intake.exclusive import exclusive
from maillage.kernel import clock
from maillage.register import actions, bulk
from maillage.register.importers import registered
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.sieve import Sieve
from maillage.register.importers.staging import Step
from maillage.register.importers.stock import Lines, Role, StockFile
from maillage.register.importers.survey import Ground, fingerprint
from maillage.register.models import Load, Source
from maillage.register.rejects import CannotTake

Progress = Callable[[str, int], None]
_PAGE = 20_000


def silent(_phase: str, _line: int) -> None:
    """Tell nobody."""


@dataclass
class Following:
    """What the steps of one such import share. `load` is None in a dry run: nothing is written then."""

    ground: Ground
    outcome: Outcome
    load: Load | None
    progress: Progress
    known: Sieve


@dataclass
class FollowUp:
    """One request to read a further file into the register for a territory."""

    file: StockFile
    territory: str
    by: Actor
    vintage: date | None = None
    progress: Progress = silent
    into: Load | None = None  # the load that somebody confirmed on screen

    source: ClassVar[str]
    role: ClassVar[Role]
    tables: ClassVar[tuple[str, ...]]

    def step(self, run: Following) -> Step[Lines, Any]:
        """What reads the file."""
        raise NotImplementedError

    @property
    def dated(self) -> date | None:
        """The data date: given, or written in the file's name."""
        return self.vintage or self.file.vintage

    def look(self) -> None:
        """Refuse at once a file that is not what is asked for, before anything is applied.

        Raises:
            CannotTake: it is not.
        """
        with self.file.open() as lines:
            if next(iter(lines), None) is None:
                raise self.file.refuse("empty")

    def run(self, *, dry_run: bool = False, stock_comes: bool = False) -> Outcome:
        """Read the file; in a dry run, only say what it would change in what is loaded.

        Raises:
            CannotTake: the file cannot be taken at all, or no stock of the territory is loaded.
            UnknownTerritory: no such territory on the data date.
            Conflict: another import is under way, or a more recent file is active.
        """
        self.look()
        on = self.dated or clock.today()
        ground = Ground(places.perimeter(self.territory, on), on)
        with exclusive(), bulk.small_cache():
            actions.settle_all()
            stock = stock_of(ground)
            if stock is None and not stock_comes:
                raise self.file.refuse("no_stock")
            print_ = fingerprint(self.file)
            told = f"{print_}|{ground.perimeter.key}|{ground.on}|{stock.pk if stock else ''}"
            digest = hashlib.sha256(told.encode()).hexdigest()
            outcome = Outcome("dry_run" if dry_run else "applied")
            outcome.vintage = self.dated.isoformat() if self.dated else None
            outcome.territory = ground.perimeter.key
            if self._is_applied(digest):
                outcome.status = "already_applied"
                return outcome
            load = None if dry_run else self._load(digest, print_, ground)
            self._stage(Following(ground, outcome, load, self.progress, _known(ground)), print_)
            return outcome

    def _is_applied(self, digest: str) -> bool:
        return Load.objects.visible().filter(source=self.source, digest=digest).exists()

    def _load(self, digest: str, print_: str, ground: Ground) -> Load:
        """The load to fill: the one this file began, or a new one."""
        for begun in Load.objects.applying().filter(source=self.source):
            if begun.digest == digest:
                return begun
            if begun != self.into:
                actions.discard(load=begun)
        return actions.begin_load(
            digest=digest,
            files=[{"role": self.file.role, "name": self.file.name, "sha256": print_}],
            territory=ground.perimeter.key,
            vintage=self.dated,
            by=self.by,
            into=self.into,
            source=self.source,
        )

    def _stage(self, run: Following, print_: str) -> None:
        load = run.load
        if load and load.counts:
            run.outcome.recall(load)
        try:
            with self.file.open() as lines:
                self.step(run).stage(lines)
                if lines.digest != print_:
                    raise self.file.refuse("file_changed")
        except CannotTake:
            if load:
                actions.discard(load=load)
            raise
        if load:
            bulk.learn_sizes(*self.tables)
            load.counts = dict(run.outcome.counts)
            load.save(update_fields=["counts"])
            self.progress("activate", 0)
            actions.activate(load=load)
            actions.settle(load=load)
            run.outcome.load = load


def stock_of(ground: Ground) -> Load | None:
    """The latest active stock of the territory."""
    stocks = Load.objects.visible().filter(source=Source.SIRENE, territory=ground.perimeter.key)
    return stocks.order_by("-id").first()


def _known(ground: Ground) -> Sieve:
    """The SIRETs that the register places in the territory; one outside may pass, wrongly."""
    known, after = Sieve(), 0
    while page := registered.sirets_of(ground.perimeter.all_codes, after=after, limit=_PAGE):
        for _number, siret in page:
            known.add(siret)
        after = page[-1][0]
    return known
