"""The trades of the whole of France from a month's stock, and of one territory from the compact file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maillage.figures.observations import compact, trades
from maillage.figures.observations.compact import Month, Tell
from maillage.figures.observations.engines import whole
from maillage.places.areas import Areas

if TYPE_CHECKING:
    import pyarrow as pa

COMMUNES, TERRITORIES = "communes.parquet", "territories.parquet"


@dataclass(frozen=True, slots=True)
class France:
    """The files of a month, and how many rows each holds."""

    spells: Path
    communes: Path
    territories: Path
    rows: Mapping[str, int]


def observed(month: Month, tell: Tell = lambda _line: None) -> France:
    """Write the compact file of a month, then the tables of communes and of territories, ranked.

    These are internal, unmasked, though all are counts of public fields and rates of such counts but survival.

    Raises:
        Invalid: a file is missing, damaged or another than said.
    """
    path = compact.compacted(month, tell)
    tell("counting")
    spells, as_of = compact.slice_of(path), month.as_of
    against = territories_of(month.areas)
    with _Writing(month.out / COMMUNES) as communes:
        told = [
            communes.took(trades.counted(piece, as_of, against)) for piece in trades.batches(spells)
        ]
    ranked = trades.ranked(_joined(told))
    with _Writing(month.out / TERRITORIES) as territories:
        territories.write(ranked)
    rows = {"spells": spells.num_rows, "communes": communes.rows, "territories": territories.rows}
    return France(path, communes.path, territories.path, rows)


def of_territory(path: Path, epci: str, of: Mapping[str, trades.Territory]) -> trades.Tables:
    """The tables of one intercommunality, by its SIREN, from the compact file; it is not ranked.

    Raises:
        Invalid: there is no such file, or it is another one.
    """
    return trades.counted(compact.slice_of(path, epci), compact.until(path), of)


def commonest(tables: trades.Tables, year: int, number: int) -> list[dict[str, Any]]:
    """The trades of a territory that most practised when a year opened."""
    rows = [row for row in tables.territories.to_pylist() if row.pop("year") == year]
    rows.sort(key=lambda row: (-row["active"], row["trade"]))
    return rows[:number]


def written(tables: trades.Tables, out: Path) -> None:
    """Write the two tables of a territory into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in ((COMMUNES, tables.communes), (TERRITORIES, tables.territories)):
        with _Writing(out / name) as file:
            file.write(table)


def territories_of(areas: Areas) -> dict[str, trades.Territory]:
    """Each intercommunality's inhabitants and communes."""
    communes: dict[str, set[str]] = {}
    for found in areas.of.values():
        communes.setdefault(found.get("epci", ""), set()).add(found["commune"])
    return {
        epci: trades.Territory(areas.inhabitants.get(("epci", epci), 0), len(codes))
        for epci, codes in communes.items()
        if epci
    }


def _joined(pieces: Iterable[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(pieces).unify_dictionaries().combine_chunks()


class _Writing:
    """A file written piece by piece, that appears whole under its name."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> _Writing:
        self._staged = self._stack.enter_context(whole(self.path))
        self._pieces = self._stack.enter_context(ExitStack())
        return self

    def took(self, told: trades.Tables) -> pa.Table:
        """Write what is told of communes; what is told of territories, for later."""
        self.write(told.communes)
        return told.territories

    def write(self, piece: pa.Table) -> None:
        """Write one more piece."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            texts = [one.name for one in piece.schema if isinstance(one.type, pa.DictionaryType)]
            writer = pq.ParquetWriter(
                self._staged, piece.schema, compression="zstd", use_dictionary=texts
            )
            self._writer = self._pieces.enter_context(writer)
        self._writer.write_table(piece)
        self.rows += piece.num_rows

    def __exit__(self, *why: Any) -> None:
        self._stack.__exit__(*why)
