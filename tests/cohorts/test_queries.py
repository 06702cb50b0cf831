"""Pages and lists ask the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.cohorts.models import Programme
from maillage.intake import loading
from maillage.intake.models import Load
from maillage.kernel import clock
from tests.factories import accounts, cohorts as make, intake, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    places.places_loaded()
    with clock.at(noon("2024-12-01")):
        yield


def named(rank: int) -> str:
    return f"Nom{chr(97 + rank // 26)}{chr(97 + rank % 26)}"


def rows(many: int, start: int = 0) -> list[tuple[str, ...]]:
    """As many persons, their communes and amounts; one line in four without day of birth."""
    towns = ("59350", "59512", "Tourcoing", "59009")
    return [
        (
            named(n) if n % 4 else "",
            "Prêt",
            f"2024-03-{1 + n % 28:02}",
            str(n + 1),
            towns[n % 4],
            "oui",
        )
        for n in range(start, start + many)
    ]


def asked(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        do()
    return len(seen)


def programme_of_two() -> tuple[Programme, Organisation]:
    structure = make.structure()
    return make.programme(None, structure, make.structure()), structure


def test_a_chunk_is_read_and_written_in_as_many_queries_for_few_lines_as_for_many() -> None:
    counts = []
    for many in (3, 8, 120):  # the first fills what a process remembers
        _programme, structure = programme_of_two()
        by = make.acting(structure)
        load = intake.previewed(make.file(*rows(many)), source="cohort", name="liste.csv", by=by)
        read = asked(lambda load=load: loading.preview(load))  # type: ignore[misc]
        intake.actions.confirm(load=load, by=by)
        load.refresh_from_db()
        written = asked(lambda load=load: loading.apply(load))  # type: ignore[misc]
        assert len(make.standing(organisation=structure)) == many
        counts.append((read, written))
    assert counts[-2] == counts[-1]


def test_a_list_told_again_otherwise_and_taken_back_asks_no_more_for_many_lines() -> None:
    counts = []
    for many in (3, 8, 120):  # the first fills what a process remembers
        _programme, structure = programme_of_two()
        by = make.acting(structure)
        make.handed(by, *rows(many))
        again = [(*row[:3], "9", *row[4:]) for row in rows(many)]
        second = intake.previewed(make.file(*again), source="cohort", name="liste.csv", by=by)
        intake.actions.confirm(load=second, by=by)
        second.refresh_from_db()
        changed = asked(lambda load=second: loading.apply(load))  # type: ignore[misc]
        intake.actions.undo_load(load=second, because="essai", by=by)
        undone = asked(lambda pk=second.pk: loading.undo(Load.objects.get(pk=pk)))  # type: ignore[misc]
        counts.append((changed, undone))
    assert counts[-2] == counts[-1]


PAGES = {
    "the programme, whole": (Role.OFFICER, "owner", "programme", ""),
    "the programme by structure": (Role.OFFICER, "owner", "programme", "?par=structure"),
    "the programme of a structure": (Role.EXPERT, "structure", "programme", ""),
    "the programme by year": (Role.EXPERT, "structure", "programme", "?par=annee"),
    "own lines": (Role.EXPERT, "structure", "lines", ""),
    "to hand in": (Role.EXPERT, "structure", "deposit", ""),
    "the structures": (Role.OFFICER, "owner", "structures", ""),
}


@pytest.mark.parametrize("what", PAGES)
def test_a_page_asks_as_often_for_many_persons_and_deposits(client: Client, what: str) -> None:
    role, whose, page, query = PAGES[what]
    programme, structure = programme_of_two()
    accounts.signed_in(client, role, programme.organisation if whose == "owner" else structure)
    address = reverse(f"cohorts:{page}", args=[programme.key]) + query
    client.get(address)
    make.handed(make.acting(structure), *rows(8), programme=str(programme.key))
    few = asked(lambda: client.get(address))
    for start in (20, 60, 100):
        make.handed(make.acting(structure), *rows(30, start), programme=str(programme.key))
    many = asked(lambda: client.get(address))
    assert many <= few


def test_the_list_of_programmes_asks_as_often_for_many(client: Client) -> None:
    owner, structure = accounts.organisation(kind="epci"), make.structure()
    accounts.signed_in(client, Role.EXPERT, structure)
    address = reverse("cohorts:programmes")
    make.programme(owner, structure, name="Première")
    client.get(address)
    few = asked(lambda: client.get(address))
    for rank in range(12):
        make.programme(accounts.organisation(kind="epci"), structure, name=f"Programme {rank}")
    assert asked(lambda: client.get(address)) == few


def test_a_deposit_asks_as_often_for_many_refused_lines(client: Client) -> None:
    counts = []
    for many in (1, 2, 20):
        _programme, structure = programme_of_two()
        accounts.signed_in(client, Role.EXPERT, structure)
        bad = [(named(n), "Acueil", "2024-03-01") for n in range(many)]
        load = make.handed(make.acting(structure), *bad, *rows(3))
        address = reverse("cohorts:deposited", args=[load.key])
        client.get(address)
        counts.append(asked(lambda address=address: client.get(address)))  # type: ignore[misc]
        assert load.counts["rejected"] == many
    assert counts[-2] == counts[-1]
