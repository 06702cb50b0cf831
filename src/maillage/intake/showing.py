"""Loads and refused rows as pages show them: words instead of codes, names instead of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.urls import reverse

from maillage import places
from maillage.accounts.models import Person
from maillage.intake import jobs, listing, storage
from maillage.intake.actions import refusal_of
from maillage.intake.declared import importer_of
from maillage.intake.listing import Entry
from maillage.intake.loading import run_of
from maillage.intake.models import Load, Reject
from maillage.intake.reasons import reason
from maillage.intake.telling import note_of
from maillage.kernel.rows import Column, Importer
from maillage.kernel.text import Words

KINDS: Mapping[str, Words] = {
    "read": Words("Lignes lues", "Rows read"),
    "rejected": Words("Refusées", "Refused"),
    "new": Words("Nouvelles", "New"),
    "changed": Words("Modifiées", "Changed"),
    "unchanged": Words("Inchangées", "Unchanged"),
    "corrected": Words("Corrigées à l’écran", "Set right on screen"),
}


FIELD = "field_"


class Count(NamedTuple):
    """A count in words, and the address of the list that it opens onto, if any."""

    name: str
    words: str
    n: int
    url: str


def opens(name: str) -> bool:
    """Whether a preview lists what this counts: refused rows are read on the load's own page."""
    return name not in {"read", "rejected", "unchanged"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A load with its importer."""

    load: Load
    importer: Importer

    def at(self, page: str) -> str:
        """The address of one of its pages."""
        before = "own_" if self.load.organisation else ""
        return reverse(f"intake:{before}{page}", args=[self.load.key])

    @property
    def url(self) -> str:
        """The address of its page."""
        return self.at("load")

    @property
    def urls(self) -> dict[str, str]:
        """The addresses of what may be done with it."""
        pages = ("confirm", "abandon", "resume", "undo", "rejects")
        return {page: self.at(page) for page in pages}

    @property
    def leads_to(self) -> str:
        """Where what it brought is read, once it is active."""
        active = self.load.state == Load.State.ACTIVE
        return self.importer.leads_to(run_of(self.load)) if active else ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its file."""
        return self.importer.columns_for(self.load.given)

    @property
    def kinds(self) -> dict[str, Words]:
        """What is counted, by the name of its count: kinds of rows, then fields that change."""
        fields = {f"{FIELD}{name}": words for name, words in self.importer.fields.items()}
        return {**KINDS, **self.importer.kinds, **fields}

    @property
    def counts(self) -> list[Count]:
        """How many rows of each kind, in words."""
        return [one for one in self._counted if not one.name.startswith(FIELD)]

    @property
    def changes(self) -> list[Count]:
        """How many rows change, field by field."""
        return [one for one in self._counted if one.name.startswith(FIELD)]

    @property
    def _counted(self) -> list[Count]:
        are_open = self.lists.is_file()
        return [
            Count(name, str(words), n, self.list_at(name) if are_open and n and opens(name) else "")
            for name, words in self.kinds.items()
            if (n := int(self.load.counts.get(name, -1))) >= 0
        ]

    @property
    def lists(self) -> Path:
        """Where the lists of its preview lie, until it is applied."""
        return storage.folder(self.load) / listing.NAME

    def list_at(self, kind: str) -> str:
        """The address of one of its lists."""
        before = "own_" if self.load.organisation else ""
        return reverse(f"intake:{before}listed", args=[self.load.key, kind])

    @property
    def read(self) -> int:
        """Rows read."""
        return self.load.count("read")

    @property
    def rejected(self) -> int:
        """Rows refused."""
        return self.load.count("rejected")

    @property
    def notes(self) -> list[str]:
        """What was noticed about the file."""
        told = self.load.found.get("notes", [])
        return [note for note in (note_of(one, self.importer) for one in told) if note]

    @property
    def refusal(self) -> str:
        """Why it was given up."""
        return refusal_of(self.load)

    @property
    def is_silent(self) -> bool:
        """Nobody has said a word about it for a while."""
        return jobs.is_silent(self.load)

    @property
    def examples(self) -> list[tuple[str, list[list[str]]]]:
        """A few rows of each kind."""
        words = {**KINDS, **self.importer.kinds}
        names = [column.name for column in self.columns]
        return [
            (str(words.get(kind, kind)), [[row.get(name, "") for name in names] for row in rows])
            for kind, rows in self.load.found.get("examples", {}).items()
        ]

    @property
    def headers(self) -> list[str]:
        """The names of the columns."""
        return [str(column.words) for column in self.columns]

    @property
    def given(self) -> list[tuple[str, str]]:
        """What was asked beside the file."""
        given = self.load.given
        return [
            (str(option.words), str(option.choices.get(given[option.name], given[option.name])))
            for option in self.importer.options
            if option.name in given
        ]

    def rejects_table(self) -> tuple[list[str], Iterable[list[object]]]:
        """The refused rows as a table: where, why, then the cells as read."""
        where = [Words("fichier", "file"), Words("feuille", "sheet"), Words("ligne", "line"),
                 Words("colonne", "column"), Words("motif", "reason")]  # fmt: skip
        names = [column.name for column in self.columns]
        header = [*map(str, where), *self.headers]
        rows = (
            [one.file, one.table, one.line, one.column, reason(one.code, self.importer)]
            + [one.row.get(name, "") for name in names]
            for one in self.load.rejects.refused().iterator(500)
        )
        return header, rows


def address_of(importer: Importer) -> str:
    """Where its files are given."""
    before = "" if importer.common else "own_"
    return reverse(f"intake:{before}new", args=[importer.name])


def shown(loads: Iterable[Load]) -> list[Shown]:
    """Loads with their importers."""
    return [Shown(load, importer_of(load.source)) for load in loads]


@dataclass(frozen=True, slots=True)
class Line:
    """A refused row, with its reason in the reader's language."""

    reject: Reject
    column: str
    reason: str

    @property
    def may_be_corrected(self) -> bool:
        """Its cells were kept, and nobody has set it right yet."""
        return bool(self.reject.row) and self.reject.corrected_at is None


def reject_rows(rejects: Sequence[Reject], of: Shown) -> list[Line]:
    """Refused rows of a load, in words."""
    words = {column.name: str(column.words) for column in of.columns}
    return [
        Line(one, words.get(one.column, one.column), reason(one.code, of.importer))
        for one in rejects
    ]


def names_of(loads: Iterable[Load]) -> dict[int, str]:
    """The people who loaded or undid these, by number."""
    wanted = {number for load in loads for number in (load.loaded_by, load.undone_by) if number}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a list, in words."""

    entry: Entry
    before: str
    after: str
    fields: Sequence[tuple[str, str, str]]

    @property
    def moves(self) -> bool:
        """Its commune before and after are both known, and differ."""
        return bool(self.before and self.after) and self.before != self.after


def entry_rows(entries: Iterable[Entry], of: Shown) -> list[EntryRow]:
    """Entries of a list in words: names of communes, names of fields."""
    told = list(entries)
    codes = {code for one in told for code in (one.before, one.after) if code}
    names = {code: f"{found.name} ({code})" for code, found in places.communes(codes).items()}
    words = of.importer.fields
    return [
        EntryRow(
            one,
            names.get(one.before, one.before),
            names.get(one.after, one.after),
            [(str(words[name]), old, new) for name, old, new in one.fields if name in words],
        )
        for one in told
    ]
