"""What a file that comes in is declared as: its columns, how a cell is understood, what its rows do.

The declaration stands beside the domain that knows what a row means (`<app>/importers/<source>.py`, one
`IMPORTER` a module, found by being there); `intake` reads files by it. Pure: it knows no framework.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from maillage.kernel.text import Words

LONGEST = 32_767  # characters: what a spreadsheet holds in one cell


class BadCell(ValueError):  # noqa: N818 -- it names what was found
    """A cell that makes its row unusable: in which column, why (a code of a reason), what it held.

    `suggest` are cells that somebody is offered instead, to be confirmed on screen.
    """

    def __init__(
        self, column: str, code: str, value: str = "", *, suggest: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.suggest = dict(suggest or {})
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
    longest: int = LONGEST

    @property
    def spellings(self) -> frozenset[str]:
        """Every header under which it is recognised."""
        return frozenset(
            folded(one) for one in (self.name, self.words.fr, self.words.en, *self.aliases)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row understood: where it stood, what its cells mean by column, and how they were written."""

    table: str
    line: int
    cells: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0  # among rows of the same identity, where these may repeat

    def __getitem__(self, column: str) -> Any:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Run:
    """What an importer's functions are told: the load they work for, what was asked, by whom."""

    load: int
    given: Mapping[str, str] = field(default_factory=dict)
    by: Any = None
    person: int | None = None


# Says of each row, in their order, what it would do (`new`, `changed`, `unchanged`…) or why it is
# refused; reads the database and writes nothing.
Diff: TypeAlias = Callable[[Sequence[Row], Run], list[str | BadCell]]


def _nothing(_run: Run) -> None:
    """Most steps are optional."""


def _no_more(_run: Run) -> int:
    return 0


def _nowhere(_run: Run) -> str:
    return ""


def _all_new(rows: Sequence[Row], _run: Run) -> list[str | BadCell]:
    return ["new" for _ in rows]


def _write_nothing(_rows: Sequence[Row], _run: Run) -> None:
    """An importer of whole files writes by itself."""


def _whole(row: Row) -> Hashable:
    return tuple(row.cells.values())


def _never(_row: Row) -> bool:
    return False


# Looks at a row as it was read, beside its headers (none yet: it may be the headers), whatever columns are known; raises
# BadCell, with the header as column, when the file holds what may not come in: then it is refused whole.
Guard: TypeAlias = Callable[[Sequence[str], Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Option:
    """Something asked of the person beside the file: a day, a territory. `check` refuses with BadCell.

    With `choices`, one of these values, each by its words.
    """

    name: str
    words: Words
    help: Words
    check: Callable[[str], Any]
    needed: bool = False
    sort: str = "text"  # text or date
    choices: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """One file that an importer asks for."""

    name: str
    words: Words


THE_FILE = Slot("file", Words("Fichier", "File"))


class Whole(Protocol):
    """Reads files that are not rows for us (national stocks): counts, remarks and notes come back.

    Each file comes with the name that the person gave it and where it lies.
    """

    def preview(self, files: Mapping[str, tuple[str, Path]], run: Run) -> Mapping[str, Any]:
        """What they would change; writes nothing."""

    def apply(self, files: Mapping[str, tuple[str, Path]], run: Run) -> Mapping[str, Any]:
        """Apply them into the load; cut anywhere and called again, it goes on."""


@dataclass(frozen=True, slots=True)
class Importer:
    """How files of one source are read, shown, applied and undone.

    `apply` writes rows that nobody sees before `activate`, one small transaction; `discard` removes
    what an abandoned load wrote; `undo` takes an active load back, at once (0) or step by step: how many
    rows this step took back, until none is left. `identity` tells when a row repeats an earlier one of the same file. `common` sources
    belong to the whole instance, the others to the organisation that loads them. `leads_to` is the address at which
    what an active load brought is read, where it has a page. `fields` are those whose changes are counted one by one,
    as `field_…`, beside the kinds. Rows that `may_repeat` are numbered by `rank` instead of being refused. A source that
    `keeps_rows` not leaves nothing of a row in the journal: refused ones are set right in the file. `also_by` are roles,
    besides those of the journal, that load an organisation's own.
    """

    name: str
    words: Words
    about: Words
    columns: tuple[Column, ...] = ()
    diff: Diff = _all_new
    apply: Callable[[Sequence[Row], Run], None] = _write_nothing
    activate: Callable[[Run], None] = _nothing
    discard: Callable[[Run], None] = _nothing
    undo: Callable[[Run], int] = _no_more
    identity: Callable[[Row], Hashable] = _whole
    options: tuple[Option, ...] = ()
    kinds: Mapping[str, Words] = field(default_factory=dict)
    fields: Mapping[str, Words] = field(default_factory=dict)
    reasons: Mapping[str, Words] = field(default_factory=dict)
    slots: tuple[Slot, ...] = (THE_FILE,)
    whole: Whole | None = None
    prepare: Callable[[Mapping[str, str]], tuple[Column, ...]] | None = None
    leads_to: Callable[[Run], str] = _nowhere
    common: bool = True
    chunk: int = 500
    guard: Guard | None = None
    keeps_rows: bool = True
    may_repeat: Callable[[Row], bool] = _never
    also_by: frozenset[str] = frozenset()

    def columns_for(self, given: Mapping[str, str]) -> tuple[Column, ...]:
        """The columns of a file, once it is known what was asked with it."""
        return self.prepare(given) if self.prepare else self.columns
