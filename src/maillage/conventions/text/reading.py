"""A convention read from TOML: every problem is found and placed, nothing is guessed."""

from __future__ import annotations

import dataclasses
import re
import tomllib
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text import rules
from maillage.conventions.text.document import ConventionText
from maillage.conventions.text.lines import spot_of, spots_of
from maillage.conventions.text.problems import Path, Problem, TextRefused, nearest
from maillage.conventions.text.writing import EUROS, FORMAT, PERCENT

_REFUSED = object()
YEARS = range(1900, 2101)
"""The years that a day of a text may have: others are a slip of the finger."""


def read(text: str, *, file: str = "") -> ConventionText:
    """The convention a TOML text holds.

    Raises:
        TextRefused: with every problem found, each with its line, key, reason and remedy.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:  # the last two: absurd numbers, nests
        raise TextRefused([_syntax(error, text)], file=file) from None
    reader = _Reader()
    reader.format(tables)
    convention = reader.thing(ConventionText, tables, ())
    problems = reader.problems
    if convention is not None and not problems:
        problems = rules.problems_of(convention)
    if problems:
        raise TextRefused(place(problems, text), file=file)
    return typing.cast(ConventionText, convention)


def place(problems: list[Problem], text: str) -> list[Problem]:
    """The problems with the line and column of the file where each stands, in the order of the file."""
    spots = spots_of(text)
    placed = []
    for problem in problems:
        line, column = spot_of(problem.path, spots)
        placed.append(dataclasses.replace(problem, line=line, column=column))
    return sorted(placed, key=lambda p: (p.line, p.column))


_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Duplicate")


def _syntax(error: Exception, text: str) -> Problem:
    told = str(error)
    found = re.search(r"line (\d+), column (\d+)", told)
    lines = text.split("\n")
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    if told.startswith(_TWICE):
        twice = _("A key or a table is written twice.")
        return Problem((), twice, _("Keep one of the two."), line, column)
    return Problem(
        (),
        _("The file is not TOML: %(error)s.") % {"error": told},
        _("Repair the line named, or start from an exported convention."),
        line,
        column,
    )


class _Reader:
    """Turns tables into the document's values and keeps what could not be taken."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def format(self, tables: dict[str, Any]) -> None:
        if (given := tables.pop("format", None)) != FORMAT:
            self._refuse(
                ("format",),
                _("Format %(given)s is not known.") % {"given": given},
                _("Write “format = %(format)s” at the top.") % {"format": FORMAT},
            )

    def thing(self, cls: type[Any], table: Any, path: Path) -> Any:
        """One table as one value of the document (None when it cannot be)."""
        if not isinstance(table, dict):
            return self._refuse(path, _("A table is expected here."), _("Write it as [[…]]."))
        values: dict[str, Any] = {}
        for spec in dataclasses.fields(cls):
            name = _in_file(spec.name)
            if name in table:
                value = self.value(_hints(cls)[spec.name], table[name], (*path, name))
                values[spec.name] = self._within(spec, value, (*path, name))
            elif _is_required(spec):
                self._refuse(
                    (*path, name), _("This key is missing."), _("Add “%(key)s”.") % {"key": name}
                )
                values[spec.name] = _REFUSED
        self._unknown(cls, table, path)
        if _REFUSED in values.values():
            return None
        return cls(**values)

    def value(self, kind: Any, given: Any, path: Path) -> Any:
        """One value of the kind the document wants; a refused one is a problem and a marker."""
        kind = _bare(kind)
        if typing.get_origin(kind) is tuple:
            return self._several(typing.get_args(kind)[0], given, path)
        if path[-1] in (*EUROS.values(), *PERCENT.values()):
            return self._hundredths(given, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._choice(kind, given, path)
        if _fits(kind, given):
            return given
        return self._wrong(kind, given, path)

    def _within(self, spec: dataclasses.Field[Any], value: Any, path: Path) -> Any:
        """A value no longer, no smaller and no greater than what an instance can keep."""
        most, bounds = spec.metadata.get("most"), spec.metadata.get("bounds")
        if most and isinstance(value, str) and len(value) > most:
            return self._refuse(
                path,
                _("This is %(count)s signs long.") % {"count": len(value)},
                _("Write %(most)s signs at most.") % {"most": most},
            )
        if bounds and isinstance(value, int) and not bounds[0] <= value <= bounds[1]:
            return self._refuse(
                path,
                _("“%(given)s” cannot stand here.") % {"given": value},
                _("Write a whole number from %(low)s to %(high)s.")
                % {"low": bounds[0], "high": bounds[1]},
            )
        return value

    def _several(self, kind: Any, given: Any, path: Path) -> Any:
        if not isinstance(given, list):
            return self._wrong(list, given, path)
        read: Callable[[Any, Any, Path], Any] = (
            self.thing if dataclasses.is_dataclass(kind) else self.value
        )
        return tuple(read(kind, item, (*path, rank)) for rank, item in enumerate(given))

    def _hundredths(self, given: Any, path: Path) -> Any:
        if isinstance(given, int | Decimal) and not isinstance(given, bool):
            number = Decimal(given)
            if number.is_finite() and 0 <= number < 10**13 and number * 100 == int(number * 100):
                return int(number * 100)
        return self._refuse(
            path,
            _("“%(given)s” is not a number with two decimals at most.") % {"given": given},
            _("Write 150000 or 33.34, without spaces or sign."),
        )

    def _choice(self, kind: type[StrEnum], given: Any, path: Path) -> Any:
        if given in [item.value for item in kind]:
            return kind(given)
        return self._refuse(
            path,
            _("“%(given)s” is not one of the words known here.") % {"given": given},
            _("Choose among: %(words)s.") % {"words": ", ".join(item.value for item in kind)},
        )

    def _unknown(self, cls: type[Any], table: dict[str, Any], path: Path) -> None:
        known = {_in_file(spec.name) for spec in dataclasses.fields(cls)}
        for name in table.keys() - known:
            close = nearest(name, known, 1) or sorted(known)
            self._refuse(
                (*path, name),
                _("This key is not known here; results are computed, never typed in."),
                _("Known: %(keys)s.") % {"keys": ", ".join(close)},
            )

    def _wrong(self, kind: Any, given: Any, path: Path) -> Any:
        wanted = {
            str: _("a text between quotes"),
            int: _("a whole number"),
            bool: _("true or false"),
            date: _("a day written 2019-04-05, from 1900 to 2100"),
            dict: _('a table such as { territory = "mel" }'),
        }.get(kind, _("a list between brackets"))
        return self._refuse(
            path,
            _("“%(given)s” cannot stand here.") % {"given": str(given)[:60]},
            _("Write %(wanted)s.") % {"wanted": wanted},
        )

    def _refuse(self, path: Path, reason: Any, remedy: Any) -> Any:
        self.problems.append(Problem(path, reason, remedy))
        return _REFUSED


def _in_file(name: str) -> str:
    return EUROS.get(name) or PERCENT.get(name) or name


def _is_required(spec: dataclasses.Field[Any]) -> bool:
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING


def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _bare(kind: Any) -> Any:
    """The kind without “or nothing”, and without what a dictionary holds."""
    if isinstance(kind, types.UnionType):
        kind = next(k for k in typing.get_args(kind) if k is not type(None))
    return dict if typing.get_origin(kind) is dict else kind


def _fits(kind: Any, given: Any) -> bool:
    if kind is int:
        return isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**62
    if kind is date:
        return isinstance(given, date) and not isinstance(given, datetime) and given.year in YEARS
    if kind is str:
        return isinstance(given, str) and "\x00" not in given
    return isinstance(given, kind)
