"""A month's stock as a compact file: the seats of craft and of the social economy, a spell each.

The present file alone, without its history: from its creation to the day it closed. A few megabytes hold the
country, sorted so that a territory is a slice of it; `trades` reads the slice. What only a history
tells (who came back, who moved) is not in it: `building` says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from maillage.figures.observations.calendar import UNKNOWN, YEAR, number, numbered
from maillage.figures.observations.engines import Engine, opened, whole
from maillage.figures.observations.spells import OPEN
from maillage.figures.observations.stock import Files, is_true, opened as read, text
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.places.areas import Areas

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "spells.parquet"
YEARS = 11
"""How many years are told, that of the as-of included."""
_SLICE = 16_384  # rows that a reader of one territory takes at least
_TEXTS = ("epci", "commune", "trade")
Tell = Callable[[str], None]
Town = tuple[str, str]
"""An intercommunality, blank for none, and one of its communes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month's stock: its files, the areas of the day, until when, and where the compact file goes."""

    files: Files
    areas: Areas
    as_of: date
    out: Path
    engine: str = "duckdb"
    threads: int = 0

    @property
    def first_year(self) -> int:
        """The first year that is told."""
        return self.as_of.year - YEARS + 1


def compacted(month: Month, tell: Tell = lambda _line: None) -> Path:
    """Write the compact file of a month: `epci, commune, trade, social, born, closed`; its path.

    `trade` is the trade-register code, blank for who has none; `social` whether Sirene says that the legal unit
    is of the social and solidarity economy; days are numbers (`calendar`).

    Raises:
        Invalid: a file is missing, damaged or another than said.
    """
    month.out.mkdir(parents=True, exist_ok=True)
    towns = sorted({(one.get("epci", ""), one["commune"]) for one in month.areas.of.values()})
    with _running(month) as engine:
        tell("reading the stock")
        kept = _of_the_years(_spells(engine, month, towns).to_pyarrow(), month)
    tell("writing the compact file")
    return _written(_in_order(kept), towns, month)


@contextmanager
def _running(month: Month) -> Iterator[Engine]:
    told = {"threads": month.threads} if month.threads and month.engine == "duckdb" else {}
    with opened(month.engine, month.out / "work", **told) as engine:
        yield engine


def _spells(engine: Engine, month: Month, towns: Sequence[Town]) -> ir.Table:
    """The seats of craft or of the social economy.

    Their days are looked at later (`_of_the_years`): an engine would first work them out of every seat there is.
    """
    work = month.out / "work"
    units = read(engine, "units", month.files.units, work)
    stock = read(engine, "establishments", month.files.establishments, work)
    # Few legal units are social: met first, they fit in memory and the national file is read once.
    ess = units.economieSocialeSolidaireUniteLegale
    social = engine.keep(units.filter(ess == "O").select(social="siren"), "social")
    seats = stock.filter(is_true(stock.etablissementSiege))
    both = seats.left_join(social, [("siren", "social")])
    told = both.select(
        code=text(both.codeCommuneEtablissement),
        trade=text(both.activitePrincipaleRegistreMetiersEtablissement),
        social=both.social.notnull(),
        born=numbered(both.dateCreationEtablissement),
        closed=(both.etatAdministratifEtablissement == "F")
        .ifelse(numbered(both.dateDebut), OPEN)
        .cast("int32"),
    )
    told = told.filter((told.trade != "") | told.social)
    return told.join(_codes(engine, month, towns), "code").drop("code")


def _of_the_years(spells: pa.Table, month: Month) -> pa.Table:
    """Those whose first day is known, and who were there in one of the years told."""
    import pyarrow.compute as pc

    born, closed = spells["born"], spells["closed"]
    begun = pc.and_(pc.not_equal(born, UNKNOWN), pc.less_equal(born, number(month.as_of)))
    lived = pc.and_(pc.less(born, closed), pc.greater(closed, month.first_year * YEAR))
    return spells.filter(pc.and_(begun, lived))


def _in_order(spells: pa.Table) -> pa.Table:
    """By commune, trade and first day: three small numbers that make one, which arrays sort in no time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    trade = spells["trade"].combine_chunks().dictionary_encode()
    rank = pc.rank(trade.dictionary, sort_keys="ascending").to_numpy().astype(np.int64)
    spells = spells.set_column(spells.schema.get_field_index("trade"), "trade", trade)
    place = spells["place"].to_numpy().astype(np.int64)
    key = (place << 32) | (rank[trade.indices.to_numpy()] << 20) | spells["born"].to_numpy()
    return spells.take(pa.array(np.argsort(key, kind="stable")))


def _codes(engine: Engine, month: Month, towns: Sequence[Town]) -> ir.Table:
    """Every commune code a file may bear, with the rank of the commune it leads to."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rank = {commune: place for place, (_, commune) in enumerate(towns)}
    of = month.areas.of
    columns = {
        "code": pa.array(list(of), pa.string()),
        "place": pa.array([rank[one["commune"]] for one in of.values()], pa.int32()),
    }
    path = month.out / "work" / "codes.parquet"
    pq.write_table(pa.table(columns), path)
    return engine.read(path)


def _written(spells: pa.Table, towns: Sequence[Town], month: Month) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = spells["place"].combine_chunks()
    named = {
        name: pa.DictionaryArray.from_arrays(place, pa.array(texts, pa.string())).cast(pa.string())
        for name, texts in zip(("epci", "commune"), zip(*towns, strict=True), strict=True)
    }
    told = pa.table(named | {name: spells[name] for name in ("trade", "social", "born", "closed")})
    told = told.replace_schema_metadata({"as_of": month.as_of.isoformat()})
    path = month.out / FILE
    with whole(path) as staged:
        pq.write_table(told, staged, compression="zstd", row_group_size=_SLICE)
    return path


def slice_of(path: Path, epci: str = "") -> pa.Table:
    """The spells of one intercommunality, or all of them.

    Raises:
        Invalid: there is no such file, or it is another one.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    until(path)
    with pq.ParquetFile(path, read_dictionary=list(_TEXTS)) as file:
        if not epci:
            return file.read()
        told = [file.metadata.row_group(n).column(0).statistics for n in range(file.num_row_groups)]
        found = file.read_row_groups(
            [n for n, one in enumerate(told) if one and one.min <= epci <= one.max]
        )
    return found.filter(pc.equal(found["epci"].cast("string"), epci))


def until(path: Path) -> date:
    """The day until which a compact file tells.

    Raises:
        Invalid: there is no such file, or it is another one.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        told = pq.read_schema(path).metadata or {}
        return date.fromisoformat(told[b"as_of"].decode())
    except (OSError, KeyError, ValueError, pa.ArrowException) as fault:
        raise Invalid(
            Words(
                f"{path.name}\u00a0: ce n’est pas un fichier compact.",
                f"{path.name} is not a compact file.",
            ),
            remedy=Words(
                "Donnez le spells.parquet qu’écrit maillage observe_france.",
                "Give the spells.parquet that maillage observe_france writes.",
            ),
        ) from fault


def end_of(as_of: date) -> int:
    """The first day that is not told."""
    return number(as_of + timedelta(1))
