"""Parameters of a compiled expression.

Ibis writes literals into the SQL. To compile once and ask many times, each parameter is compiled as a
sentinel, a literal nothing else can produce, which `Template` turns into the driver's placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

_MARK = "\u241f"
_NUMBER_BASE = 7_700_000_000_000
_SENTINEL = re.compile(rf"'{_MARK}([^{_MARK}']+){_MARK}'|-77000000(\d{{5}})\b")

Scalar = str | int | date | datetime
Value = Scalar | Sequence[Scalar]


@dataclass(slots=True)
class Parameters:
    """Named parameters of one expression; `prefix` keeps apart the questions that share a query.

    `same` names once what several questions of a query are asked with (see `alike`).
    """

    prefix: str = ""
    numbers: list[str] = field(default_factory=list)
    same: Mapping[str, str] = field(default_factory=dict)

    def scoped(self, prefix: str) -> Parameters:
        """The parameters of one question among several in the same query."""
        return Parameters(prefix, self.numbers, self.same)

    def text(self, name: str) -> ir.StringValue:
        """A day, an instant, a code: anything the database compares as written."""
        return ibis.literal(self._text(name))

    def texts(self, column: ir.Value, name: str) -> ir.BooleanValue:
        """Whether a column of codes holds one of the values bound to `name`."""
        return column.isin([self._text(name)])

    def number(self, name: str) -> ir.IntegerValue:
        """A whole number."""
        return ibis.literal(self._number(name))

    def among(self, column: ir.Value, name: str) -> ir.BooleanValue:
        """Whether a column of integer keys holds one of the values bound to `name`."""
        return column.isin([self._number(name)])

    def _full(self, name: str) -> str:
        full = self.prefix + name
        return self.same.get(full, full)

    def _text(self, name: str) -> str:
        return f"{_MARK}{self._full(name)}{_MARK}"

    def _number(self, name: str) -> int:
        full = self._full(name)
        if full not in self.numbers:
            self.numbers.append(full)
        return -(_NUMBER_BASE + self.numbers.index(full))


def alike(values: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    """The values of questions that repeat those of an earlier one, each with the name it then takes.

    Twenty figures of a page are asked over few periods, perimeters and organisations: named once, what
    they share is also compared once for each row.
    """
    first: dict[tuple[str, object], str] = {}
    repeated = []
    for full, value in values.items():
        _, dot, name = full.partition(".")
        if not dot:
            continue
        held = tuple(value) if isinstance(value, list | tuple) else value
        known = first.setdefault((name, held), full)
        if known != full:
            repeated.append((full, known))
    return tuple(repeated)


@dataclass(frozen=True, slots=True)
class Template:
    """SQL with named holes, bound through the driver."""

    parts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, sql: str, numbers: Sequence[str]) -> Template:
        """Cut compiled SQL at its sentinels, escaping `%` for the driver."""
        parts, names, start = [], [], 0
        for match in _SENTINEL.finditer(sql):
            parts.append(sql[start : match.start()].replace("%", "%%"))
            names.append(match[1] or numbers[int(match[2])])
            start = match.end()
        parts.append(sql[start:].replace("%", "%%"))
        return cls(tuple(parts), tuple(names))

    def bind(self, values: Mapping[str, Value]) -> tuple[str, list[Any]]:
        """The SQL and its ordered parameters; a list takes as many placeholders, none matches nothing."""
        pieces, bound = [self.parts[0]], []
        for name, part in zip(self.names, self.parts[1:], strict=True):
            value = values[name]
            if isinstance(value, str | int | date):
                pieces.append("%s")
                bound.append(value)
            else:
                pieces.append(", ".join(["%s"] * len(value)) or "NULL")
                bound.extend(value)
            pieces.append(part)
        return "".join(pieces), bound
