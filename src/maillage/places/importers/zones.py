"""Employment zones, commune by commune, as INSEE publishes them: a table that replaces the whole partition.

Either of two workbooks is taken as it is downloaded, for the columns that it names the same: the zones' own (sheet
`Composition_communale`: CODGEO, ZE2020, LIBZE2020…) and the table of all areas of communes (sheets `COM` and `ARM`:
CODGEO, LIBGEO, DEP, REG, EPCI…, ZE2020…), which tells no name: the names that are known then stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words
from maillage.places import editions
from maillage.places.models import ZoneCommune
from maillage.places.zones import table

_ZONE = re.compile(r"[0-9]{1,4}")


def _zone(cell: str) -> str:
    """Four digits; those of the zones that lie astride regions begin with zeros that a spreadsheet drops."""
    found = cell.strip()
    if not _ZONE.fullmatch(found):
        raise BadCell("", "zone_code", found)
    return found.zfill(4)


def diff(rows: Sequence[Row], _run: Run) -> list[str | BadCell]:
    """Whether each commune is put in a zone, moved to another or told under another name, or known so."""
    known = table()
    names = dict(known.values())
    return [_kind(row, known.get(row["commune"]), names) for row in rows]


def _kind(row: Row, before: tuple[str, str] | None, names: dict[str, str]) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == (row["zone"], _name(row, names)) else "changed"


def _name(row: Row, names: dict[str, str]) -> str:
    return row["name"] or names.get(row["zone"], "")


def apply(rows: Sequence[Row], run: Run) -> None:
    """Write every commune of the file: the table replaces the partition as a whole."""
    edition = editions.edition_of(run)
    names = dict(table().values())
    ZoneCommune.objects.bulk_create(
        [
            ZoneCommune(
                edition=edition, zone=row["zone"], name=_name(row, names), commune=row["commune"]
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )


IMPORTER = Importer(
    name="employment_zones",
    words=Words("Zones d’emploi", "Employment zones"),
    about=Words(
        "La table d’appartenance géographique des communes de l’INSEE, ou la composition communale de ses zones d’emploi 2020\u00a0: une ligne par commune. Elle remplace toutes les zones.",
        "INSEE’s table of the areas of communes, or the composition of its employment zones of 2020: one row a commune. It replaces all zones.",
    ),
    columns=(
        Column(
            "commune",
            Words("Code commune", "Commune code"),
            cells.commune,
            aliases=("codgeo", "code insee", "insee", "insee_com", "code_commune"),
        ),
        Column(
            "zone",
            Words("Zone d’emploi", "Employment zone"),
            _zone,
            aliases=("ze2020", "ze", "code_ze", "zone d'emploi 2020"),
        ),
        Column(
            "name",
            Words("Nom de la zone", "Zone name"),
            cells.text(160),
            aliases=("libze2020", "lib_ze", "libelle_ze"),
            needed=False,
            may_be_blank=True,
        ),
    ),
    diff=diff,
    apply=apply,
    activate=editions.activate,
    discard=editions.discard,
    undo=editions.undo,
    identity=lambda row: row["commune"],
    reasons={
        "zone_code": Words(
            "le code d’une zone d’emploi tient en quatre chiffres\u00a0: prenez le fichier de l’INSEE",
            "the code of an employment zone has four digits: take the file of INSEE",
        ),
    },
)
