"""INSEE's stock files as narrow tables: the columns that observations need, by name, whatever their order.

Parquet as INSEE publishes it, CSV, or the zip of a CSV; national or already cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir

from maillage.figures.observations.calendar import UNKNOWN, numbered
from maillage.figures.observations.engines import Engine
from maillage.intake.reading.limits import Refused
from maillage.intake.reading.poured import Poured
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.register import segments

COLUMNS = {
    "units": ("siren", "economieSocialeSolidaireUniteLegale", "categorieJuridiqueUniteLegale"),
    "establishments": (
        "siret",
        "siren",
        "dateCreationEtablissement",
        "dateDebut",
        "etatAdministratifEtablissement",
        "codeCommuneEtablissement",
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "activitePrincipaleRegistreMetiersEtablissement",
        "caractereEmployeurEtablissement",
        "trancheEffectifsEtablissement",
        "etablissementSiege",
    ),
    "history": (
        "siret",
        "dateDebut",
        "dateFin",
        "etatAdministratifEtablissement",
        "caractereEmployeurEtablissement",
    ),
    "links": (
        "siretEtablissementPredecesseur",
        "siretEtablissementSuccesseur",
        "dateLienSuccession",
        "transfertSiege",
        "continuiteEconomique",
    ),
}
POSITION = {
    "x": "coordonneeLambertAbscisseEtablissement",
    "y": "coordonneeLambertOrdonneeEtablissement",
}
"""Where an establishment stands, in the metres of its territory: files before 2023 did not tell."""
_FACTS = ("trade", "activity", "nomenclature", "employer", "band")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one stock; each may come in several pieces."""

    units: tuple[Path, ...]
    establishments: tuple[Path, ...]
    history: tuple[Path, ...]
    links: tuple[Path, ...] = ()


def opened(
    engine: Engine, role: str, paths: Iterable[Path], work: Path, more: Iterable[str] = ()
) -> ir.Table:
    """The rows of the files of one role, with `more` columns where they hold them.

    Raises:
        Invalid: a file is missing, damaged, or another than this one.
    """
    table = engine.read(*(_readable(path, work) for path in paths))
    missing = [name for name in COLUMNS[role] if name not in table.columns]
    if missing:
        raise _another_file(role, missing, table.columns, next(iter(paths)))
    return table.select(*COLUMNS[role], *(name for name in more if name in table.columns))


def _readable(path: Path, work: Path) -> Path:
    """A path that engines read: a zip is unpacked first, by a confined child."""
    if not path.is_file():
        raise Invalid(
            Words(f"{path.name}\u00a0: fichier introuvable.", f"{path.name}: no such file."),
            remedy=Words("Vérifiez le chemin.", "Check the path."),
        )
    with path.open("rb") as stream:
        head = stream.read(4)
    if head[:2] != b"PK":
        return path if head == b"PAR1" or path.suffix == ".csv" else _renamed(path, work)
    table = work / f"{path.stem}.csv"
    try:
        with Poured(path) as source, table.open("wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
    except Refused as refusal:
        raise Invalid(
            Words(
                f"{path.name}\u00a0: archive refusée ({refusal.code}).",
                f"{path.name}: archive refused ({refusal.code}).",
            ),
            remedy=Words(
                "Téléchargez-la de nouveau\u00a0: elle doit tenir un seul CSV, entier.",
                "Download it again: it must hold one whole CSV.",
            ),
        ) from refusal
    return table


def _renamed(path: Path, work: Path) -> Path:
    """A CSV under another suffix, named so that engines know it."""
    table = work / f"{path.name}.csv"
    table.symlink_to(path.absolute())
    return table


def _another_file(role: str, missing: list[str], columns: Iterable[str], path: Path) -> Invalid:
    """What to answer when columns lack: often, one file was given for another."""
    there = set(columns)
    really = [name for name, wanted in COLUMNS.items() if there.issuperset(wanted)]
    told = {
        "units": Words("unités légales", "legal units"),
        "establishments": Words("établissements", "establishments"),
        "history": Words("historique des établissements", "history of establishments"),
        "links": Words("liens de succession", "succession links"),
    }
    lacks = ", ".join(missing)
    if really:
        fr = f"{path.name} est le fichier «\u00a0{told[really[0]].fr}\u00a0», donné pour «\u00a0{told[role].fr}\u00a0»."
        en = f"{path.name} is the file of {told[really[0]].en}, given for that of {told[role].en}."
    else:
        fr = f"{path.name}\u00a0: il manque les colonnes {lacks}."
        en = f"{path.name}: columns {lacks} are missing."
    return Invalid(
        Words(fr, en),
        remedy=Words(
            "Donnez le fichier de l’INSEE, avec sa ligne de titres.",
            "Give INSEE's file, with its header line.",
        ),
    )


def key(column: ir.Value) -> ir.IntegerValue:
    """A SIREN or a SIRET as an integer."""
    return column.cast("int64")


def text(column: ir.Value) -> ir.StringValue:
    """A code as text, blank where none is given."""
    return column.cast("string").coalesce("")


def is_true(column: ir.Value) -> ir.BooleanValue:
    """A boolean, typed or written `true`."""
    if column.type().is_boolean():
        return column.coalesce(False)
    return (column.cast("string").lower() == "true").coalesce(False)


def establishments(table: ir.Table) -> ir.Table:
    """One row an establishment: what figures read of it, dates as numbers; where it stands if that was asked."""
    t = table
    at = {name: text(t[column]) for name, column in POSITION.items() if column in t.columns}
    return t.select(
        unit=key(t.siret),
        legal_unit=key(t.siren),
        created=numbered(t.dateCreationEtablissement),
        since=numbered(t.dateDebut),
        is_active=t.etatAdministratifEtablissement == "A",
        commune_code=text(t.codeCommuneEtablissement),
        trade=text(t.activitePrincipaleRegistreMetiersEtablissement),
        activity=text(t.activitePrincipaleEtablissement),
        nomenclature=text(t.nomenclatureActivitePrincipaleEtablissement),
        employer=text(t.caractereEmployeurEtablissement),
        band=text(t.trancheEffectifsEtablissement),
        is_seat=is_true(t.etablissementSiege),
        **at,
    )


def periods(history: ir.Table, stock: ir.Table) -> ir.Table:
    """Every known period (`unit, start, is_active`): those of the history, and the present one."""
    told = history.select(
        unit=key(history.siret),
        start=numbered(history.dateDebut),
        is_active=history.etatAdministratifEtablissement == "A",
    )
    present = stock.select(
        "unit",
        start=(stock.since == UNKNOWN).ifelse(stock.created, stock.since),
        is_active=stock.is_active,
    )
    return told.union(present)


def hires(history: ir.Table) -> ir.Table:
    """The day each establishment that was no employer became one, the first time (`unit, on`)."""
    told = history.select(
        unit=key(history.siret),
        start=numbered(history.dateDebut),
        employs=history.caractereEmployeurEtablissement,
    )
    days = told.group_by("unit").aggregate(
        first=told.start.min(where=told.employs.notnull()),
        on=told.start.min(where=told.employs == "O"),
    )
    return days.filter(days.on > days["first"]).select("unit", "on")


def successions(links: ir.Table) -> ir.Table:
    """The links in which the same activity goes on elsewhere (`predecessor, successor, on`).

    INSEE says so by economic continuity, or by the transfer of a seat.
    """
    goes_on = is_true(links.continuiteEconomique) | is_true(links.transfertSiege)
    return links.filter(goes_on).select(
        predecessor=key(links.siretEtablissementPredecesseur),
        successor=key(links.siretEtablissementSuccesseur),
        on=numbered(links.dateLienSuccession),
    )


def with_segments(engine: Engine, stock: ir.Table, units: ir.Table, work: Path) -> ir.Table:
    """Establishments with their mask of segments, by the register's own rules.

    The rules are asked once for each combination of facts that occurs, then joined.
    """
    facts = engine.keep(stock.select(*_FACTS).distinct(), "facts").to_pyarrow().to_pylist()
    of_place = [
        dict(
            row,
            bits=segments.place_bits(
                segments.Place(
                    row["trade"], row["activity"], row["nomenclature"], row["employer"], row["band"]
                )
            ),
        )
        for row in facts
    ]
    told = units.select(
        unit=key(units.siren),
        ess=text(units.economieSocialeSolidaireUniteLegale),
        category=text(units.categorieJuridiqueUniteLegale),
    )
    kinds = engine.keep(told.select("ess", "category").distinct(), "kinds").to_pyarrow().to_pylist()
    of_unit = [
        dict(row, bits=segments.unit_bits(segments.Unit(row["ess"], row["category"])))
        for row in kinds
    ]
    of_unit = [row for row in of_unit if row["bits"]]
    place_bits = _small(engine, of_place, work / "place_bits.parquet")
    unit_bits = _small(engine, of_unit, work / "unit_bits.parquet", ("ess", "category"))
    social = told.join(unit_bits, ["ess", "category"]).select("unit", unit_bits="bits")
    social = engine.keep(social, "social")
    social = social.rename(social="unit")
    joined = stock.left_join(place_bits, list(_FACTS)).left_join(social, [("legal_unit", "social")])
    mask = (joined.bits.coalesce(0) + joined.unit_bits.coalesce(0)).cast("int32")
    return joined.select(*stock.columns, segments=mask)


def _small(
    engine: Engine, rows: list[dict[str, object]], path: Path, names: tuple[str, ...] = _FACTS
) -> ir.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = pa.schema([*((name, pa.string()) for name in names), ("bits", pa.int64())])
    pq.write_table(pa.Table.from_pylist(rows, schema=kinds), path)
    return engine.read(path)
