"""An importer of tests: past grants, with every sort of cell."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run
from maillage.kernel.text import Words

SIRET = "35600000000048"
OTHER = "55208131766522"
HEADER = ["SIRET", "Code commune", "Jour", "Montant", "ETP", "Objet", "Remarque"]
GOOD = [SIRET, "59350", "2019-05-02", "1 234,50", "1,5", "visite", "déjà vu"]
KINDS = cells.one_of({"visite": "visit", "besoin": "need", "subvention": "grant"})


def column(name: str, fr: str, read, **how) -> Column:
    return Column(name, Words(fr, fr), read, **how)


def refuse_nothing(rows: Sequence[Row], run: Run) -> list[str | BadCell]:
    return ["new" for _ in rows]


def write_nothing(rows: Sequence[Row], run: Run) -> None:
    """Nothing."""


IMPORTER = Importer(
    name="specimen",
    words=Words("Subventions passées", "Past grants"),
    about=Words("Pour les essais.", "For tests."),
    columns=(
        column("siret", "SIRET", cells.siret, aliases=("N° SIRET", "siret établissement")),
        column("commune", "Code commune", cells.commune, aliases=("code INSEE",)),
        column("day", "Jour", cells.day, aliases=("Date de l’acte",)),
        column("amount", "Montant", cells.cents, may_be_blank=True),
        column("jobs", "ETP", cells.thousandths, may_be_blank=True),
        column("kind", "Objet", KINDS),
        column("note", "Remarque", cells.text(200), needed=False),
    ),
    diff=refuse_nothing,
    apply=write_nothing,
    identity=lambda row: (row["siret"], row["day"], row["kind"], row["note"]),
)


def row(number: int = 0, **changed: object) -> list[object]:
    """A good row, set apart from others by its remark; `changed` names columns by their header."""
    cells_of = dict(zip(HEADER, GOOD, strict=True)) | {"Remarque": f"ligne {number}"}
    return list((cells_of | {name.replace("_", " "): v for name, v in changed.items()}).values())
