"""Tables handed out as CSV: opened by a spreadsheet as data, never as formulas.

In French the separator is the semicolon and decimals take a comma, as French spreadsheets expect.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from maillage.kernel.clock import PARIS
from maillage.ui import formats

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet run a cell (OWASP, CSV injection), full-width twins included."""


def safe_text(text: str) -> str:
    """The text, held by an apostrophe when a spreadsheet would take it for a formula."""
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def free_text(cell: str) -> str:
    """The text that `safe_text` wrote: without the apostrophe that held it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def cell(value: object, language: str) -> str:
    """One cell: numbers stay numbers, days are ISO, instants are Paris time, text cannot run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float | Decimal):
        return _written(value).replace(".", ",") if language == "fr" else _written(value)
    if isinstance(value, datetime):
        local = value.astimezone(PARIS) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def _written(value: formats.Numeric) -> str:
    """Digits, never an exponent of a decimal; what is no number leaves its cell empty."""
    if not isinstance(value, int) and not math.isfinite(value):
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def csv_lines(
    header: Iterable[object], rows: Iterable[Iterable[object]], language: str | None = None
) -> Iterator[str]:
    """The lines of the file, one by one, byte-order mark first."""
    language = formats.spoken(language)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if language == "fr" else ",")
    buffer.write(BYTE_ORDER_MARK)
    for row in _chained(header, rows):
        writer.writerow([cell(value, language) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def csv_response(
    filename: str, header: Iterable[object], rows: Iterable[Iterable[object]]
) -> HttpResponse:
    """A CSV file to download, in the reader's language; whole or not at all."""
    response = HttpResponse(
        "".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response


def _chained(
    header: Iterable[object], rows: Iterable[Iterable[object]]
) -> Iterator[Iterable[object]]:
    yield header
    yield from rows
