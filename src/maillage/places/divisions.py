"""Sectors of an intercommunality (Lillois, Roubaisien…): lists of communes kept in a file.

A sector is nobody's official division here: each file says who drew it and with which doubt.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.places.memory import remembered
from maillage.places.models import SectorCommune
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


def shipped() -> dict[str, Path]:
    """The files of sectors that come with the product, by the key of their territory."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


@remembered
def division(territory_key: str) -> Division | None:
    """How a territory is divided into sectors, all communes it ever had included.

    What an administrator loaded comes first, then the file that comes with the product.
    """
    if not territory_key.replace("-", "").isalnum():
        return None
    if loaded := _loaded(territory_key):
        return loaded
    path = FOLDER / f"{territory_key}.toml"
    return read_division(path) if path.is_file() else None


def _loaded(territory_key: str) -> Division | None:
    """The division of the last active load that tells of this territory."""
    rows = SectorCommune.objects.filter(territory=territory_key, edition__is_active=True)
    last = rows.order_by("edition__activated_at", "edition_id").last()
    if last is None:
        return None
    drawn: dict[str, tuple[Words, list[str]]] = {}
    for row in rows.filter(edition=last.edition_id).order_by("id"):
        drawn.setdefault(row.sector, (Words(row.fr, row.en), []))[1].append(row.commune)
    return Division(
        "",
        "",
        tuple(Sector(key, name, tuple(sorted(codes))) for key, (name, codes) in drawn.items()),
    )


class BadDivision(Invalid):
    """A file of sectors that cannot be taken: which line, and why."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        told = {"file": path.name, "line": line, "why": why}
        super().__init__(
            _("%(file)s, line %(line)s: %(why)s.") % told,
            remedy=_("Correct the file; the other files of sectors show the form."),
        )


def read_division(path: Path) -> Division:
    """A file of sectors, each commune in one of them.

    Raises:
        BadDivision: it is no TOML, a word is missing, a code is none, or a commune stands twice.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        at_end = len(lines) if "end of document" in str(error) else 1
        raise BadDivision(path, int(found[1]) if found else at_end, str(error)) from error
    for name in ("source", "doubt", "sector"):
        if not content.get(name):
            raise BadDivision(path, 1, _("“%(name)s” is missing") % {"name": name})
    begins = [n for n, line in enumerate(lines, 1) if line.strip() == "[[sector]]"]
    drawn: dict[str, Sector] = {}
    for line, told in zip(begins, content["sector"], strict=True):
        if why := _wrong(told, drawn):
            raise BadDivision(path, line, why)
        words = Words(fr=told["fr"], en=told["en"])
        drawn[told["key"]] = Sector(told["key"], words, tuple(sorted(told["communes"])))
    return Division(content["source"], content["doubt"], tuple(drawn.values()))


def _wrong(told: dict[str, Any], before: dict[str, Sector]) -> str:
    """Why a sector cannot be taken after those that stand before it; blank when it can."""
    for name in ("key", "fr", "en", "communes"):
        if not told.get(name):
            return _("“%(name)s” is missing") % {"name": name}
    if told["key"] in before:
        return _("the key “%(key)s” is taken") % {"key": told["key"]}
    taken = {code for sector in before.values() for code in sector.communes}
    for code in told["communes"]:
        if not re.fullmatch(r"(\d{2}|2[AB])\d{3}", str(code)):
            return _("“%(code)s” is no INSEE code") % {"code": code}
        if code in taken:
            return _("the commune %(code)s stands twice") % {"code": code}
        taken.add(code)
    return ""


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


def division_keys() -> list[str]:
    """The territories that somebody divided into sectors."""
    loaded = SectorCommune.objects.filter(edition__is_active=True).order_by("territory")
    return sorted({*shipped(), *loaded.values_list("territory", flat=True).distinct()})


@remembered
def _all_names() -> dict[str, Words]:
    divisions = (division(key) for key in division_keys())
    return {sector.key: sector.name for one in divisions if one for sector in one.sectors}


def sector_name(key: str) -> str:
    """The name of a sector in the reader's language (keys are unique over all territories)."""
    return str(_all_names().get(key, key))
