"""In which priority neighbourhood each establishment stands: by its position, looked up once for each distinct point.

What is counted is counted by ground: a commune, or the part of a neighbourhood that lies in it. A ground has a number
as a commune has, so that areas of every kind are sums of grounds and a move between two neighbourhoods is one.
The files tell the last known position only: whoever moved within its commune is told where it now stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir

from maillage.figures.observations.engines import Engine
from maillage.register.importers.cells import BadCell, position

QPV = "qpv"
STRIDE = 100_000
"""More communes than there are: a ground is the number of its commune and so many times the rank of its neighbourhood."""
POINT = ("x", "y", "commune_code")
_BATCH = 200_000

Drawn = Mapping[str, bytes]
"""Neighbourhoods: their code and their polygon, in degrees, as well-known binary."""


def grounded(engine: Engine, stock: ir.Table, drawn: Drawn, work: Path) -> ir.Table:
    """Establishments (`x, y, commune_code, number`…) with their `ground`: 0 for a commune that is not observed."""
    within = _within(engine, stock, drawn, work)
    placed = stock.left_join(within, list(POINT))
    ground = placed.number + placed["rank"].coalesce(0) * STRIDE
    return placed.select(*stock.columns, ground=ground.coalesce(0).cast("int32"))


def grounds(numbers: Iterable[int], communes: Mapping[str, int], drawn: Drawn) -> dict[int, tuple[str, str]]:  # fmt: skip
    """The commune and the neighbourhood (blank: none) of each ground: all communes, and the parts that were met."""
    of = {number: code for code, number in communes.items()}
    codes = sorted(drawn)
    met = {n: (of[n % STRIDE], codes[n // STRIDE - 1]) for n in sorted(numbers) if n >= STRIDE}
    return {number: (code, "") for number, code in of.items()} | met


def _within(engine: Engine, stock: ir.Table, drawn: Drawn, work: Path) -> ir.Table:
    """The distinct points that lie in a neighbourhood, with its rank among the codes in order, from 1."""
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    codes = sorted(drawn)
    near = stock.commune_code.substr(0, 2).isin(_departments(codes))
    found = stock.filter(stock.number.notnull(), stock.x != "", near)
    engine.write(found.select(*POINT).distinct(), work / "points.parquet")
    schema = pa.schema([*((name, pa.string()) for name in POINT), ("rank", pa.int32())])
    path = work / "within.parquet"
    search = _Search([drawn[code] for code in codes])
    with pq.ParquetWriter(path, schema) as writer:
        points = ds.dataset(work / "points.parquet", format="parquet")
        for batch in points.to_batches(batch_size=_BATCH, columns=list(POINT)):
            writer.write_table(pa.Table.from_pylist(search.met(batch.to_pylist()), schema=schema))
    return engine.read(path)


def _departments(codes: Iterable[str]) -> list[str]:
    """The first two characters of the communes in which neighbourhoods lie: their code bears the département (`059`, `974`)."""
    return sorted({code[2:5].removeprefix("0")[:2] for code in codes})


class _Search:
    """Polygons in a tree: the same answer whatever the engine that tells the points."""

    def __init__(self, shapes: Iterable[bytes]) -> None:
        import shapely

        self.tree = shapely.STRtree(shapely.from_wkb(list(shapes)))

    def met(self, points: Iterable[Mapping[str, str]]) -> list[dict[str, object]]:
        """Those that lie in a polygon, each with the rank of the first that holds it."""
        import shapely

        known = [(point, at) for point in points if (at := _degrees(point))]
        if not known:
            return []
        places = shapely.points([at for _point, at in known])
        first: dict[int, int] = {}
        for rank, polygon in self.tree.query(places, predicate="intersects").T.tolist():
            first[rank] = min(polygon, first.get(rank, polygon))
        return [{**known[rank][0], "rank": polygon + 1} for rank, polygon in sorted(first.items())]


def _degrees(point: Mapping[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude as the register places the establishment; none where it would not."""
    try:
        return position(point["x"], point["y"], point["commune_code"])
    except BadCell:
        return None


def unplaced(stock: ir.Table) -> ir.Table:
    """Establishments on the ground of their commune as a whole."""
    return stock.mutate(ground=stock.number.coalesce(ibis.literal(0)).cast("int32"))
