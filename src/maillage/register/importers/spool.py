"""The lines of a territory set aside on disk while a national file is looked at, so that it is parsed once.

One block a chunk: what each later transaction takes. Memory holds one block, whatever the file.
"""

from __future__ import annotations

import errno
import marshal
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile, gettempdir
from typing import NamedTuple, Self, TypeAlias

from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Invalid
from maillage.register.importers.cells import BadCell

CHUNK = 1000
"""Lines a transaction, so that other writers wait a few tenths of a second at most."""

Picked: TypeAlias = tuple[int, tuple[str, ...], str]
"""The line's number, its cells by column, its commune as it is called today."""
Fault: TypeAlias = tuple[int, str, str, str]
"""The refused line's number, the column, the reason, the value read."""


@contextmanager
def _room() -> Iterator[None]:
    """Say that the temporary folder is full, rather than fail.

    Raises:
        Invalid: there is no room left.
    """
    try:
        yield
    except OSError as problem:
        if problem.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Invalid(
            _("The disk of the temporary folder is full (%(folder)s).") % {"folder": gettempdir()},
            remedy=_("Make room there, or give another folder by TMPDIR, then load again."),
        ) from problem


class Block(NamedTuple):
    """A group of lines, the refused ones among them, and the number of the last line it takes."""

    until: int
    lines: list[Picked]
    faults: list[Fault]


class Spool:
    """Writes lines, then reads them back by blocks, as often as needed; gone when it is closed."""

    def __init__(self) -> None:
        with _room():
            self._file = TemporaryFile(prefix="maillage-import-")  # noqa: SIM115 -- closed by `with Spool()`
        self._lines: list[Picked] = []
        self._faults: list[Fault] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._file.close()

    def keep(self, number: int, picked: tuple[str, ...], commune: str) -> None:
        """Set a line aside."""
        self._lines.append((number, picked, commune))
        if len(self._lines) >= CHUNK:
            self.flush(number)

    def refuse(self, number: int, fault: BadCell) -> None:
        """Set aside why a line cannot be taken."""
        self._faults.append((number, fault.column, fault.code, fault.value))
        if len(self._faults) >= CHUNK:
            self.flush(number)

    def flush(self, until: int) -> None:
        """End the block at this line."""
        block = marshal.dumps((until, self._lines, self._faults))
        with _room():
            self._file.write(len(block).to_bytes(8, "big") + block)
        self._lines, self._faults = [], []

    def blocks(self) -> Iterator[Block]:
        """The blocks in their order."""
        with _room():
            self._file.seek(0)  # writes what was not written yet
        while size := self._file.read(8):
            yield Block(*marshal.loads(self._file.read(int.from_bytes(size, "big"))))  # noqa: S302 -- our own
