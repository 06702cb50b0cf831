"""TOML: the tables of a list become rows; what stands above them is said of each, a list makes a row of each value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from maillage.intake.reading.limits import Limits, Meter, Refused
from maillage.intake.reading.sources import Source
from maillage.intake.reading.trees import flat_cells

_LIST = re.compile(r"\s*\[\[\s*([\w-]+)\s*\]\]")
_LINE = re.compile(r"at line (\d+)")
_SEARCHED = 1_000  # characters of a line: in a longer one, values share it
Cells = dict[str, str]


def read_toml(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """The first list of tables of a file.

    Raises:
        Refused: it is no TOML, holds no list of tables, or passes a limit.
    """
    text = _text(source)
    content = _content(text)
    name = next((name for name, given in content.items() if _is_tables(given)), None)
    if name is None:
        raise Refused("no_list")
    above = {key: given for key, given in content.items() if not isinstance(given, list | dict)}
    lines = text.split("\n")
    begins = [
        n for n, line in enumerate(lines, 1) if (found := _LIST.match(line)) and found[1] == name
    ]
    told = _weighed(_told(content[name], above, begins, lines, meter.limits), meter.limits)
    header = dict.fromkeys(column for _line, cells in told for column in cells)
    yield "said", {"encoding": "utf-8"}
    yield "table", table, list(header)
    for line, cells in told:
        meter.row(list(header), line)
        yield "row", line, [cells.get(column, "") for column in header]


def _text(source: Source) -> str:
    try:
        return source.whole(source.limits.toml_bytes).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeError as problem:
        raise Refused("encoding") from problem


def _content(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=str)
    except RecursionError as problem:
        raise Refused("too_deep") from problem
    except ValueError as problem:
        found = _LINE.search(str(problem))
        raise Refused("toml", line=int(found[1]) if found else 0) from problem


def _is_tables(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(one, dict) for one in given)


def _weighed(rows: Iterator[tuple[int, Cells]], limits: Limits) -> list[tuple[int, Cells]]:
    """The rows, together: what stands above is said of each, so that a small file may say a great deal.

    Raises:
        Refused: it says more than a file of JSON may.
    """
    found, said = [], 0
    for line, cells in rows:
        said += sum(map(len, cells.values()))
        if said > limits.tree_bytes:
            raise Refused("bomb", line=line)
        found.append((line, cells))
    return found


def _told(
    tables: list[dict[str, Any]],
    above: Mapping[str, Any],
    begins: list[int],
    lines: list[str],
    limits: Limits,
) -> Iterator[tuple[int, Cells]]:
    """Each row with its line: that of its value where a list makes several rows of one table."""
    for rank, one in enumerate(tables):
        line = begins[rank] if rank < len(begins) else rank + 1
        lists = [key for key, given in one.items() if isinstance(given, list)]
        if len(lists) != 1:
            yield line, flat_cells({**above, **one}, line, limits)
            continue
        last = begins[rank + 1] - 1 if rank + 1 < len(begins) else len(lines)
        for value in one[lists[0]] or [""]:
            line = _line_of(value, lines, line, last)
            yield line, flat_cells({**above, **one, lists[0]: value}, line, limits)


def _line_of(value: Any, lines: list[str], since: int, last: int) -> int:
    """The first line, from one on, that holds a value as it is written; else that one."""
    written = (f'"{value}"', f"'{value}'") if isinstance(value, str) else (str(value),)
    for number in range(since, last + 1):
        line = lines[number - 1]
        if len(line) <= _SEARCHED and any(one in line for one in written):
            return number
    return since
