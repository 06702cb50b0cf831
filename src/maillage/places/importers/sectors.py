"""Sectors of a territory, commune by commune: a table that replaces how the territory was divided."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maillage.kernel import cells, clock
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words
from maillage.places import editions
from maillage.places.divisions import FOLDER, Sector, division
from maillage.places.models import SectorCommune
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
    return {path.stem for path in FOLDER.glob("*.toml")} | set(loaded.distinct())


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
        "Un tableau, une ligne par commune\u00a0: le territoire, la clé et le nom du secteur, le code INSEE. Il remplace le découpage du territoire.",
        "A table, one row a commune: the territory, the sector’s key and name, the INSEE code. It replaces how the territory is divided.",
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
            aliases=("secteur", "sector", "clé"),
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
            aliases=("code insee", "insee", "codgeo", "insee_com", "code_commune"),
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
