"""Lists of two structures about invented persons, made pseudonymous and handed in as real ones are."""

from __future__ import annotations

import csv
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from maillage.accounts.actors import System
from maillage.cohorts import actions, recipe
from maillage.cohorts.importers.cohort import SOURCE
from maillage.cohorts.models import MACHINE, Programme
from maillage.cohorts.pseudonymising import pseudonymise
from maillage.intake.telling import load_file
from maillage.kernel.errors import Invalid

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

OPENED = date(2018, 1, 22)
HANDED = (date(2019, 1, 21), date(2020, 1, 20))
STRUCTURES = ("relay", "cma")
_HEADER = ("Nom", "Prénom", "Date de naissance", "Étape", "Date", "Montant", "Commune", "QPV")
_NAMES = (
    "Lemahieu",
    "Vandeputte",
    "D’Haene",
    "De la Motte",
    "Ben Salah",
    "Nguyen",
    "Delobel",
    "Da Silva",
    "Œuvrard",
    "Diallo",
)
_FIRST = ("Anne-Marie", "Loïc", "Fatou", "Émilie", "Karim", "Zoé", "Jean-Luc", "Inès")
_COMMUNES = ("59350", "59350", "59599", "59512", "59009", "")
#: What people reach after their welcome, how often, and how many days later.
_STEPS = (
    ("Accompagnement", 0.7, 30),
    ("Test", 0.2, 90),
    ("Création", 0.45, 180),
    ("Prêt", 0.3, 200),
    ("Emploi", 0.12, 220),
)


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who does not exist."""

    name: str
    first_name: str
    born: date
    commune: str
    qpv: str


def write_calendar(story: Story) -> None:
    """A programme of the intercommunality, then each January the lists of the year before."""
    key = secrets.token_hex(
        recipe.SHORTEST
    ).encode()  # gone with the process: nobody makes these tokens again
    story.on(OPENED, 10, lambda: _open(story, key))
    for day in HANDED:
        story.on(day, 11, lambda d=day: _hand_in(story, key, d))  # type: ignore[misc]


def _open(story: Story, key: bytes) -> None:
    actions.open_programme(
        name="Parcours de création (listes inventées)",
        fingerprint=recipe.fingerprint(key),
        structures=[story.partners[code] for code in STRUCTURES],
        by=System("the demonstration opens a programme", organisation=story.partners["mel"]),
    )


def _hand_in(story: Story, key: bytes, day: date) -> None:
    many = 90 if story.size.name == "full" else 30
    programme = Programme.objects.visible_to(MACHINE).get(organisation=story.partners["mel"])
    for rank, code in enumerate(STRUCTURES):
        # The second structure welcomes some of those whom the first one did.
        people = _people(day.year - 1, range(rank * many * 3 // 4, rank * many * 3 // 4 + many))
        by = System("the demonstration hands in a list", organisation=story.partners[code])
        with TemporaryDirectory() as folder:
            source, made = Path(folder) / "suivi.csv", Path(folder) / f"liste-inventee-{code}.csv"
            _write(source, people, day, random.Random(f"{code} {day}"))  # noqa: S311 -- invented
            pseudonymise(source, key, made)
            answer, code_left = load_file(SOURCE, made, {"programme": str(programme.key)}, by=by)
        if code_left or answer["rejected"]:
            raise Invalid(f"{made.name}: {answer['notes']} {answer['rejects']}")


def _people(year: int, ranks: range) -> Iterator[_Person]:
    for rank in ranks:
        chance = random.Random(f"{year} {rank}")  # noqa: S311 -- an invented person, not a secret
        yield _Person(
            chance.choice(_NAMES),
            chance.choice(_FIRST),
            date(1960, 1, 1) + timedelta(days=chance.randrange(15_000)),
            commune := chance.choice(_COMMUNES),
            chance.choice(("oui", "non", "non", "")) if commune else "",
        )


def _write(path: Path, people: Iterator[_Person], day: date, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(_HEADER)
        for one in people:
            born = "" if chance.random() < 0.06 else one.born.strftime("%d/%m/%Y")
            welcomed = date(day.year - 1, 1, 8) + timedelta(days=chance.randrange(340))
            steps = [("Accueil", welcomed, "")]
            for stage, share, later in _STEPS:
                on = welcomed + timedelta(days=later + chance.randrange(20))
                if chance.random() < share and on < day:
                    lent = str(chance.randrange(15, 120) * 100) if stage == "Prêt" else ""
                    steps.append((stage, on, lent))
            for stage, on, lent in steps:
                writer.writerow(
                    (one.name, one.first_name, born, stage, on, lent, one.commune, one.qpv)
                )
