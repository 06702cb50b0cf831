"""A questionnaire read from TOML: every problem is found and placed, nothing is guessed."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.problems import Path, nearest
from maillage.conventions.text.tables import Reader
from maillage.diagnoses.document import Advice, Axis, Choice, Document, Question

LONGEST_DELAY, MOST_POINTS, MOST_AXES = 730, 100, 12


def library() -> dict[str, str]:
    """The questionnaires that ship with the product: code → text."""
    folder = files("maillage.diagnoses") / "library"
    found = sorted(folder.iterdir(), key=lambda item: item.name)
    return {
        item.name.removesuffix(".toml"): item.read_text(encoding="utf-8")
        for item in found
        if item.name.endswith(".toml")
    }


@lru_cache(maxsize=64)
def document_of(text: str) -> Document:
    """The questionnaire of a text that was accepted before."""
    return read(text)


def read(text: str, *, themes: Collection[str] | None = None, file: str = "") -> Document:
    """The questionnaire that a TOML text holds; the themes of its advice are among `themes`, when given.

    Raises:
        TextRefused: with every problem found, each with its line, key, reason and remedy.
    """
    reader = _Questionnaire(themes)
    return reader.read(text, reader.document, file=file)


class _Questionnaire(Reader):
    """Turns tables into a questionnaire and keeps what could not be taken."""

    def __init__(self, themes: Collection[str] | None) -> None:
        super().__init__()
        self.themes = themes
        self.codes: set[str] = set()

    def document(self, tables: dict[str, Any]) -> Document:
        self.only(tables, ("code", "title", "about", "rule", "axes"), ())
        axes = [
            self.axis(table, ("axes", rank))
            for rank, table in enumerate(self.items(tables, "axes", ()))
        ]
        if len(axes) < 3 or len(axes) > MOST_AXES:
            told = _("A questionnaire has 3 to %(most)s axes.") % {"most": MOST_AXES}
            self.refuse(("axes",), told)
        if len({axis.code for axis in axes}) < len(axes):
            self.refuse(("axes",), _("Two axes have the same code."))
        return Document(
            self.code(tables, ()),
            self.words(tables.get("title"), ("title",)),
            self.words(tables.get("about"), ("about",)),
            self.words(tables.get("rule"), ("rule",)),
            tuple(axes),
        )

    def axis(self, table: Any, path: Path) -> Axis:
        table = self.table(table, path)
        self.only(table, ("code", "title", "questions"), path)
        questions = [
            self.question(one, (*path, "questions", rank))
            for rank, one in enumerate(self.items(table, "questions", path))
        ]
        title = self.words(table.get("title"), (*path, "title"))
        return Axis(self.code(table, path), title, tuple(questions))

    def question(self, table: Any, path: Path) -> Question:
        table = self.table(table, path)
        self.only(table, ("code", "ask", "choices", "advice"), path)
        code = self.code(table, path)
        if code in self.codes:
            self.refuse((*path, "code"), _("Another question has this code."))
        self.codes.add(code)
        told = self.table(table.get("choices"), (*path, "choices"))
        choices = [self.choice(name, one, (*path, "choices", name)) for name, one in told.items()]
        if len(choices) < 2 or max(c.points for c in choices) == 0:
            self.refuse(
                (*path, "choices"),
                _("A question has at least two choices, and one of them gives a point."),
            )
        advice = table.get("advice")
        return Question(
            code,
            self.words(table.get("ask"), (*path, "ask")),
            tuple(choices),
            self.advice(advice, (*path, "advice")) if advice is not None else None,
        )

    def choice(self, code: str, table: Any, path: Path) -> Choice:
        table = self.table(table, path)
        self.only(table, ("points", "fr", "en"), path)
        self.named(code, path)
        points = self.number(table, "points", path, range(MOST_POINTS + 1))
        return Choice(code, self.words(table, path), points)

    def advice(self, table: Any, path: Path) -> Advice:
        table = self.table(table, path)
        self.only(table, ("below", "fr", "en", "theme", "days"), path)
        theme = str(table.get("theme", ""))
        if self.themes is not None and theme not in self.themes:
            near = ", ".join(nearest(theme, self.themes) or sorted(self.themes)[:8])
            self.refuse(
                (*path, "theme"),
                _("The theme “%(theme)s” is not known.") % {"theme": theme},
                _("Nearest: %(near)s.") % {"near": near},
            )
        return Advice(
            self.number(table, "below", path, range(1, MOST_POINTS + 1)),
            self.words(table, path),
            theme,
            self.number(table, "days", path, range(1, LONGEST_DELAY + 1)),
        )
