"""Invented firms in INSEE's own columns, for the demonstration: nobody real stands behind them.

Same seed, same rows. Names are common surnames put beside trade words, streets are those that most
towns have, numbers of firms carry right check digits and start by 9999, a range INSEE has not reached.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, exp, log, pi, radians, sin, tan
from pathlib import Path

from maillage.kernel.identifiers import luhn

# Trade words, NAF rev. 2, trade-register (NAFA) code, weight among craft firms, share with employees.
TRADES: Sequence[tuple[str, str, str, int, float]] = (
    ("BOULANGERIE", "10.71C", "1071CZ", 70, 0.8),
    ("BOUCHERIE", "47.22Z", "1013BC", 30, 0.6),
    ("PLATS A EMPORTER", "56.10C", "5610CZ", 80, 0.4),
    ("COIFFURE", "96.02A", "9602AA", 120, 0.5),
    ("INSTITUT DE BEAUTE", "96.02B", "9602BZ", 60, 0.3),
    ("MACONNERIE", "43.99C", "4399CA", 80, 0.5),
    ("ELECTRICITE", "43.21A", "4321AA", 85, 0.4),
    ("PLOMBERIE CHAUFFAGE", "43.22A", "4322AA", 80, 0.5),
    ("MENUISERIE", "43.32A", "4332AA", 75, 0.4),
    ("PEINTURE", "43.34Z", "4334ZA", 75, 0.4),
    ("COUVERTURE", "43.91B", "4391BZ", 35, 0.6),
    ("GARAGE", "45.20A", "4520AA", 70, 0.5),
    ("TAXI", "49.32Z", "4932ZZ", 70, 0.05),
    ("FLEURISTE", "47.76Z", "4776ZP", 25, 0.4),
    ("NETTOYAGE", "81.21Z", "8121ZZ", 45, 0.5),
    ("RETOUCHES", "95.29Z", "9529ZA", 15, 0.05),
    ("IMPRIMERIE", "18.12Z", "1812ZZ", 12, 0.6),
    ("ATELIER METAL", "25.11Z", "2511ZZ", 18, 0.7),
    ("PHOTOGRAPHIE", "74.20Z", "7420ZZ", 25, 0.05),
)
OTHERS: Sequence[tuple[str, str]] = (
    ("RESTAURANT", "56.10A"), ("CONSEIL", "70.22Z"), ("EPICERIE", "47.11B"),
    ("LIBRAIRIE", "47.61Z"), ("INFORMATIQUE", "62.02A"), ("IMMOBILIER", "68.31Z"),
)  # fmt: skip
SOCIAL: Sequence[tuple[str, str, str]] = (
    ("ASSOCIATION DES VOISINS", "94.99Z", "9220"), ("REGIE DE QUARTIER", "81.21Z", "9220"),
    ("COOPERATIVE DU TERROIR", "47.29Z", "5458"), ("RECYCLERIE", "38.32Z", "9220"),
    ("CHANTIER D INSERTION", "88.99B", "9221"),
)  # fmt: skip
SURNAMES = (
    "MARTIN BERNARD DUBOIS THOMAS ROBERT RICHARD PETIT DURAND LEROY MOREAU SIMON LAURENT LEFEBVRE MICHEL "
    "GARCIA DAVID BERTRAND ROUX VINCENT FOURNIER MOREL GIRARD ANDRE LEFEVRE MERCIER DUPONT LAMBERT BONNET "
    "FRANCOIS MARTINEZ LEGRAND GARNIER FAURE ROUSSEAU BLANC GUERIN MULLER HENRY ROUSSEL NICOLAS PERRIN"
)
FIRST_NAMES = (
    "CAMILLE DOMINIQUE CLAUDE ALIX SACHA MORGAN EDEN LOUISON ANGE CHARLIE STEPHANE YANNICK"
)
STREETS = (
    "RUE|DE LILLE;RUE|DE PARIS;RUE|NATIONALE;RUE|DE LA GARE;PL|DE LA REPUBLIQUE;GRAND PLACE|;RUE|PASTEUR;"
    "RUE|JEAN JAURES;RUE|VICTOR HUGO;RUE|DU MOULIN;RUE|DE L EGLISE;AV|DU GENERAL DE GAULLE;BD|GAMBETTA;"
    "RUE|DES ECOLES;RUE|EMILE ZOLA;RUE|DU MARECHAL FOCH;CHE|DES PRES;RUE|DE VERDUN"
)
SIGNS = "AU|CHEZ|L ATELIER|LA MAISON|L AS DE|LE COIN|ESPACE"


@dataclass(frozen=True, slots=True)
class Town:
    """A commune of the demonstration: INSEE code, name, postcode, inhabitants, a point inside and the metres around it."""

    code: str
    name: str
    postcode: str
    population: int
    lon: float | None = None
    lat: float | None = None
    room: float = 500.0


@dataclass(frozen=True, slots=True)
class Firm:
    """One invented firm: its line of StockUniteLegale and its line of StockEtablissement."""

    unit: Mapping[str, str]
    place: Mapping[str, str]


def generated(
    n: int, towns: Sequence[Town], seed: int, *, day: date, first: int = 1
) -> Iterator[Firm]:
    """`n` invented firms over these communes, by population, as a stock of `day` would tell of them.

    `first` numbers them, so that two territories share no SIREN.
    """
    chance = random.Random(seed)  # noqa: S311 -- plausible, not secret
    weights = [town.population for town in towns]
    for rank in range(first, first + n):
        yield _firm(chance, rank, chance.choices(towns, weights)[0], day)


def _firm(chance: random.Random, rank: int, town: Town, day: date) -> Firm:
    siren = _checked(f"9999{rank:04d}")
    kind = chance.random()
    surname = chance.choice(SURNAMES.split())
    if kind < 0.82:
        word, naf, trade, _weight, hires = chance.choices(TRADES, [t[3] for t in TRADES])[0]
        natural = chance.random() < 0.45
        category, ess = ("1000" if natural else chance.choice(["5499", "5710", "5498"])), "N"
    elif kind < 0.9:
        word, naf, category = chance.choice(SOCIAL)
        trade, hires, natural, ess = "", 0.7, False, "O"
    else:
        word, naf = chance.choice(OTHERS)
        trade, hires, natural, category, ess = "", 0.4, False, "5710", "N"
    born = day - timedelta(days=int(chance.triangular(20, 9000, 1200)))
    facts = _Facts(siren, word, surname, naf, trade, category, ess, natural, born)
    employs = chance.random() < hires
    band = chance.choice(["01", "01", "01", "02", "02", "03", "11", "12"]) if employs else "NN"
    closed = _closing(chance, born, day)
    shown = "P" if chance.random() < (0.16 if natural else 0.015) else "O"
    return Firm(
        _unit(chance, facts, band, shown, closed), _place(chance, facts, band, shown, closed, town)
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    siren: str
    word: str
    surname: str
    naf: str
    trade: str
    category: str
    ess: str
    natural: bool
    born: date


def _closing(chance: random.Random, born: date, day: date) -> date | None:
    """One firm in twelve has closed since it was born."""
    if chance.random() >= 1 / 12:
        return None
    return born + timedelta(days=chance.randrange(1, max(2, (day - born).days)))


def _checked(base: str) -> str:
    return next(base + str(digit) for digit in range(10) if luhn(base + str(digit)))


def _unit(
    chance: random.Random, facts: _Facts, band: str, shown: str, closed: date | None
) -> dict[str, str]:
    hidden = "[ND]" if shown == "P" else ""
    name = "" if facts.natural else hidden or f"{facts.word} {facts.surname}"
    return {
        "siren": facts.siren,
        "statutDiffusionUniteLegale": shown,
        "dateCreationUniteLegale": facts.born.isoformat(),
        "sexeUniteLegale": (hidden or chance.choice("FM")) if facts.natural else "",
        "prenom1UniteLegale": (hidden or chance.choice(FIRST_NAMES.split()))
        if facts.natural
        else "",
        "nomUniteLegale": (hidden or facts.surname) if facts.natural else "",
        "trancheEffectifsUniteLegale": band,
        "dateDebut": (closed or facts.born).isoformat(),
        "etatAdministratifUniteLegale": "C" if closed else "A",
        "denominationUniteLegale": name,
        "categorieJuridiqueUniteLegale": facts.category,
        "activitePrincipaleUniteLegale": facts.naf,
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": _checked(f"{facts.siren}0001")[9:],
        "economieSocialeSolidaireUniteLegale": facts.ess,
        "caractereEmployeurUniteLegale": "N" if band == "NN" else "O",
    }


def _place(
    chance: random.Random, facts: _Facts, band: str, shown: str, closed: date | None, town: Town
) -> dict[str, str]:
    siret = _checked(f"{facts.siren}0001")
    kind, street = chance.choice(STREETS.split(";")).split("|")
    sign = f"{chance.choice(SIGNS.split('|'))} {facts.surname} {facts.word}"
    number, x, y = str(chance.randrange(1, 220)), *_around(chance, town)
    if shown == "P":
        number = kind = street = sign = x = y = "[ND]"
    since = closed or (facts.born if chance.random() < 0.7 else max(facts.born, date(2008, 1, 1)))
    return {
        "siren": facts.siren,
        "nic": siret[9:],
        "siret": siret,
        "statutDiffusionEtablissement": shown,
        "dateCreationEtablissement": facts.born.isoformat(),
        "trancheEffectifsEtablissement": band,
        "activitePrincipaleRegistreMetiersEtablissement": facts.trade,
        "etablissementSiege": "true",
        "numeroVoieEtablissement": number,
        "typeVoieEtablissement": kind,
        "libelleVoieEtablissement": street,
        "codePostalEtablissement": town.postcode,
        "libelleCommuneEtablissement": town.name.upper(),
        "codeCommuneEtablissement": town.code,
        "coordonneeLambertAbscisseEtablissement": x,
        "coordonneeLambertOrdonneeEtablissement": y,
        "dateDebut": since.isoformat(),
        "etatAdministratifEtablissement": "F" if closed else "A",
        "enseigne1Etablissement": sign if chance.random() < 0.7 else "",
        "activitePrincipaleEtablissement": facts.naf,
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "N" if band == "NN" else "O",
    }


def _around(chance: random.Random, town: Town) -> tuple[str, str]:
    """A point of the commune, denser towards its middle, in Lambert 93 metres."""
    if town.lon is None or town.lat is None:
        return "", ""
    x, y = lambert_93(town.lon, town.lat)
    away, turn = 0.95 * town.room * chance.random(), 2 * pi * chance.random()
    return f"{x + away * cos(turn):.1f}", f"{y + away * sin(turn):.1f}"


def lambert_93(lon: float, lat: float) -> tuple[float, float]:
    """Lambert 93 metres of a longitude and latitude (IGN, note NT/G 71)."""
    n, c, eccentricity = 0.7256077650532670, 11754255.426096, 0.0818191910428158
    phi = radians(lat)
    wave = eccentricity * sin(phi)
    isometric = log(tan(pi / 4 + phi / 2)) + eccentricity / 2 * log((1 - wave) / (1 + wave))
    radius, angle = c * exp(-n * isometric), n * radians(lon - 3.0)
    return 700000.0 + radius * sin(angle), 12655612.049876 - radius * cos(angle)


def write_files(folder: Path, firms: Sequence[Firm], *, day: date) -> tuple[Path, Path]:
    """Both stock files (units, establishments) of `day`, named as INSEE names them."""
    written = []
    for stem, rows in (
        ("StockUniteLegale", [firm.unit for firm in firms]),
        ("StockEtablissement", [firm.place for firm in firms]),
    ):
        path = folder / f"{stem}_{day.isoformat()}_utf8.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        written.append(path)
    return written[0], written[1]
