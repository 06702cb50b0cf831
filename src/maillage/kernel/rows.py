"""What a file that comes in is declared as: its columns, how a cell is understood, what its rows do.

The declaration stands beside the domain that knows what a row means (`<app>/importers/<source>.py`, one
`IMPORTER` a module, found by being there); `intake` reads files by it. Pure: it knows no framework.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from maillage.kernel.text import Words


class BadCell(ValueError):  # noqa: N818 -- it names what was found
    """A cell that makes its row unusable: in which column, why (a code of a reason), what it held."""

    def __init__(self, column: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.value = value


def folded(text: str) -> str:
    """A header as it is compared: without case, accents, blanks or punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an importer reads.

    `read` turns the text of a cell into what it means, or raises `BadCell` with an empty column. A blank
    cell is None, and refused unless `may_be_blank`. A column that is not `needed` may be absent.
    """

    name: str
    words: Words
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    needed: bool = True
    may_be_blank: bool = False
    longest: int = 32_767  # characters: what a spreadsheet holds in one cell

    @property
    def spellings(self) -> frozenset[str]:
        """Every header under which it is recognised."""
        return frozenset(
            folded(one) for one in (self.name, self.words.fr, self.words.en, *self.aliases)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row understood: where it stood, and what its cells mean by column."""

    table: str
    line: int
    cells: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Run:
    """What an importer's functions are told: the load they work for, what was asked, by whom."""

    load: int
    given: Mapping[str, str] = field(default_factory=dict)
    by: Any = None


class Diff(Protocol):
    """Says of each row what it would do (`new`, `changed`, `unchanged`…) or why it is refused."""

    def __call__(self, rows: Sequence[Row], run: Run) -> list[str | BadCell]:
        """One answer for each row, in their order; reads the database and writes nothing."""


def _nothing(_run: Run) -> None:
    """Most steps are optional."""


def _no_more(_run: Run) -> bool:
    return False


def _whole(row: Row) -> Hashable:
    return tuple(row.cells.values())


@dataclass(frozen=True, slots=True)
class Option:
    """Something asked of the person beside the file: a day, a territory. `check` refuses with BadCell."""

    name: str
    words: Words
    help: Words
    check: Callable[[str], Any]
    needed: bool = False
    sort: str = "text"  # text or date


@dataclass(frozen=True, slots=True)
class Importer:
    """How files of one source are read, shown, applied and undone.

    `apply` writes rows that nobody sees before `activate`, one small transaction; `discard` removes
    what an abandoned load wrote; `undo` takes an active load back and answers whether it has to be
    called again. `identity` tells when a row repeats an earlier one of the same file. `common` sources
    belong to the whole instance, the others to the organisation that loads them.
    """

    name: str
    words: Words
    about: Words
    columns: tuple[Column, ...]
    diff: Diff
    apply: Callable[[Sequence[Row], Run], None]
    activate: Callable[[Run], None] = _nothing
    discard: Callable[[Run], None] = _nothing
    undo: Callable[[Run], bool] = _no_more
    identity: Callable[[Row], Hashable] = _whole
    options: tuple[Option, ...] = ()
    kinds: Mapping[str, Words] = field(default_factory=dict)
    reasons: Mapping[str, Words] = field(default_factory=dict)
    common: bool = True
    chunk: int = 500
