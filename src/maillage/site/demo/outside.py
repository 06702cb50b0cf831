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

from maillage.accounts.actors import System
from maillage.intake.telling import load_file
from maillage.kernel.errors import Invalid

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
    """Two files of unemployment, the second one revises the first."""
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


FILES = (
    Given("unemployment_zone", date(2020, 4, 1), lambda: _unemployment("2019-T4"), "2019-T4"),
    Given("unemployment_zone", date(2020, 6, 25), lambda: _unemployment("2020-T1", 0.1), "2020-T1"),
)
