"""From what a child read to rows understood by an importer's declaration. Pure: no database.

The header is the first row that holds every column that is needed, so a title above it does no harm. A
sheet or a member without such a row is not ours; a file without any is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from maillage.intake.reading.limits import Refused
from maillage.intake.reasons import reason
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import LONGEST, BadCell, Column, Importer, Row, folded

HEADER_WITHIN = 20  # rows
KEPT_CELL = 500  # characters of a refused cell that are kept to be corrected
KEPT_OUTLINE = 1 << 18  # of a column made to hold outlines: half of one would be none
_UNWANTED = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Remark(NamedTuple):
    """One refused row: where and why, and the row as it was read."""

    file: str
    table: str
    line: int
    column: str
    code: str
    value: str = ""
    row: dict[str, str] = {}

    def as_json(self, importer: Importer) -> dict[str, object]:
        """What commands print: `file, line, column, reason`."""
        return {
            "file": self.file,
            "table": self.table,
            "line": self.line,
            "column": self.column,
            "reason": reason(self.code, importer),
            "code": self.code,
            "value": self.value,
        }


class CannotTake(Invalid):
    """A file that cannot be taken at all: nothing of it is applied."""

    def __init__(self, remark: Remark, importer: Importer | None = None) -> None:
        place = f"{remark.file}:{remark.line}" if remark.line else remark.file
        column = f" ({remark.column})" if remark.column else ""
        super().__init__(f"{place}{column}\u00a0: {reason(remark.code, importer)}")
        self.remark: Any = remark

    def place(self) -> dict[str, Any]:
        """Where and why, as the journal keeps it."""
        names = ("file", "table", "line", "column", "code", "value")
        return {name: getattr(self.remark, name, "") for name in names}


@dataclass
class Header:
    """Where each declared column stands in a table."""

    places: dict[str, int]
    names: tuple[str, ...]
    unknown: list[str]
    missing: list[str]
    twice: list[str]

    @property
    def width(self) -> int:
        """How many cells it has."""
        return len(self.names)

    @classmethod
    def of(cls, cells: Sequence[str], columns: Sequence[Column]) -> Header:
        """The columns found in a row of headers; case, accents and blanks do not matter."""
        by_spelling = {spelling: c.name for c in columns for spelling in c.spellings}
        header = cls({}, tuple(cells), [], [], [])
        for rank, cell in enumerate(cells):
            name = by_spelling.get(folded(cell))
            if name is None:
                header.unknown += [cell.strip()] if cell.strip() else []
            elif name in header.places:
                header.twice.append(cell.strip())
            else:
                header.places[name] = rank
        header.missing = [c.name for c in columns if c.needed and c.name not in header.places]
        return header


@dataclass
class Understanding:
    """Reads the tables of one file by an importer; tells rows, refused rows, and what it noticed."""

    file: str
    importer: Importer
    given: Mapping[str, str] = field(default_factory=dict)
    read: int = 0
    said: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    _met: Counter[int] = field(default_factory=Counter)
    _taken: bool = False
    _nearest: Header | None = None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns looked for."""
        return self.importer.columns_for(self.given)

    def rows(self, events: Iterable[Sequence[Any]]) -> Iterator[Row | Remark]:
        """Every row of the file's tables, understood or refused.

        Raises:
            CannotTake: the file is refused whole.
        """
        table = _Table("", None)
        try:
            for event in events:
                if event[0] == "said":
                    self.said.update(event[1])
                elif event[0] == "table":
                    self._leave(table)
                    table = _Table(str(event[1]), None)
                    if event[2] is not None:
                        self._head(table, event[2], 1)
                else:
                    for line, cells in event[1]:
                        yield from self._row(table, line, cells)
        except Refused as refused:
            raise self.refuse(
                refused.code, refused.line, refused.column, refused.value
            ) from refused
        self._leave(table)
        self._conclude()

    def refuse(self, code: str, line: int = 0, column: str = "", value: str = "") -> CannotTake:
        """The refusal of the whole file."""
        return CannotTake(Remark(self.file, "", line, column, code, value), self.importer)

    def _row(self, table: _Table, line: int, cells: Sequence[str]) -> Iterator[Row | Remark]:
        if table.header is None:
            if table.is_foreign:
                self._guard((), cells, line)
            else:
                self._head(table, cells, line)
            return
        self._guard(table.header.names, cells, line)
        self.read += 1
        yield self.understood(table.name, line, table.header, cells)

    def _guard(self, names: Sequence[str], cells: Sequence[str], line: int) -> None:
        """Refuse the whole file when it holds what may not come in; nothing of it is repeated."""
        if self.importer.guard is None:
            return
        try:
            self.importer.guard(names, cells)
        except BadCell as fault:
            raise self.refuse(fault.code, line, fault.column) from None

    def _head(self, table: _Table, cells: Sequence[str], line: int) -> None:
        self._guard((), cells, line)
        header = Header.of(cells, self.columns)
        if header.twice and len(header.places) > 1:
            raise self.refuse("duplicate_column", line, ", ".join(header.twice))
        table.tried += 1
        table.is_foreign = table.tried >= HEADER_WITHIN
        if header.missing:
            if self._nearest is None or len(header.missing) < len(self._nearest.missing):
                self._nearest = header
            return
        table.header, self._taken = header, True
        if header.unknown:
            self.notes.append(
                {"code": "ignored_columns", "table": table.name, "names": header.unknown[:50]}
            )

    def _leave(self, table: _Table) -> None:
        if table.tried and table.header is None:
            self.notes.append({"code": "ignored_table", "table": table.name, "names": []})

    def _conclude(self) -> None:
        if self._taken and self.read:
            return
        if self._taken or self._nearest is None:
            raise self.refuse("empty")
        raise self.refuse("missing_columns", 1, ", ".join(self._nearest.missing))

    def understood(
        self, table: str, line: int, header: Header, cells: Sequence[str]
    ) -> Row | Remark:
        """A row understood, or refused with its first fault."""
        texts = {name: _at(cells, rank) for name, rank in header.places.items()}
        try:
            _check_width(header, cells)
            return self._ranked(Row(table, line, understand(texts, self.columns), texts))
        except BadCell as fault:
            return self.remark(table, line, fault, texts)

    def remark(self, table: str, line: int, fault: BadCell, texts: Mapping[str, str]) -> Remark:
        """A refused row as it is kept."""
        if not self.importer.keeps_rows:
            return Remark(self.file, table, line, fault.column, fault.code)
        room = {one.name: KEPT_OUTLINE for one in self.columns if one.longest > LONGEST}
        kept = {
            name: _harmless(text)[: room.get(name, KEPT_CELL)]
            for name, text in {**texts, **fault.suggest}.items()
        }
        value = _harmless(fault.value)[:60]
        return Remark(self.file, table, line, fault.column, fault.code, value, kept)

    def _ranked(self, row: Row) -> Row:
        """The row, with its rank among those like it; refused when it repeats one and may not."""
        mark = hash(self.importer.identity(row))
        rank = self._met[mark]
        if rank and not self.importer.may_repeat(row):
            raise BadCell("", "duplicate")
        self._met[mark] += 1
        return replace(row, rank=rank) if rank else row


@dataclass
class _Table:
    """The table being read."""

    name: str
    header: Header | None
    tried: int = 0
    is_foreign: bool = False


def _at(cells: Sequence[str], rank: int) -> str:
    return cells[rank] if rank < len(cells) else ""


def _check_width(header: Header, cells: Sequence[str]) -> None:
    if any(cell.strip() for cell in cells[header.width :]):
        raise BadCell("", "cells", str(len(cells)))


def understand(texts: Mapping[str, str], columns: Sequence[Column]) -> dict[str, Any]:
    """What the cells of a row mean, by column.

    Raises:
        BadCell: one of them cannot be taken.
    """
    return {column.name: _meaning(column, texts.get(column.name, "")) for column in columns}


def _meaning(column: Column, text: str) -> Any:
    if "\0" in text:
        raise BadCell(column.name, "nul")
    if _UNWANTED.search(text):
        raise BadCell(column.name, "control", text)
    if len(text) > column.longest:
        raise BadCell(column.name, "cell_too_long", text)
    if not text.strip():
        if column.may_be_blank or not column.needed:
            return None
        raise BadCell(column.name, "blank")
    try:
        return column.read(text)
    except BadCell as fault:
        raise BadCell(column.name, fault.code, fault.value) from fault


def _harmless(text: str) -> str:
    """What a database stores of a cell that may hold anything."""
    return _UNWANTED.sub("\ufffd", text.replace("\0", "\ufffd"))
