"""Sectors of a territory, commune by commune: a table that replaces how the territory was divided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext as _

from maillage.kernel import cells, clock
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words
from maillage.places import editions
from maillage.places.divisions import Sector, division, shipped
from maillage.places.models import SectorCommune, Territory
from maillage.places.names import fold
from maillage.places.perimeters import UnknownTerritory, perimeter

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _key(cell: str) -> str:
    found = cell.strip()
    if not _KEY.fullmatch(found) or len(found) > 40:
        raise BadCell("", "sector_key", found)
    return found


def _territory(cell: str) -> str:
    """A territory by its key or SIREN; its key."""
    try:
        return perimeter(cell.strip(), clock.today()).key
    except UnknownTerritory as problem:
        raise BadCell("", "territory", cell.strip()) from problem


def file_named(told: str) -> Path:
    """The file that somebody means: one that comes with Maillage, by its territory's key, SIREN or name, or a path.

    Raises:
        Invalid: neither; the names that exist are said.
    """
    known = shipped()
    if key := next((key for key in _keys(told) if key in known), None):
        return known[key]
    path = Path(told)
    if path.is_file():
        return path
    raise Invalid(
        _("There is no file “%(told)s”, and no sectors of this name come with Maillage.")
        % {"told": told},
        remedy=_("Give the path of a file, or one of these names: %(names)s.")
        % {"names": ", ".join(known)},
    )


def _keys(told: str) -> list[str]:
    """The keys of territories that a text may mean; nothing is asked when it looks like a path."""
    found = [told.strip()]
    if "/" in told or "." in told:
        return found
    with suppress(UnknownTerritory):
        found.append(perimeter(told.strip(), clock.today()).key)
    territories = Territory.objects.filter(key__in=shipped())
    return [*found, *(one.key for one in territories if fold(one.name) == fold(told))]


def diff(rows: Sequence[Row], _run: Run) -> list[str | BadCell]:
    """Whether each commune is put in a sector, moved to another, or known so."""
    told = {row["territory"] for row in rows}
    known = {
        (key, code): sector.key
        for key in told
        for sector in _sectors(key)
        for code in sector.communes
    }
    taken = {sector.key: key for key in _divided() for sector in _sectors(key)}
    return [_kind(row, known, taken) for row in rows]


def _kind(row: Row, known: dict[tuple[str, str], str], taken: dict[str, str]) -> str | BadCell:
    if taken.get(row["sector"], row["territory"]) != row["territory"]:
        return BadCell("sector", "sector_taken", row["sector"])
    before = known.get((row["territory"], row["commune"]))
    if before is None:
        return "new"
    return "unchanged" if before == row["sector"] else "changed"


def _sectors(territory: str) -> tuple[Sector, ...]:
    drawn = division(territory)
    return drawn.sectors if drawn else ()


def _divided() -> set[str]:
    """The territories that are divided by anything."""
    loaded = SectorCommune.objects.filter(edition__is_active=True).values_list(
        "territory", flat=True
    )
    return set(shipped()) | set(loaded.distinct())


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write every commune of the file: the table replaces the division as a whole."""
    edition = editions.edition_of(run)
    SectorCommune.objects.bulk_create(
        [
            SectorCommune(
                edition=edition,
                territory=row["territory"],
                sector=row["sector"],
                fr=row["fr"],
                en=row["en"] or row["fr"],
                commune=row["commune"],
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


IMPORTER = Importer(
    name="sectors",
    words=Words("Secteurs d’un territoire", "Sectors of a territory"),
    about=Words(
        "Un tableau, une ligne par commune\u00a0: le territoire, la clé et le nom du secteur, le code INSEE\u00a0; ou un fichier TOML de secteurs. Il remplace le découpage du territoire.",
        "A table, one row a commune: the territory, the sector’s key and name, the INSEE code; or a TOML file of sectors. It replaces how the territory is divided.",
    ),
    columns=(
        Column(
            "territory",
            Words("Territoire", "Territory"),
            _territory,
            aliases=("siren", "siren epci", "epci", "clé du territoire"),
        ),
        Column(
            "sector",
            Words("Clé du secteur", "Sector key"),
            _key,
            aliases=("secteur", "sector", "clé", "key"),
        ),
        Column(
            "fr", Words("Nom du secteur", "French name"), cells.text(80), aliases=("nom", "libellé")
        ),
        Column(
            "en",
            Words("Nom en anglais", "English name"),
            cells.text(80),
            needed=False,
            may_be_blank=True,
        ),
        Column(
            "commune",
            Words("Code commune", "Commune code"),
            cells.commune,
            aliases=("code insee", "insee", "codgeo", "insee_com", "code_commune", "communes"),
        ),
    ),
    diff=diff,
    apply=apply,
    activate=editions.activate,
    discard=editions.discard,
    undo=editions.undo,
    identity=lambda row: (row["territory"], row["commune"]),
    reasons={
        "territory": Words(
            "ce territoire n’est pas connu\u00a0: donnez sa clé (mel) ou son SIREN",
            "this territory is not known: give its key (mel) or its SIREN",
        ),
        "sector_key": Words(
            "la clé d’un secteur s’écrit en minuscules, chiffres et tirets\u00a0: mel-lillois",
            "the key of a sector is written in lower case, digits and dashes: mel-lillois",
        ),
        "sector_taken": Words(
            "cette clé est celle d’un secteur d’un autre territoire\u00a0: choisissez-en une autre",
            "this key is that of a sector of another territory: choose another",
        ),
    },
)
