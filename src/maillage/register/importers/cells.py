"""Reading single cells of INSEE's files: identifiers, dates, codes, names. Pure, and quick by memory."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from maillage.kernel.identifiers import is_siret, luhn
from maillage.register.importers import overseas
from maillage.register.importers.lambert import is_metropolitan, to_degrees

UNDISCLOSED: Final = "[ND]"
SIZE_BANDS: Final = frozenset(
    ("", "NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53")
)  # fmt: skip
LOST_ZERO_BANDS: Final = frozenset("0123")
# Sirene was born in 1973 and holds firms of the Old Regime; what is outside these years is a slip.
EARLIEST: Final = "1600"
LATEST: Final = "2100"
_ABSCISSA: Final = "coordonneeLambertAbscisseEtablissement"
_memory = lru_cache(maxsize=1 << 16)


class BadCell(ValueError):  # noqa: N818 -- it names what was found
    """A cell that makes its line unusable."""

    def __init__(self, column: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.value = value


def check_shape(line: list[str], width: int) -> None:
    """Refuse a line that has not the cells of the header, or holds a NUL.

    Raises:
        BadCell: it has not.
    """
    if len(line) != width:
        raise BadCell("", "cells", str(len(line)))
    if "\0" in "".join(line):
        raise BadCell("", "nul")


@_memory
def day(text: str) -> str | None:
    """The ISO day, "" when blank or withheld, None when it is real but implausible.

    Raises:
        ValueError: it is no date.
    """
    if not text or text == UNDISCLOSED:
        return ""
    date.fromisoformat(text)
    if len(text) != 10 or text[7] != "-":  # fromisoformat reads weeks too
        raise ValueError(text)
    return text if EARLIEST <= text[:4] < LATEST else None


def is_check_right(identifier: str) -> bool:
    """Whether the digits of a SIREN or SIRET carry the right check, La Poste's rule included."""
    return luhn(identifier) or is_siret(identifier)


def identifier(text: str, length: int, column: str) -> str:
    """A SIREN or SIRET of `length` digits.

    Raises:
        BadCell: it is something else; the reason says what a spreadsheet did to it.
    """
    if len(text) != length:
        text = text.strip()
    if len(text) == length and text.isascii() and text.isdigit():
        return text
    raise BadCell(column, _identifier_fault(text, length), text)


def _identifier_fault(text: str, length: int) -> str:
    if "E+" in text.upper():
        return "spreadsheet_number"
    if not (text.isascii() and text.isdigit()):
        return "identifier"
    if length == 14 and len(text) == 9:
        return "siren_for_siret"
    return "lost_zero" if length - 3 <= len(text) < length else "identifier"


@_memory
def commune(text: str) -> str:
    """An INSEE commune code, "" when blank or withheld.

    Raises:
        BadCell: it is no such code.
    """
    text = text.strip()
    if not text or text == UNDISCLOSED:
        return ""
    if len(text) == 5 and text.isascii() and (text.isdigit() or text[:2] in {"2A", "2B"}):
        return text
    fault = "lost_zero" if len(text) == 4 and text.isdigit() else "commune"
    raise BadCell("codeCommuneEtablissement", fault, text)


@_memory
def size_band(text: str, column: str) -> str:
    """A headcount band of INSEE's list.

    Raises:
        BadCell: it is none.
    """
    if text in SIZE_BANDS:
        return text
    if text == UNDISCLOSED:
        return ""
    raise BadCell(column, "lost_zero" if text in LOST_ZERO_BANDS else "code", text)


@_memory
def code(text: str, length: int, column: str) -> str:
    """A code of at most `length` characters.

    Raises:
        BadCell: it is longer.
    """
    text = "" if text == UNDISCLOSED else text.strip()
    if len(text) > length:
        raise BadCell(column, "code", text)
    return text


def words(*cells: str, limit: int = 250) -> str:
    """Cells put together as a name, without blanks, withheld values or what exceeds the column."""
    text = " ".join(filter(None, cells))
    if UNDISCLOSED in text:
        text = text.replace(UNDISCLOSED, "")
    return " ".join(text.split())[:limit].rstrip() if text else ""


def position(x: str, y: str, commune: str) -> tuple[float, float] | None:
    """Longitude and latitude from the metres of the commune's projection, nothing when blank or withheld.

    Raises:
        BadCell: they are no numbers, or lie out of the territory of the commune; the caller takes the line without.
    """
    if not x or not y or UNDISCLOSED in (x, y):
        return None
    try:
        east, north = float(x), float(y)
    except ValueError as problem:
        raise BadCell(_ABSCISSA, "position", f"{x} {y}") from problem
    zone = overseas.ZONES.get(commune[:3])
    if zone:
        found = overseas.to_degrees(zone, east, north)
    else:
        found = to_degrees(east, north) if is_metropolitan(east, north) else None
    if found is None:
        raise BadCell(_ABSCISSA, "position_elsewhere", f"{x} {y}")
    return found
