"""`parse`: a line of a stock file → what the register keeps of it, or the reason why it is refused.

Pure: nothing here reads the database or the clock. When the diffusion is not O, names, street, number
and position are dropped at once, so that no later step can store them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from maillage.register.importers import cells
from maillage.register.importers.cells import BadCell
from maillage.register.segments import Place, Unit, place_bits, unit_bits

_UNIT_COLUMNS = (
    "siren", "statutDiffusionUniteLegale", "etatAdministratifUniteLegale",
    "dateCreationUniteLegale", "denominationUniteLegale", "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale", "nomenclatureActivitePrincipaleUniteLegale",
    "trancheEffectifsUniteLegale", "anneeEffectifsUniteLegale",
    "economieSocialeSolidaireUniteLegale", "sexeUniteLegale",
    "nomUniteLegale", "nomUsageUniteLegale", "prenomUsuelUniteLegale", "prenom1UniteLegale",
    "pseudonymeUniteLegale", "denominationUsuelle1UniteLegale", "denominationUsuelle2UniteLegale",
    "denominationUsuelle3UniteLegale", "sigleUniteLegale",
)  # fmt: skip

COMMUNE = "codeCommuneEtablissement"
PLACE_COLUMNS = (
    "siren", "siret", "statutDiffusionEtablissement", "etatAdministratifEtablissement",
    "dateCreationEtablissement", "dateDebut", COMMUNE,
    "activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement",
    "activitePrincipaleNAF25Etablissement", "activitePrincipaleRegistreMetiersEtablissement",
    "caractereEmployeurEtablissement", "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement", "etablissementSiege", "enseigne1Etablissement",
    "enseigne2Etablissement", "enseigne3Etablissement", "denominationUsuelleEtablissement",
    "complementAdresseEtablissement", "numeroVoieEtablissement", "indiceRepetitionEtablissement",
    "typeVoieEtablissement", "libelleVoieEtablissement", "codePostalEtablissement",
    "libelleCommuneEtablissement", "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
)  # fmt: skip


class UnitFacts(NamedTuple):
    """What the register keeps of a legal unit, in the order of its columns."""

    siren: str
    diffusion: str
    is_natural_person: bool
    name: str
    trade_names: str
    acronym: str
    legal_category: str
    created_on: str | None
    state: str
    activity: str
    nomenclature: str
    size_band: str
    size_year: str
    ess: str
    segments: int


class Identity(NamedTuple):
    """What is shown of an establishment and not versioned, in the order of its columns."""

    diffusion: str
    is_headquarters: bool
    trade_name: str
    usual_name: str
    complement: str
    street_number: str
    street: str
    postcode: str
    commune: str
    commune_label: str
    lon: float | None
    lat: float | None
    state: str
    created_on: str | None
    period_on: str | None
    activity: str
    nomenclature: str
    activity_2025: str
    trade_register_code: str
    employer: str
    size_band: str
    size_year: str

    def hidden(self) -> Identity:
        """The same place without what would tell who is there."""
        return self._replace(
            diffusion="P" if self.diffusion == "O" else self.diffusion,
            trade_name="", usual_name="", complement="", street_number="", street="",
            lon=None, lat=None,
        )  # fmt: skip


def own_bits(place: Identity) -> int:
    """The segments that an establishment owes to its own codes, whatever its legal unit."""
    codes = (place.trade_register_code, place.activity, place.nomenclature, place.employer)
    return place_bits(Place(*codes, place.size_band))


class PlaceFacts(NamedTuple):
    """What a line tells of an establishment; doubts are (column, code, value)."""

    siret: str
    identity: Identity
    segments: int
    doubts: list[tuple[str, str, str]]


def picker(header: Sequence[str], columns: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """A function that takes the wanted cells of a line by name; a column that is missing reads blank."""
    ranks = {name: rank for rank, name in enumerate(header)}
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(
        *(ranks.get(name, len(header)) for name in columns)
    )

    if ranks.keys() >= set(columns):
        return pick

    def picked(line: list[str]) -> tuple[str, ...]:
        line.append("")
        return pick(line)

    return picked


def unit_picker(header: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """The cells of a legal unit that `read_unit` expects."""
    return picker(header, _UNIT_COLUMNS)


def place_picker(header: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """The cells of an establishment that `read_place` expects."""
    return picker(header, PLACE_COLUMNS)


@lru_cache(maxsize=1 << 15)
def _place_codes(
    activity: str, nomenclature: str, activity_2025: str, trade: str, employer: str, size: str,
    year: str,
) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    """The segments that the codes of a place give, and the codes, the last columns of its identity.

    Together, because the lines of a territory hold few different sets of them.
    """
    activity = cells.code(activity, 6, "activitePrincipaleEtablissement")
    nomenclature = cells.code(nomenclature, 8, "nomenclatureActivitePrincipaleEtablissement")
    activity_2025 = cells.code(activity_2025, 6, "activitePrincipaleNAF25Etablissement")
    trade = cells.code(trade, 6, "activitePrincipaleRegistreMetiersEtablissement")
    employer = employer if employer in {"O", "N"} else ""
    size = cells.size_band(size, "trancheEffectifsEtablissement")
    year = cells.code(year, 4, "anneeEffectifsEtablissement")
    bits = place_bits(Place(trade, activity, nomenclature, employer, size))
    return bits, (activity, nomenclature, activity_2025, trade, employer, size, year)


@lru_cache(maxsize=1 << 15)
def _unit_codes(
    category: str, activity: str, nomenclature: str, size: str, year: str, ess: str
) -> tuple[str, tuple[str | int, ...]]:
    """The legal category, then the other codes of a legal unit and the segments they give."""
    category = cells.code(category, 4, "categorieJuridiqueUniteLegale")
    activity = cells.code(activity, 6, "activitePrincipaleUniteLegale")
    nomenclature = cells.code(nomenclature, 8, "nomenclatureActivitePrincipaleUniteLegale")
    size = cells.size_band(size, "trancheEffectifsUniteLegale")
    year = cells.code(year, 4, "anneeEffectifsUniteLegale")
    ess = ess if ess in {"O", "N"} else ""
    return category, (activity, nomenclature, size, year, ess, unit_bits(Unit(ess, category)))


@lru_cache(maxsize=1 << 12)
def _town(postcode: str, commune: str, label: str) -> tuple[str, str, str]:
    """Postcode, commune and its name, as an address ends."""
    postcode = cells.code(postcode, 5, "codePostalEtablissement")
    return postcode, commune, "" if label == cells.UNDISCLOSED else label[:100]


def _day(text: str, column: str, doubts: list[tuple[str, str, str]]) -> str | None:
    try:
        found = cells.day(text)
    except ValueError as problem:
        raise BadCell(column, "date", text) from problem
    if found is None:
        doubts.append((column, "implausible_date", text))
    return found or None


def _diffusion(text: str, column: str) -> str:
    if text not in {"O", "P", "N"}:
        raise BadCell(column, "diffusion", text)
    return text


def read_unit(picked: Sequence[str]) -> tuple[UnitFacts, list[tuple[str, str, str]]]:
    """A legal unit and the doubts on its line.

    Raises:
        BadCell: the line cannot be taken.
    """
    (siren, diffusion, state, created, name, category, activity, nomenclature, size, year, ess,
     sex, surname, used_name, first, first1, pseudonym, usual1, usual2, usual3, sigle) = picked  # fmt: skip
    siren = cells.identifier(siren, 9, "siren")
    if state not in {"A", "C"}:
        raise BadCell("etatAdministratifUniteLegale", "state", state)
    doubts: list[tuple[str, str, str]] = []
    if not cells.is_check_right(siren):
        doubts.append(("siren", "check_digit", siren))
    natural = category == "1000" or bool(sex or surname)
    trade_names = acronym = ""
    if _diffusion(diffusion, "statutDiffusionUniteLegale") == "O":
        if natural and not name:
            name = cells.words(first or first1, used_name or surname)
        else:
            name = cells.words(name)
        if usual1 or usual2 or usual3 or pseudonym:
            trade_names = cells.words(usual1, usual2, usual3, pseudonym)
        if sigle:
            acronym = cells.words(sigle, limit=20)
    else:
        name = ""
    category, codes = _unit_codes(category, activity, nomenclature, size, year, ess)
    created_on = _day(created, "dateCreationUniteLegale", doubts)
    told = (siren, diffusion, natural, name, trade_names, acronym, category, created_on, state)
    return UnitFacts._make((*told, *codes)), doubts


def read_place(picked: Sequence[str], commune: str) -> PlaceFacts:
    """An establishment of `commune` (its present code, the line's own followed through successions).

    Raises:
        BadCell: the line cannot be taken.
    """
    (siren, siret, diffusion, state, created, since, _code, activity, nomenclature, activity_2025,
     trade, employer, size, year, seat, sign1, sign2, sign3, usual, complement, number, repeat, kind,
     street, postcode, label, x, y) = picked  # fmt: skip
    siret = cells.identifier(siret, 14, "siret")
    if siren and siret[:9] != siren.strip():
        raise BadCell("siren", "siren_differs", siren)
    if state not in {"A", "F"}:
        raise BadCell("etatAdministratifEtablissement", "state", state)
    doubts: list[tuple[str, str, str]] = []
    if not cells.is_check_right(siret):
        doubts.append(("siret", "check_digit", siret))
    created_on, period_on = _life(created, since, state, doubts)
    bits, codes = _place_codes(activity, nomenclature, activity_2025, trade, employer, size, year)
    if _diffusion(diffusion, "statutDiffusionEtablissement") == "O":
        shown = _shown(sign1, sign2, sign3, usual, complement, number, repeat, kind, street)
        lon, lat = _position(x, y, commune, doubts)
    else:
        shown, lon, lat = _NOTHING, None, None
    town = _town(postcode, commune, label)
    told = (
        diffusion,
        seat == "true",
        *shown,
        *town,
        lon,
        lat,
        state,
        created_on,
        period_on,
        *codes,
    )
    return PlaceFacts(siret, Identity._make(told), bits, doubts)


@lru_cache(maxsize=1 << 14)
def _street(kind: str, name: str) -> str:
    """The name of a street; a town has few of them."""
    return cells.words(kind, name, limit=120)


def _life(
    created: str, since: str, state: str, doubts: list[tuple[str, str, str]]
) -> tuple[str | None, str | None]:
    """The birth of a place and the start of its present period, in their order."""
    born = _day(created, "dateCreationEtablissement", doubts)
    period = _day(since, "dateDebut", doubts)
    if born and period and period < born:
        if state == "F":
            raise BadCell("dateDebut", "dates_in_disorder", since)
        doubts.append(("dateDebut", "period_before_creation", since))
        period = born
    return born, period


def _position(
    x: str, y: str, commune: str, doubts: list[tuple[str, str, str]]
) -> tuple[float | None, float | None]:
    """Where it stands; what cannot be is told and left out."""
    try:
        return cells.position(x, y, commune) or (None, None)
    except BadCell as fault:
        doubts.append((fault.column, fault.code, fault.value))
        return None, None


_NOTHING = ("", "", "", "", "")


def _shown(
    sign1: str, sign2: str, sign3: str, usual: str, complement: str, number: str, repeat: str,
    kind: str, street: str,
) -> tuple[str, str, str, str, str]:  # fmt: skip
    """Trade name, usual name, complement, number and street of a place of open diffusion."""
    return (
        cells.words(sign1, sign2, sign3, limit=160) if sign1 or sign2 or sign3 else "",
        cells.words(usual, limit=100) if usual else "",
        cells.words(complement, limit=38) if complement else "",
        cells.words(number, repeat, limit=20) if repeat or not number.isalnum() else number[:20],
        _street(kind, street),
    )
