"""Who may ask for which page of a programme: each role, for each organisation beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.cohorts import actions
from maillage.cohorts.models import CohortLine, Programme
from maillage.intake.models import Load
from maillage.intake.telling import load_file
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

# The role, for whom | the list, the programme, its structures, own lines, to hand in, the deposit of Fabrique, to open
TABLE = """
    officer         | owner    | yes yes yes yes -   -   yes
    service_manager | owner    | yes yes yes yes -   -   yes
    expert          | owner    | yes yes -   yes -   -   -
    administrator   | owner    | yes yes -   yes -   -   -
    adviser         | owner    | -   -   -   -   -   -   -
    elected         | owner    | -   -   -   -   -   -   -
    auditor         | owner    | yes yes -   yes -   yes -
    officer         | fabrique | yes yes -   yes yes yes yes
    service_manager | fabrique | yes yes -   yes yes yes yes
    expert          | fabrique | yes yes -   yes yes yes -
    administrator   | fabrique | yes yes -   yes yes yes -
    adviser         | fabrique | -   -   -   -   -   -   -
    elected         | fabrique | -   -   -   -   -   -   -
    expert          | couveuse | yes yes -   yes yes -   -
    service_manager | couveuse | yes yes -   yes yes -   yes
    expert          | former   | yes yes -   yes -   -   -
    service_manager | former   | yes yes -   yes -   -   yes
    officer         | stranger | yes -   -   -   -   -   yes
    service_manager | stranger | yes -   -   -   -   -   yes
    expert          | stranger | yes -   -   -   -   -   -
    adviser         | stranger | -   -   -   -   -   -   -
    auditor         | stranger | yes yes -   yes -   yes -
"""
ROWS = [
    (*(cell.strip() for cell in line.split("|")[:2]), line.split("|")[2].split())
    for line in TABLE.strip().splitlines()
]
PAGES = ("programmes", "programme", "structures", "lines", "deposit", "deposited", "new")


class World:
    """A programme, its structures, one of them taken out, and a stranger to it; each structure told of somebody."""

    def __init__(self) -> None:
        places.places_loaded()
        self.owner = accounts.organisation(kind="epci")
        self.fabrique, self.couveuse, self.former = (make.structure() for _ in range(3))
        self.stranger = accounts.organisation()
        self.programme = make.programme(self.owner, self.fabrique, self.couveuse, self.former)
        self.loads = {
            one.pk: make.handed(make.acting(one), (name, "Accueil", "2024-02-05"))
            for one, name in ((self.fabrique, "Anne"), (self.couveuse, "Luc"), (self.former, "Zoé"))
        }
        actions.name_structures(
            programme=self.programme,
            structures=[self.fabrique, self.couveuse],
            by=make.acting(self.owner),
        )

    def address(self, page: str) -> str:
        """The address of a page of this programme; of deposits, that of the first structure."""
        if page in {"programmes", "new"}:
            return reverse(f"cohorts:{page}")
        if page == "deposited":
            return reverse("cohorts:deposited", args=[self.loads[self.fabrique.pk].key])
        return reverse(f"cohorts:{page}", args=[self.programme.key])


@pytest.fixture
def world() -> Iterator[World]:
    with clock.at(noon("2024-12-01")):
        yield World()


def each(world: World) -> Iterator[tuple[Client, str, dict[str, str]]]:
    """Everybody of the table, signed in, with the pages that they may ask for; nothing is left of what they did."""
    for role, whose, pages in ROWS:
        client = Client()
        with transaction.atomic():
            accounts.signed_in(client, Role(role), getattr(world, whose))
            yield client, f"{role} of {whose}", dict(zip(PAGES, pages, strict=True))
            transaction.set_rollback(True)


def test_each_role_asks_for_the_pages_of_its_own(world: World) -> None:
    for client, who, may in each(world):
        found = {
            page: "yes" if client.get(world.address(page)).status_code == 200 else "-"
            for page in PAGES
        }
        assert (who, found) == (who, may)


def test_what_a_page_does_not_show_a_form_does_not_do(world: World) -> None:
    """Each form sent by everybody: nothing changes but by who was shown it."""
    loads = Load.objects.count()
    everything = Programme.objects.unscoped(reason="a test")
    for client, who, may in each(world):
        told = {"name": "Autre", "fingerprint": make.MARK, "once": str(uuid7()), "structures": []}
        client.post(world.address("new"), told)
        assert everything.count() == 1 + (may["new"] == "yes"), who
        client.post(world.address("deposited"), {"do": "undo", "because": "essai"})
        load = Load.objects.get(pk=world.loads[world.fabrique.pk].pk)
        undone = load.state == Load.State.UNDOING
        assert undone is (may["deposited"] == "yes" and not who.startswith("auditor")), who
        client.post(world.address("deposit"), {"once": str(uuid7()), "corrects": ""})
        assert Load.objects.count() == loads, who
        client.post(world.address("structures"), {"close": "1"})
        programme = everything.get(pk=world.programme.pk)
        assert (programme.closed_at is not None) is (may["structures"] == "yes"), who


def test_lines_are_read_by_who_told_them_and_who_answers_for_the_programme(world: World) -> None:
    for whose, many in {
        "owner": 3,
        "fabrique": 1,
        "couveuse": 1,
        "former": 1,
        "stranger": 0,
    }.items():
        client, organisation = Client(), getattr(world, whose)
        reader = accounts.signed_in(client, Role.SERVICE_MANAGER, organisation)
        assert CohortLine.objects.visible_to(reader).count() == many
        answer = client.get(world.address("lines"))
        assert (answer.status_code == 200) is (whose != "stranger")
        if answer.status_code == 200:
            text = answer.content.decode("utf-8-sig")
            own = CohortLine.objects.owned_by(reader).count()
            assert len(text.strip().splitlines()) - 1 == own == (whose != "owner")
            assert not [name for name in ("Anne", "Luc", "Zoé") if make.token(name) in text]


def test_nobody_reads_a_page_without_signing_in(client: Client, world: World) -> None:
    for answer in (client.get(world.address(page)) for page in PAGES):
        assert answer.status_code in {302, 403, 404}
        assert "Fabrique" not in answer.content.decode()


def test_a_structure_taken_out_keeps_what_it_told_and_tells_nothing_more(world: World) -> None:
    before = len(make.standing(organisation=world.former))
    path = make.written(make.file(("Neuve", "Accueil", "2024-02-05")))
    answer, code = load_file("cohort", path, {}, by=make.acting(world.former))
    assert (code, answer["status"]) == (2, "refused")
    assert len(make.standing(organisation=world.former)) == before == 1


# rounds of naming: which of four structures are named | which then hand lists in
ROUNDS = [
    (("abcd",), "abcd"),
    (("abcd", "ab"), "ab"),
    (("ab", "cd"), "cd"),
    (("ab", "", "b"), "b"),
    (("a", "b", "a"), "a"),
    (("abc", "abc", "abcd"), "abcd"),
    (("",), ""),
]


@pytest.mark.parametrize(("rounds", "left"), ROUNDS)
def test_those_named_last_hand_lists_in_however_often_they_were_named(
    rounds: tuple[str, ...], left: str
) -> None:
    some = {letter: make.structure() for letter in "abcd"}
    owner = accounts.organisation(kind="epci")
    programme = make.programme(owner)
    for named in rounds:
        structures = [some[letter] for letter in named]
        actions.name_structures(programme=programme, structures=structures, by=make.acting(owner))
    found = {
        letter
        for letter, one in some.items()
        if Programme.objects.open_to(one.pk).filter(pk=programme.pk).exists()
    }
    assert found == set(left)
    assert programme.structures.count() == len(set("".join(rounds)))
