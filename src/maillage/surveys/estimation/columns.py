"""A CSV as columns of text, read as numbers or as yes and no where the plan asks for it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
YES = {"1": True, "true": True, "yes": True, "oui": True, "0": False, "false": False, "no": False, "non": False, "": False}  # fmt: skip
MISSING = {"", "NA", "NaN", "nan"}
ID = "id"


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file, by name; line 2 is row 0."""

    name: str
    columns: dict[str, list[str]]
    rows: int

    def text(self, column: str) -> list[str]:
        """A column as it is written.

        Raises:
            Invalid: there is none, with those there are.
        """
        try:
            return self.columns[column]
        except KeyError as fault:
            there = ", ".join(self.columns)
            raise refused(
                f"{self.name} n’a pas de colonne «\u00a0{column}\u00a0»", f"{self.name} has no column “{column}”",
                f"Colonnes du fichier\u00a0: {there}.", f"Columns of the file: {there}.",
            ) from fault  # fmt: skip

    def numbers(self, column: str, *, may_lack: bool = False) -> Array:
        """A column as numbers; what is blank or NA is not a number, where it `may_lack`.

        Raises:
            Invalid: a cell is no number, with its line.
        """
        cells = self.text(column)
        try:  # at once, then cell by cell to say which one
            return np.array(cells, dtype=float)
        except ValueError:
            return np.array([self._number(column, row, may_lack) for row in range(self.rows)])

    def _number(self, column: str, row: int, may_lack: bool) -> float:
        cell = self.columns[column][row].strip()
        if may_lack and cell in MISSING:
            return float("nan")
        try:
            return float(cell.replace(",", "."))
        except ValueError as fault:
            raise self._wrong(column, row, "n’est pas un nombre", "is no number") from fault

    def flags(self, column: str) -> Flags:
        """A column of yes and no; blank is no.

        Raises:
            Invalid: a cell is neither, with its line.
        """
        cells = [cell.strip().lower() for cell in self.text(column)]
        for row, cell in enumerate(cells):
            if cell not in YES:
                raise self._wrong(column, row, "n’est ni 0 ni 1", "is neither 0 nor 1")
        return np.array([YES[cell] for cell in cells])

    def crossed(self, columns: Sequence[str]) -> list[str]:
        """The values of several columns as one text a row."""
        return [" × ".join(cells) for cells in zip(*map(self.text, columns), strict=True)]

    def _wrong(self, column: str, row: int, fr: str, en: str) -> Exception:
        cell = self.columns[column][row]
        where = f"{self.name}:{row + 2} {column}"
        return refused(f"{where}\u00a0: «\u00a0{cell}\u00a0» {fr}", f"{where}: “{cell}” {en}",
                       "Corrigez la cellule.", "Correct the cell.")  # fmt: skip


def read(path: Path) -> Table:
    """The file, UTF-8, with a header; commas or semicolons.

    Raises:
        Invalid: it cannot be read, has no line, or a line has not as many cells as the header.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            head = stream.readline()
            stream.seek(0)
            lines = list(
                csv.reader(stream, delimiter=";" if head.count(";") > head.count(",") else ",")
            )
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise refused(f"{path.name} ne peut pas être lu", f"{path.name} cannot be read",
                      "Donnez un fichier CSV en UTF-8.", "Give a CSV file in UTF-8.") from fault  # fmt: skip
    lines = [line for line in lines if line]
    if len(lines) < 2:
        raise refused(f"{path.name} n’a aucune ligne", f"{path.name} has no line",
                      "Donnez un en-tête et une ligne par unité.", "Give a header and a line a unit.")  # fmt: skip
    header = lines[0]
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise refused(
                f"{path.name}:{number} a {len(line)} cellules pour {len(header)} colonnes",
                f"{path.name}:{number} has {len(line)} cells for {len(header)} columns",
                "Corrigez la ligne.", "Correct the line.",
            )  # fmt: skip
    columns = dict(zip(header, map(list, zip(*lines[1:], strict=True)), strict=True))
    return Table(path.name, columns, len(lines) - 1)


def joined(sample: Table, answers: Table | None, frame: Table | None) -> Table:
    """The rows of the sample with the columns of their answers and of the frame, found by `id`.

    What the sample says stands before what the answers say, and both before the frame. A column `answered`
    tells who is in the answers, where they are given.

    Raises:
        Invalid: an identifier is there twice, or is of nobody in the sample or in the frame.
    """
    columns = dict(sample.columns)
    if answers is not None:
        place = _places(answers)
        _known(answers, set(sample.text(ID)), sample.name)
        rows = [place.get(unit) for unit in sample.text(ID)]
        _bring(columns, answers, rows)
        columns["answered"] = ["0" if row is None else "1" for row in rows]
    if frame is not None:
        place = _places(frame)
        _known(sample, set(place), frame.name)
        _bring(columns, frame, [place[unit] for unit in sample.text(ID)])
    return Table(sample.name, columns, sample.rows)


def _bring(columns: dict[str, list[str]], table: Table, rows: Sequence[int | None]) -> None:
    for name, cells in table.columns.items():
        columns.setdefault(name, ["" if row is None else cells[row] for row in rows])


def _places(table: Table) -> dict[str, int]:
    units = table.text(ID)
    place = {unit: row for row, unit in enumerate(units)}
    if len(place) < len(units):
        twice = next(unit for row, unit in enumerate(units) if place[unit] != row)
        raise refused(f"{table.name}\u00a0: l’identifiant {twice} y est deux fois", f"{table.name}: the identifier {twice} is there twice",
                      "Gardez-en une ligne.", "Keep one of its lines.")  # fmt: skip
    return place


def _known(table: Table, units: set[str], where: str) -> None:
    for row, unit in enumerate(table.text(ID)):
        if unit not in units:
            raise refused(
                f"{table.name}:{row + 2} id\u00a0: {unit} n’est pas dans {where}", f"{table.name}:{row + 2} id: {unit} is not in {where}",
                "Retirez la ligne, ou donnez le bon fichier.", "Take the line out, or give the right file.",
            )  # fmt: skip
