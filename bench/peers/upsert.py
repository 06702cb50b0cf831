"""What a Django project does with the same files: `bulk_create`, then `bulk_create(update_conflicts=True)`.

The same lines read by the same parser, the same rows in the same three tables with their indexes, two thousand a
statement as its documentation advises. It does less than the importer: no search index, no refused lines, nothing
unseen until all is there, nothing to undo; and the second time it tells no spell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from maillage.register.importers import diffing, parsing
from maillage.register.importers.parsing import Identity, PlaceFacts, UnitFacts
from maillage.register.importers.stock import StockFile

BATCH = 2_000
T = TypeVar("T")
Files = tuple[StockFile, StockFile]


def read(files: Files, towns: Callable[[str], bool]) -> tuple[list[UnitFacts], list[PlaceFacts]]:
    """What both files tell of a territory, in memory."""
    with files[1].open() as lines:
        pick = parsing.place_picker(lines.header)
        at = parsing.PLACE_COLUMNS.index(parsing.COMMUNE)
        inside = (cells for cells in map(pick, lines) if towns(cells[at]))
        places = [parsing.read_place(cells, cells[at]) for cells in inside]
    wanted = {told.siret[:9] for told in places}
    with files[0].open() as lines:
        pick = parsing.unit_picker(lines.header)
        units = [parsing.read_unit(c)[0] for c in map(pick, lines) if c[0] in wanted]
    return units, places


def first(files: Files, towns: Callable[[str], bool], load: Any) -> int:
    """Into empty tables; how many establishments."""
    from maillage.register.models import Establishment, LegalUnit, Spell

    units, places = read(files, towns)
    for some in _batches(LegalUnit(**one._asdict()) for one in units):
        LegalUnit.objects.bulk_create(some, BATCH)
    ids = dict(LegalUnit.objects.values_list("siren", "pk"))
    open_units = {one.siren for one in units if one.diffusion == "O"}
    for told in _batches(places):
        rows = [_place(one, ids, open_units) for one in told]
        Establishment.objects.bulk_create(rows, BATCH)
        spells = [
            Spell(establishment=row, legal_unit_id=row.legal_unit_id, load=load, **spell._asdict())
            for row, one in zip(rows, told, strict=True)
            for spell in diffing.first_spells(one.identity, one.segments)
        ]
        Spell.objects.bulk_create(spells, BATCH)
    return len(places)


def again(files: Files, towns: Callable[[str], bool]) -> int:
    """Over rows that stand there."""
    from maillage.register.models import Establishment, LegalUnit

    units, places = read(files, towns)
    for some in _batches(LegalUnit(**one._asdict()) for one in units):
        LegalUnit.objects.bulk_create(
            some, BATCH, update_conflicts=True, unique_fields=["siren"],
            update_fields=list(UnitFacts._fields[1:]),
        )  # fmt: skip
    ids = dict(LegalUnit.objects.values_list("siren", "pk"))
    open_units = {one.siren for one in units if one.diffusion == "O"}
    for told in _batches(places):
        Establishment.objects.bulk_create(
            [_place(one, ids, open_units) for one in told], BATCH, update_conflicts=True,
            unique_fields=["siret"], update_fields=list(Identity._fields),
        )  # fmt: skip
    return len(places)


def _place(told: PlaceFacts, ids: dict[str, int], open_units: set[str]) -> Any:
    from maillage.register.models import Establishment

    siren = told.siret[:9]
    identity = told.identity if siren in open_units else told.identity.hidden()
    return Establishment(siret=told.siret, legal_unit_id=ids[siren], **identity._asdict())


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while some := list(islice(rest, BATCH)):
        yield some
