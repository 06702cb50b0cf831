"""A questionnaire read from TOML: every problem is found and placed, nothing is guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.lines import spot_of, spots_of
from maillage.conventions.text.problems import Path, Problem, TextRefused, nearest
from maillage.diagnoses.document import Advice, Axis, Choice, Document, Question
from maillage.kernel.text import Words

LARGEST = 200_000
LONGEST_WORDS, LONGEST_DELAY, MOST_POINTS, MOST_AXES = 1000, 730, 100, 12
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


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
    if len(text) > LARGEST:
        raise TextRefused([Problem((), _("The text is too long for a questionnaire."))], file=file)
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TextRefused([_syntax(error, text)], file=file) from None
    reader = _Reader(themes)
    found = reader.document(tables)
    if reader.problems:
        spots = spots_of(text)
        placed = [_placed(problem, spots) for problem in reader.problems]
        raise TextRefused(sorted(placed, key=lambda p: (p.line, p.column)), file=file)
    return found


def _placed(problem: Problem, spots: dict[Path, tuple[int, int]]) -> Problem:
    line, column = spot_of(problem.path, spots)
    return replace(problem, line=line, column=column)


def _syntax(error: Exception, text: str) -> Problem:
    told = str(error)
    found = re.search(r"line (\d+), column (\d+)", told)
    line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
    reason = _("The text is not TOML: %(error)s.") % {"error": told}
    return Problem((), reason, _("Repair the line named."), line, column)


class _Reader:
    """Turns tables into a questionnaire and keeps what could not be taken."""

    def __init__(self, themes: Collection[str] | None) -> None:
        self.problems: list[Problem] = []
        self.themes = themes
        self.codes: set[str] = set()

    def document(self, tables: dict[str, Any]) -> Document:
        self._only(tables, ("code", "title", "about", "rule", "axes"), ())
        axes = [
            self.axis(table, ("axes", rank))
            for rank, table in enumerate(self._list(tables, "axes", ()))
        ]
        if len(axes) < 3 or len(axes) > MOST_AXES:
            told = _("A questionnaire has 3 to %(most)s axes.") % {"most": MOST_AXES}
            self._refuse(("axes",), told)
        if len({axis.code for axis in axes}) < len(axes):
            self._refuse(("axes",), _("Two axes have the same code."))
        return Document(
            self._code(tables, ()),
            self._words(tables.get("title"), ("title",)),
            self._words(tables.get("about"), ("about",)),
            self._words(tables.get("rule"), ("rule",)),
            tuple(axes),
        )

    def axis(self, table: Any, path: Path) -> Axis:
        table = self._table(table, path)
        self._only(table, ("code", "title", "questions"), path)
        questions = [
            self.question(one, (*path, "questions", rank))
            for rank, one in enumerate(self._list(table, "questions", path))
        ]
        title = self._words(table.get("title"), (*path, "title"))
        return Axis(self._code(table, path), title, tuple(questions))

    def question(self, table: Any, path: Path) -> Question:
        table = self._table(table, path)
        self._only(table, ("code", "ask", "choices", "advice"), path)
        code = self._code(table, path)
        if code in self.codes:
            self._refuse((*path, "code"), _("Another question has this code."))
        self.codes.add(code)
        told = self._table(table.get("choices"), (*path, "choices"))
        choices = [self.choice(name, one, (*path, "choices", name)) for name, one in told.items()]
        if len(choices) < 2 or max(c.points for c in choices) == 0:
            self._refuse(
                (*path, "choices"),
                _("A question has at least two choices, and one of them gives a point."),
            )
        advice = table.get("advice")
        return Question(
            code,
            self._words(table.get("ask"), (*path, "ask")),
            tuple(choices),
            self.advice(advice, (*path, "advice")) if advice is not None else None,
        )

    def choice(self, code: str, table: Any, path: Path) -> Choice:
        table = self._table(table, path)
        self._only(table, ("points", "fr", "en"), path)
        if not _CODE.fullmatch(code):
            self._refuse(path, _("A code is made of small letters, digits and _."))
        points = self._number(table, "points", path, range(MOST_POINTS + 1))
        return Choice(code, self._words(table, path), points)

    def advice(self, table: Any, path: Path) -> Advice:
        table = self._table(table, path)
        self._only(table, ("below", "fr", "en", "theme", "days"), path)
        theme = str(table.get("theme", ""))
        if self.themes is not None and theme not in self.themes:
            near = ", ".join(nearest(theme, self.themes) or sorted(self.themes)[:8])
            self._refuse(
                (*path, "theme"),
                _("The theme “%(theme)s” is not known.") % {"theme": theme},
                _("Nearest: %(near)s.") % {"near": near},
            )
        return Advice(
            self._number(table, "below", path, range(1, MOST_POINTS + 1)),
            self._words(table, path),
            theme,
            self._number(table, "days", path, range(1, LONGEST_DELAY + 1)),
        )

    def _code(self, table: Mapping[str, Any], path: Path) -> str:
        code = table.get("code")
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
        self._refuse((*path, "code"), _("A code is made of small letters, digits and _."))
        return ""

    def _words(self, given: Any, path: Path) -> Words:
        table = given if isinstance(given, dict) else {}
        told = [table.get(language) for language in ("fr", "en")]
        if all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST_WORDS for one in told):
            return Words(str(told[0]).strip(), str(told[1]).strip())
        self._refuse(
            path, _("Words are missing in French or in English."), _("Write fr = “…” and en = “…”.")
        )
        return Words("", "")

    def _number(self, table: Mapping[str, Any], name: str, path: Path, within: range) -> int:
        given = table.get(name)
        if isinstance(given, int) and not isinstance(given, bool) and given in within:
            return given
        told = _("A whole number from %(least)s to %(most)s is expected.")
        self._refuse((*path, name), told % {"least": within[0], "most": within[-1]})
        return within[0]

    def _table(self, given: Any, path: Path) -> dict[str, Any]:
        if isinstance(given, dict):
            return given
        self._refuse(path, _("A table is expected here."))
        return {}

    def _list(self, table: Mapping[str, Any], name: str, path: Path) -> list[Any]:
        given = table.get(name)
        if isinstance(given, list) and given:
            return given
        self._refuse((*path, name), _("At least one is expected here."))
        return []

    def _only(self, table: Mapping[str, Any], known: Collection[str], path: Path) -> None:
        for name in table:
            if name not in known:
                near = ", ".join(nearest(name, known) or known)
                self._refuse(
                    (*path, name),
                    _("This key is not known."),
                    _("Nearest: %(near)s.") % {"near": near},
                )

    def _refuse(self, path: Path, reason: Any, remedy: Any = "") -> None:
        self.problems.append(Problem(path, reason, remedy))
