"""Protecting a table told in files: its cells in CSV, its hierarchies in JSON, its rules in TOML."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from maillage.figures.protection.attack import Interval, is_wide
from maillage.figures.protection.greedy import Tell
from maillage.figures.protection.programs import INFINITE
from maillage.figures.protection.rules import Rules
from maillage.figures.protection.secondary import Protected, protect
from maillage.figures.protection.tables import Cell, Key, Table, built, of_units
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

COLUMNS = {"value": "value", "units": "n", "largest": "largest", "second": "second"}
"""Which column tells what, unless `[columns]` of the rules says otherwise. Without units, each line is a unit."""


def told(
    table: Path, hierarchies: Path, rules: Path, tell: Tell = lambda _what, _done, _of: None
) -> dict[str, Any]:
    """Each cell with its status and the interval an attacker finds, and what the audit says.

    Raises:
        Invalid: a file cannot be read, with its line and column.
        Conflict: nothing protects the table.
    """
    parents = _hierarchies(hierarchies)
    asked = _toml(rules)
    columns = {**COLUMNS, **asked.get("columns", {})}
    read = _rules(rules, asked)
    given = _table(table, parents, columns)
    mode, budget = asked.get("mode", "auto"), asked.get("budget", 30.0)
    found = protect(given, read, mode=mode, budget=budget, tell=tell)
    cells = [_cell(given, found, key) for key in given.cells]
    counts = {letter: sum(cell["status"] == letter for cell in cells) for letter in "ABDV"}
    return {"cells": cells, "audit": {"mode": found.mode, "safe": found.is_safe, **counts,
                                      "narrow": _narrow(given, found.statuses, found.audit, read)}}  # fmt: skip


def _cell(table: Table, found: Protected, key: Key) -> dict[str, Any]:
    """A cell as it is answered; no upper end where nothing bounds what is hidden."""
    value = table.cells[key].value
    one = found.audit.get(key, Interval(value, value))
    return {
        "key": dict(zip(table.dimensions, key, strict=True)),
        "status": found.statuses[key],
        "lo": one.lo,
        "hi": None if one.hi >= INFINITE else one.hi,
    }


def _narrow(
    table: Table, statuses: Mapping[Key, str], audit: Mapping[Key, Any], rules: Rules
) -> list[dict[str, str]]:
    """The cells hidden for themselves whose interval does not reach as far as the rules ask: none, when safe."""
    return [
        dict(zip(table.dimensions, key, strict=True))
        for key, found in audit.items()
        if statuses[key] in {"A", "B"} and not is_wide(table, key, found, rules)
    ]


def _table(
    path: Path, parents: Mapping[str, Mapping[str, str]], columns: Mapping[str, str]
) -> Table:
    names = list(parents)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            header = rows.fieldnames or []
            if missing := [name for name in [*names, columns["value"]] if name not in header]:
                raise _refused(path, 1, missing[0], "colonne absente", "missing column")
            lines = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError) as fault:
        raise _refused(path, 0, "", "fichier illisible", "unreadable file") from fault
    keyed = [
        (line, tuple(row[name] for name in names), {
            what: _number(path, line, column, row[column])
            for what, column in columns.items() if column in header
        })
        for line, row in lines
    ]  # fmt: skip
    if columns["units"] not in header:
        cells = of_units((key, cell["value"]) for _line, key, cell in keyed)
    else:
        cells = [
            (key, Cell(cell["value"], int(cell["units"]), cell.get("largest", 0.0), cell.get("second", 0.0)))
            for _line, key, cell in keyed
        ]  # fmt: skip
    return built(cells, names, [parents[name] for name in names])


def _number(path: Path, line: int, column: str, cell: str | None) -> float:
    try:
        found = float((cell or "0").replace("\u202f", "").replace(" ", "").replace(",", "."))
    except ValueError as fault:
        raise _refused(path, line, column, f"«\u00a0{cell}\u00a0» n’est pas un nombre",
                       f"“{cell}” is no number") from fault  # fmt: skip
    if not 0 <= found < 1e15:
        raise _refused(
            path,
            line,
            column,
            f"{cell}\u00a0: les valeurs sont positives",
            f"{cell}: values are positive",
        )
    return found


def _hierarchies(path: Path) -> dict[str, dict[str, str]]:
    """Of each dimension, each code's parent: `{"ACTIVITY": {"01": "Total", "02": "Total"}}`."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _refused(path, 0, "", "JSON illisible", "unreadable JSON") from fault
    fits = isinstance(read, dict) and read and all(
        isinstance(tree, dict) and all(isinstance(p, str) for p in tree.values()) for tree in read.values()
    )  # fmt: skip
    if not fits:
        raise _refused(path, 0, "", "chaque dimension donne à chaque code son parent",
                       "each dimension gives each code its parent")  # fmt: skip
    for name, tree in read.items():
        for code in tree:
            _climb(path, name, code, tree)
    return dict(read)


def _climb(path: Path, name: str, code: str, tree: Mapping[str, str]) -> None:
    """Refuse a code that is above itself."""
    seen, above = {code}, tree[code]
    while above:
        if above in seen:
            raise _refused(path, 0, name, f"«\u00a0{code}\u00a0» est au-dessus de lui-même",
                           f"“{code}” stands above itself")  # fmt: skip
        seen.add(above)
        above = tree.get(above, "")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _refused(
            path, 0, "", f"TOML illisible ({fault})", f"unreadable TOML ({fault})"
        ) from fault


def _rules(path: Path, asked: Mapping[str, Any]) -> Rules:
    known = {field.name for field in fields(Rules)}
    if unknown := set(asked) - known - {"columns", "mode", "budget"}:
        name = min(unknown)
        raise _refused(path, 0, name, f"règle inconnue\u00a0; celles qu’on connaît\u00a0: {', '.join(sorted(known))}",
                       f"unknown rule; those there are: {', '.join(sorted(known))}")  # fmt: skip
    told = {name: value for name, value in asked.items() if name in known}
    if told.get("dominance") in (0, False):
        told["dominance"] = None
    for name, value in told.items():
        if value is not None and not isinstance(value, int | float):
            raise _refused(path, 0, name, "un nombre est attendu", "a number is expected")
    return Rules(**{**asdict(Rules()), **told})


def _refused(path: Path, line: int, column: str, fr: str, en: str) -> Invalid:
    where = f"{path.name}:{line} {column}" if line else f"{path.name} {column}".rstrip()
    return Invalid(
        Words(f"{where}\u00a0: {fr}.", f"{where}: {en}."),
        remedy=Words(
            "Voyez docs/how-to/protect-a-table.md, avec des exemples.",
            "See docs/how-to/protect-a-table.md, with examples.",
        ),
    )
