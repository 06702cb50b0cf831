"""Making a stock: the queries run, the files written under their names only once they are whole."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.places.sources import department_of
from maillage.site.stock import facts, outputs
from maillage.site.stock.communes import Place, places
from maillage.site.stock.views import Plan, statements

SMALLEST, LARGEST = 1_000, 44_000_000
EARLIEST = date(
    2010, 1, 1
)  # before, the change of nomenclature of 2008 and the years drawn do not fit
MEMORY = "1500MB"
SLOTS = 400_000

Tell = Callable[[str], None]


def make(
    plan: Plan,
    out: Path,
    *,
    as_csv: bool = False,
    threads: int = 0,
    tell: Tell = lambda _line: None,
) -> list[Path]:
    """Write the four files of a stock; the same content for the same plan, whatever the machine.

    Raises:
        Invalid: so many establishments cannot be made, or until that day, or there, or the folder cannot be
            written.
    """
    _refuse_sizes(plan.establishments)
    _refuse_days(plan.as_of)
    work = out / ".making"
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        with connected(plan, work, threads) as connection:
            made = []
            for name in outputs.QUERIES:
                tell(name)
                made.append(
                    _file(connection, outputs.query(name, plan), work / name, as_csv=as_csv)
                )
        return [path.replace(out / path.name) for path in made]
    except OSError as fault:
        raise Invalid(
            Words(f"{out}\u00a0: {fault.strerror}.", f"{out}: {fault.strerror}."),
            remedy=Words(
                "Donnez un dossier où il reste de la place.", "Give a folder with room left."
            ),
        ) from fault
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refuse_sizes(number: int) -> None:
    if not SMALLEST <= number <= LARGEST:
        raise Invalid(
            Words(
                f"Un stock compte de {SMALLEST} à {LARGEST} établissements.",
                f"A stock counts {SMALLEST} to {LARGEST} establishments.",
            ),
            remedy=Words("Donnez un nombre entre les deux.", "Give a number between both."),
        )


def _refuse_days(day: date) -> None:
    if day < EARLIEST:
        raise Invalid(
            Words(
                f"Un stock se tire à une date à partir du {EARLIEST:%d/%m/%Y}.",
                f"A stock is drawn as of a day from {EARLIEST} on.",
            ),
            remedy=Words("Donnez une date plus récente.", "Give a later date."),
        )


def _file(connection: Any, query: str, base: Path, *, as_csv: bool) -> Path:
    import duckdb

    path = base.with_suffix(".csv" if as_csv else ".parquet")
    options = "FORMAT csv, HEADER" if as_csv else "FORMAT parquet, COMPRESSION zstd"
    try:
        quoted = str(path).replace("'", "''")
        connection.execute(f"COPY ({query}) TO '{quoted}' ({options})")
    except duckdb.IOException as fault:
        raise OSError(28, str(fault).splitlines()[0]) from fault
    return _zipped(path) if as_csv else path


def _zipped(path: Path) -> Path:
    """As INSEE gives it: one CSV in a zip of the same name."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(path, path.name)
    path.unlink()
    return packed


def connected(plan: Plan, work: Path, threads: int = 0) -> Any:
    """A connection in which the invented lives stand as views."""
    import duckdb

    told: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": str(work / "spill")}
    connection = duckdb.connect(config=told | ({"threads": threads} if threads else {}))
    words = ", ".join(f"'{syllable}'" for syllable in facts.SYLLABLES)
    crafts = ", ".join(f"('{code}')" for code in facts.CRAFT)
    for statement in (
        f"CREATE TABLE syllables AS SELECT [{words}] AS words",
        f"CREATE TABLE crafts AS SELECT * FROM (VALUES {crafts}) t(code)",
        *_communes(_chosen(plan)),
        *statements(plan),
    ):
        connection.execute(statement)
    return connection


def _chosen(plan: Plan) -> list[Place]:
    """The communes of the départements asked for, each of which has some; all of them when none is."""
    every = places()
    if not plan.departments:
        return every
    unknown = set(plan.departments) - {department_of(place.code) for place in every}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Invalid(
            Words(f"Aucune commune dans\u00a0: {names}.", f"No commune in: {names}."),
            remedy=Words(
                "Donnez des codes de départements, comme 59 ou 2A.",
                "Give codes of départements, such as 59 or 2A.",
            ),
        )
    return [place for place in every if department_of(place.code) in plan.departments]


def _communes(found: Iterable[Place]) -> list[str]:
    """The communes, and slots that each holds in proportion to its inhabitants, one at least."""
    told = list(found)
    total = sum(place.people for place in told)
    rows, slots, counted = [], [], 0
    for rank, place in enumerate(told):
        name = place.name.replace("'", "''")
        x, y = (("NULL",) * 2) if place.x is None else (str(place.x), str(place.y))
        rows.append(
            f"({rank}, '{place.code}', '{name}', '{place.postcode}', {x}::DOUBLE, {y}::DOUBLE)"
        )
        share = max(1, place.people * SLOTS // total)
        slots.append(f"({rank}, {counted}, {share})")
        counted += share
    return [
        (
            "CREATE TABLE communes AS SELECT * FROM "
            f"(VALUES {', '.join(rows)}) t(rank, code, name, postcode, x, y)"
        ),
        (
            "CREATE TABLE commune_slots AS SELECT rank, unnest(range(first, first + share)) AS slot FROM "
            f"(VALUES {', '.join(slots)}) t(rank, first, share)"
        ),
        f"CREATE MACRO communes_size() AS {counted}",
    ]
