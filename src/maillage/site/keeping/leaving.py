"""Leaving with everything, as files that any program reads; and coming back from them.

The CSV files are what an import reads. Their values are exact: each is the text that a backup gives
it, and the sum of a table is the same in an export, in a backup and in the instance that read either.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from maillage.site.keeping import backup, files, manifest, members, schema, values
from maillage.site.keeping.backup import Tell
from maillage.site.keeping.members import Tally
from maillage.site.keeping.restore import Backup
from maillage.site.keeping.schema import NULL, missing
from maillage.site.keeping.tables import NEVER_LEAVES, Column, Table

_GROUP = 20_000  # rows of a Parquet file that are written, and later read, together


def leave(out: Path, *, tell: Tell) -> backup.Reading:
    """Write everything the instance owns into a new folder, with its schema; what was written.

    Raises:
        Conflict: the folder is not empty, or the disk has no room for it: nothing is left there.
        Invalid: the folder is a place where it should not be, or a value cannot be written.
    """
    with backup.reading(out) as made:
        made.tables = [table.discreet() for table in made.tables]
        for table in made.tables:
            tally, name = Tally(), table.name
            rows = values.cells(tally.over(lines_that_leave(table, made.taken.lines)))
            rows = _Parquet(out / f"parquet/{name}.parquet", table).over(rows)
            made.written[f"csv/{name}.csv"] = members.write(
                out / f"csv/{name}.csv", _as_csv(table, rows)
            )
            made.written[f"parquet/{name}.parquet"] = Tally.of(out / f"parquet/{name}.parquet")
            made.counted(table, tally)
            tell(f"{table.name}: {tally.lines} rows")
        for name, chunks in files.contents(with_secret=False):
            made.content.files[name] = members.write(out / "files" / name, chunks)
            made.written[f"files/{name}"] = made.content.files[name]
        made.written[schema.NAME] = members.write(out / schema.NAME, schema.described(made))
        manifest.write(out, manifest.EXPORT, made.written, made.content)
    return made


def lines_that_leave(table: Table, read: Callable[[Table], Iterator[bytes]]) -> Iterator[bytes]:
    """The rows of a table in their lines; none of what was told in confidence for a time only."""
    return iter(()) if table.name in NEVER_LEAVES else read(table)


class Export(Backup):
    """An export of which every byte was read and found as it was written."""

    form = manifest.EXPORT

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in their lines."""
        path, tally = f"csv/{table.name}.csv", Tally()
        yield from tally.over(_from_csv(table, members.inside(self.folder, path)))
        if tally.sum() != self.content.tables[table.name].content:
            raise members.altered(path)

    def file(self, name: str) -> Iterator[bytes]:
        """What is in a file of the instance."""
        return members.bytes_of(members.inside(self.folder, f"files/{name}"))


def _as_csv(table: Table, batches: Iterable[list[list[str]]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.names)
    for batch in batches:
        columns = zip(table.columns, values.turned(batch), strict=True)
        writer.writerows(values.turned(_shown(*column) for column in columns))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _from_csv(table: Table, path: Path) -> Iterator[bytes]:
    limit = csv.field_size_limit(
        sys.maxsize
    )  # an outline is one long cell; the limit is the process's
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            while batch := list(islice(reader, values.BATCH)):
                columns = zip(table.columns, values.turned(batch), strict=True)
                rows = values.turned(_hidden(*column) for column in columns)
                yield "".join(f"{line}\n" for line in map("\t".join, rows)).encode()
    finally:
        csv.field_size_limit(limit)


def _shown(column: Column, cells: Sequence[str]) -> list[str]:
    """The cells of a column as CSV holds them: what begins like the mark of nothing is told from it."""
    nothing = missing(column)
    guard = "\\" if nothing == NULL else ""
    return [
        nothing if cell == values.NULL
        else guard + text if (text := values.unescape(cell))[:1] == "\\"
        else text
        for cell in cells
    ]  # fmt: skip


def _hidden(column: Column, cells: Sequence[str]) -> list[str]:
    """The cells of a column as a line holds them."""
    nothing = missing(column) if column.null else None
    guarded = nothing == NULL
    return [
        values.NULL if cell == nothing
        else values.escape(cell[1:] if guarded and cell[:1] == "\\" else cell)
        for cell in cells
    ]  # fmt: skip


class _Parquet:
    """A Parquet file, written a group of rows at a time; its library is loaded here, by no page."""

    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow as arrow
        from pyarrow import parquet

        self._columns, self._array = table.columns, arrow.array
        self._types = {
            "integer": arrow.int64(),
            "boolean": arrow.bool_(),
            "day": arrow.date32(),
            "instant": arrow.timestamp("us", tz="UTC"),
            "number": arrow.float64(),
            "binary": arrow.binary(),
        }
        self._text, self._table = arrow.string(), arrow.table
        fields = [(c.name, self._types.get(c.form, self._text), c.null) for c in table.columns]
        self._schema = arrow.schema([arrow.field(n, t, nullable=null) for n, t, null in fields])
        path.parent.mkdir(exist_ok=True)
        self._writer = parquet.ParquetWriter(path, self._schema)
        self._held: list[list[str]] = [[] for _ in table.columns]

    def over(self, batches: Iterable[list[list[str]]]) -> Iterator[list[list[str]]]:
        """The same rows, written on the way."""
        with self._writer:
            for batch in batches:
                for held, cells in zip(self._held, values.turned(batch), strict=True):
                    held.extend(cells)
                if len(self._held[0]) >= _GROUP:
                    self._write()
                yield batch
            self._write()

    def _write(self) -> None:
        arrays = [self._values(*column) for column in zip(self._columns, self._held, strict=True)]
        self._writer.write_table(self._table(arrays, schema=self._schema))
        for held in self._held:
            held.clear()

    def _values(self, column: Column, cells: Sequence[str]) -> Any:
        found: list[Any] = [None if c == values.NULL else values.unescape(c) for c in cells]
        type_ = self._types.get(column.form, self._text)
        if column.form == "boolean":
            return self._array([text and text == "t" for text in found], type_)
        if column.form == "binary":
            return self._array([text and bytes.fromhex(text[2:]) for text in found], type_)
        return self._array(found, self._text).cast(type_)
