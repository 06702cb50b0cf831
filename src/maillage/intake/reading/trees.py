"""JSON, NDJSON and GeoJSON: objects become rows, in their order, numbers kept as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from maillage.intake.reading.limits import Limits, Meter, Refused
from maillage.intake.reading.sources import Source
from maillage.intake.reading.texts import encoding_of

GEOMETRY = "geometry"
_BLANK = re.compile(r"[ \t\r\n]*")


class _Twice(ValueError):  # noqa: N818 -- it names what was found
    """A name stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
)


def read_json(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """The objects of a list, wherever it stands in the file's first level.

    Raises:
        Refused: it is no JSON, holds no list of objects, or passes a limit.
    """
    text, encoding = _text(source)
    yield from _told(lambda: _elements(text, _start(text)), encoding, meter, table)


def read_ndjson(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """One object a line."""
    text, encoding = _text(source)
    yield from _told(lambda: _lines(text), encoding, meter, table)


def _told(
    elements: Callable[[], Iterator[tuple[int, Any, str]]], encoding: str, meter: Meter, table: str
) -> Iterator[tuple[Any, ...]]:
    yield "said", {"encoding": encoding}
    header: dict[str, None] = {}
    last, is_one_a_line = 0, True
    for line, value, span in elements():
        is_one_a_line, last = is_one_a_line and line > last, line
        header.update(dict.fromkeys(_flat(value, span, line, meter.limits)))
        if len(header) > meter.limits.columns:
            raise Refused("too_many_columns", line=line, value=str(meter.limits.columns))
    if not header:
        raise Refused("empty")
    yield "table", table, list(header)
    for rank, (line, value, span) in enumerate(elements(), 1):
        cells = _flat(value, span, line, meter.limits)
        meter.row(list(header), line)
        # Where objects share a line, their rank tells them apart.
        yield "row", line if is_one_a_line else rank, [cells.get(name, "") for name in header]


def _text(source: Source) -> tuple[str, str]:
    encoding = encoding_of(source)
    try:
        return source.whole(source.limits.tree_bytes).decode(encoding), encoding
    except UnicodeError as problem:
        raise Refused("encoding") from problem


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError as problem:
        raise Refused("too_deep", line=_line(text, at)) from problem
    except _Twice as problem:
        raise Refused("duplicate_name", line=_line(text, at)) from problem
    except json.JSONDecodeError as problem:
        raise Refused("json", line=problem.lineno) from problem


def _start(text: str) -> int:
    """Where the list of objects begins: the file itself, or the first such list of its object.

    Raises:
        Refused: there is none.
    """
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        return at
    if text[at : at + 1] != "{":
        raise Refused("json", line=_line(text, at))
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        _name, at = _value(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise Refused("json", line=_line(text, at))
        at = _skip(text, at + 1)
        if text[at : at + 1] == "[" and text[_skip(text, at + 1) :][:1] == "{":
            return at
        _given, at = _value(text, at)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
    raise Refused("no_list")


def _elements(text: str, start: int) -> Iterator[tuple[int, Any, str]]:
    """Each object of the list with its line and its text."""
    at, line, counted = _skip(text, start + 1), 1, 0
    while text[at : at + 1] != "]":
        value, end = _value(text, at)
        line += text.count("\n", counted, at)
        counted = at
        yield line, value, text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            if text[at : at + 1] == "]":
                raise Refused("json", line=_line(text, at))
        elif text[at : at + 1] != "]":
            raise Refused("json", line=_line(text, at))


def _lines(text: str) -> Iterator[tuple[int, Any, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            at = _skip(line, 0)
            try:
                value, end = _value(line, at)
            except Refused as refused:
                refused.line = number
                raise
            if line[end:].strip():
                raise Refused("json", line=number)
            yield number, value, line


def _flat(value: Any, span: str, line: int, limits: Limits) -> dict[str, str]:
    """An object as cells: nested names joined by a dot, lists written as JSON, outlines kept exact."""
    if not isinstance(value, dict):
        raise Refused("not_an_object", line=line)
    cells: dict[str, str] = {}
    if value.get("type") == "Feature":
        shape = json.loads(span).get(GEOMETRY)
        cells[GEOMETRY] = "" if shape is None else json.dumps(shape)[: limits.shape + 1]
        value = value.get("properties") or {}
        if not isinstance(value, dict):
            raise Refused("not_an_object", line=line)
    _put(value, "", cells, line, limits, 1)
    return cells


def flat_cells(value: Mapping[str, Any], line: int, limits: Limits) -> dict[str, str]:
    """An object that is no outline as cells."""
    cells: dict[str, str] = {}
    _put(value, "", cells, line, limits, 1)
    return cells


def _put(
    value: Mapping[str, Any],
    before: str,
    cells: dict[str, str],
    line: int,
    limits: Limits,
    depth: int,
) -> None:
    if depth > limits.depth:
        raise Refused("too_deep", line=line)
    for name, given in value.items():
        path = f"{before}{name}"[:200]
        if isinstance(given, dict):
            _put(given, f"{path}.", cells, line, limits, depth + 1)
        else:
            cells[path] = _cell(given, line, limits)


def _cell(given: Any, line: int, limits: Limits) -> str:
    if given is None:
        return ""
    if given is True or given is False:
        return "true" if given else "false"
    if isinstance(given, list):
        if _depth(given, limits.depth) > limits.depth:
            raise Refused("too_deep", line=line)
        given = json.dumps(given, ensure_ascii=False)
    return str(given)[: limits.cell + 1]


def _depth(value: Any, left: int) -> int:
    if left < 0 or not isinstance(value, list | dict):
        return 0
    inside = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(one, left - 1) for one in inside), default=0)
