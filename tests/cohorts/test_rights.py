"""Who may ask for which page of a programme: each role, for each organisation beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.models import Organisation
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


@pytest.mark.parametrize(("role", "whose", "pages"), ROWS, ids=lambda one: str(one)[:16])
def test_each_role_asks_for_the_pages_of_its_own(
    client: Client, world: World, role: str, whose: str, pages: list[str]
) -> None:
    accounts.signed_in(client, Role(role), getattr(world, whose))
    found = ["yes" if client.get(world.address(page)).status_code == 200 else "-" for page in PAGES]
    assert dict(zip(PAGES, found, strict=True)) == dict(zip(PAGES, pages, strict=True))


@pytest.mark.parametrize(("role", "whose", "pages"), ROWS, ids=lambda one: str(one)[:16])
def test_what_a_page_does_not_show_a_form_does_not_do(
    client: Client, world: World, role: str, whose: str, pages: list[str]
) -> None:
    """Each form sent by everybody: nothing changes but by who was shown it."""
    accounts.signed_in(client, Role(role), getattr(world, whose))
    may = dict(zip(PAGES, pages, strict=True))
    loads = Load.objects.count()
    told = {"name": "Autre", "fingerprint": make.MARK, "once": str(uuid7()), "structures": []}
    client.post(world.address("new"), told)
    everything = Programme.objects.unscoped(reason="a test")
    assert everything.count() == 1 + (may["new"] == "yes")
    client.post(world.address("deposited"), {"do": "undo", "because": "essai"})
    load = Load.objects.get(pk=world.loads[world.fabrique.pk].pk)
    undone = load.state == Load.State.UNDOING
    assert undone is (may["deposited"] == "yes" and role != "auditor")
    client.post(world.address("deposit"), {"once": str(uuid7()), "corrects": ""})
    assert Load.objects.count() == loads
    client.post(world.address("structures"), {"close": "1"})
    world.programme.refresh_from_db()
    assert (world.programme.closed_at is not None) is (may["structures"] == "yes")


@pytest.mark.parametrize(("whose", "told"), [
    ("owner", {"Fabrique": 0, "whole": 3}), ("fabrique", {"whole": 1}), ("couveuse", {"whole": 1}),
    ("former", {"whole": 1}), ("stranger", {"whole": 0}),
])  # fmt: skip
def test_lines_are_read_by_who_told_them_and_who_answers_for_the_programme(
    client: Client, world: World, whose: str, told: dict[str, int]
) -> None:
    organisation: Organisation = getattr(world, whose)
    reader = accounts.signed_in(client, Role.SERVICE_MANAGER, organisation)
    assert CohortLine.objects.visible_to(reader).count() == told["whole"]
    answer = client.get(world.address("lines"))
    if answer.status_code == 200:
        lines = answer.content.decode("utf-8-sig").strip().splitlines()[1:]
        own = CohortLine.objects.owned_by(reader).count()
        assert len(lines) == own == (whose not in {"owner", "stranger"})
        for name in ("Anne", "Luc", "Zoé"):
            assert make.token(name) not in answer.content.decode()
    else:
        assert whose == "stranger"


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_a_page_without_signing_in(client: Client, world: World, page: str) -> None:
    answer = client.get(world.address(page))
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
