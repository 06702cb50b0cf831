"""Which importer of the catalogue a file is for, told by its columns; the file read by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from maillage.accounts.actors import Actor
from maillage.catalogue.importers import offers, schemes, structures
from maillage.intake.reading.limits import Refused
from maillage.intake.reading.parent import events
from maillage.intake.tables import HEADER_WITHIN, Header
from maillage.intake.telling import load_file
from maillage.kernel.rows import Importer

#: A service has all that a structure has, and more: it is asked first.
IMPORTERS = (offers.IMPORTER, schemes.IMPORTER, structures.IMPORTER)


def load(path: Path, *, by: Actor, dry_run: bool = False) -> tuple[dict[str, Any], int]:
    """Read a file by the importer that its columns name; the answer, and the exit code of the command."""
    importer = importer_for(path)
    answer, code = load_file(importer.name, path, {}, by=by, dry_run=dry_run)
    return {**answer, "source": importer.name}, code


def importer_for(path: Path) -> Importer:
    """The importer all of whose needed columns a file has; else the one that misses the fewest, which says so."""
    nearest, fewest = IMPORTERS[0], 10**6
    for cells in _headers(path):
        for importer in IMPORTERS:
            missing = len(Header.of(cells, importer.columns).missing)
            if not missing:
                return importer
            if missing < fewest:
                nearest, fewest = importer, missing
    return nearest


def _headers(path: Path) -> Iterator[Sequence[str]]:
    """What may be a header: the names of a table, or its first rows."""
    if not path.is_file():
        return
    try:
        for event in events(path, path.name):
            if event[0] == "table" and event[2]:
                yield event[2]
            elif event[0] == "rows":
                for _line, cells in event[1][:HEADER_WITHIN]:
                    yield cells
                return
    except Refused:
        return  # the reading itself says why
