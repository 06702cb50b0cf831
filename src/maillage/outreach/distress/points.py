"""The points of early signals as data: which answer weighs what, from how many points on somebody calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.problems import Path, nearest
from maillage.conventions.text.tables import Reader
from maillage.kernel.text import Words

MOST_FACTS, HEAVIEST, HIGHEST = 20, 10, 100
#: The questions that a grid asks in confidence, each with the answers that it takes.
Asked = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer that weighs: adverse above zero, reassuring below; what it proposes to whoever reads it."""

    question: str
    answer: str
    points: int
    words: Words
    proposes: Words | None = None


@dataclass(frozen=True)
class Points:
    """One version of the table."""

    title: Words
    about: Words
    watch: int
    contact: int
    facts: tuple[Fact, ...]

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """The questions it weighs, each once, in their order."""
        return tuple(dict.fromkeys(fact.question for fact in self.facts))


@lru_cache(maxsize=64)
def points_of(text: str) -> Points:
    """The table of a text that was accepted before."""
    return read(text)


def read(text: str, *, asked: Asked | None = None, file: str = "") -> Points:
    """The table that a TOML text holds; the answers it weighs are among those `asked`, when given.

    Raises:
        TextRefused: with every problem found, each with its line, key, reason and remedy.
    """
    reader = _Points(asked)
    return reader.read(text, reader.points, file=file)


class _Points(Reader):
    """Turns tables into a table of points."""

    def __init__(self, asked: Asked | None) -> None:
        super().__init__()
        self.asked = asked
        self.seen: set[tuple[str, str]] = set()

    def points(self, tables: dict[str, Any]) -> Points:
        self.only(tables, ("title", "about", "watch", "contact", "facts"), ())
        rows = self.items(tables, "facts", ())
        if len(rows) > MOST_FACTS:
            self.refuse(("facts",), _("At most %(most)s facts are weighed.") % {"most": MOST_FACTS})
        watch = self.number(tables, "watch", (), range(1, HIGHEST))
        contact = self.number(tables, "contact", (), range(2, HIGHEST + 1))
        if contact <= watch:
            self.refuse(("contact",), _("A contact is proposed above the points of watching."))
        return Points(
            self.words(tables.get("title"), ("title",)),
            self.words(tables.get("about"), ("about",)),
            watch,
            contact,
            tuple(self.fact(one, ("facts", rank)) for rank, one in enumerate(rows)),
        )

    def fact(self, given: Any, path: Path) -> Fact:
        table = self.table(given, path)
        self.only(table, ("question", "answer", "points", "fr", "en", "proposes"), path)
        question = self.named(table.get("question"), (*path, "question"))
        answer = self.named(table.get("answer"), (*path, "answer"))
        self._known(question, answer, path)
        if (question, answer) in self.seen:
            self.refuse(path, _("This answer is weighed twice."))
        self.seen.add((question, answer))
        points = self.number(table, "points", path, range(-HEAVIEST, HEAVIEST + 1))
        if points == 0:
            self.refuse((*path, "points"), _("A fact that weighs nothing has no place here."))
        proposes = table.get("proposes")
        return Fact(
            question,
            answer,
            points,
            self.words(table, path),
            None if proposes is None else self.words(proposes, (*path, "proposes")),
        )

    def _known(self, question: str, answer: str, path: Path) -> None:
        if self.asked is None or not question:
            return
        if question not in self.asked:
            self._unknown(question, self.asked, (*path, "question"))
        elif answer and answer not in self.asked[question]:
            self._unknown(answer, self.asked[question], (*path, "answer"))

    def _unknown(self, code: str, known: Collection[str], path: Path) -> None:
        near = ", ".join(nearest(code, known) or sorted(known)[:8])
        self.refuse(
            path,
            _("The grid asks nothing like “%(code)s” in confidence.") % {"code": code},
            _("Nearest: %(near)s.") % {"near": near},
        )
