"""A published observatory, from a file of observations as the building writes it: a few communes, five years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.figures.observations import calendar, flows, loading
from maillage.figures.observations.observing import ALL, COLUMNS, FEW, OPENLY, PROVISIONAL
from maillage.figures.observations.spells import OPEN
from maillage.kernel.identifiers import uuid7
from maillage.observatory import observed, observed_publishing, ordering
from maillage.places.models import Outline
from maillage.register.segments import CRAFT_RM
from tests.factories import accounts as make, places
from tests.factories.register import siren, siret

MEL, CALL = "200093201", "246200364"
AS_OF = date(2020, 6, 30)
YEARS = range(2015, 2021)
COMMUNES = {
    MEL: {"59350": 40, "59512": 25, "59599": 20, "59009": 12, "59650": 9, "59051": 2},
    CALL: {"62498": 15, "62510": 11, "62065": 4, "62413": 1},
}
TRADES = {"10.71C": 0.2, "43.22A": 0.3, "96.02A": 0.5}
DIVISIONS = {"10": 0.1, "43": 0.3, "47": 0.4, "96": 0.2}
Row = dict[str, Any]


def row(
    indicator: str, kind: str, area: str, period: str, value: float | None, n: int, **told: Any
) -> Row:
    """One observation, of all activities and segments unless told otherwise."""
    known = {
        "indicator": indicator, "version": 1, "area_kind": kind, "area": area, "period": period,
        "activity": ALL, "segment": ALL, "value": value, "numerator": None, "denominator": None,
        "n": n, "status": OPENLY,
    }  # fmt: skip
    return {**known, **told}


def share(
    indicator: str, kind: str, area: str, period: str, part: int, whole: int, **told: Any
) -> Row:
    """A rate."""
    value = part / whole if whole else None
    return row(
        indicator, kind, area, period, value, whole,
        numerator=float(part), denominator=float(whole), **told,
    )  # fmt: skip


def _year(kind: str, area: str, size: int, year: int, segment: str) -> list[Row]:
    """What is observed of an area in a year, in proportion to its size."""
    period, unsure = str(year), PROVISIONAL if year == AS_OF.year else OPENLY
    grown = size + year - YEARS[0]
    born, closed = max(1, grown // 8), grown // 10
    few = FEW if 0 < born < 3 else OPENLY
    return [
        share("register.survival_3y", kind, area, period, born * 2 // 3, born, segment=segment,
              status=few),
        row("register.stock", kind, area, period, float(grown), grown, segment=segment),
        row("register.births", kind, area, period, float(born), born, segment=segment, status=unsure),
        row("register.closures", kind, area, period, float(closed), closed, segment=segment,
            status=unsure),
        share("register.creation_rate_insee", kind, area, period, born, grown, segment=segment,
              status=unsure),
    ]  # fmt: skip


def _area(kind: str, area: str, size: int) -> list[Row]:
    rows = []
    for segment, units in ((ALL, size), ("craft_rm", size // 2)):
        for year in YEARS:
            rows += _year(kind, area, units, year, segment)
        rows.append(
            row("register.density_per_10k", kind, area, "2020", units * 2.5, units, segment=segment,
                numerator=float(units), denominator=units * 4_000.0)
        )  # fmt: skip
    status = FEW if size < 3 else OPENLY
    for indicator, each in (("estimate", 3.5), ("lower", 2.0), ("upper", 5.0)):
        rows.append(
            row(f"register.jobs_{indicator}", kind, area, "2020", size * each, size, status=status)
        )
    return rows


def _whole(territory: str, size: int) -> list[Row]:
    """What only the whole territory has: months, divisions, trades, first hires."""
    rows = []
    for year in YEARS:
        for code, part in DIVISIONS.items():
            units = round(size * part)
            rows.append(
                row(
                    "register.stock",
                    "epci",
                    territory,
                    str(year),
                    float(units),
                    units,
                    activity=code,
                )
            )
        for code, part in TRADES.items():
            units = round(size // 2 * part)
            rows.append(
                row("register.stock", "epci", territory, str(year), float(units), units, activity=code,
                    segment="craft_rm")
            )  # fmt: skip
        rows.append(
            row("register.first_hires", "epci", territory, str(year), size / 10, size // 10)
        )
    for month in range(1, 7):
        for code in ("births", "closures"):
            status = PROVISIONAL if month == 6 else OPENLY
            told = (f"register.{code}", "epci", territory, f"2020-{month:02d}", float(month), month)
            rows += [row(*told, status=status)]
    return rows


def observations(territory: str = MEL) -> list[Row]:
    """Everything that is observed of a territory."""
    communes = COMMUNES[territory]
    size = sum(communes.values())
    rows = [one for code, units in communes.items() for one in _area("commune", code, units)]
    return [*rows, *_area("epci", territory, size), *_whole(territory, size)]


def is_listed(told: Row) -> bool:
    """Whether an observation is of the closed list: cohorts of craft of communes only bound the others."""
    of_cohort = told["indicator"] == "register.survival_3y"
    return not (of_cohort and told["area_kind"] == "commune" and told["segment"] != ALL)


def written(path: Path, rows: Iterable[Row]) -> Path:
    """A file of observations."""
    kinds = ("string", "int32", *("string",) * 5, *("float64",) * 3, "int64", "string")
    schema = pa.schema(
        [(name, getattr(pa, kind)()) for name, kind in zip(COLUMNS, kinds, strict=True)]
    )
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)
    return path


def loaded(
    territories: Sequence[str] = (MEL,), rows: Iterable[Row] | None = None, **told: Any
) -> StockVintage:
    """A vintage with what was observed of some territories."""
    if rows is None:
        rows = [row for one in territories for row in observations(one)]
    with TemporaryDirectory() as folder:
        asked = {
            "as_of": AS_OF, "history_start": date(2010, 1, 1), "source": "Sirene (INSEE)",
            "is_invented": False, "territories": list(territories),
        }  # fmt: skip
        path = written(Path(folder) / "observations.parquet", rows)
        return loading.load(loading.Loading(path=path, **{**asked, **told}))


def followed(vintage: StockVintage) -> StockVintage:
    """Keep the establishments that its stocks of communes count, so that these open; its flows are not followed.

    A commune gains one craft firm a year, as `_year` tells it.
    """
    since, told = calendar.number(date(2012, 3, 1)), []
    for code, size in ((c, n) for one in vintage.territories for c, n in COMMUNES[one].items()):
        for rank in range(size + len(YEARS)):
            came = since if rank < size else calendar.number(date(YEARS[0] + rank - size, 5, 4))
            craft = rank < size // 2 or rank >= size
            told.append(_spell(len(told), int(code) * 100 + rank, code, came, craft=craft))
    path = loading.spells_of(vintage)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(told), path)
    return vintage


def _spell(number: int, unit: int, commune: str, came: int, *, craft: bool) -> Row:
    """An establishment that is there since a day, in the columns of those that the building keeps."""
    return {
        "unit": int(siret(siren(unit))), "legal_unit": int(siren(unit)), "id": number, "root": number,
        "start": came, "end": OPEN, "over": OPEN, "entered": came, "left": OPEN, "lasts": False,
        "entry": flows.BIRTH, "exit": "", "commune": commune, "came_from": "", "went_to": "",
        "activity": "10.71C" if craft else "47.11B", "segments": CRAFT_RM.mask if craft else 0,
    }  # fmt: skip


def published(
    vintage: StockVintage | None = None,
    territory: str = MEL,
    owner: Organisation | None = None,
    **told: Any,
) -> Publication:
    """The observatory of a territory, public."""
    return observed_publishing.publish(
        territory=territory,
        vintage=vintage or loaded([territory]),
        by=System("a test", organisation=owner or make.organisation("MEL")),
        once=str(uuid7()),
        **told,
    )


def ordered(vintage: StockVintage, owner: Organisation, **told: Any) -> PublicationOrder:
    """An order to publish it, of a manager of a partner; another that waits for the same territory goes."""
    PublicationOrder.objects.under_way().delete()
    newest = observed.newest(MEL)
    asked = {"territory": MEL, "vintage": vintage, "seen": str(newest.key) if newest else "",
             "once": str(uuid7()), "reason": "a later stock"}  # fmt: skip
    by = make.actor(Role.SERVICE_MANAGER, owner)
    return ordering.order(**{**asked, "by": by, **told})


def places_loaded() -> None:
    """The geography these stand on, each commune a square."""
    places.places_loaded()
    outlined()


def outlined() -> None:
    """An outline for each commune."""
    codes = sorted(code for communes in COMMUNES.values() for code in communes)
    squares = {
        code: shapely.to_wkb(shapely.box(3 + rank / 10, 50.5, 3.1 + rank / 10, 50.6))
        for rank, code in enumerate(codes)
    }
    Outline.objects.bulk_create(
        [
            Outline(code=code, department=code[:2], exact=wkb, screen=wkb)
            for code, wkb in squares.items()
        ]
    )
