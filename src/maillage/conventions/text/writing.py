"""A convention written to TOML: what is blank is left out, so a file holds only what is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from maillage.conventions.text.document import ConventionText

FORMAT = 1
# How a field of the document is called in the file when people count otherwise than the machine.
EUROS = {"amount_cents": "amount_euros"}
PERCENT = {"share_bp": "share"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write(convention: ConventionText) -> str:
    """The TOML file of a convention (format 1)."""
    return "\n".join(["format = 1", *_table(convention, "")]).rstrip() + "\n"


def hundredths(value: int) -> str:
    """`15000000` as `150000`, `3334` as `33.34`: exact, never through a binary fraction."""
    number = Decimal(value) / 100
    return str(
        number.quantize(Decimal(1)) if value % 100 == 0 else number.quantize(Decimal("0.01"))
    )


def _table(thing: Any, path: str) -> Iterator[str]:
    nested: list[tuple[str, tuple[Any, ...]]] = []
    for spec in dataclasses.fields(thing):
        value = getattr(thing, spec.name)
        if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            nested.append((spec.name, value))
        elif value not in (None, "", (), {}):
            yield _line(spec.name, value)
    for name, items in nested:
        inner = f"{path}.{name}" if path else name
        for item in items:
            yield ""
            yield f"[[{inner}]]"
            yield from _table(item, inner)


def _line(name: str, value: Any) -> str:
    if name in EUROS:
        return f"{EUROS[name]} = {hundredths(value)}"
    if name in PERCENT:
        return f"{PERCENT[name]} = {hundredths(value)}"
    return f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return _string(str(value.value if isinstance(value, StrEnum) else value))


def _string(text: str) -> str:
    """A basic string: controls other than the usual three are written by their number."""
    out = []
    for char in text:
        if char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif ord(char) < 0x20 or ord(char) == 0x7F:
            out.append(f"\\u{ord(char):04X}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'
