"""What a report is made of. Blocks hold text already written for the reader, never markup."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import ClassVar, Literal
from urllib.parse import urljoin

SAFE_STARTS = ("https://", "http://", "mailto:", "/", "#", "?")

Tone = Literal["info", "late", "waiting", "done"]
Pace = Literal["ontrack", "ahead", "late"]


def safe_url(url: str) -> str:
    """The address when it is one a report may carry, else nothing (no `javascript:`)."""
    return url if url.startswith(SAFE_STARTS) else ""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere, most often from a figure to its records."""

    text: str
    url: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", safe_url(self.url))


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part; 2 for a part, 3 inside it (the report's own title is 1)."""

    kind: ClassVar[str] = "heading"
    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its identity: the code of its rule, the day it speaks of, and its records."""

    kind: ClassVar[str] = "figure"
    label: str
    value: str
    code: str
    url: str = ""
    on: date | datetime | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", safe_url(self.url))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `numeric` columns are right-aligned. The first cell names its row."""

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | Link]]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"a row of “{self.caption}” has not one cell per column")

    @property
    def is_wide(self) -> bool:
        """Whether a phone shows its rows one cell under the other, each named by its column."""
        return len(self.header) > 2

    @property
    def named_cells(self) -> list[list[tuple[str, Link]]]:
        """The cells of each row, each with the name of its column."""
        return [list(zip(self.header, row, strict=True)) for row in self.cells]

    @property
    def cells(self) -> list[list[Link]]:
        """The rows with every cell as words and an address, empty when it leads nowhere."""
        return [
            [cell if isinstance(cell, Link) else Link(cell, "") for cell in row]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Note:
    """One fact set apart: what is late and why, what is missing, what is invented."""

    kind: ClassVar[str] = "note"
    text: str
    title: str = ""
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of progress: the share done, the number that says it, the time gone by."""

    label: str
    shown: str
    share: float
    pace: float | None = None
    state: Pace = "ontrack"
    words: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", safe_url(self.url))


@dataclass(frozen=True, slots=True)
class Bars:
    """Progress, line by line; the number always stands beside its bar."""

    kind: ClassVar[str] = "bars"
    caption: str
    rows: Sequence[Bar]


Block = Heading | Paragraph | KeyFigure | Table | Note | Bars


@dataclass(frozen=True, slots=True)
class Emblem:
    """Whose report it is, drawn: a PNG or SVG image, and the name that says the same in words."""

    data: bytes
    type: str
    name: str

    @property
    def address(self) -> str:
        """The image as an address that needs nobody: a file that travels carries it."""
        return f"data:{self.type};base64,{b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Report:
    """What is handed to a council: every number with its code, its day and its records."""

    title: str
    subtitle: str
    language: Literal["fr", "en"]
    computed_at: datetime
    blocks: Sequence[Block]
    demo: str = ""
    base_url: str = ""
    emblem: Emblem | None = None

    def groups(self) -> Iterator[tuple[str, list[Block]]]:
        """The blocks in order, key figures that follow one another taken together."""
        for kind, blocks in groupby(self.blocks, key=lambda block: block.kind):
            if kind == KeyFigure.kind:
                yield "figures", list(blocks)
            else:
                yield from ((kind, [block]) for block in blocks)

    def standalone(self) -> Report:
        """The same report for a file that travels: every address is absolute, or is left out."""
        return replace(self, blocks=[self._standalone(block) for block in self.blocks])

    def _standalone(self, block: Block) -> Block:
        if isinstance(block, KeyFigure):
            return replace(block, url=self.absolute(block.url))
        if isinstance(block, Bars):
            rows = [replace(row, url=self.absolute(row.url)) for row in block.rows]
            return replace(block, rows=rows)
        if isinstance(block, Table):
            cells = [
                [replace(cell, url=self.absolute(cell.url)) for cell in row] for row in block.cells
            ]
            return replace(block, rows=cells)
        return block

    def absolute(self, url: str) -> str:
        """The address as seen from outside the instance; nothing when the instance has none."""
        if not url or url.startswith(("http://", "https://", "mailto:")):
            return url
        return urljoin(self.base_url, url) if self.base_url else ""
