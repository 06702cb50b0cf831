"""Opening one of INSEE's stock files: CSV, zip of CSV or Parquet, columns found by name, lines streamed.

A child process within limits opens and unpacks the file (`intake.reading.poured`); lines of bounded length are split here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal, Protocol

from maillage.intake.reading.limits import Refused
from maillage.intake.reading.poured import Poured
from maillage.register.rejects import CannotTake, Remark

Role = Literal["units", "establishments", "history", "links"]

# Without these a line cannot be understood or could show somebody who asked not to be shown.
KEY_COLUMNS: dict[Role, tuple[str, ...]] = {
    "units": (
        "siren",
        "statutDiffusionUniteLegale",
        "etatAdministratifUniteLegale",
        "denominationUniteLegale",
        "categorieJuridiqueUniteLegale",
    ),
    "establishments": (
        "siret",
        "statutDiffusionEtablissement",
        "dateCreationEtablissement",
        "codeCommuneEtablissement",
        "dateDebut",
        "etatAdministratifEtablissement",
        "activitePrincipaleEtablissement",
    ),
    "history": (
        "siret",
        "dateFin",
        "dateDebut",
        "etatAdministratifEtablissement",
        "changementEtatAdministratifEtablissement",
        "activitePrincipaleEtablissement",
    ),
    "links": (
        "siretEtablissementPredecesseur",
        "siretEtablissementSuccesseur",
        "dateLienSuccession",
        "transfertSiege",
        "continuiteEconomique",
    ),
}
# The column by which a file is known, when it is given in place of another.
_TELLING: dict[str, Role] = {
    "denominationUniteLegale": "units",
    "codeCommuneEtablissement": "establishments",
    "changementEtatAdministratifEtablissement": "history",
    "siretEtablissementPredecesseur": "links",
}
_LEGACY = {"L1_NORMALISEE", "NOMEN_LONG", "L1_DECLAREE"}
_DAY = re.compile(r"(?<!\d)(\d{4})[-_]?(\d{2})(?:[-_]?(\d{2}))?(?!\d)")
_BLOCK = 1 << 16


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Hashed(io.RawIOBase):
    """A stream that remembers the fingerprint and the last byte of what was read through it."""

    def __init__(self, stream: io.RawIOBase) -> None:
        self.stream = stream
        self.digest: _Digest = hashlib.sha256()
        self.last = b""
        self.has_nul = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self.stream.read(min(len(buffer), _BLOCK)) or b""
        if block:
            self.digest.update(block)
            self.last = block[-1:]
            self.has_nul = self.has_nul or b"\0" in block
            buffer[: len(block)] = block
        return len(block)


class _Reader(Protocol):
    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass
class Lines:
    """The lines of a file being read; `digest` is its fingerprint once they are all read."""

    header: list[str]
    reader: _Reader
    file: str
    _hashed: _Hashed

    @property
    def digest(self) -> str:
        """The fingerprint of what was read so far."""
        return self._hashed.digest.hexdigest()

    def exhaust(self) -> str:
        """The fingerprint of the whole file, read on without being understood."""
        try:
            while self._hashed.read(_BLOCK):
                pass
        except Refused as refused:
            raise CannotTake(Remark(self.file, 0, "", refused.code)) from refused
        return self.digest

    @property
    def has_nul(self) -> bool:
        """Whether a NUL byte was met so far: then lines are looked at one by one."""
        return self._hashed.has_nul

    @property
    def number(self) -> int:
        """The number, in the file, of the line last read."""
        return self.reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        """The lines one by one.

        Raises:
            CannotTake: the file cannot be read to its end.
        """
        cells: list[str] = []
        try:
            for cells in self.reader:
                yield cells
        except csv.Error as problem:
            code = "truncated" if "end of data" in str(problem) else "quotes"
            raise CannotTake(Remark(self.file, self.number, "", code)) from problem
        except UnicodeDecodeError as problem:
            line = self.number + _line_of(problem)
            raise CannotTake(Remark(self.file, line, "", "encoding")) from problem
        except Refused as refused:
            raise CannotTake(Remark(self.file, self.number, "", refused.code)) from refused
        if cells and len(cells) < len(self.header) and self._hashed.last not in b"\r\n":
            raise CannotTake(Remark(self.file, self.number, "", "truncated"))


def _line_of(problem: UnicodeDecodeError) -> int:
    """The line of the wrong byte, counted from the first one of the block that could not be decoded."""
    return problem.object[: problem.start].count(b"\n") + 1


@dataclass(frozen=True)
class StockFile:
    """One stock file on disk and the role it plays."""

    path: Path
    role: Role
    label: str = ""  # the name it came under, when it lies under another

    @property
    def name(self) -> str:
        """The file's name, as rejects quote it."""
        return self.label or self.path.name

    @property
    def vintage(self) -> date | None:
        """The data date written in the name, if any: `2020-01-01`, `20200101` or `2020-01`."""
        for year, month, day in _DAY.findall(Path(self.name).stem):
            try:
                return date(int(year), int(month), int(day or 1))
            except ValueError:
                continue
        return None

    def refuse(self, code: str, *, line: int = 0, column: str = "") -> CannotTake:
        """The error that refuses this file as a whole."""
        return CannotTake(Remark(self.name, line, column, code))

    @contextmanager
    def open(self) -> Iterator[Lines]:
        """The lines of the file, its header read and checked.

        Raises:
            CannotTake: the file is not what its role asks for.
        """
        with ExitStack() as stack:
            hashed = _Hashed(stack.enter_context(closing(Poured(self.path))))
            text = io.TextIOWrapper(io.BufferedReader(hashed, _BLOCK), "utf-8-sig", newline="")
            delimiter, first = self._first_line(text)
            reader = csv.reader(chain([first], text), delimiter=delimiter, strict=True)
            try:
                header = [name.strip() for name in next(reader)]
            except (StopIteration, csv.Error) as problem:
                raise self.refuse("quotes", line=1) from problem
            self._check(header)
            yield Lines(header, reader, self.name, hashed)

    def _first_line(self, text: io.TextIOWrapper) -> tuple[str, str]:
        try:
            first = text.readline(_BLOCK)
        except UnicodeDecodeError as problem:
            marked = problem.object[:2] in (b"\xff\xfe", b"\xfe\xff")
            if marked:
                raise self.refuse("utf16", line=1) from problem
            raise self.refuse("encoding", line=_line_of(problem)) from problem
        except Refused as refused:
            raise self.refuse(refused.code) from refused
        if "\0" in first:
            raise self.refuse("utf16", line=1)
        if not first.strip():
            raise self.refuse("empty")
        return (";" if first.count(";") > first.count(",") else ","), first

    def _check(self, header: Sequence[str]) -> None:
        """Refuse a header that is not the one of the role, saying which file it looks like."""
        names = set(header)
        if names & _LEGACY:
            raise self.refuse("legacy_layout", line=1)
        missing = [name for name in KEY_COLUMNS[self.role] if name not in names]
        if missing and any(name in names for name, role in _TELLING.items() if role != self.role):
            raise self.refuse("swapped", line=1)
        if missing:
            raise self.refuse("missing_columns", line=1, column=", ".join(missing))
        twice = [name for rank, name in enumerate(header) if name and name in header[:rank]]
        if twice:
            raise self.refuse("duplicate_column", line=1, column=", ".join(twice))
