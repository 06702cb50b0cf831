"""Loads and refused rows as pages show them: words instead of codes, names instead of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from maillage.accounts.models import Person
from maillage.intake import jobs
from maillage.intake.actions import refusal_of
from maillage.intake.declared import importer_of
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
    def counts(self) -> list[tuple[str, int]]:
        """How many rows of each kind, in words."""
        words = {**KINDS, **self.importer.kinds}
        return [
            (str(words[name]), int(count))
            for name, count in self.load.counts.items()
            if name in words
        ]

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
        return [
            (str(option.words), self.load.given[option.name])
            for option in self.importer.options
            if option.name in self.load.given
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
