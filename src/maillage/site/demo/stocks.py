"""The demonstration's two stocks of the register: the firms of 2020, and the same ones as 2018 knew them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from maillage import places
from maillage.site.demo import sirene_rows
from maillage.site.demo.sirene_rows import Firm, Town

LATEST = date(2020, 1, 1)
_FIRST_RANK = {"mel": 1, "call": 5001}


def write(
    folder: Path, firms: int, territory: str, *, vintage: date, seed: int
) -> tuple[Path, Path]:
    """Both stock files of a day: what INSEE would have told then of the firms of 2020."""
    known = sirene_rows.generated(
        firms, towns(territory), seed, day=LATEST, first=_FIRST_RANK[territory]
    )
    told = [
        as_of(first_hired(firm, vintage), vintage)
        for firm in known
        if _born(firm) <= vintage.isoformat()
    ]
    return sirene_rows.write_files(folder, told, day=vintage)


def towns(territory: str) -> list[Town]:
    """The communes of a territory, each with its inhabitants, a point inside and the room around it."""
    perimeter = places.perimeter(territory, LATEST)
    named = places.communes(perimeter.communes)
    centres, shapes = places.centres(perimeter.communes), places.outlines(perimeter.communes)
    return [
        Town(
            code,
            commune.name.upper(),
            "",
            commune.population(LATEST.year - 1) or 1000,
            *(_inside(centres[code], shapes[code].rings) if code in centres else ()),
        )
        for code, commune in sorted(named.items())
    ]


def _inside(
    centre: tuple[float, float], rings: tuple[tuple[tuple[float, float], ...], ...]
) -> tuple[float, float, float]:
    """The point, and how many metres there are from it to the nearest side."""
    middle = complex(*sirene_rows.lambert_93(*centre))
    sides = (
        side
        for ring in rings
        for side in pairwise(complex(*sirene_rows.lambert_93(*point)) for point in ring)
    )
    return *centre, min(_distance(middle, *side) for side in sides)


def _distance(point: complex, start: complex, end: complex) -> float:
    """From a point to a segment, in their unit."""
    along = end - start
    share = ((point - start) * along.conjugate()).real / (abs(along) ** 2 or 1.0)
    return abs(point - (start + min(1.0, max(0.0, share)) * along))


def _born(firm: Firm) -> str:
    return firm.unit["dateCreationUniteLegale"]


def first_hired(firm: Firm, day: date) -> Firm:
    """One small firm in three hired somebody for the first time during 2018 or 2019: before that day it employed nobody."""
    place = firm.place
    number = int(firm.unit["siren"])
    small = place["trancheEffectifsEtablissement"] == "01"
    if (
        not small
        or place["etatAdministratifEtablissement"] != "A"
        or number % 3
        or _born(firm) >= "2017"
    ):
        return firm
    hired = date(2018, 3, 1) + timedelta(days=number % 600)
    if hired <= day:
        return Firm(firm.unit, {**place, "dateDebut": hired.isoformat()})
    alone = {"caractereEmployeurEtablissement": "N", "trancheEffectifsEtablissement": "NN"}
    return Firm(firm.unit, {**place, **alone})


def as_of(firm: Firm, day: date) -> Firm:
    """The firm as it stood on an earlier day: what closed later was still active."""
    return Firm(
        _before_closing(firm.unit, "UniteLegale", "C", day),
        _before_closing(firm.place, "Etablissement", "F", day),
    )


def _before_closing(row: Mapping[str, str], what: str, closed: str, day: date) -> Mapping[str, str]:
    state = f"etatAdministratif{what}"
    if row[state] != closed or row["dateDebut"] <= day.isoformat():
        return row
    return {**row, state: "A", "dateDebut": row[f"dateCreation{what}"]}
