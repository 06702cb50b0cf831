"""Texts written in TOML and read strictly: every problem is found and placed, nothing is guessed.

A document says what it is made of in a reader of its own; what any of them asks of a table stands here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.lines import spot_of, spots_of
from maillage.conventions.text.problems import Path, Problem, TextRefused, nearest
from maillage.kernel.text import Words

T = TypeVar("T")

LARGEST = 200_000
LONGEST_WORDS = 1000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


class Reader:
    """Reads tables, and keeps what could not be taken."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, text: str, document: Callable[[dict[str, Any]], T], *, file: str = "") -> T:
        """What a text holds, as `document` makes it of its tables.

        Raises:
            TextRefused: with every problem found, each with its line, key, reason and remedy.
        """
        if len(text) > LARGEST:
            raise TextRefused([Problem((), _("The text is too long."))], file=file)
        try:
            tables = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise TextRefused([_syntax(error, text)], file=file) from None
        found = document(tables)
        if self.problems:
            spots = spots_of(text)
            placed = [_placed(problem, spots) for problem in self.problems]
            raise TextRefused(sorted(placed, key=lambda p: (p.line, p.column)), file=file)
        return found

    def code(self, table: Mapping[str, Any], path: Path) -> str:
        """The code under which a table is known, for good."""
        return self.named(table.get("code"), (*path, "code"))

    def named(self, given: Any, path: Path) -> str:
        """A code: small letters, digits and _."""
        if isinstance(given, str) and _CODE.fullmatch(given):
            return given
        self.refuse(path, _("A code is made of small letters, digits and _."))
        return ""

    def words(self, given: Any, path: Path) -> Words:
        """Words in both languages."""
        table = given if isinstance(given, dict) else {}
        told = [table.get(language) for language in ("fr", "en")]
        if all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST_WORDS for one in told):
            return Words(str(told[0]).strip(), str(told[1]).strip())
        self.refuse(
            path, _("Words are missing in French or in English."), _("Write fr = “…” and en = “…”.")
        )
        return Words("", "")

    def number(self, table: Mapping[str, Any], name: str, path: Path, within: range) -> int:
        """A whole number within a range."""
        given = table.get(name)
        if isinstance(given, int) and not isinstance(given, bool) and given in within:
            return given
        told = _("A whole number from %(least)s to %(most)s is expected.")
        self.refuse((*path, name), told % {"least": within[0], "most": within[-1]})
        return within[0]

    def table(self, given: Any, path: Path) -> dict[str, Any]:
        """A table."""
        if isinstance(given, dict):
            return given
        self.refuse(path, _("A table is expected here."))
        return {}

    def items(self, table: Mapping[str, Any], name: str, path: Path) -> list[Any]:
        """A list of one thing at least."""
        given = table.get(name)
        if isinstance(given, list) and given:
            return given
        self.refuse((*path, name), _("At least one is expected here."))
        return []

    def only(self, table: Mapping[str, Any], known: Collection[str], path: Path) -> None:
        """No key but those that mean something."""
        for name in table:
            if name not in known:
                near = ", ".join(nearest(name, known) or known)
                self.refuse(
                    (*path, name),
                    _("This key is not known."),
                    _("Nearest: %(near)s.") % {"near": near},
                )

    def refuse(self, path: Path, reason: Any, remedy: Any = "") -> None:
        """Note what cannot be taken."""
        self.problems.append(Problem(path, reason, remedy))


def _placed(problem: Problem, spots: dict[Path, tuple[int, int]]) -> Problem:
    line, column = spot_of(problem.path, spots)
    return replace(problem, line=line, column=column)


def _syntax(error: Exception, text: str) -> Problem:
    told = str(error)
    found = re.search(r"line (\d+), column (\d+)", told)
    line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
    reason = _("The text is not TOML: %(error)s.") % {"error": told}
    return Problem((), reason, _("Repair the line named."), line, column)
