r"""The text that a value has in a backup, the same on every database.

A row is a line, its values separated by tabs, as PostgreSQL's COPY writes and reads them: `\N` is
nothing, and a backslash stands before what would break the line. Within that:

* integers are digits, yes and no are `t` and `f`, floating numbers are the shortest that read back;
* days are `2020-06-30`, instants `2020-06-30T07:00:00.000000Z`: UTC, always six decimals;
* public keys are 32 hexadecimal digits, bytes are `\x` and hexadecimal digits;
* JSON is written with the shorter keys first, as PostgreSQL keeps it, decimals as they were written.

PostgreSQL writes and reads this itself. For SQLite values are turned a column at a time: a column of
a thousand rows without a backslash is looked at once, not a thousand times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from maillage.site.keeping.tables import Column, Table

NULL = r"\N"
BATCH = 1_000

_LETTERS = {"\\": "\\", "\t": "t", "\n": "n", "\r": "r", "\b": "b", "\f": "f", "\v": "v"}
_ESCAPES = str.maketrans({character: f"\\{letter}" for character, letter in _LETTERS.items()})
_MEANT = {letter: character for character, letter in _LETTERS.items()}
_BREAKS = re.compile(r"[\\\t\n\r\b\f\v]")
_ESCAPED = re.compile(r"\\(.)")


def escape(text: str) -> str:
    """A text as it stands in a line."""
    return text.translate(_ESCAPES) if _BREAKS.search(text) else text


def unescape(text: str) -> str:
    """A text read back from a line."""
    return _ESCAPED.sub(lambda found: _MEANT[found[1]], text) if "\\" in text else text


def lines(table: Table, batches: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """Rows as SQLite gives them, written in their lines, a batch at a time."""
    writers = [_WRITERS[column.form] for column in table.columns]
    for rows in batches:
        try:
            columns = [write(column) for write, column in zip(writers, turned(rows), strict=True)]
        except ValueError as fault:
            raise ValueError(f"{table.name}: {fault}") from fault
        yield ("\n".join(map("\t".join, turned(columns))) + "\n").encode()


def rows(table: Table, chunks: Iterable[bytes]) -> Iterator[list[tuple[Any, ...]]]:
    """Lines read back into rows as SQLite takes them, a batch at a time."""
    readers = [_READERS[column.form] for column in table.columns]
    for batch in cells(chunks):
        columns = [read(column) for read, column in zip(readers, turned(batch), strict=True)]
        yield list(turned(columns))


def turned(table: Iterable[Iterable[Any]]) -> Iterator[tuple[Any, ...]]:
    """Rows as columns, or columns as rows."""
    return zip(*table, strict=True)


def cells(chunks: Iterable[bytes]) -> Iterator[list[list[str]]]:
    """The lines of some bytes cut at their tabs, still escaped, a batch at a time."""
    left = b""
    for chunk in chunks:
        *whole, left = (left + chunk).split(b"\n")
        for start in range(0, len(whole), BATCH):
            yield [line.decode().split("\t") for line in whole[start : start + BATCH]]
    if left:
        raise ValueError("the last line is cut")


def select(table: Table) -> str:
    """The query by which PostgreSQL writes the lines itself."""
    written = ", ".join(_on_postgresql(column) for column in table.columns)
    return f'SELECT {written} FROM "{table.name}" ORDER BY "{table.key}"'  # noqa: S608 -- our own names


def named(column: Column) -> str:
    """A column, or what is written instead of it, as both databases name it in a query."""
    return f"'{column.instead}'" if column.instead else f'"{column.name}"'


def _on_postgresql(column: Column) -> str:
    name = named(column)
    if column.form == "instant":
        return f"""to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if column.form == "key":
        return f"replace({name}::text, '-', '')"
    return name


# From SQLite to the line. Each takes the values of a column.

Values = Sequence[Any]


def _texts(values: Values) -> Iterable[str]:
    present = [v for v in values if v is not None] if None in values else values
    if _BREAKS.search("\x1f".join(present)):
        return [NULL if v is None else v.translate(_ESCAPES) for v in values]
    return _plain(values)


def _plain(values: Values) -> Iterable[str]:
    return [NULL if v is None else v for v in values] if None in values else values


def _each(write: Callable[[Any], str]) -> Callable[[Values], Iterable[str]]:
    return lambda values: [NULL if v is None else write(v) for v in values]


def _instant(text: str) -> str:
    """The framework writes no decimals for a whole second."""
    if len(text) not in (19, 26) or text[10] != " ":
        raise ValueError(f"“{text}” is not an instant as the product writes it")
    return f"{text[:10]}T{text[11:]}{'.000000' if len(text) == 19 else ''}Z"


def number(value: float) -> str:
    """A floating number as PostgreSQL writes it: no decimals when there are none, then exponents."""
    text = repr(value).removesuffix(".0")
    if "n" in text:
        return text.replace("inf", "Infinity")
    if "e" in text or abs(value) < 1e15:
        return text
    sign, digits = ("-", text[1:]) if value < 0 else ("", text)
    whole, _, decimals = digits.partition(".")
    short = (whole + decimals).rstrip("0")
    return f"{sign}{short[0]}{'.' if short[1:] else ''}{short[1:]}e+{len(whole) - 1}"


@lru_cache(maxsize=4096)
def canonical_json(text: str) -> str:
    """A JSON text as PostgreSQL's `jsonb` writes it."""
    return _json(json.loads(text, parse_float=Decimal))


def _json(value: Any) -> str:
    if isinstance(value, dict):
        members = sorted((len(key := name.encode()), key, name) for name in value)
        pairs = (f"{encode_basestring(name)}: {_json(value[name])}" for *_, name in members)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return format(value or abs(value), "f")
    return json.dumps(value)


_WRITERS: Mapping[str, Callable[[Values], Iterable[str]]] = {
    "integer": _each(str),
    "text": _texts,
    "boolean": _each(lambda value: "t" if value else "f"),
    "day": _plain,
    "instant": _each(_instant),
    "key": _plain,
    "json": _each(lambda text: escape(canonical_json(text))),
    "number": _each(number),
    "binary": _each(lambda value: rf"\\x{value.hex()}"),
}


# From the line to SQLite. An integer stays text: the column's own affinity makes it a number.


def _read_texts(values: Values) -> Iterable[Any]:
    if "\\" not in "".join(values):
        return values
    return [None if v == NULL else unescape(v) for v in values]


def _read_each(read: Callable[[str], Any]) -> Callable[[Values], Iterable[Any]]:
    return lambda values: [None if v == NULL else read(v) for v in values]


def _read_instant(text: str) -> str:
    return f"{text[:10]} {text[11:-1].removesuffix('.000000')}"


_READERS: Mapping[str, Callable[[Values], Iterable[Any]]] = {
    "integer": _read_texts,
    "text": _read_texts,
    "boolean": _read_each("ft".index),
    "day": _read_texts,
    "instant": _read_each(_read_instant),
    "key": _read_texts,
    "json": _read_texts,
    "number": _read_each(float),
    "binary": _read_each(lambda text: bytes.fromhex(unescape(text)[2:])),
}
