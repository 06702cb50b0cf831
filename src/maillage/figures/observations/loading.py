"""Loading what was observed of the chosen territories: the closed list, with what secrecy says of each cell.

The file stays internal; what is loaded is read by the public once its vintage is published, and then
only through `Observation.objects.published()`. A load that was cut short is begun again.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from maillage import places
from maillage.figures.methods import ranks, small_numbers
from maillage.figures.models import Observation, StockVintage
from maillage.figures.observations import closed_list, demography, guarding, lacking, opening
from maillage.figures.observations.engines import whole
from maillage.figures.observations.masking import Row, is_secret
from maillage.figures.observations.observing import ALL, COLUMNS, UNOBSERVED
from maillage.kernel import clock
from maillage.places.perimeters import Perimeter
from maillage.register.segments import CRAFT_RM

CHUNK = 2_000
KINDS = ("commune", "sector", "epci")
RANKED = (
    *(ratio.code for ratio in demography.RATIOS),
    closed_list.DENSITY,
    *(one.code for one in demography.SURVIVALS),
)
RANKED_YEARS = 4
MANY = 10
"""Fewer territories than this are compared, not ranked."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What to load: the file of observations, of which stock, for which territories."""

    path: Path
    as_of: date
    history_start: date
    source: str
    is_invented: bool
    territories: Sequence[str]
    files: Sequence[Mapping[str, Any]] = ()


def load(asked: Loading, tell: Tell = lambda _line: None) -> StockVintage:
    """Load the closed list of each territory; the same file for the same territories is loaded once.

    Raises:
        Conflict: a table cannot be protected.
    """
    digest = _digest(asked.path)
    perimeters = [places.perimeter(one, asked.as_of) for one in asked.territories]
    sirens = sorted(one.siren for one in perimeters)
    found = StockVintage.objects.filter(digest=digest, territories=sirens).first()
    if found and found.loaded_at:
        if not guarding.is_kept(found):  # loaded by an earlier version, or lost since
            _keep_secret(found, asked, perimeters)
        return found
    if found:
        found.delete()
    vintage = StockVintage.objects.create(
        as_of=asked.as_of,
        history_start=asked.history_start,
        source=asked.source,
        is_invented=asked.is_invented,
        territories=sirens,
        files=list(asked.files),
        ranks=_ranks(asked.path, sirens, asked.as_of.year),
        digest=digest,
    )
    for perimeter in perimeters:
        tell(f"loading {perimeter.name}")
        _load(vintage, asked.path, perimeter)
    _keep_secret(vintage, asked, perimeters)
    for perimeter in perimeters:
        tell(f"protecting {perimeter.name}")
        guarding.protect(vintage, perimeter.siren)
    tell("looking for what lacks")
    vintage.lacking = {one.siren: _lacking(asked, one) for one in perimeters}
    for name in (opening.FILE, opening.EMPLOYERS):
        _keep_spells(vintage, asked.path.with_name(name))
    vintage.loaded_at = clock.now()
    vintage.save(update_fields=["loaded_at", "lacking"])
    return vintage


def _lacking(asked: Loading, perimeter: Perimeter) -> dict[str, Any]:
    """The communes of a territory that a basket of trades does not serve, by the stock of the last 1 January."""
    basket = ", ".join(f"'{trade}'" for trade in lacking.CHOICES)
    where = (
        f"indicator = '{demography.STOCK}' AND area_kind = 'commune' AND segment = '{CRAFT_RM.code}'"
        f" AND activity IN ({basket}) AND period = '{asked.as_of.year}'"
    )
    stocks = [
        (row["area"], row["activity"], round(row["value"])) for row in _read(asked.path, where)
    ]
    found = places.communes(perimeter.communes)
    people = {
        code: float(commune.population_near(asked.as_of.year) or 0)
        for code, commune in found.items()
    }
    return lacking.kept(people, stocks)


def spells_of(vintage: StockVintage) -> Path:
    """Where the spells that a vintage's figures count are kept."""
    return guarding.folder_of(vintage) / opening.FILE


def _keep_spells(vintage: StockVintage, path: Path) -> None:
    if not path.is_file():
        return
    kept = guarding.folder_of(vintage) / path.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    with whole(kept) as staged:
        shutil.copyfile(path, staged)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _load(vintage: StockVintage, path: Path, perimeter: Perimeter) -> None:
    areas, _tree = guarding.areas_of(perimeter, vintage.as_of)
    where = closed_list.condition(areas, vintage.as_of.year)
    rows = (
        Observation(vintage=vintage, territory=perimeter.siren, **row) for row in _read(path, where)
    )
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            Observation.objects.bulk_create(chunk)


def _keep_secret(vintage: StockVintage, asked: Loading, perimeters: Iterable[Perimeter]) -> None:
    rows = (row for one in perimeters for row in _secret(asked.path, one, asked.as_of))
    guarding.keep(vintage, rows)


def _secret(path: Path, perimeter: Perimeter, on: date) -> Iterator[guarding.KeptRow]:
    """The rows under secrecy of a territory; then the cohorts of craft of communes, which only bound them."""
    areas, _tree = guarding.areas_of(perimeter, on)
    told = _read(path, closed_list.condition(areas, on.year))
    kept = (
        row for row in told if is_secret(row["indicator"]) or row["indicator"] in closed_list.CURVES
    )
    yield from ((perimeter.siren, True, _row(row)) for row in kept)
    beside = _read(path, _bounding(perimeter))
    yield from ((perimeter.siren, False, _row(row)) for row in beside)


def _bounding(perimeter: Perimeter) -> str:
    """The cohorts of craft of communes: not published, but their births are."""
    codes, communes = (
        ", ".join(f"'{one}'" for one in sorted(told))
        for told in ((one.code for one in demography.SURVIVALS), perimeter.communes)
    )
    return (
        f"indicator IN ({codes}) AND area_kind = 'commune' AND area IN ({communes})"
        f" AND segment = '{CRAFT_RM.code}' AND activity = '{ALL}'"
    )


def _row(row: dict[str, Any]) -> Row:
    """An observation under secrecy: what adds up is jobs, or the survivors of a cohort."""
    made = row["value"] if row["indicator"] in closed_list.JOBS_TOLD else row["numerator"]
    names = ("indicator", "area_kind", "area", "period", "activity", "segment", "n", "status")
    return Row(made=made or 0.0, **{name: row[name] for name in names})


def _read(path: Path, where: str) -> Iterator[dict[str, Any]]:
    import duckdb

    columns = ", ".join(COLUMNS)
    query = f"SELECT {columns} FROM read_parquet(?) WHERE {where}"  # noqa: S608 -- codes are checked
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 1}) as connection:
        found = connection.execute(query, [str(path)])
        while rows := found.fetchmany(CHUNK):
            for row in rows:
                yield dict(zip(COLUMNS, row, strict=True))


def _ranks(path: Path, sirens: Sequence[str], last_year: int) -> list[dict[str, Any]]:
    """The rank of each territory among all that were observed, with the best and the worst that 95 % leaves to all together."""
    where = (
        f"area_kind = 'epci' AND activity = 'all' AND segment IN ('{ALL}', '{CRAFT_RM.code}')"
        f" AND status <> '{UNOBSERVED}' AND length(period) = 4 AND period < '{last_year}'"
        f" AND period >= '{last_year - RANKED_YEARS}' AND denominator > 0"
        " AND indicator IN ({})".format(", ".join(f"'{code}'" for code in RANKED))
    )
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in _read(path, where):
        groups.setdefault((row["indicator"], row["segment"], row["period"]), []).append(row)
    told = []
    for (indicator, segment, period), rows in sorted(groups.items()):
        if len(rows) < MANY:
            continue
        level = ranks.joint(0.95, len(rows))
        bounds = [
            small_numbers.rate_interval(round(row["numerator"]), round(row["denominator"]), level)
            for row in rows
        ]
        for row, (low, high) in zip(rows, ranks.between(bounds), strict=True):
            if row["area"] in sirens:
                better = sum(other["value"] > row["value"] for other in rows)
                told.append({
                    "indicator": indicator, "segment": segment, "period": period, "area": row["area"],
                    "rank": better + 1, "low": low, "high": high, "of": len(rows),
                })  # fmt: skip
    return told
