"""Where observations are computed: DuckDB in this process, or Spark; the same expressions on both.

Steps are kept as Parquet in a working folder, so that memory holds one step and not the whole.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import ibis.expr.types as ir

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

MEMORY = "2GB"  # what DuckDB may hold before it writes to the working folder


class Engine(Protocol):
    """What building asks of an engine."""

    name: str

    def read(self, *paths: Path) -> ir.Table:
        """The rows of Parquet files, or of CSV files read as text."""

    def keep(self, table: ir.Table, name: str) -> ir.Table:
        """Compute a step now; its rows, from the working folder."""

    def write(self, table: ir.Table, path: Path) -> None:
        """Compute a table into Parquet: one file, or a folder of them."""

    def count(self, table: ir.Table) -> int:
        """How many rows."""


class _Kept:
    """Steps in a working folder, each under its name."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def keep(self, table: ir.Table, name: str) -> ir.Table:
        """Compute a step now; its rows, from the working folder."""
        path = self.work / f"{name}.parquet"
        self.write(table, path)
        return self.read(path)

    def write(self, table: ir.Table, path: Path) -> None:
        """Compute a table into Parquet."""
        raise NotImplementedError

    def read(self, *paths: Path) -> ir.Table:
        """The rows of files."""
        raise NotImplementedError


class DuckDB(_Kept):
    """The default: nothing to install, and the whole of France on one machine."""

    name = "duckdb"

    def __init__(self, work: Path, *, threads: int = 0, memory: str = MEMORY) -> None:
        import duckdb
        import ibis

        super().__init__(work)
        self.faults: tuple[type[Exception], ...] = (duckdb.Error, OSError)
        told: dict[str, Any] = {"memory_limit": memory}
        if threads:
            told["threads"] = threads
        self.connection = ibis.duckdb.connect(**told, preserve_insertion_order=False)
        # Set apart, and tables named after their files: the same step has the same SQL wherever these are.
        spill = str(work / "spill").replace("'", "''")
        self.connection.con.execute(f"SET temp_directory = '{spill}'")
        self._read: Counter[str] = Counter()

    def read(self, *paths: Path) -> ir.Table:
        """Parquet by its own types; CSV as text."""
        found, name = [str(path) for path in paths], paths[0].stem.lower()
        self._read[name] += 1
        name = f"{name}_{self._read[name]}"
        if paths[0].suffix == ".csv":
            table: ir.Table = self.connection.read_csv(
                found, table_name=name, all_varchar=True, header=True, delim=","
            )
            return table
        return self.connection.read_parquet(found, table_name=name)

    def write(self, table: ir.Table, path: Path) -> None:
        """One Parquet file."""
        self.connection.to_parquet(table, path, compression="zstd")

    def count(self, table: ir.Table) -> int:
        """How many rows."""
        return int(table.count().to_pyarrow().as_py())

    def close(self) -> None:
        """Give memory back."""
        self.connection.disconnect()


class Spark(_Kept):
    """For stocks that outgrow one machine (`pip install maillage[spark]`, and Java)."""

    name = "spark"

    def __init__(self, work: Path, address: str = "local[2]") -> None:
        import ibis
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        super().__init__(work)
        self.faults: tuple[type[Exception], ...] = (PySparkException, OSError)
        builder = SparkSession.builder.master(address)
        if address.startswith("local"):  # one machine gains nothing by two hundred small tasks
            builder = builder.config("spark.sql.shuffle.partitions", "2")
        self.session = (
            builder.appName("maillage")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.ansi.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")
        self.connection = ibis.pyspark.connect(self.session)

    def read(self, *paths: Path) -> ir.Table:
        """Parquet by its own types; CSV as text."""
        import ibis

        tables = [self._one(path) for path in paths]
        return ibis.union(*tables) if len(tables) > 1 else tables[0]

    def _one(self, path: Path) -> ir.Table:
        table: ir.Table
        if path.suffix == ".csv":
            table = self.connection.read_csv(str(path), header=True, inferSchema=False)
        else:
            table = self.connection.read_parquet(str(path))
        return table

    def write(self, table: ir.Table, path: Path) -> None:
        """A folder of Parquet files."""
        self.connection.to_parquet_dir(table, path)

    def count(self, table: ir.Table) -> int:
        """How many rows."""
        return int(table.count().to_pyarrow().as_py())

    def close(self) -> None:
        """Stop the session."""
        self.session.stop()


@contextmanager
def opened(engine: str, work: Path, **told: Any) -> Iterator[DuckDB | Spark]:
    """The engine of that name (`duckdb`, `spark`, `spark://host:port`, `spark:local[4]`), its folder removed at the end.

    Raises:
        Invalid: no such engine, or it is not installed, or it stopped on a damaged file or a full disk.
    """
    work.mkdir(parents=True, exist_ok=True)
    running = _start(engine, work, **told)
    try:
        yield running
    except running.faults as fault:
        raise _broken(fault) from fault
    finally:
        running.close()
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write a file that appears whole under its name, or not at all.

    Raises:
        Invalid: there is no room for it.
    """
    staged = path.with_suffix(".partial")
    try:
        yield staged
        if staged.exists():
            staged.replace(path)
    except OSError as fault:
        raise _broken(fault) from fault
    finally:
        staged.unlink(missing_ok=True)


def _broken(fault: Exception) -> Invalid:
    """What an engine says when a file is damaged or room lacks, told to whoever asked."""
    said = str(fault).strip().splitlines()[0][:300]
    return Invalid(
        Words(f"Le calcul s’est arrêté\u00a0: {said}", f"The computation stopped: {said}"),
        remedy=Words(
            "Vérifiez les fichiers et la place qui reste sur le disque, puis recommencez\u00a0: rien "
            "n’a été remplacé.",
            "Check the files and the room left on the disk, then start again: nothing was replaced.",
        ),
    )


def _start(engine: str, work: Path, **told: Any) -> DuckDB | Spark:
    if engine == "duckdb":
        return DuckDB(work, **told)
    name, _, rest = engine.partition(":")
    if name != "spark":
        raise Invalid(
            Words(f"Moteur inconnu\u00a0: {engine}.", f"Unknown engine: {engine}."),
            remedy=Words("Choisissez duckdb ou spark.", "Choose duckdb or spark."),
        )
    address = engine if rest.startswith("//") else rest or "local[2]"
    try:
        return Spark(work, address)
    except ImportError as missing:
        raise Invalid(
            Words("Spark n’est pas installé ici.", "Spark is not installed here."),
            remedy=Words(
                "Installez l’extra : pip install 'maillage[spark]', et Java 17.",
                "Install the extra: pip install 'maillage[spark]', and Java 17.",
            ),
        ) from missing
