"""Series that other bodies publish, invented in the layout of their real files, loaded as a real one is and said to be invented."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from maillage import places
from maillage.accounts.actors import System
from maillage.intake.telling import load_file
from maillage.kernel.errors import Invalid
from maillage.series.importers import facilities
from maillage.site.demo import observatory

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

SEED = 2020
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """A file of the story: of which series, of which day, what it holds, provisional since when."""

    series: str
    day: date
    rows: Callable[[], Rows]
    provisional_from: str = ""


def write_calendar(story: Story) -> None:
    """Two files of unemployment, the second one revises the first; then one of each other series."""
    for hour, file in enumerate(FILES, 8):
        story.on(file.day, hour, lambda f=file: _load(f))  # type: ignore[misc]


def _load(given: Given) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{given.series}-invente.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(given.rows())
        asked = {
            "vintage": given.day.isoformat(),
            "invented": "yes",
            "provisional_from": given.provisional_from,
        }
        by = System("the demonstration loads series")
        answer, code = load_file(given.series, path, asked, by=by)
    if code or answer["rejected"]:
        raise Invalid(f"{path.name}: {answer['notes']} {answer['rejects']}")


# Unemployment by employment zone (INSEE): invented codes of zones, named after towns of the story.

_ZONES = (
    ("3290", "Lille", 9.8), ("3291", "Roubaix - Tourcoing", 13.4), ("3292", "Lens - Hénin", 13.1),
    ("3293", "Dunkerque", 10.6),
)  # fmt: skip
_QUARTERS = [f"{year}-T{quarter}" for year in range(2015, 2021) for quarter in range(1, 5)][:21]


def _unemployment(until: str, revised: float = 0.0) -> Rows:
    """The sheet of zones: title lines, then a column a quarter, down one tenth now and then."""
    shown = _QUARTERS[: _QUARTERS.index(until) + 1]
    rows = [
        ["Taux de chômage localisés par zone d'emploi (valeurs inventées)"],
        [],
        ["ZE2020", "LIBZE2020", "REG", "LIBREG", *shown],
    ]
    for code, name, start in _ZONES:
        chance = random.Random(f"{SEED} {code}")  # noqa: S311 -- the same story each time
        rate, told = start, []
        for quarter in _QUARTERS:
            rate = max(rate + chance.choice((-0.3, -0.2, -0.1, -0.1, 0.0, 0.1)), 5.0)
            told.append(
                f"{rate + (revised if quarter == '2019-T4' else 0.0):.1f}".replace(".", ",")
            )
        rows.append([code, name, "32", "Hauts-de-France", *told[: len(shown)]])
    return rows


# What is published by commune, of the territories that have an observatory.


def _communes() -> list[str]:
    """Those of the territories that the map of this instance knows: a small one is played on a single territory."""
    return sorted(set().union(*map(_known, observatory.PUBLISHED)))


def _known(siren: str) -> frozenset[str]:
    try:
        return frozenset(places.perimeter(siren, observatory.AS_OF).communes)
    except places.UnknownTerritory:
        return frozenset()


def _size(code: str) -> float:
    """How many times ten thousand inhabitants."""
    found = places.communes([code]).get(code)
    return (found.population_near(2018) or 500) / 10_000 if found else 0.05


def _facilities() -> Rows:
    """INSEE's facilities: of each commune a total, then the types that it has, the rarer the smaller it is."""
    rows = [list(_BPE)]
    for code in _communes():
        chance, size, every = random.Random(f"{SEED} {code} bpe"), _size(code), 0  # noqa: S311
        told = []
        for kind in facilities.SERIES.details:
            number = round(chance.expovariate(1.0) * size * (2 if kind == "B206" else 12))
            every += number
            if number:
                told.append(_facility(code, kind[0], kind[:2], kind, number))
        rows += [_facility(code, "_T", "_T", "_T", every + 3), *told]
    return rows


_BPE = (
    "GEO", "GEO_OBJECT", "FACILITY_DOM", "FACILITY_SDOM", "FACILITY_TYPE", "BPE_MEASURE", "UNIT_MEASURE", "OBS_STATUS",
    "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE",
)  # fmt: skip


def _facility(code: str, domain: str, part: str, kind: str, number: int) -> list[str]:
    return [code, "COM", domain, part, kind, "FACILITIES", "NR", "A", "0", "2019", str(number)]


def _offices() -> Rows:
    """Permits that create offices, under both lines of headers."""
    rows = [
        ["Commune", "Type de permis", "Numéro", "État", "Date d'autorisation", "Bureaux créés"],
        ["COMM", "TYPE_DAU", "NUM_DAU", "ETAT_DAU", "DATE_REELLE_AUTORISATION", "SURF_BUR_CREEE"],
    ]
    for code in _communes():
        chance = random.Random(f"{SEED} {code} permits")  # noqa: S311
        for year in range(2012, 2021):
            for rank in range(round(chance.random() * _size(code) * (1 if year < 2020 else 0.4))):
                day = f"{year}-{chance.randint(1, 12 if year < 2020 else 5):02d}-{chance.randint(1, 28):02d}"
                permit = f"0{code}{year % 100:02d}N{rank:04d}"
                state = chance.choice("2256664")
                rows.append([code, "PC", permit, state, day, str(chance.randint(4, 90) * 20)])
    return rows


_TRADES = {"10.71C": 25, "43.22A": 30, "45.20A": 30, "47.11D": 60, "56.10A": 110, "62.02A": 90, "78.20Z": 130, "81.21Z": 95,
           "86.10Z": 60, "88.10A": 85, "96.02A": 20, "49.41A": 55}  # fmt: skip


def _employees() -> Rows:
    """Urssaf's export: a commune and an activity a row, a column a year."""
    years = range(2014, 2020)
    rows = [
        [
            "code_commune",
            "intitule_commune",
            "code_ape",
            *(f"effectifs_salaries_{year}" for year in years),
        ]
    ]
    for code in _communes():
        size = _size(code)
        for trade, usual in _TRADES.items():
            chance = random.Random(f"{SEED} {code} {trade}")  # noqa: S311
            number = round(chance.expovariate(1.0) * usual * size)
            told = [
                str(round(number * (1 + chance.uniform(-0.04, 0.06) * rank)))
                for rank in range(len(years))
            ]
            if number:
                rows.append(
                    [code, f"{code} {places.commune_name(code)}", trade.replace(".", ""), *told]
                )
    return rows


FILES = (
    Given("unemployment_zone", date(2020, 4, 1), lambda: _unemployment("2019-T4"), "2019-T4"),
    Given("unemployment_zone", date(2020, 6, 25), lambda: _unemployment("2020-T1", 0.1), "2020-T1"),
    Given("facilities", date(2020, 6, 26), _facilities),
    Given("office_surface", date(2020, 6, 26), _offices, "2020"),
    Given("employees_ape", date(2020, 6, 26), _employees, "2019"),
)
