"""Sectors of an intercommunality (Lillois, Roubaisien…): lists of communes kept in a file.

A sector is nobody's official division here: each file says who drew it and with which doubt.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from maillage.kernel.text import Words
from maillage.places.memory import remembered
from maillage.places.perimeters import perimeter
from maillage.places.succession import former_codes

FOLDER = Path(__file__).parent / "data" / "sectors"


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of a territory; `name` is said in the reader's language."""

    key: str
    name: Words
    communes: tuple[str, ...]
    former_codes: tuple[str, ...] = ()

    @property
    def all_codes(self) -> tuple[str, ...]:
        """The communes and the old codes that lead to them: what to look for in recorded acts."""
        return self.communes + self.former_codes


@dataclass(frozen=True, slots=True)
class Division:
    """How a territory is divided, by whom, and with which doubt."""

    source: str
    doubt: str
    sectors: tuple[Sector, ...]


@remembered
def division(territory_key: str) -> Division | None:
    """The file that divides a territory into sectors, all communes it ever had included."""
    path = FOLDER / f"{territory_key}.toml"
    if not (territory_key.replace("-", "").isalnum() and path.is_file()):
        return None
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    drawn = [
        Sector(one["key"], Words(fr=one["fr"], en=one["en"]), tuple(sorted(one["communes"])))
        for one in content["sector"]
    ]
    return Division(content["source"], content["doubt"], tuple(drawn))


@remembered
def sectors(territory_key: str, on: date) -> tuple[Sector, ...]:
    """The sectors of a territory with the communes that belong to it on a day; none when undivided.

    Raises:
        UnknownTerritory: the territory is not known, or not on that day.
    """
    here = perimeter(territory_key, on)
    drawn = division(here.key)
    if drawn is None:
        return ()
    present = set(here.communes)
    kept = []
    for one in drawn.sectors:
        codes = tuple(code for code in one.communes if code in present)
        if codes:
            kept.append(Sector(one.key, one.name, codes, former_codes(frozenset(codes), on)))
    return tuple(kept)


@remembered
def _all_names() -> dict[str, Words]:
    divisions = (division(path.stem) for path in sorted(FOLDER.glob("*.toml")))
    return {sector.key: sector.name for one in divisions if one for sector in one.sectors}


def sector_name(key: str) -> str:
    """The name of a sector in the reader's language (keys are unique over all territories)."""
    return str(_all_names().get(key, key))
