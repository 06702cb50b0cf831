"""Secrecy of a vintage beside all that is public of the same territory: worked out when it is loaded, and again before
it is published when something else was meanwhile. What is published never changes.

The rows under secrecy are kept beside the database with the spells, as the building wrote them: the vintages compared
are then those of the files, whatever was hidden of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from maillage import ledger, places
from maillage.figures.models import HIDDEN, Observation, Publication, StockVintage
from maillage.figures.observations import demography
from maillage.figures.observations.closed_list import CURVES, STATISTICAL
from maillage.figures.observations.engines import whole
from maillage.figures.observations.masking import Earlier, Row, Tell, Tree, masked
from maillage.figures.observations.observing import ALL, THRESHOLD, UNOBSERVED
from maillage.figures.observations.packing import packed
from maillage.figures.protection.rules import SECONDARY
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.text import Words
from maillage.places import districts
from maillage.places.perimeters import Perimeter

FILE = "secret.parquet"
CHUNK = 500
_KINDS = {
    "territory": "string", "is_listed": "bool_", "indicator": "string", "area_kind": "string",
    "area": "string", "period": "string", "activity": "string", "segment": "string",
    "made": "float64", "n": "int64", "status": "string",
}  # fmt: skip
_ROW = tuple(_KINDS)[2:]

KeptRow = tuple[str, bool, Row]
"""Of which territory, whether it is published or only bounds what is, and the row."""


def folder_of(vintage: StockVintage) -> Path:
    """Where a vintage keeps what is not in the database."""
    return Path(settings.HOME) / "observatory" / vintage.key.hex


def keep(vintage: StockVintage, rows: Iterable[KeptRow]) -> None:
    """Keep the rows under secrecy of a vintage."""
    told = ((siren, listed, *(getattr(row, name) for name in _ROW)) for siren, listed, row in rows)
    path = folder_of(vintage) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as staged:
        staged.write_bytes(packed(_KINDS, told))


def is_kept(vintage: StockVintage) -> bool:
    """Whether they are."""
    return (folder_of(vintage) / FILE).is_file()


def areas_of(perimeter: Perimeter, on: date) -> tuple[dict[str, list[str]], Tree]:
    """The areas of a territory by kind, and how those under secrecy add up: of a neighbourhood nothing is."""
    parents = {perimeter.siren: ""} | dict.fromkeys(perimeter.communes, perimeter.siren)
    keys = []
    for sector in places.sectors(perimeter.key, on):
        keys.append(sector.key)
        parents |= {sector.key: perimeter.siren} | dict.fromkeys(sector.communes, sector.key)
    areas = {
        "commune": list(perimeter.communes),
        "sector": keys,
        "epci": [perimeter.siren],
        "qpv": sorted(districts.names_within(perimeter.communes, on)),
    }
    return areas, Tree(perimeter.siren, parents)


def protect(vintage: StockVintage, territory: str, tell: Tell = lambda _done, _of: None) -> None:
    """Decide what the public reads of a territory, beside all that it reads already.

    Raises:
        Invalid: what it takes is not kept any more.
    """
    others = public_beside(vintage, territory)
    listed, beside, tree = _kept(vintage, territory)
    earlier = [_earlier(one, territory) for one in others]
    wanted = {_place(row): row.status for row in listed}
    wanted |= {_place(row): status for row, status in masked(listed, tree, beside, earlier, tell)}
    wanted |= _curves(vintage, territory, [(row, wanted[_place(row)]) for row in listed])
    with ledger.standstill():  # nobody publishes it meanwhile
        if _is_public(vintage, territory):
            return
        _write(vintage, territory, wanted)
        fresh = StockVintage.objects.select_for_update().get(pk=vintage.pk)
        keys = sorted(str(one.key) for one in others)
        vintage.guarded = {**fresh.guarded, territory: keys}
        vintage.ranks = [one for one in fresh.ranks if _is_said(vintage, one)]
        vintage.save(update_fields=["guarded", "ranks"])


def _curves(
    vintage: StockVintage, territory: str, listed: Iterable[tuple[Row, str]]
) -> dict[tuple[str, ...], str]:
    """The status of each curve: hidden while one of its cohorts is, has too few, or began before the history did.

    A curve whose cohorts all had the time is made of their survivors: beside the others it would tell a hidden one.
    """
    codes = {one.code for one in demography.SURVIVALS}
    unsaid = {
        int(row.period)
        for row, status in listed
        if row.indicator in codes
        and (row.area, row.activity, row.segment) == (territory, ALL, ALL)
        and (row.n < THRESHOLD or (status in HIDDEN and status != UNOBSERVED))
    }
    told = {}
    for _is_listed, row in _rows(vintage, territory):
        if row.indicator in CURVES:
            last = int(row.period)
            born = range(last - demography.WINDOW + 1, last + 1)
            is_said = born[0] >= vintage.history_start.year and not unsaid.intersection(born)
            told[_place(row)] = row.status if is_said or row.status == UNOBSERVED else SECONDARY
    return told


def protect_again(
    vintage: StockVintage, territory: str, tell: Tell = lambda _done, _of: None
) -> None:
    """The same, when something is public since it was done.

    Raises:
        Invalid: as `protect()` says.
    """
    if not is_guarded(vintage, territory):
        protect(vintage, territory, tell)


def public_beside(vintage: StockVintage, territory: str) -> list[StockVintage]:
    """The other vintages that are public of a territory, in the order in which they first were."""
    made = Publication.objects.filter(subject__endswith=f":{territory}", vintage__isnull=False)
    rows = made.exclude(vintage=vintage).order_by("published_at", "id")
    found = {one.vintage_id: one.vintage for one in rows.select_related("vintage")}
    return [one for one in found.values() if one is not None]


def is_guarded(vintage: StockVintage, territory: str) -> bool:
    """Whether its secrecy was worked out beside all that is public of a territory."""
    if _is_public(vintage, territory):
        return True
    beside = {str(one.key) for one in public_beside(vintage, territory)}
    return beside <= set(vintage.guarded.get(territory, ()))


def require_guarded(vintage: StockVintage, territory: str) -> None:
    """Refuse to publish what was protected without something that is public since.

    Raises:
        Conflict: another vintage was published meanwhile.
    """
    if not is_guarded(vintage, territory):
        raise Conflict(
            Words(
                "Une autre publication de ce territoire a été faite depuis que le secret a été calculé.",
                "Another publication of this territory was made since secrecy was worked out.",
            ),
            remedy=Words(
                "Publiez de nouveau\u00a0: le secret sera recalculé à côté d’elle.",
                "Publish again: secrecy will be worked out again beside it.",
            ),
        )


def _is_public(vintage: StockVintage, territory: str) -> bool:
    return vintage.publications.filter(subject__endswith=f":{territory}").exists()


def _kept(vintage: StockVintage, territory: str) -> tuple[list[Row], list[Row], Tree]:
    """The rows under secrecy that add up: those of the closed list, those that bound them, how areas add up."""
    sides: dict[bool, list[Row]] = defaultdict(list)
    for is_listed, row in _rows(vintage, territory):
        if row.indicator not in CURVES:
            sides[is_listed].append(row)
    _areas, tree = areas_of(places.perimeter(territory, vintage.as_of), vintage.as_of)
    return sides[True], sides[False], tree


def _rows(vintage: StockVintage, territory: str) -> Iterator[tuple[bool, Row]]:
    """All that was kept of a territory, each with whether it is published."""
    import pyarrow.parquet as pq

    if not is_kept(vintage):
        raise Invalid(
            Words(
                "Ce qu’il faut pour calculer le secret de ce stock n’est plus gardé ici.",
                "What it takes to work out the secrecy of this stock is not kept here any more.",
            ),
            remedy=Words(
                "Chargez-le de nouveau avec maillage build_observatory.",
                "Load it again with maillage build_observatory.",
            ),
        )
    table = pq.read_table(folder_of(vintage) / FILE, filters=[("territory", "=", territory)])
    for told in table.to_pylist():
        yield told["is_listed"], Row(**{name: told[name] for name in _ROW})


def _earlier(vintage: StockVintage, territory: str) -> Earlier:
    """A public vintage as everybody reads it."""
    listed, beside, tree = _kept(vintage, territory)
    said = dict(_statuses(vintage, territory))
    for row in listed:
        row.status = said.get(_place(row), ("", row.status))[1]
    return Earlier(listed, tree, beside)


def _statuses(
    vintage: StockVintage, territory: str
) -> Iterator[tuple[tuple[str, ...], tuple[int, str]]]:
    rows = Observation.objects.filter(
        vintage=vintage, territory=territory, indicator__in=sorted(STATISTICAL | CURVES)
    )
    names = ("indicator", "area", "period", "activity", "segment", "pk", "status")
    for *place, pk, status in rows.values_list(*names).iterator(CHUNK):
        yield tuple(place), (pk, status)


def _place(row: Row) -> tuple[str, ...]:
    return row.indicator, row.area, row.period, row.activity, row.segment


def _write(vintage: StockVintage, territory: str, wanted: dict[tuple[str, ...], str]) -> None:
    changed: dict[str, list[int]] = defaultdict(list)
    for place, (pk, status) in _statuses(vintage, territory):
        if (told := wanted.get(place, status)) != status:
            changed[told].append(pk)
    with transaction.atomic():
        for status, rows in changed.items():
            for start in range(0, len(rows), CHUNK):
                some = Observation.objects.filter(pk__in=rows[start : start + CHUNK])
                some.update(status=status)


def _is_said(vintage: StockVintage, rank: dict[str, str]) -> bool:
    """Whether the figure that is ranked is itself said: the rank of a hidden one would tell it."""
    cell = vintage.observations.filter(
        indicator=rank["indicator"], area=rank["area"], period=rank["period"],
        segment=rank["segment"], activity=ALL,
    )  # fmt: skip
    return cell.exclude(status__in=HIDDEN).exists()
