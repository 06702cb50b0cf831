"""Checking what was kept, and putting it back into an empty instance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maillage.kernel.errors import Conflict, Invalid
from maillage.register import erasing
from maillage.site.keeping import cipher, door, files, manifest, members, tables
from maillage.site.keeping.backup import Tell
from maillage.site.keeping.manifest import Content
from maillage.site.keeping.tables import Table

UNLISTED = (
    "NO LIST OF ERASURES was found: a firm erased after this was kept is back. If any was, give its list before"
    " anybody reads: copy it to MAILLAGE_HOME as erasures.jsonl (each start forgets again whom it names), or"
    " restore anew with --erasures FILE. If none was, there is nothing to do."
)


class Backup:
    """A backup of which every byte was read and found as it was written."""

    form = manifest.BACKUP

    def __init__(self, folder: Path, *, passphrase: str = "", tell: Tell) -> None:
        """Look at all of it.

        Raises:
            Invalid: it is none, it was altered, it does not open, or a newer version made it.
        """
        self.folder = folder
        self._manifest = manifest.read(folder, self.form)
        for name, kept in self._manifest.files.items():
            members.check(members.inside(folder, name), name, kept)
        tell(f"{len(self._manifest.files)} files are as they were written")
        self._key = self._opened_by(passphrase)
        self.content: Content = self._manifest.opened(self._key)
        known = tables.at(self.content.nodes)
        if [table.name for table in known] != sorted(self.content.tables):
            raise Invalid("Its tables are not those of its migrations.")
        self.tables = [t.ordered(self.content.tables[t.name].columns) for t in known]
        for name in self.content.files:
            members.inside(folder / "files", name)
        for chunks in (*map(self.lines, self.tables), *map(self.file, self.content.files)):
            for _chunk in chunks:
                pass
        tell(f"{self.content.rows} rows can be read")

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in their lines."""
        kept = self.content.tables[table.name].content
        return self._read(f"tables/{table.name}.tsv", kept)

    def file(self, name: str) -> Iterator[bytes]:
        """What is in a file of the instance."""
        return self._read(f"files/{name}", self.content.files[name])

    def _opened_by(self, passphrase: str) -> cipher.Key | None:
        if self._manifest.salt is None:
            return None
        if not passphrase:
            raise Invalid(
                "This backup is closed by a passphrase.",
                remedy="Give it: --passphrase-file FILE, or MAILLAGE_BACKUP_PASSPHRASE.",
            )
        return cipher.Key(passphrase, self._manifest.salt)

    def _read(self, name: str, kept: members.Sum) -> Iterator[bytes]:
        path = f"{name}.gz.closed" if self._key else f"{name}.gz"
        if path not in self._manifest.files:
            raise members.altered(manifest.NAME)
        return members.read(members.inside(self.folder, path), path, self._key, kept)


def put_back(kept: Backup, *, tell: Tell, erasures: Path | None = None) -> dict[str, Any]:
    """Fill the empty instance with everything that was kept, and forget again who was erased since.

    Who was erased is read from the list beside the database, from its copy (`MAILLAGE_ERASURES_COPY`), and
    from `erasures`; what was found of them is told, and said plainly when there is none.

    Raises:
        Conflict: the instance is not empty, or a file could not be written.
        Invalid: this database refuses what was kept, or the ledger read back is another.
    """
    learnt = erasing.learn(erasures) if erasures else 0
    is_listed = bool(erasing.listed())  # refused before anything is filled, when it cannot be read
    try:
        with (
            files.note_left(kept.folder),
            files.removed_on_failure() as written,
            door.filling(kept.content, kept.tables, kept.lines, tell=tell),
        ):
            files.put_back(kept.content.files, kept.file, written)
    except OSError as fault:
        raise Conflict(
            f"It could not be written: {fault.strerror} ({fault.filename or files.home()}).",
            remedy="Nothing was kept of it. Make room, and run it again.",
        ) from fault
    tell("the ledger was verified, the seals stand, the search was indexed again")
    again = erasing.replay()
    erasing.write()
    if is_listed:
        tell(
            f"{again} firms erased since were forgotten again"
            f" ({learnt} lines of the list were new here)"
        )
    else:
        tell(UNLISTED)
    return {"listed": is_listed, "learnt": learnt, "forgotten_again": again}
