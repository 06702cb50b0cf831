"""The lists that a preview opens: what each row of a national file would change, by kind.

They lie on the disk beside the files, and leave with them: applied, abandoned, refused or erased. Memory holds one
chunk when they are written and one page when they are read, whatever the file.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid
from maillage.ui.csvout import safe_text

NAME = "lists.sqlite3"
_HEADER = ("kind", "siret", "name", "commune_before", "commune_after", "field", "before", "after")
_TABLES = """
CREATE TABLE found (kind TEXT, number INTEGER, entry TEXT, PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE aside (key TEXT PRIMARY KEY, told TEXT) WITHOUT ROWID;
"""


class Entry(NamedTuple):
    """One establishment of a list: its number, its name where it may be shown, its commune before and after."""

    key: str
    name: str
    before: str
    after: str
    fields: Sequence[tuple[str, str, str]] = ()
    """What changes: which field, before, after."""


@contextmanager
def _room() -> Iterator[None]:
    """Say that the lists cannot be kept, rather than fail.

    Raises:
        Invalid: the disk is full.
    """
    try:
        yield
    except sqlite3.OperationalError as problem:
        raise Invalid(
            _("The lists of the preview could not be kept (%(why)s).") % {"why": problem},
            remedy=_("Make room on the disk of the instance."),
        ) from problem


class Lists:
    """Writes the lists of one preview; what a killed one left at this place is forgotten."""

    def __init__(self, path: Path) -> None:
        with _room():
            path.unlink(missing_ok=True)
            self._base = sqlite3.connect(path)
            self._base.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES
            )
        self._numbers: Counter[str] = Counter()

    def add(self, found: Iterable[tuple[str, Entry]]) -> None:
        """Add entries, each to the list of a kind."""
        with _room():
            self._base.executemany("INSERT INTO found VALUES (?, ?, ?)", self._rows(found))
            self._base.commit()

    def _rows(self, found: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, int, str]]:
        for kind, entry in found:
            self._numbers[kind] += 1
            yield kind, self._numbers[kind], json.dumps(entry)

    def set_aside(self, told: Mapping[str, Sequence[object]]) -> None:
        """Keep what an earlier file told, by key, until a later one asks for it."""
        with _room():
            rows = [(key, json.dumps(one)) for key, one in told.items()]
            self._base.executemany("INSERT OR REPLACE INTO aside VALUES (?, ?)", rows)
            self._base.commit()

    def aside(self, keys: Iterable[str]) -> dict[str, list[object]]:
        """What was set aside under these keys."""
        sql = "SELECT key, told FROM aside WHERE key IN (SELECT value FROM json_each(?))"
        rows = self._base.execute(sql, [json.dumps(list(keys))])
        return {key: json.loads(told) for key, told in rows}

    def close(self) -> None:
        """Nothing more comes."""
        self._base.close()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        yield base


class Listed:
    """One list, as pages read it."""

    def __init__(self, path: Path, kind: str) -> None:
        self.path, self.kind = path, kind

    def count(self) -> int:
        """How many entries it has."""
        with _opened(self.path) as base:
            sql = "SELECT COALESCE(MAX(number), 0) FROM found WHERE kind = ?"
            return int(base.execute(sql, [self.kind]).fetchone()[0])

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[Entry]:
        sql = (
            "SELECT entry FROM found WHERE kind = ? AND number > ? AND number <= ? ORDER BY number"
        )
        with _opened(self.path) as base:
            rows = base.execute(sql, [self.kind, wanted.start or 0, wanted.stop]).fetchall()
        return [Entry(*json.loads(row[0])) for row in rows]


def write_csv(lists: Path, to: Path) -> None:
    """All lists as one table, a line for each field that changes.

    Raises:
        Invalid: the table cannot be written there.
    """
    try:
        with _opened(lists) as base, to.open("w", newline="", encoding="utf-8") as out:
            table = csv.writer(out)
            table.writerow(_HEADER)
            for kind, told in base.execute("SELECT kind, entry FROM found ORDER BY kind, number"):
                entry = Entry(*json.loads(told))
                shown = (kind, *entry[:4])
                for one in entry.fields or [("", "", "")]:
                    table.writerow(map(safe_text, (*shown, *one)))
    except OSError as problem:
        raise Invalid(
            _("The file could not be kept (%(why)s).") % {"why": problem.strerror},
            remedy=_("Make room on the disk of the instance."),
        ) from problem
