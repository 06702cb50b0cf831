"""The trades of France four ways: the mere reading, DuckDB in SQL, Polars, and ours; `python -m` runs one.

Each reads the same two files and a small table of communes, writes the two tables, and tells its CPU, its
memory and its sums. Imports are not counted: they cost each once a month.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

UNITS, PLACES = "StockUniteLegale_utf8.parquet", "StockEtablissement_utf8.parquet"
YEARS = 11
SUMS = (
    "rows of communes", "active", "creations", "cessations", "rows of territories", "density",
    "ranks", "survival 3", "survival 5", "creation rate", "communes without",
)  # fmt: skip

READ = """
SELECT max(siren), max(dateCreationEtablissement), max(dateDebut), max(etatAdministratifEtablissement),
       max(codeCommuneEtablissement), max(activitePrincipaleRegistreMetiersEtablissement), max(etablissementSiege)
FROM '{places}'
""", "SELECT max(siren), max(economieSocialeSolidaireUniteLegale) FROM '{units}'"  # fmt: skip

SPELLS = """
CREATE TABLE social AS SELECT siren FROM '{units}' WHERE economieSocialeSolidaireUniteLegale = 'O';
CREATE TABLE codes AS SELECT * FROM '{codes}';
CREATE TABLE spells AS
SELECT epci, commune, coalesce(trade, '') AS trade, is_social, born, closed - 1 AS gone
FROM (
    SELECT codeCommuneEtablissement AS code, activitePrincipaleRegistreMetiersEtablissement AS trade,
           social.siren IS NOT NULL AS is_social, CAST(dateCreationEtablissement AS DATE) AS born,
           CASE WHEN etatAdministratifEtablissement = 'F' THEN CAST(dateDebut AS DATE)
                ELSE DATE '9999-12-31' END AS closed
    FROM '{places}' LEFT JOIN social USING (siren)
    WHERE etablissementSiege
      AND (activitePrincipaleRegistreMetiersEtablissement <> '' OR social.siren IS NOT NULL)
) JOIN codes USING (code)
WHERE born <> DATE '1900-01-01' AND born <= DATE '{as_of}' AND born < closed
  AND closed > DATE '{first}-01-01';
CREATE TABLE practised AS
SELECT epci, commune, trade, born, gone FROM spells WHERE trade <> ''
UNION ALL SELECT epci, commune, 'ess_sirene', born, gone FROM spells WHERE is_social;
"""

COUNTED = """
CREATE TABLE years AS SELECT CAST(y AS SMALLINT) AS year, make_date(y, 1, 1) AS opens,
       make_date(y + 1, 1, 1) AS shuts FROM range({first}, {last} + 1) AS told(y);
CREATE TABLE communes AS
SELECT epci, commune, trade, year, CAST(count_if(born < opens) AS INTEGER) AS active,
       CAST(count_if(born >= opens) AS INTEGER) AS creations,
       CAST(count_if(gone < shuts AND gone <= DATE '{as_of}') AS INTEGER) AS cessations
FROM practised JOIN years ON born < shuts AND gone >= opens
GROUP BY epci, commune, trade, year;
COPY communes TO '{out}/communes.parquet' (COMPRESSION zstd);
"""

TERRITORIES = """
CREATE TABLE lives AS
SELECT epci, trade, CAST(year(born) AS SMALLINT) AS year,
       count_if(gone >= born + INTERVAL 3 YEAR) AS three, count_if(gone >= born + INTERVAL 5 YEAR) AS five
FROM practised WHERE born >= DATE '{first}-01-01' AND epci <> '' GROUP BY ALL;
CREATE TABLE summed AS
SELECT epci, trade, year, CAST(sum(active) AS INTEGER) AS active, CAST(sum(creations) AS INTEGER) AS creations,
       CAST(sum(cessations) AS INTEGER) AS cessations, count_if(active > 0) AS having_it
FROM communes WHERE epci <> '' GROUP BY ALL;
CREATE TABLE against AS SELECT * FROM '{territories}';
CREATE TABLE told AS
SELECT epci, trade, year, active, creations, cessations, creations / nullif(active, 0) AS creation_rate,
       CASE WHEN year + 4 <= {whole} THEN three / nullif(creations, 0) END AS survival_3y,
       CASE WHEN year + 6 <= {whole} THEN five / nullif(creations, 0) END AS survival_5y,
       active * 1000.0 / nullif(inhabitants, 0) AS density,
       CAST(communes - having_it AS INTEGER) AS communes_without
FROM summed JOIN against USING (epci) LEFT JOIN lives USING (epci, trade, year);
COPY (
    SELECT *, CASE WHEN active > 0 THEN rank() OVER (
        PARTITION BY trade, year ORDER BY density DESC) END AS rank
    FROM told
) TO '{out}/territories.parquet' (COMPRESSION zstd);
"""


def named(folder: Path, out: Path, as_of: date) -> dict[str, Any]:
    """What queries are told."""
    end = as_of + timedelta(1)
    return {
        "units": folder / UNITS, "places": folder / PLACES, "out": out, "as_of": as_of,
        "codes": folder / "codes.parquet", "territories": folder / "against.parquet",
        "first": as_of.year - YEARS + 1, "last": as_of.year, "whole": end.year,
    }  # fmt: skip


def connection(threads: int) -> Any:
    """A DuckDB of its own."""
    import duckdb

    return duckdb.connect(
        config={"threads": threads, "memory_limit": "2GB", "preserve_insertion_order": False}
    )


def floor(folder: Path, out: Path, as_of: date, threads: int) -> None:
    """What nobody goes below: the largest value of each column that the job reads."""
    base = connection(threads)
    for query in READ:
        base.sql(query.format(**named(folder, out, as_of))).fetchall()


def duckdb(folder: Path, out: Path, as_of: date, threads: int) -> None:
    """SQL by hand, the small sides of joins first."""
    base = connection(threads)
    for query in (SPELLS, COUNTED, TERRITORIES):
        base.execute(query.format(**named(folder, out, as_of)))


def polars(folder: Path, out: Path, as_of: date, threads: int) -> None:  # noqa: ARG001 -- POLARS_MAX_THREADS is read at import
    """Polars by hand, lazy and streaming."""
    import polars as pl

    told = named(folder, out, as_of)
    first, last = told["first"], told["last"]
    social = (
        pl.scan_parquet(told["units"])
        .filter(pl.col("economieSocialeSolidaireUniteLegale") == "O")
        .select("siren", social=pl.lit(True))
    )
    opening = date(first, 1, 1)
    born, since = (
        pl.col(name).cast(pl.Date) for name in ("dateCreationEtablissement", "dateDebut")
    )
    spells = (
        pl.scan_parquet(told["places"])
        .filter(pl.col("etablissementSiege"))
        .select(
            "siren", code="codeCommuneEtablissement", born=born,
            trade=pl.col("activitePrincipaleRegistreMetiersEtablissement").fill_null(""),
            closed=pl.when(pl.col("etatAdministratifEtablissement") == "F").then(since)
            .otherwise(date(9999, 12, 31)),
        )
        .filter(
            pl.col("born") != date(1900, 1, 1), pl.col("born") <= as_of,
            pl.col("born") < pl.col("closed"), pl.col("closed") > opening,
        )
        .join(social, on="siren", how="left")
        .filter((pl.col("trade") != "") | pl.col("social"))
        .join(pl.scan_parquet(told["codes"]), on="code")
        .select("epci", "commune", "trade", "social", "born", gone=pl.col("closed").dt.offset_by("-1d"))
        .collect(engine="streaming")
    )  # fmt: skip
    names = ("epci", "commune", "trade", "born", "gone")
    practised = pl.concat([
        spells.filter(pl.col("trade") != "").select(names),
        spells.filter(pl.col("social")).with_columns(trade=pl.lit("ess_sirene")).select(names),
    ])  # fmt: skip
    years = range(first, last + 1)
    wide = practised.lazy().group_by("epci", "commune", "trade").agg(
        *(
            ((pl.col("born") < date(y, 1, 1)) & (pl.col("gone") >= date(y, 1, 1)))
            .sum().cast(pl.Int32).alias(f"active {y}") for y in years
        ),
        *((pl.col("born").dt.year() == y).sum().cast(pl.Int32).alias(f"creations {y}") for y in years),
        *(
            ((pl.col("gone").dt.year() == y) & (pl.col("gone") <= as_of))
            .sum().cast(pl.Int32).alias(f"cessations {y}") for y in years
        ),
    ).collect(engine="streaming")  # fmt: skip
    communes = pl.concat([
        wide.select(
            "epci", "commune", "trade", pl.lit(y, pl.Int16).alias("year"),
            *(pl.col(f"{name} {y}").alias(name) for name in ("active", "creations", "cessations")),
        ).filter((pl.col("active") > 0) | (pl.col("creations") > 0) | (pl.col("cessations") > 0))
        for y in years
    ])  # fmt: skip
    communes.write_parquet(out / "communes.parquet")
    group = ["epci", "trade", "year"]
    summed = communes.lazy().filter(pl.col("epci") != "").group_by(group).agg(
        pl.col("active", "creations", "cessations").sum(), having_it=(pl.col("active") > 0).sum()
    )  # fmt: skip
    lives = practised.lazy().filter(pl.col("born") >= opening).group_by(
        "epci", "trade", pl.col("born").dt.year().cast(pl.Int16).alias("year")
    ).agg(
        three=(pl.col("gone") >= pl.col("born").dt.offset_by("3y")).sum(),
        five=(pl.col("gone") >= pl.col("born").dt.offset_by("5y")).sum(),
    )  # fmt: skip
    whole = told["whole"]
    created = pl.col("creations").replace(0, None)
    density = pl.col("active") * 1000.0 / pl.col("inhabitants").replace(0, None)
    summed.join(pl.scan_parquet(told["territories"]), on="epci").join(
        lives, on=group, how="left"
    ).select(
        *group, "active", "creations", "cessations",
        creation_rate=pl.col("creations") / pl.col("active").replace(0, None),
        survival_3y=pl.when(pl.col("year") + 4 <= whole).then(pl.col("three") / created),
        survival_5y=pl.when(pl.col("year") + 6 <= whole).then(pl.col("five") / created),
        density=density, communes_without=(pl.col("communes") - pl.col("having_it")).cast(pl.Int32),
    ).with_columns(
        rank=pl.when(pl.col("active") > 0).then(
            pl.col("density").rank("min", descending=True).over("trade", "year")
        )
    ).collect(engine="streaming").write_parquet(out / "territories.parquet")  # fmt: skip


def ours(folder: Path, out: Path, as_of: date, threads: int) -> None:
    """What Maillage runs, the compact file included."""
    from maillage.figures.observations import compact, france
    from maillage.figures.observations.stock import Files

    files = Files((folder / UNITS,), (folder / PLACES,), ())
    france.observed(
        compact.Month(
            files=files, areas=_read_areas(folder, as_of), as_of=as_of, out=out, threads=threads
        )
    )


def write_places(folder: Path, areas: Any) -> None:
    """The small tables of communes and of intercommunalities that every contender reads."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from maillage.figures.observations import france

    codes = [
        {"code": code, "commune": found["commune"], "epci": found.get("epci", "")}
        for code, found in areas.of.items()
    ]
    against = [
        {"epci": epci, "inhabitants": one.inhabitants, "communes": one.communes}
        for epci, one in france.territories_of(areas).items()
    ]
    pq.write_table(pa.Table.from_pylist(codes), folder / "codes.parquet")
    pq.write_table(pa.Table.from_pylist(against), folder / "against.parquet")


@cache
def _read_areas(folder: Path, as_of: date) -> Any:
    """The small tables of communes, as the product holds them."""
    import pyarrow.parquet as pq

    from maillage.places.areas import Areas

    of = {
        row["code"]: {"commune": row["commune"], **({"epci": row["epci"]} if row["epci"] else {})}
        for row in pq.read_table(folder / "codes.parquet").to_pylist()
    }
    people = {
        ("epci", row["epci"]): row["inhabitants"]
        for row in pq.read_table(folder / "against.parquet").to_pylist()
    }
    return Areas(as_of, of, people)


CONTENDERS = {"floor": floor, "duckdb": duckdb, "polars": polars, "ours": ours}


def prepared(name: str, folder: Path, as_of: date) -> None:
    """Import what a contender imports, and hold communes as it holds them: that cost is not the job's."""
    if name == "ours":
        import django

        django.setup()
        import ibis  # noqa: F401
        import pandas  # noqa: F401 -- Ibis and pyarrow reach for it

        from maillage.figures.observations import france  # noqa: F401

        _read_areas(folder, as_of)
    elif name == "polars":
        import polars  # noqa: F401
    import duckdb  # noqa: F401


def sums(out: Path) -> dict[str, float]:
    """What must be the same whoever counted."""
    base = connection(1)
    communes = (
        base.read_parquet(str(out / "communes.parquet"))
        .aggregate("count(*), sum(active), sum(creations), sum(cessations)")
        .fetchall()[0]
    )
    territories = (
        base.read_parquet(str(out / "territories.parquet"))
        .aggregate(
            "count(*), round(sum(density), 3), sum(rank), round(sum(survival_3y), 3),"
            " round(sum(survival_5y), 3), round(sum(creation_rate), 3), sum(communes_without)"
        )
        .fetchall()[0]
    )
    return dict(zip(SUMS, map(float, (*communes, *territories)), strict=True))


def peak() -> float:
    """The most memory that this process held, in MB; `getrusage` would tell its parent's when that is more."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """`python -m bench.peers.national NAME FOLDER OUT DATE THREADS`: run one, tell what it took."""
    name, threads = sys.argv[1], int(sys.argv[5])
    folder, out, as_of = Path(sys.argv[2]), Path(sys.argv[3]), date.fromisoformat(sys.argv[4])
    prepared(name, folder, as_of)
    start = time.process_time()
    CONTENDERS[name](folder, out, as_of, threads)
    spent = time.process_time() - start
    memory = peak()
    told = {} if name == "floor" else sums(out)
    print(json.dumps({"cpu": spent, "memory": memory, "sums": told}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.site.settings")
    main()
