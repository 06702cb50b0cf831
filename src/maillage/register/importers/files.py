"""Every file of INSEE's that one command gives, read in their order: the stock, then what rests on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.intake import listing
from maillage.kernel.errors import Invalid
from maillage.register.importers.following import FollowUp
from maillage.register.importers.history import HistoryImport
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.sirene import import_stock
from maillage.register.importers.stock import StockFile
from maillage.register.importers.successions import SuccessionImport

FOLLOWING: tuple[type[FollowUp], ...] = (HistoryImport, SuccessionImport)


class MissingFiles(Invalid):
    """The request gives half of a stock, or no file at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The files of one request, and what is asked of them; the stock is two files or none."""

    territory: str
    by: Actor
    units: Path | None = None
    establishments: Path | None = None
    history: Path | None = None
    links: Path | None = None
    vintage: date | None = None
    dry_run: bool = False
    lists: Path | None = None  # the table of what a dry run found
    changes: bool = False  # the stock files hold only what changed
    progress: Callable[[str, int], None]

    def read(self) -> Outcome:
        """Read them all; a file that is not what its place asks for refuses all before any is applied.

        Raises:
            MissingFiles: files are missing from the request.
            CannotTake: a file cannot be taken at all.
            UnknownTerritory: no such territory on the data date.
            Conflict: another import is under way, or a more recent file is active.
        """
        following = list(self._following())
        self._check(following)
        for one in following:
            one.look()
        outcome = self._stock()
        for one in following:
            told = one.run(dry_run=self.dry_run, stock_comes=bool(self.units and self.dry_run))
            outcome.followed[one.role] = told
            if not self.units:
                outcome.status, outcome.territory = told.status, told.territory
                outcome.vintage = told.vintage
        return outcome

    def _following(self) -> Iterator[FollowUp]:
        for request in FOLLOWING:
            if path := getattr(self, request.role):
                file = StockFile(Path(path), request.role)
                yield request(file, self.territory, self.by, self.vintage, self.progress)

    def _check(self, following: list[FollowUp]) -> None:
        if self.changes and (following or not self.units):
            raise MissingFiles(
                _("Changes are told by StockUniteLegale and StockEtablissement alone."),
                remedy=_("Give --changes with --units and --establishments, and no other file."),
            )
        if self.lists and not (self.dry_run and self.units):
            raise MissingFiles(
                _("Lists tell what a stock would change."),
                remedy=_("Give --lists with --dry-run, --units and --establishments."),
            )
        if bool(self.units) != bool(self.establishments) or not (self.units or following):
            raise MissingFiles(
                _("The stock is two files, StockUniteLegale and StockEtablissement."),
                remedy=_(
                    "Give --units and --establishments; --history or --links alone once they are loaded."
                ),
            )

    def _stock(self) -> Outcome:
        if not (self.units and self.establishments):
            return Outcome()
        with TemporaryDirectory(prefix="maillage-lists-") as aside:
            lists = Path(aside) / listing.NAME if self.lists else None
            outcome = import_stock(
                units=self.units,
                establishments=self.establishments,
                territory=self.territory,
                by=self.by,
                vintage=self.vintage,
                dry_run=self.dry_run,
                progress=self.progress,
                lists=lists,
                changes=self.changes,
            )
            if lists and self.lists:
                listing.write_csv(lists, self.lists)
        return outcome
