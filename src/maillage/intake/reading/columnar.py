"""A Parquet file poured as CSV by the confined child, a few thousand rows at a time.

Its footer may only refuse: rows and cells are counted again while they are read. A day kept as an instant is
told as a day, as INSEE's CSV has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BATCH = 4096
_BUFFER = 1 << 20


class Beyond(Exception):  # noqa: N818 -- it names what happened
    """The file passes a limit; its code says which."""


def blocks(path: str, limits: Mapping[str, int]) -> Iterator[bytes]:
    """The header, then the rows, as bytes of CSV.

    Raises:
        Beyond: it holds, or announces, more than is read.
        ValueError: it is no readable Parquet file, or not a plain table.
        MemoryError: its groups of rows do not fit in what the child may use.
    """
    import pyarrow as arrow
    from pyarrow import parquet

    arrow.set_cpu_count(1)
    arrow.set_io_thread_count(1)
    try:
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER) as file:
            yield from _poured(file, limits)
    except arrow.ArrowMemoryError as problem:
        raise MemoryError from problem
    except (arrow.ArrowException, OSError, OverflowError) as problem:
        raise ValueError from problem


def _poured(file: Any, limits: Mapping[str, int]) -> Iterator[bytes]:
    width = len(file.schema_arrow.names)
    if width > limits["columns"]:
        raise Beyond("too_many_columns")
    _weigh(file.metadata.num_rows, width, limits)
    shape = _as_days(file.schema_arrow)
    yield _csv(shape.empty_table(), header=True)
    rows = 0
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        rows += batch.num_rows
        _weigh(rows, width, limits)
        yield _csv(batch.cast(shape), header=False)


def _weigh(rows: int, width: int, limits: Mapping[str, int]) -> None:
    if rows > limits["rows"]:
        raise Beyond("too_many_rows")
    if rows * width > limits["cells"]:
        raise Beyond("too_many_cells")


def _as_days(schema: Any) -> Any:
    import pyarrow as arrow

    def told(one: Any) -> Any:
        is_instant = arrow.types.is_timestamp(one.type) or arrow.types.is_date64(one.type)
        is_day = is_instant and "Traitement" not in one.name
        return one.with_type(arrow.date32()) if is_day else one

    return arrow.schema([told(one) for one in schema])


def _csv(table: Any, *, header: bool) -> bytes:
    import pyarrow as arrow
    from pyarrow import csv

    out = arrow.BufferOutputStream()
    csv.write_csv(table, out, csv.WriteOptions(include_header=header))
    return bytes(out.getvalue())
