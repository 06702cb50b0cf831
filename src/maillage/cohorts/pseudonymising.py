"""A structure's own spreadsheet made into a list under pseudonyms: names, days of birth and contacts stay behind.

Nothing of it comes to the instance: this runs where the spreadsheet is. Columns that the recipe does not know are left out.
"""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maillage.cohorts import recipe
from maillage.cohorts.columns import SIEVE, STEPS
from maillage.cohorts.reasons import REASONS
from maillage.intake.headers import seen_in
from maillage.intake.reading.parent import events
from maillage.intake.tables import Remark, Understanding
from maillage.kernel import clock
from maillage.kernel.rows import BadCell, Column, Importer, Row
from maillage.kernel.text import Words

_SAID = ("etape", "commune")
HEADER = ("jeton", *(one.name for one in STEPS), "recette", "cle")


def _birth(cell: str) -> str:
    return recipe.birth_day(cell, clock.today()).isoformat()


WHO = (
    Column(
        "nom", Words("Nom", "Name"), recipe.plain_name,
        ("nom de famille", "nom de naissance", "nom d’usage", "last name", "surname", "family name", "lastname"),
    ),
    Column(
        "prenom", Words("Prénom", "First name"), recipe.plain_first_name,
        ("prénoms", "firstname", "given name"),
    ),
    Column(
        "naissance", Words("Date de naissance", "Date of birth"), _birth,
        ("date naissance", "né(e) le", "né le", "née le", "ddn", "birth date", "birthday", "birthdate"),
        may_be_blank=True,
    ),
)  # fmt: skip

READER = Importer(
    name="pseudonymise",
    words=Words("Tableau d’une structure", "Spreadsheet of a structure"),
    about=Words("", ""),
    columns=(*WHO, *STEPS),
    identity=lambda row: (row.table, row.line),
    reasons=REASONS,
    keeps_rows=False,
)


@dataclass
class Made:
    """What came of a spreadsheet: lines written, lines refused, what its headers were."""

    read: int = 0
    rejects: list[dict[str, object]] = field(default_factory=list)
    without_birth: int = 0
    aliases: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    left_out: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Lines refused."""
        return len(self.rejects)

    def as_json(self) -> dict[str, Any]:
        """What the command prints."""
        return {
            "read": self.read,
            "accepted": self.read - self.rejected,
            "rejected": self.rejected,
            "rejects": self.rejects,
            "without_birth": self.without_birth,
            "aliases": self.aliases,
            "encoding": self.encoding,
            "left_out": self.left_out,
            "version": str(recipe.VERSION),
        }


def pseudonymise(source: Path, key: bytes, out: Path) -> Made:
    """Read a spreadsheet and write the list beside it, whole or not at all; its owner alone may read it.

    Raises:
        CannotTake: the file is refused whole.
    """
    seen = seen_in(source, READER.columns)
    made = Made(aliases=seen.aliases, encoding=seen.encoding)
    reading = Understanding(source.name, READER)
    draft = out.with_name(f".{out.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(HEADER)
            writer.writerows(_lines(reading, source, key, made))
        draft.replace(out)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    made.left_out = [str(name) for note in reading.notes for name in note["names"]]
    return made


def _lines(reading: Understanding, source: Path, key: bytes, made: Made) -> Iterator[list[str]]:
    mark = recipe.fingerprint(key)
    for found in reading.rows(events(source, source.name)):
        made.read += 1
        one = _sifted(found, reading)
        if isinstance(one, Remark):
            made.rejects.append(one.as_json(READER))
            continue
        told = _token(one, key)
        made.without_birth += not told
        steps = [_written(one.cells.get(column.name)) for column in STEPS]
        yield [told, *steps, str(recipe.VERSION), mark]


def _sifted(found: Row | Remark, reading: Understanding) -> Row | Remark:
    """A line whose words on the stage or the commune tell who somebody is does not leave the machine either."""
    if isinstance(found, Remark):
        return found
    try:
        SIEVE(_SAID, [found.texts.get(name, "") for name in _SAID])
    except BadCell as fault:
        return reading.remark(found.table, found.line, fault, found.texts)
    return found


def _token(row: Row, key: bytes) -> str:
    if not row["naissance"]:
        return ""
    born = recipe.birth_day(row["naissance"], clock.today())
    return recipe.token(key, name=row["nom"], first_name=row["prenom"], born=born)


def _written(value: Any) -> str:
    """A cell as the list has it: what was understood of it, never what was typed beside."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return value if isinstance(value, str) else value.isoformat()
