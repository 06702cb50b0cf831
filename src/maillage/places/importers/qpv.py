"""Polygons of priority neighbourhoods, as the ANCT publishes them: one GeoJSON feature each.

Two lists follow each other, and their codes tell them apart: QP… since 1 January 2015, then QN…. Overseas the
second list came a year later, and the national file of 2024 still holds overseas neighbourhoods of the
first: a polygon is therefore dated by its own code, never by the file. Both days can be given instead.

- decrees 2014-1750 (mainland) and 2014-1751 (overseas), both of 30 December 2014, in force 1 January 2015;
- decree 2023-1314 of 28 December 2023 (mainland), in force 1 January 2024;
- decree 2024-1212 of 27 December 2024 (overseas), in force 1 January 2025.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

import shapely

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Option, Row, Run
from maillage.kernel.text import Words
from maillage.places import editions
from maillage.places.districts import effective
from maillage.places.models import PriorityDistrict

_CODE = re.compile(r"Q[PN][0-9A-Z]{6}")
PERIODS: dict[tuple[str, bool], tuple[date, date | None]] = {  # by list, overseas or not
    ("QP", False): (date(2015, 1, 1), date(2023, 12, 31)),
    ("QN", False): (date(2024, 1, 1), None),
    ("QP", True): (date(2015, 1, 1), date(2024, 12, 31)),
    ("QN", True): (date(2025, 1, 1), None),
}
OVERSEAS = ("97", "98")


def _code(cell: str) -> str:
    found = cell.strip().upper()
    if not _CODE.fullmatch(found):
        raise BadCell("", "qpv_code", found)
    return found


def _shape(cell: str) -> bytes:
    """A polygon in degrees, as well-known binary."""
    try:
        told = json.loads(cell)
        drawn = shapely.from_geojson(cell)
    except (ValueError, RecursionError, shapely.GEOSException) as problem:
        raise BadCell("", "shape", cell[:40]) from problem
    sort = told.get("type") if isinstance(told, dict) else ""
    if sort not in {"Polygon", "MultiPolygon"} or drawn is None or drawn.is_empty:
        raise BadCell("", "shape", str(sort)[:40])
    west, south, east, north = drawn.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadCell("", "not_degrees", f"{west:.0f} {south:.0f}")
    whole = drawn if drawn.is_valid else shapely.make_valid(drawn)
    if whole.area == 0:
        raise BadCell("", "shape", str(sort))
    return bytes(shapely.to_wkb(shapely.force_2d(whole)))


def period_of(code: str) -> tuple[date, date | None]:
    """Between which days the list that holds a code is in force where the code lies."""
    return PERIODS[code[:2], code[2:4] in OVERSEAS]


def _period(row: Row, run: Run) -> tuple[date, date | None]:
    starts, ends = period_of(row["code"])
    if "starts_on" in run.given:
        starts = cells.day(run.given["starts_on"])
    if "ends_on" in run.given:
        ends = cells.day(run.given["ends_on"])
    return starts, ends


def diff(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    """Whether each neighbourhood is new, drawn otherwise, or known so."""
    known = effective()
    return [_kind(row, known, run) for row in rows]


def _kind(row: Row, known: dict[tuple[str, date], PriorityDistrict], run: Run) -> str | BadCell:
    starts, ends = _period(row, run)
    if ends is not None and ends < starts:
        return BadCell("code", "days_in_disorder", row["code"])
    found = known.get((row["code"], starts))
    if found is None:
        return "new"
    same = (found.name, found.ends_on, bytes(found.shape)) == (row["name"], ends, row["geometry"])
    return "unchanged" if same else "changed"


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write the neighbourhoods that are new or drawn otherwise; nobody sees them before activation."""
    edition = editions.edition_of(run)
    told = [row for row, kind in zip(rows, diff(rows, run), strict=True) if kind != "unchanged"]
    PriorityDistrict.objects.bulk_create(
        [_district(edition.pk, row, run) for row in told], ignore_conflicts=True
    )


def _district(edition: int, row: Row, run: Run) -> PriorityDistrict:
    starts, ends = _period(row, run)
    return PriorityDistrict(
        edition_id=edition,
        code=row["code"],
        name=row["name"],
        starts_on=starts,
        ends_on=ends,
        shape=row["geometry"],
    )


IMPORTER = Importer(
    name="qpv",
    words=Words("Quartiers prioritaires (QPV)", "Priority neighbourhoods (QPV)"),
    about=Words(
        "Un fichier GeoJSON de l’ANCT, en degrés (WGS84)\u00a0: un contour par quartier, avec son code et son nom.",
        "A GeoJSON file of the ANCT, in degrees (WGS84): one outline a neighbourhood, with its code and name.",
    ),
    columns=(
        Column(
            "code",
            Words("Code du quartier", "Code"),
            _code,
            aliases=("code_qp", "code_qpv", "codeqp", "qp_code", "code_quartier", "id_qp"),
        ),
        Column(
            "name",
            Words("Nom du quartier", "Name"),
            cells.text(160),
            aliases=("lib_qp", "nom_qp", "libelle_qp", "libelle", "nom", "lib_qpv", "nom_qpv"),
        ),
        Column("geometry", Words("Contour", "Outline"), _shape, longest=4 << 20),
    ),
    diff=diff,
    apply=apply,
    activate=editions.activate,
    discard=editions.discard,
    undo=editions.undo,
    identity=lambda row: row["code"],
    options=(
        Option(
            "starts_on",
            Words("En vigueur depuis le", "In force since"),
            Words(
                "Vide\u00a0: d’après chaque code (QP\u00a0: 1er\u00a0janvier\u00a02015, QN\u00a0: 1er\u00a0janvier\u00a02024, outre-mer 1er\u00a0janvier\u00a02025).",
                "Blank: after each code (QP: 1 January 2015, QN: 1 January 2024, overseas 1 January 2025).",
            ),
            cells.day,
            sort="date",
        ),
        Option(
            "ends_on",
            Words("Jusqu’au", "Until"),
            Words(
                "Vide\u00a0: d’après chaque code (QP\u00a0: 31\u00a0décembre\u00a02023, outre-mer 31\u00a0décembre\u00a02024, QN\u00a0: sans fin).",
                "Blank: after each code (QP: 31 December 2023, overseas 31 December 2024, QN: no end).",
            ),
            cells.day,
            sort="date",
        ),
    ),
    reasons={
        "qpv_code": Words(
            "ce n’est pas un code de quartier (QP059001, QN05901M)\u00a0: prenez le fichier de l’ANCT",
            "this is no code of a neighbourhood (QP059001, QN05901M): take the file of the ANCT",
        ),
        "shape": Words(
            "le contour n’est pas un polygone GeoJSON\u00a0: exportez de nouveau la couche",
            "the outline is no GeoJSON polygon: export the layer again",
        ),
        "not_degrees": Words(
            "les coordonnées ne sont pas en degrés\u00a0: exportez la couche en WGS84 (EPSG:4326)",
            "the coordinates are not in degrees: export the layer in WGS84 (EPSG:4326)",
        ),
    },
    chunk=200,
)
