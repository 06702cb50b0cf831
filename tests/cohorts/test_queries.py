"""Lists and pages ask the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.cohorts.models import Programme
from maillage.intake import loading
from maillage.intake.actions import undo_load
from maillage.intake.models import Load
from maillage.kernel import clock
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

FEW, MANY = 8, 100
#: SQLite takes some thousand values in one INSERT: a chunk of many lines is written in a few.
PARTS = 4
PAGES = (
    (Role.OFFICER, "programme", ""),
    (Role.OFFICER, "programme", "?par=structure"),
    (Role.OFFICER, "structures", ""),
    (Role.EXPERT, "programme", "?par=annee"),
    (Role.EXPERT, "lines", ""),
    (Role.EXPERT, "deposit", ""),
)


def rows(many: int, *, start: int = 0, amount: str = "") -> list[tuple[str, ...]]:
    """As many persons, their communes and amounts; one line in four without day of birth, one in five refused."""
    towns = ("59350", "59512", "Tourcoing", "59009")
    names = [f"Nom{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(start, start + many)]
    return [
        (name if n % 4 else "", "Prêt" if n % 5 else "Pret ou don", f"2024-03-{1 + n % 28:02}", amount or str(n + 1),
         towns[n % 4], "oui")
        for n, name in enumerate(names, start)
    ]  # fmt: skip


def asked(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        do()
    return len(seen)


def visited(client: Client, address: str) -> int:
    """What a page asks once the process remembers what it keeps for some seconds."""
    client.get(address)
    return asked(lambda: client.get(address))


def programme_of(structure: Organisation) -> Programme:
    return make.programme(None, structure, make.structure())


def test_a_list_read_told_otherwise_and_taken_back_asks_as_often_for_many_lines() -> None:
    places.places_loaded()
    counts = []
    with clock.at(noon("2024-12-01")):
        for many in (3, FEW, MANY):  # the first fills what a process remembers
            structure = make.structure()
            programme_of(structure)
            by, told = make.acting(structure), []
            told.append(asked(lambda by=by, n=many: make.handed(by, *rows(n))))  # type: ignore[misc]
            told.append(asked(lambda by=by, n=many: make.handed(by, *rows(n, amount="9"))))  # type: ignore[misc]
            load = Load.objects.latest("pk")
            undo_load(load=load, because="essai", by=by)
            told.append(asked(lambda pk=load.pk: loading.undo(Load.objects.get(pk=pk))))  # type: ignore[misc]
            counts.append(told)
    assert [many <= few + PARTS for few, many in zip(*counts[1:], strict=True)] == [True] * 3, (
        counts
    )


def test_pages_ask_as_often_for_many_persons_deposits_refusals_and_programmes() -> None:
    places.places_loaded()
    with clock.at(noon("2024-12-01")):
        structure = make.structure()
        programme, by = programme_of(structure), make.acting(structure)
        make.handed(by, *rows(FEW), programme=str(programme.key))
        load = Load.objects.latest("pk")
        readers = {role: Client() for role in (Role.OFFICER, Role.EXPERT)}
        accounts.signed_in(readers[Role.OFFICER], Role.OFFICER, programme.organisation)
        accounts.signed_in(readers[Role.EXPERT], Role.EXPERT, structure)
        asks = [
            (role, reverse(f"cohorts:{page}", args=[programme.key]) + query)
            for role, page, query in PAGES
        ]
        asks.append((Role.EXPERT, reverse("cohorts:programmes")))
        few = [visited(readers[role], address) for role, address in asks]
        refused = visited(readers[Role.EXPERT], reverse("cohorts:deposited", args=[load.key]))
        for start in (20, 60):
            make.handed(by, *rows(40, start=start), programme=str(programme.key))
        for _ in range(6):
            programme_of(structure)
        many = [visited(readers[role], address) for role, address in asks]
        load = Load.objects.latest("pk")
        assert load.counts["rejected"] == 8
        assert (
            visited(readers[Role.EXPERT], reverse("cohorts:deposited", args=[load.key])) <= refused
        )
    assert [one for one in zip(asks, few, many, strict=True) if one[2] > one[1]] == []
