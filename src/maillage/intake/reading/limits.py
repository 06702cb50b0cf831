"""How much of a file is read at most, and the refusal of what passes it.

Everything is counted while it is read: a size written in a file (of a zip's member, of a Parquet's
footer) is a promise by whoever made the file, so it may only refuse, never admit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The hard limits of one reading."""

    memory: int = 512 * MEGABYTE  # address space of the child
    cpu_seconds: int = 120
    silent_seconds: float = 30  # without a word from the child
    file_bytes: int = 200 * MEGABYTE
    open_bytes: int = 400 * MEGABYTE  # once decompressed
    tree_bytes: int = 64 * MEGABYTE  # of JSON, which is held whole
    toml_bytes: int = MEGABYTE  # its reader is slow, and people write it by hand
    ratio: int = 200  # decompressed to compressed, past `ratio_from`
    ratio_from: int = 8 * MEGABYTE
    rows: int = 1_000_000
    columns: int = 500
    cells: int = 20_000_000
    field: int = 16 * MEGABYTE  # a longer cell of CSV is a quote never closed
    cell: int = 32_767  # characters: what a spreadsheet holds in one
    shape: int = 4 * MEGABYTE  # characters of one outline in GeoJSON
    depth: int = 40
    members: int = 50


class Refused(Exception):  # noqa: N818 -- it names what happened
    """The file is refused whole; `code` is a reason of `intake.reasons`."""

    def __init__(self, code: str, *, line: int = 0, column: str = "", value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column
        self.value = value


class Meter:
    """Counts what was read so far, over all tables of a file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows = 0
        self.cells = 0

    def row(self, cells: Sequence[object], line: int) -> None:
        """Count one row.

        Raises:
            Refused: the file holds more rows, columns or cells than are read.
        """
        width = len(cells)
        self.rows += 1
        self.cells += width
        if width > self.limits.columns:
            raise Refused("too_many_columns", line=line, value=str(self.limits.columns))
        if self.rows > self.limits.rows:
            raise Refused("too_many_rows", line=line, value=str(self.limits.rows))
        if self.cells > self.limits.cells:
            raise Refused("too_many_cells", line=line, value=str(self.limits.cells))

    def weigh(self, size: int) -> None:
        """Refuse at once a file that is too big on the disk."""
        if size > self.limits.file_bytes:
            raise Refused("too_big", value=str(self.limits.file_bytes >> 20))

    def promised(self, rows: int) -> None:
        """Refuse at once a file that announces more rows than are read."""
        if rows > self.limits.rows:
            raise Refused("too_many_rows", value=str(self.limits.rows))
