"""What is wrong with a text, where, why, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from maillage.kernel.errors import Invalid, Refusal

Said = str | Promise
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a text cannot be taken, at a place a person can find."""

    path: Path
    reason: Said
    remedy: Said = ""
    line: int = 0
    column: int = 0

    @property
    def where(self) -> str:
        """`versions[1].axes[2].title`, numbered from 1 as people count."""
        parts = [f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in self.path]
        return "".join(parts).lstrip(".")

    @property
    def said(self) -> str:
        """Why, and what to do about it."""
        return f"{self.reason} {self.remedy}".rstrip()

    def under(self, path: Path) -> Problem:
        """The same, found in a part of a larger text."""
        return replace(self, path=(*path, *self.path))

    def as_json(self) -> dict[str, str | int]:
        """The problem for `--json`."""
        return {
            "line": self.line,
            "column": self.column,
            "key": self.where,
            "reason": str(self.reason),
            "remedy": str(self.remedy),
        }


class TextRefused(Invalid):
    """A convention's text that cannot be taken, with every problem found, none half-applied."""

    def __init__(self, problems: Iterable[Problem], *, file: str = "") -> None:
        self.problems = tuple(problems)
        self.file = file
        super().__init__("\n".join(self.lines()))

    def as_json(self) -> list[dict[str, str | int]]:
        """The problems for `--json`."""
        return [{"file": self.file, **problem.as_json()} for problem in self.problems]

    def lines(self) -> list[str]:
        """`file:12:1: versions[1].parties: reason Remedy`, one a problem."""
        return [
            ": ".join(filter(None, [self._place(problem), problem.where, problem.said]))
            for problem in self.problems
        ]

    def _place(self, problem: Problem) -> str:
        return f"{self.file}:{problem.line}:{problem.column}" if self.file else ""


def told(refusal: Refusal, file: str) -> list[dict[str, str | int]]:
    """Any refusal of a file, with the keys that each problem has for `--json`."""
    if isinstance(refusal, TextRefused):
        return refusal.as_json()
    whole = Problem((), str(refusal.reason), str(refusal.remedy))
    return [{"file": file, **whole.as_json()}]


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words that look most like the one written."""
    return difflib.get_close_matches(word, sorted(known), n=count, cutoff=0.4)
