"""Programmes of support, structures, lists under pseudonyms as files."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.cohorts import actions, recipe
from maillage.cohorts.importers.cohort import SOURCE
from maillage.cohorts.models import MACHINE, CohortLine, Programme, Pseudonym
from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7
from maillage.register.models import Establishment
from tests.factories import accounts, intake

KEY = b"an invented key of thirty-two bytes, at least"
MARK = recipe.fingerprint(KEY)
HEADER = ("jeton", "etape", "date", "montant", "commune", "qpv", "recette", "cle")


def token(person: str) -> str:
    """The token of somebody named by a word."""
    return recipe.token(KEY, name=person, first_name="Anne", born=date(1985, 3, 2))


def programme(
    owner: Organisation | None = None, *structures: Organisation, **facts: Any
) -> Programme:
    """A programme with the usual stages, and who hands lists in."""
    owner = owner or accounts.organisation(kind="epci")
    given = {"name": "Fabrique (inventé)", "fingerprint": MARK} | facts
    by = System("a test", organisation=owner)
    return actions.open_programme(structures=structures, by=by, **given)


def structure(**facts: Any) -> Organisation:
    """A support structure with a SIREN of its own."""
    return accounts.organisation(kind="operator", **facts)


def file(*rows: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    """A list: persons by a word or nothing, stages, days, then what is told."""
    lines = [";".join(header)]
    for person, *said in rows:
        cells = [token(person) if person else "", *said]
        cells += [""] * (len(header) - 2 - len(cells))
        lines.append(";".join([*cells, "1", MARK]))
    return ("\n".join(lines) + "\n").encode()


def handed(by: Actor, *rows: Sequence[str], **given: str) -> Load:
    """A list that a structure handed in."""
    return intake.applied(file(*rows), source=SOURCE, name="liste.csv", by=by, **given)


def acting(structure: Organisation) -> Actor:
    """The machine acting for a structure."""
    return System("a test", organisation=structure)


def standing(**kept: Any) -> list[CohortLine]:
    """The lines that stand, as they were told."""
    rows = CohortLine.objects.visible_to(MACHINE).standing().filter(**kept)
    return list(rows.order_by("load_id", "number"))


def kept_line(keeper: Organisation, place: Establishment) -> CohortLine:
    """A line that tells which firm somebody created; no file is read."""
    load = intake.load(source=SOURCE, state="active", organisation=keeper.pk)
    person = Pseudonym.objects.create(
        programme=programme(keeper, keeper, name=f"Invented {load.pk}"),
        digest="0" * 64,
        last_told_at=load.staged_at,
    )
    return CohortLine.objects.create(
        load=load, number=2, programme=person.programme, organisation=keeper, pseudonym=person, mark="0" * 64,
        stage="creation", counts_as="creation", on=load.staged_at.date(), siret=place.siret or "", act=uuid7(),
        commune="59350", told_at=load.staged_at,
    )  # fmt: skip


def written(content: bytes) -> Path:
    """A list as a file that is gone with the process."""
    with NamedTemporaryFile(suffix=".csv", delete=False) as out:
        out.write(content)
    path = Path(out.name)
    atexit.register(path.unlink, missing_ok=True)
    return path
