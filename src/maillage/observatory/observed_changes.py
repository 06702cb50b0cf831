"""What making a vintage public changes for whoever reads: its tables, what secrecy hides, what is new or said otherwise.

Two vintages are compared as everybody reads them: a hidden number is on neither side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from django.utils import translation
from django.utils.translation import gettext as _

from maillage.figures.cache import CACHE
from maillage.figures.models import HIDDEN, Observation, Publication, StockVintage
from maillage.figures.observations import naming
from maillage.figures.observations.closed_list import TABLES, PublicTable
from maillage.figures.observations.observing import ALL, UNOBSERVED
from maillage.kernel.text import Words
from maillage.observatory.observatories.reading import segment_label, written

NEW, GONE, CHANGED, COVERED, UNCOVERED = "new", "gone", "changed", "covered", "uncovered"
KINDS: Mapping[str, Words] = {
    NEW: Words("nouvelles", "new"),
    CHANGED: Words("d’une autre valeur", "with another value"),
    COVERED: Words("masquées depuis", "masked since"),
    UNCOVERED: Words("qui ne sont plus masquées", "no longer masked"),
    GONE: Words("retirées", "withdrawn"),
}
LINES = 12

Place = tuple[str, ...]
Said = tuple[float | None, float | None, float | None]


@dataclass(slots=True)
class Told:
    """One table of the closed list: how many cells, of which hidden, and how they stand to those already public."""

    words: Words
    cells: int = 0
    hidden: int = 0
    unobserved: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def changes(self) -> list[tuple[str, int]]:
        """How many cells of each kind of change, in words."""
        return [(str(KINDS[kind]), self.kinds[kind]) for kind in KINDS if self.kinds[kind]]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the whole territory that is said otherwise than before."""

    label: str
    segment: str
    period: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a vintage says of a territory, beside what was public before."""

    tables: Sequence[Told]
    lines: Sequence[Line]
    definitions: Sequence[tuple[str, Words]]
    is_first: bool

    @property
    def cells(self) -> int:
        """All its cells."""
        return sum(told.cells for told in self.tables)

    @property
    def hidden(self) -> int:
        """Those that secrecy hides."""
        return sum(told.hidden for told in self.tables)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How many cells of each kind of change, over all tables."""
        whole: Counter[str] = sum((told.kinds for told in self.tables), Counter())
        return [(str(KINDS[kind]), whole[kind]) for kind in KINDS if whole[kind]]


def of(publication: Publication, before: StockVintage | None) -> Changes:
    """The changes that a publication made: read once, since what is published never moves."""
    key = ("observed changes", publication.pk, translation.get_language())
    found: Changes | None = CACHE.get(key)
    if found is None:
        territory = publication.subject.partition(":")[2]
        found = compare(publication.vintage, territory, before)  # type: ignore[arg-type]
        CACHE.put(key, found)
    return found


def compare(vintage: StockVintage, territory: str, before: StockVintage | None) -> Changes:
    """What a vintage says of a territory, beside another one."""
    old = dict(_cells(before, territory)) if before else {}
    now = dict(_cells(vintage, territory))
    tables: dict[str, Told] = {}
    for place in sorted(now.keys() | old.keys()):
        table = _table(*_kind_of(place))
        told = tables.setdefault(table.code, Told(table.words))
        status = now[place][0] if place in now else None
        told.cells += status is not None
        told.hidden += status in HIDDEN and status != UNOBSERVED
        told.unobserved += status == UNOBSERVED
        if before:
            told.kinds[_kind(old.get(place), now.get(place))] += 1
    ordered = [tables[table.code] for table in TABLES if table.code in tables]
    lines = _lines(old, now) if before else []
    return Changes(ordered, lines, _definitions(vintage, territory), is_first=before is None)


def _cells(vintage: StockVintage, territory: str) -> Iterator[tuple[Place, tuple[str, Said]]]:
    rows = Observation.objects.filter(vintage=vintage, territory=territory).published()
    for row in rows.iterator(2_000):
        place = (
            row["indicator"], row["area_kind"], row["segment"], row["activity"], row["period"], row["area"],
        )  # fmt: skip
        yield place, (row["status"], (row["said"], row["top"], row["bottom"]))


def _kind_of(place: Place) -> Place:
    """Of a cell, what its table hangs on: neither its area nor its year."""
    indicator, area_kind, segment, activity, period, _area = place
    detail = activity if activity == ALL else "0" * len(activity)
    return indicator, area_kind, segment, detail, "0" * len(period)


@cache
def _table(indicator: str, area_kind: str, segment: str, activity: str, period: str) -> PublicTable:
    fitting = (t for t in TABLES if t.holds(indicator, area_kind, segment, activity, period))
    return next(fitting, TABLES[0])  # what an older list held is told with the first


def _kind(old: tuple[str, Said] | None, now: tuple[str, Said] | None) -> str:
    """How a cell changes; blank when it reads the same."""
    if now is None:
        return GONE
    if old is None or (old[0] == UNOBSERVED and now[0] not in HIDDEN):
        return NEW
    was, is_now = old[0] in HIDDEN, now[0] in HIDDEN
    if was != is_now:
        return UNCOVERED if was else COVERED
    return CHANGED if old[1] != now[1] else ""


def _lines(old: dict[Place, tuple[str, Said]], now: dict[Place, tuple[str, Said]]) -> list[Line]:
    """The figures of the whole territory, year by year, that are said otherwise; the newest first."""
    moved = [
        place
        for place in now.keys() & old.keys()
        if place[1] == "epci" and place[3] == ALL and len(place[4]) == 4
        and _kind(old[place], now[place]) in {CHANGED, COVERED, UNCOVERED}
    ]  # fmt: skip
    moved.sort(key=lambda place: (-int(place[4]), place[2] != ALL, place[2], place[0]))
    lines = (_line(place, old[place], now[place]) for place in moved)
    return list(islice((line for line in lines if line.before != line.after), LINES))


def _line(place: Place, old: tuple[str, Said], now: tuple[str, Said]) -> Line:
    one = naming.named(place[0])
    return Line(
        str(one.label), segment_label(place[2]), place[4], _shown(old, one.unit), _shown(now, one.unit)
    )  # fmt: skip


def _shown(cell: tuple[str, Said], unit: str) -> str:
    return _("masked") if cell[0] in HIDDEN else written(cell[1][0], unit)


def _definitions(vintage: StockVintage, territory: str) -> list[tuple[str, Words]]:
    """The indicators that a vintage tells, each with its version."""
    rows = Observation.objects.filter(vintage=vintage, territory=territory).order_by("indicator")
    told = rows.values_list("indicator", "version").distinct()
    return [(f"{code}@{version}", naming.named(code).label) for code, version in told]
