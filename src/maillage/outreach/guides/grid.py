"""The grid of a visit as data: blocks of questions, each answered with a tap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.problems import Path
from maillage.conventions.text.tables import Reader
from maillage.kernel.text import Words

MOST_BLOCKS, MOST_QUESTIONS, MOST_CHOICES = 8, 40, 8
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given."""

    code: str
    words: Words


@dataclass(frozen=True)
class Question:
    """What is asked, and the answers that may be given: one of them, or several."""

    code: str
    ask: Words
    choices: tuple[Choice, ...]
    many: bool = False

    @cached_property
    def codes(self) -> frozenset[str]:
        """The answers that may be given, by their codes."""
        return frozenset(choice.code for choice in self.choices)

    def said(self, given: Iterable[str]) -> list[str]:
        """Answers in the reader's words, in the order of the grid."""
        held = set(given)
        return [str(choice.words) for choice in self.choices if choice.code in held]


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that go together; those of a confidential block are told to one's own organisation only."""

    code: str
    title: Words
    confidential: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A block as it was answered: what was asked, what was said."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """One version of the questions of a visit."""

    title: Words
    about: Words
    blocks: tuple[Block, ...]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by its code, in their order."""
        return {q.code: q for block in self.blocks for q in block.questions}

    @cached_property
    def confidential(self) -> Mapping[str, Question]:
        """The questions whose answers stay within the organisation."""
        return {q.code: q for block in self.blocks if block.confidential for q in block.questions}

    def told(self, answers: Answers) -> Iterator[Said]:
        """What was said, block by block; a question left alone says nothing."""
        for block in self.blocks:
            lines = tuple(
                (str(question.ask), ", ".join(question.said(answers[question.code])))
                for question in block.questions
                if question.code in answers
            )
            if lines:
                yield Said(str(block.title), lines)


@lru_cache(maxsize=64)
def grid_of(text: str) -> Grid:
    """The grid of a text that was accepted before."""
    return read(text)


def read(text: str, *, file: str = "") -> Grid:
    """The grid that a TOML text holds.

    Raises:
        TextRefused: with every problem found, each with its line, key, reason and remedy.
    """
    reader = _Grid()
    return reader.read(text, reader.grid, file=file)


class _Grid(Reader):
    """Turns tables into a grid."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[str] = set()

    def grid(self, tables: dict[str, Any]) -> Grid:
        self.only(tables, ("title", "about", "blocks"), ())
        rows = self.items(tables, "blocks", ())
        blocks = [self.block(table, ("blocks", rank)) for rank, table in enumerate(rows)]
        if len(blocks) > MOST_BLOCKS or len(self.codes) > MOST_QUESTIONS:
            told = _("A grid has at most %(blocks)s blocks and %(questions)s questions.")
            self.refuse(("blocks",), told % {"blocks": MOST_BLOCKS, "questions": MOST_QUESTIONS})
        codes = [block.code for block in blocks]
        for rank, code in enumerate(codes):
            if code in codes[:rank]:
                self.refuse(("blocks", rank, "code"), _("Two blocks have the same code."))
        return Grid(
            self.words(tables.get("title"), ("title",)),
            self.words(tables.get("about"), ("about",)),
            tuple(blocks),
        )

    def block(self, given: Any, path: Path) -> Block:
        table = self.table(given, path)
        self.only(table, ("code", "title", "confidential", "questions"), path)
        questions = [
            self.question(one, (*path, "questions", rank))
            for rank, one in enumerate(self.items(table, "questions", path))
        ]
        return Block(
            self.code(table, path),
            self.words(table.get("title"), (*path, "title")),
            self.flag(table, "confidential", path),
            tuple(questions),
        )

    def question(self, given: Any, path: Path) -> Question:
        table = self.table(given, path)
        self.only(table, ("code", "ask", "many", "choices"), path)
        code = self.code(table, path)
        if code in self.codes:
            self.refuse((*path, "code"), _("Another question has this code."))
        self.codes.add(code)
        told = self.table(table.get("choices"), (*path, "choices"))
        choices = [self.choice(name, one, (*path, "choices", name)) for name, one in told.items()]
        if not 1 <= len(choices) <= MOST_CHOICES:
            most = _("A question has 1 to %(most)s choices.") % {"most": MOST_CHOICES}
            self.refuse((*path, "choices"), most)
        ask = self.words(table.get("ask"), (*path, "ask"))
        return Question(code, ask, tuple(choices), self.flag(table, "many", path))

    def choice(self, code: str, given: Any, path: Path) -> Choice:
        table = self.table(given, path)
        self.only(table, ("fr", "en"), path)
        return Choice(self.named(code, path), self.words(table, path))

    def flag(self, table: Mapping[str, Any], name: str, path: Path) -> bool:
        given = table.get(name, False)
        if not isinstance(given, bool):
            self.refuse((*path, name), _("true or false is expected here."))
        return given is True
