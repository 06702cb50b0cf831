"""XLSX and Parquet: cells as plain text, so that a SIRET never becomes 4,9E+13."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from maillage.intake.reading.limits import Meter, Refused
from maillage.intake.reading.sources import Source, open_zip, weigh

_BATCH = 5_000
_EXACT = 1e15  # beyond, a spreadsheet's number has lost digits and says so by its exponent


def plain(value: Any) -> str:
    """A cell as text: days in ISO form, whole numbers as digits, blanks as nothing."""
    if value is None:
        return ""
    for sort, told in _PLAIN:
        if isinstance(value, sort):
            return told(value)
    return str(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else f"{value:.15g}"


def _instant(value: dt.datetime) -> str:
    at_midnight = value.time() == dt.time() and value.tzinfo is None
    return value.date().isoformat() if at_midnight else value.isoformat()


def _nested(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


# The first sort that fits says how: a boolean is a number too, an instant is a day too.
_PLAIN: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (str, str),
    (bool, lambda value: "true" if value else "false"),
    (float, _number),
    (dt.datetime, _instant),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (bytes, lambda value: value.decode("utf-8", "replace")),
    ((list, dict, tuple), _nested),
)


def read_xlsx(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """The rows of each visible sheet of a workbook.

    Raises:
        Refused: it is no workbook, is locked, or passes a limit.
    """
    content = source.whole()
    with open_zip(Source(source.name, lambda: io.BytesIO(content), source.limits)) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
            raise Refused("no_workbook")
        weigh(source, archive)
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        yield "said", {"sheets": list(book.sheet_names)}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            yield "table", f"{table}/{name}" if table else name, None
            yield from _sheet(sheet, meter)
    except calamine.PasswordError as problem:
        raise Refused("locked") from problem
    except calamine.CalamineError as problem:
        raise Refused("broken_workbook", value=str(problem)[:60]) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # how a library in Rust breaks down
            raise
        raise Refused("broken_workbook") from problem


def _sheet(sheet: Any, meter: Meter) -> Iterator[tuple[Any, ...]]:
    longest = meter.limits.cell + 1
    meter.promised(sheet.total_height)
    for line, row in enumerate(sheet.iter_rows(), 1):
        cells = [plain(value)[:longest] for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            meter.row(cells, line)
            yield "row", line, cells


def read_parquet(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet file; `line` is the rank of the row.

    Raises:
        Refused: it is no readable Parquet file, or passes a limit.
    """
    content = source.whole()
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(io.BytesIO(content)) as file:
            meter.promised(file.metadata.num_rows)
            header = list(file.schema_arrow.names)
            if len(header) > meter.limits.columns:
                raise Refused("too_many_columns", value=str(meter.limits.columns))
            yield "said", {"columns": len(header)}
            yield "table", table, header
            yield from _batches(file, meter)
    except arrow.ArrowMemoryError as problem:
        raise MemoryError from problem
    except (arrow.ArrowException, OSError, ValueError, OverflowError) as problem:
        raise Refused("broken_parquet") from problem


def _batches(file: Any, meter: Meter) -> Iterator[tuple[Any, ...]]:
    longest, line = meter.limits.cell + 1, 0
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        meter.promised(line + batch.num_rows)
        columns = [[plain(v)[:longest] for v in column.to_pylist()] for column in batch.columns]
        for cells in zip(*columns, strict=True):
            line += 1
            meter.row(cells, line)
            yield "row", line, cells
