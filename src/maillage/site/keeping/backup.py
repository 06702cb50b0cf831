"""Reading everything out of an instance; as a backup, the files of a new folder, then their manifest."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from maillage import __version__
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import canonical, verify
from maillage.ledger.witness import Witness
from maillage.site import environment, health
from maillage.site.keeping import cipher, files, manifest, members, snapshot, tables
from maillage.site.keeping.manifest import Content, Rows
from maillage.site.keeping.members import Sum, Tally
from maillage.site.keeping.tables import Table
from maillage.site.models import Backup as Note

logger = logging.getLogger(__name__)
Tell = Callable[[str], object]

_HEADS = """SELECT organisation.key, head.seq, head.hash FROM ledger_head AS head
  JOIN accounts_organisation AS organisation ON organisation.id = head.keeper_id
 WHERE head.seq > 0 ORDER BY organisation.key"""


@dataclass(slots=True)
class Reading:
    """An instance being read out into a folder: what it is, what is left to read, what was written."""

    out: Path
    taken: snapshot.Snapshot
    content: Content
    tables: list[Table]
    written: dict[str, Sum] = field(default_factory=dict)

    def counted(self, table: Table, tally: Tally) -> None:
        """The rows of a table went through this tally."""
        last = self.taken.last(table)
        self.content.tables[table.name] = Rows(table.names, tally.lines, last, tally.sum())

    @property
    def bytes(self) -> int:
        """How much was written."""
        return sum(kept.bytes for kept in self.written.values())


def make(out: Path, *, passphrase: str, tell: Tell) -> Reading:
    """Write everything the instance owns into a new folder; what was written.

    Raises:
        Conflict: the folder is not empty, or the disk has no room for it: nothing is left there.
        Invalid: the folder is a place where no backup should be, or a value cannot be kept.
    """
    key = cipher.Key(passphrase, cipher.salt()) if passphrase else None
    ending = ".gz.closed" if key else ".gz"
    with _noted(out, closed=key is not None) as note, reading(out) as made:

        def keep(name: str, chunks: Iterator[bytes]) -> Tally:
            tally = Tally()
            pieces = members.pressed(tally.over(chunks))
            path, name = out / f"{name}{ending}", f"{name}{ending}"
            made.written[name] = members.write(path, key.close(name, pieces) if key else pieces)
            return tally

        for table in made.tables:
            made.counted(table, keep(f"tables/{table.name}.tsv", made.taken.lines(table)))
            tell(f"{table.name}: {made.content.tables[table.name].rows} rows")
        for name, chunks in files.contents(with_secret=key is not None):
            made.content.files[name] = keep(f"files/{name}", chunks).sum()
        manifest.write(out, manifest.BACKUP, made.written, made.content, key)
        note.rows, note.bytes = made.content.rows, made.bytes
        broken = (made.content.ledger or {}).get("broken")
        note.detail = f"{len(broken)} chains of acts do not verify" if broken else ""
    return made


@contextmanager
def reading(out: Path) -> Iterator[Reading]:
    """An instance at one moment, and a folder that is written entirely or is not there at all.

    Raises:
        Conflict: the folder is not empty, the disk is full, or the database went away.
        Invalid: the folder should not be there, or a value cannot be written as a backup writes it.
    """
    _refuse_occupied(out)
    was_there = out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with snapshot.taken() as taken:
            yield _described(out, taken)
    except BaseException as fault:
        shutil.rmtree(out, ignore_errors=True)
        if was_there:
            out.mkdir(exist_ok=True)
        if isinstance(fault, OSError):
            raise Conflict(
                f"It could not be written: {fault.strerror or fault}.",
                remedy="Nothing was left there. Make room, or choose another disk.",
            ) from fault
        if isinstance(fault, (DatabaseError, sqlite3.Error)):
            raise Conflict(f"The database could not be read: {fault}") from fault
        if isinstance(fault, ValueError):
            raise Invalid(f"The database holds what no backup can say: {fault}") from fault
        raise


def _refuse_occupied(out: Path) -> None:
    if out.resolve().is_relative_to(files.home().resolve()):
        raise Invalid(
            f"{out} lies in the folder of the instance: what loses one loses the other.",
            remedy="Choose a folder elsewhere, better on another machine.",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Conflict(
            f"{out} is not empty: nothing is ever written over a backup.",
            remedy="Choose a new folder, or remove this one.",
        )


def _described(out: Path, taken: snapshot.Snapshot) -> Reading:
    if "django_migrations" not in connection.introspection.table_names():
        raise Conflict("The database holds nothing yet.", remedy="maillage migrate")
    nodes = [(app, name) for app, name in taken.fetch("SELECT app, name FROM django_migrations")]
    heads = [Witness(str(UUID(str(key))), seq, hash_) for key, seq, hash_ in taken.fetch(_HEADS)]
    content = Content(
        product=__version__,
        made_at=canonical.instant(clock.real_now()),
        database=connection.vendor,
        migrations=sorted(f"{app}.{name}" for app, name in nodes),
        heads=[head._asdict() for head in heads],
        ledger=None if health.pending_migrations() else verified(heads),
        settings=environment.said(),
    )
    return Reading(out, taken, content, tables.at(nodes))


def verified(heads: list[Witness]) -> dict[str, Any]:
    """What verifying finds up to these heads; a chain that was broken is kept, and known to be broken.

    Where the reading is of a copy, acts may have been recorded since: they are not counted.
    """
    broken = [asdict(one) for one in verify(heads).broken]
    acts = sum(head.seq for head in heads)
    return {"acts": acts, "chains": len(heads), "broken": broken}


@contextmanager
def _noted(out: Path, *, closed: bool) -> Iterator[Note]:
    """Note in the database that a backup began and how it ended; one that was killed stays open."""
    note = Note(began_at=clock.real_now(), folder=str(out.resolve())[:400], closed=closed)
    _save(note)
    try:
        yield note
        note.outcome = Note.Outcome.DONE
    except BaseException as fault:
        note.outcome, note.detail = Note.Outcome.FAILED, (str(fault) or type(fault).__name__)[:400]
        raise
    finally:
        note.ended_at = clock.real_now()
        _save(note)


def _save(note: Note) -> None:
    """A database that cannot be written (not migrated yet, a full disk) is backed up all the same."""
    try:
        with transaction.atomic():
            note.save()
    except DatabaseError as fault:
        logger.warning("The outcome of the backup could not be noted: %s", fault)
