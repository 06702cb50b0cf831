"""Cells as people write them: days, amounts, counts, SIREN and SIRET, with what a spreadsheet does to them.

Each function takes the text of a cell that is not blank and raises `BadCell` with the code of a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from maillage.kernel.identifiers import digits, is_siret, luhn
from maillage.kernel.rows import BadCell, folded

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.+Z-]*)?")
_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: [\d:]+)?")
_SERIAL = re.compile(r"[1-9]\d{4}")
_COMMUNE = re.compile(r"(\d{2}|2[AB])\d{3}")
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


def text(limit: int) -> Callable[[str], str]:
    """Words of at most so many characters, blanks set right."""

    def read(cell: str) -> str:
        found = " ".join(cell.split())
        if len(found) > limit:
            raise BadCell("", "too_long", found)
        return found

    return read


def day(cell: str) -> date:
    """A day written `2020-06-30` or `30/06/2020`."""
    found = cell.strip()
    if match := _ISO.fullmatch(found):
        year, month, of_month = map(int, match.groups())
    elif match := _FRENCH.fullmatch(found):
        of_month, month, year = map(int, match.groups())
    else:
        raise BadCell("", "serial_day" if _SERIAL.fullmatch(found) else "date", found)
    try:
        told = date(year, month, of_month)
    except ValueError as problem:
        raise BadCell("", "date", found) from problem
    if not EARLIEST <= told < LATEST:
        raise BadCell("", "implausible_day", found)
    return told


def siret(cell: str) -> str:
    """A SIRET, blanks between its groups set aside."""
    found = _identifier(cell, 14)
    if not is_siret(found):
        raise BadCell("", "wrong_check_digit", found)
    return found


def siren(cell: str) -> str:
    """A SIREN, blanks between its groups set aside."""
    found = _identifier(cell, 9)
    if not luhn(found):
        raise BadCell("", "wrong_check_digit", found)
    return found


def _identifier(cell: str, length: int) -> str:
    found = cell.strip()
    if _ROUNDED.fullmatch(found):
        raise BadCell("", "spreadsheet_number", found)
    bare = digits(found.removesuffix(".0"))
    if bare.isascii() and bare.isdigit():
        if len(bare) == length:
            return bare
        if length == 14 and len(bare) == 9:
            raise BadCell("", "siren_for_siret", found)
        if length == 9 and len(bare) == 14:
            raise BadCell("", "siret_for_siren", found)
        if length - 3 <= len(bare) < length:
            raise BadCell("", "lost_zero", found)
    raise BadCell("", "identifier", found)


def commune(cell: str) -> str:
    """An INSEE code of a commune."""
    found = cell.strip().upper()
    if _COMMUNE.fullmatch(found):
        return found
    raise BadCell(
        "", "lost_zero" if len(found) == 4 and found.isdigit() else "commune", cell.strip()
    )


def integer(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two bounds."""

    def read(cell: str) -> int:
        found = _decimal(cell)
        if found != int(found):
            raise BadCell("", "whole_number", cell.strip())
        if not least <= found <= most:
            raise BadCell("", "out_of_bounds", cell.strip())
        return int(found)

    return read


def cents(cell: str) -> int:
    """An amount in euros, as cents: `1 234,56 €`, `1234.56`."""
    found = _decimal(cell.replace("€", "").replace("EUR", "")) * 100
    if found != int(found):
        raise BadCell("", "too_precise", cell.strip())
    if abs(found) > 10**13:
        raise BadCell("", "out_of_bounds", cell.strip())
    return int(found)


def thousandths(cell: str) -> int:
    """A quantity with at most three decimals, as thousandths (jobs in full-time equivalents)."""
    found = _decimal(cell) * 1000
    if found != int(found):
        raise BadCell("", "too_precise", cell.strip())
    if abs(found) > 10**12:
        raise BadCell("", "out_of_bounds", cell.strip())
    return int(found)


def _decimal(cell: str) -> Decimal:
    """A number with a comma or a point, thousands apart."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", cell)
    if bare.count(",") == 1 and re.search(r",\d{1,15}$", bare):
        bare = bare.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,15})?", bare):
        code = "spreadsheet_number" if _ROUNDED.fullmatch(bare) else "number"
        raise BadCell("", code, cell.strip())
    try:
        return Decimal(bare)
    except InvalidOperation as problem:
        raise BadCell("", "number", cell.strip()) from problem


def one_of(values: Mapping[str, str]) -> Callable[[str], str]:
    """One of a few words, case and accents set aside; `values` maps each word to what it means."""
    known = {folded(word): meaning for word, meaning in values.items()}

    def read(cell: str) -> str:
        found = known.get(folded(cell))
        if found is None:
            raise BadCell("", "unknown_word", cell.strip())
        return found

    return read
