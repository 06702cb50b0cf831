"""Firms of tests: a valid minimum by default, and Sirene files written in INSEE's own columns."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.intake import actions as intake, loading
from maillage.kernel.identifiers import luhn
from maillage.register import indexing
from maillage.register.models import (
    Belonging,
    CraftList,
    Establishment,
    LegalUnit,
    Load,
    Source,
    Spell,
    SuccessionLink,
)
from maillage.register.models.crafts import FIRST_BIT
from maillage.register.segments import Place, Unit, place_bits, unit_bits
from maillage.site.stock.columns import HISTORY

_numbers = itertools.count(1)

LONG_AGO = datetime(2017, 1, 1, 6, 0, tzinfo=UTC)


def siren(number: int | None = None) -> str:
    """An invented SIREN with a right check digit (8xx range)."""
    base = f"8{(number if number is not None else next(_numbers)):07d}"
    return next(base + str(d) for d in range(10) if luhn(base + str(d)))


def siret(of: str, nic: int = 1) -> str:
    """An invented SIRET of a SIREN with a right check digit."""
    base = f"{of}{nic:04d}"
    return next(base + str(d) for d in range(10) if luhn(base + str(d)))


def load_active(**facts: Any) -> Load:
    """A load known since long ago, unless said otherwise."""
    given = {
        "source": Source.SIRENE,
        "vintage": date(2017, 1, 1),
        "territory": "mel",
        "state": Load.State.ACTIVE,
        "staged_at": LONG_AGO,
        "activated_at": LONG_AGO,
        "settled_at": LONG_AGO,
    } | facts
    return Load.objects.create(**given)


def undo_load(*, load: Load, by: Actor) -> None:
    """Undo a load as an administrator asks, and as a worker then does."""
    loading.undo(intake.undo_load(load=load, because="essai", by=by))
    load.refresh_from_db()


def load_known() -> Load:
    """The one load that firms of tests share unless they bring theirs."""
    return Load.objects.visible().filter(source="sirene").order_by("id").first() or load_active()


def legal_unit(**facts: Any) -> LegalUnit:
    """A legal unit of open diffusion."""
    number = next(_numbers)
    given = {"siren": siren(number), "name": f"ATELIER {number}", "legal_category": "5499"} | facts
    if given.get("diffusion", "O") != "O":
        given["name"] = ""
    return LegalUnit.objects.create(**given)


def spell(establishment: Establishment, **facts: Any) -> Spell:
    """What a load tells of an establishment from a day on; craft baker of Lille by default."""
    given = {
        "establishment": establishment,
        "legal_unit": establishment.legal_unit,
        "starts_on": date(2010, 1, 1),
        "opened_on": date(2010, 1, 1),
        "state": "A",
        "commune": establishment.commune,
        "activity": establishment.activity,
        "nomenclature": establishment.nomenclature,
        "size_band": establishment.size_band,
        "segments": segments_of(establishment),
    } | facts
    if "load" not in given:
        given["load"] = load_known()
    return Spell.objects.create(**given)


def segments_of(establishment: Establishment) -> int:
    """The segments that today's rules give an establishment."""
    place = Place(
        establishment.trade_register_code,
        establishment.activity,
        establishment.nomenclature,
        establishment.employer,
        establishment.size_band,
    )
    unit = Unit(establishment.legal_unit.ess, establishment.legal_unit.legal_category)
    return place_bits(place) | unit_bits(unit)


def establishment(*, spelled: bool = True, **facts: Any) -> Establishment:
    """A craft bakery of Lille with its legal unit, its load and its one spell since 2010.

    `unit_<field>` sets the legal unit's facts, `spell_<field>` the spell's.
    """
    of_unit = {k[5:]: facts.pop(k) for k in list(facts) if k.startswith("unit_")}
    of_spell = {k[6:]: facts.pop(k) for k in list(facts) if k.startswith("spell_")}
    known = facts.pop("legal_unit", None)
    unit = known or legal_unit(**of_unit)
    number = LegalUnit.objects.get(pk=unit.pk).establishments.count() + 1 if known else 1
    given = {
        "legal_unit": unit,
        "siret": siret(unit.siren, number) if unit.siren else None,
        "is_headquarters": number == 1,
        "commune": "59350",
        "commune_label": "LILLE",
        "postcode": "59000",
        "street": "RUE DE LILLE",
        "street_number": "1",
        "activity": "10.71C",
        "nomenclature": "NAFRev2",
        "trade_register_code": "1071CZ",
        "created_on": date(2010, 1, 1),
        "size_band": "01",
    } | facts
    if given.get("diffusion", "O") != "O":
        given |= {"street": "", "street_number": ""}
    made = Establishment.objects.create(**given)
    indexing.refresh([made.pk])
    if spelled:
        spell(made, **of_spell)
    return made


UNIT_COLUMNS = [
    "siren",
    "statutDiffusionUniteLegale",
    "unitePurgeeUniteLegale",
    "dateCreationUniteLegale",
    "sigleUniteLegale",
    "sexeUniteLegale",
    "prenom1UniteLegale",
    "prenom2UniteLegale",
    "prenom3UniteLegale",
    "prenom4UniteLegale",
    "prenomUsuelUniteLegale",
    "pseudonymeUniteLegale",
    "identifiantAssociationUniteLegale",
    "trancheEffectifsUniteLegale",
    "anneeEffectifsUniteLegale",
    "dateDernierTraitementUniteLegale",
    "nombrePeriodesUniteLegale",
    "categorieEntreprise",
    "anneeCategorieEntreprise",
    "dateDebut",
    "etatAdministratifUniteLegale",
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "denominationUsuelle2UniteLegale",
    "denominationUsuelle3UniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale",
    "activitePrincipaleNAF25UniteLegale",
    "nicSiegeUniteLegale",
    "economieSocialeSolidaireUniteLegale",
    "societeMissionUniteLegale",
    "caractereEmployeurUniteLegale",
]

ESTABLISHMENT_COLUMNS = [
    "siren",
    "nic",
    "siret",
    "statutDiffusionEtablissement",
    "dateCreationEtablissement",
    "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement",
    "activitePrincipaleRegistreMetiersEtablissement",
    "dateDernierTraitementEtablissement",
    "etablissementSiege",
    "nombrePeriodesEtablissement",
    "complementAdresseEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "dernierNumeroVoieEtablissement",
    "indiceRepetitionDernierNumeroVoieEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement",
    "distributionSpecialeEtablissement",
    "codeCommuneEtablissement",
    "codeCedexEtablissement",
    "libelleCedexEtablissement",
    "codePaysEtrangerEtablissement",
    "libellePaysEtrangerEtablissement",
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    "complementAdresse2Etablissement",
    "numeroVoie2Etablissement",
    "indiceRepetition2Etablissement",
    "typeVoie2Etablissement",
    "libelleVoie2Etablissement",
    "codePostal2Etablissement",
    "libelleCommune2Etablissement",
    "libelleCommuneEtranger2Etablissement",
    "distributionSpeciale2Etablissement",
    "codeCommune2Etablissement",
    "codeCedex2Etablissement",
    "libelleCedex2Etablissement",
    "codePaysEtranger2Etablissement",
    "libellePaysEtranger2Etablissement",
    "dateDebut",
    "etatAdministratifEtablissement",
    "enseigne1Etablissement",
    "enseigne2Etablissement",
    "enseigne3Etablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement",
    "activitePrincipaleNAF25Etablissement",
]


def unit_row(number: int = 1, **cells: str) -> dict[str, str]:
    """A line of StockUniteLegale: a limited company of open diffusion."""
    return {
        "siren": siren(number),
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2010-01-01",
        "dateDebut": "2010-01-01",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": f"BOULANGERIE DU PONT {number}",
        "categorieJuridiqueUniteLegale": "5499",
        "activitePrincipaleUniteLegale": "10.71C",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": siret(siren(number))[9:],
        "economieSocialeSolidaireUniteLegale": "N",
        "caractereEmployeurUniteLegale": "O",
    } | cells


def establishment_row(number: int = 1, nic: int = 1, **cells: str) -> dict[str, str]:
    """A line of StockEtablissement: an active craft bakery of Lille."""
    code = siret(siren(number), nic)
    return {
        "siren": code[:9],
        "nic": code[9:],
        "siret": code,
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2010-01-01",
        "trancheEffectifsEtablissement": "01",
        "anneeEffectifsEtablissement": "2018",
        "activitePrincipaleRegistreMetiersEtablissement": "1071CZ",
        "etablissementSiege": "true" if nic == 1 else "false",
        "numeroVoieEtablissement": str(number),
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DE LILLE",
        "codePostalEtablissement": "59000",
        "libelleCommuneEtablissement": "LILLE",
        "codeCommuneEtablissement": "59350",
        "coordonneeLambertAbscisseEtablissement": "704000.0",
        "coordonneeLambertOrdonneeEtablissement": "7059000.0",
        "dateDebut": "2010-01-01",
        "etatAdministratifEtablissement": "A",
        "enseigne1Etablissement": f"AU BON PAIN {number}",
        "activitePrincipaleEtablissement": "10.71C",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "O",
    } | cells


def period_row(number: int = 1, nic: int = 1, **cells: str) -> dict[str, str]:
    """A line of StockEtablissementHistorique: the bakery in its past, until the end of 2014."""
    code = siret(siren(number), nic)
    return {
        "siren": code[:9],
        "nic": code[9:],
        "siret": code,
        "dateFin": "2014-12-31",
        "dateDebut": "2010-01-01",
        "etatAdministratifEtablissement": "A",
        "changementEtatAdministratifEtablissement": "false",
        "activitePrincipaleEtablissement": "10.71C",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "O",
    } | cells


def history_file(
    folder: Path, rows: Iterable[Mapping[str, str]], *, day: str = "2020-01-01"
) -> Path:
    """StockEtablissementHistorique dated `day`."""
    return write_csv(folder / f"StockEtablissementHistorique_{day}_utf8.csv", HISTORY, rows)


LINKS = (
    "siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession",
    "transfertSiege", "continuiteEconomique", "dateDernierTraitementLienSuccession",
)  # fmt: skip


def link_row(before: str, after: str, **cells: str) -> dict[str, str]:
    """A line of StockEtablissementLiensSuccession between two SIRETs: the activity goes on."""
    told = (before, after, "2018-03-01", "false", "true", "2018-04-02T10:00:00")
    return dict(zip(LINKS, told, strict=True)) | cells


def links_file(folder: Path, rows: Iterable[Mapping[str, str]], *, day: str = "2020-01-01") -> Path:
    """StockEtablissementLiensSuccession dated `day`."""
    return write_csv(folder / f"StockEtablissementLiensSuccession_{day}_utf8.csv", LINKS, rows)


def succession(
    before: Establishment | None, after: Establishment | None, **facts: Any
) -> SuccessionLink:
    """A link that a visible load tells: the activity goes on."""
    told = {"linked_on": date(2018, 3, 1), "seat_transfer": False, "continuity": True}
    load = facts.pop("load", None) or load_known()
    return SuccessionLink.objects.create(
        load=load, predecessor=before, successor=after, **{**told, **facts}
    )


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Path:
    """A CSV file of these columns, blank where a row says nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def sirene_files(
    folder: Path,
    establishments: Iterable[Mapping[str, str]],
    units: Iterable[Mapping[str, str]] | None = None,
    *,
    day: str = "2020-01-01",
) -> tuple[Path, Path]:
    """Both stock files (units, establishments) dated `day`; a unit for each SIREN unless given."""
    rows = list(establishments)
    if units is None:
        sirens = dict.fromkeys(row["siren"] for row in rows)
        units = [unit_row(n, siren=code) for n, code in enumerate(sirens, 1)]
    return (
        write_csv(folder / f"StockUniteLegale_{day}_utf8.csv", UNIT_COLUMNS, units),
        write_csv(folder / f"StockEtablissement_{day}_utf8.csv", ESTABLISHMENT_COLUMNS, rows),
    )


def as_parquet(path: Path) -> Path:
    """The same stock file as INSEE publishes it in Parquet: days as days, yes and no as such."""
    import pyarrow as arrow
    from pyarrow import csv, parquet

    with path.open() as stream:
        names = stream.readline().strip().split(",")
    typed = {
        name: arrow.date32()
        if name.startswith("date") and "Traitement" not in name
        else arrow.bool_()
        if name == "etablissementSiege"
        else arrow.string()
        for name in names
    }
    reading = csv.ConvertOptions(column_types=typed, strings_can_be_null=True, null_values=[""])
    parquet.write_table(csv.read_csv(path, convert_options=reading), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def craft_list(owner: Organisation, codes: Iterable[str] = ("10.71C",), **facts: Any) -> CraftList:
    """A version of a chamber's list of craft activities, the next one."""
    given = {
        "organisation": owner,
        "number": CraftList.objects.filter(organisation=owner).count() + 1,
        "bit": FIRST_BIT + CraftList.objects.count(),
        "since": date(2019, 1, 1),
        "codes": sorted(codes),
        "because": "Décision du bureau",
        "once": uuid4(),
    } | facts
    return CraftList.objects.create(**given)


def belonging(unit: LegalUnit, bit: int, **facts: Any) -> Belonging:
    """That a partner's list tells of a firm, known since long ago."""
    given = {"origin": uuid4(), "because": uuid4(), "since": date(2019, 1, 1), "made_at": LONG_AGO}
    return Belonging.objects.create(legal_unit=unit, bit=bit, **(given | facts))
