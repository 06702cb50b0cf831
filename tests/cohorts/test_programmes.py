"""Programmes of support: opened once, their stages by version, who hands lists in, who reads what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures, ledger
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.cohorts import actions, lines
from maillage.cohorts.models import CohortLine, Programme, Pseudonym
from maillage.cohorts.permissions import can_deposit, can_read_whole
from maillage.cohorts.vocabulary import USUAL, Counted, Stage
from maillage.intake.permissions import can_load
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.observatory import reach
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2024")
ROWS = [
    ("Anne", "Accueil", "2024-02-05", "", "59350", "oui"),
    ("Luc", "Accueil", "2024-02-06"),
    ("", "Prêt", "2024-02-07", "1000"),
]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(noon("2024-12-01")):
        yield


@pytest.fixture
def owner() -> Organisation:
    places.places_loaded()
    return accounts.organisation(kind="epci", name="Métropole (inventée)")


def two(owner: Organisation) -> tuple[Programme, Organisation, Organisation]:
    """A programme of two structures that both know Anne."""
    first, second = make.structure(name="Fabrique"), make.structure(name="Couveuse")
    programme = make.programme(owner, first, second)
    make.handed(make.acting(first), *ROWS)
    make.handed(make.acting(second), ("Anne", "Création", "2024-06-03", "", "59350"))
    return programme, first, second


# who, for whom | opens a programme | hands a list in for Fabrique | reads the whole
RIGHTS = [
    (Role.OFFICER, "owner", True, False, True),
    (Role.SERVICE_MANAGER, "owner", True, False, True),
    (Role.ADVISER, "owner", False, False, False),
    (Role.EXPERT, "Fabrique", False, True, False),
    (Role.SERVICE_MANAGER, "Fabrique", True, True, False),
    (Role.ADMINISTRATOR, "Fabrique", False, True, False),
    (Role.ADVISER, "Fabrique", False, False, False),
    (Role.EXPERT, "stranger", False, False, False),
    (Role.OFFICER, "stranger", True, False, False),
    (Role.AUDITOR, "stranger", False, False, True),
]


@pytest.mark.parametrize(("role", "whose", "opens", "hands", "reads"), RIGHTS)
def test_each_role_opens_hands_in_and_reads_what_is_its_own(
    owner: Organisation, role: Role, whose: str, opens: bool, hands: bool, reads: bool
) -> None:
    programme, first, _second = two(owner)
    own = {"owner": owner, "Fabrique": first}.get(whose) or accounts.organisation()
    by = accounts.actor(role, own)
    assert can_deposit(by, programme) is hands
    assert can_read_whole(by, programme) is reads
    told: dict[str, Any] = {"name": "Autre", "fingerprint": make.MARK, "structures": [], "by": by}
    if opens:
        assert actions.open_programme(**told).organisation == own
    else:
        with pytest.raises(NotAllowed):
            actions.open_programme(**told)
    whole = CohortLine.objects.visible_to(by).count()
    mine = CohortLine.objects.owned_by(by).count()
    assert (whole, mine) == ({"owner": 4, "stranger": 4}.get(whose, 3) if reads else 3 if whose == "Fabrique" and role != Role.ADVISER else 0, 3 if whose == "Fabrique" and role != Role.ADVISER else 0)  # fmt: skip


def test_an_expert_of_a_structure_may_load_its_lists_and_no_other_file(owner: Organisation) -> None:
    from maillage.intake.declared import importers

    expert = accounts.actor(Role.EXPERT, make.structure())
    assert [name for name, one in importers().items() if can_load(expert, one)] == ["cohort"]


def test_a_programme_sent_twice_is_one_and_a_name_is_taken_once(owner: Organisation) -> None:
    made = make.programme(owner, once="x")
    assert make.programme(owner, once="x") == made
    with pytest.raises(Conflict):
        make.programme(owner)
    assert make.programme(accounts.organisation(kind="epci")) != made


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"name": "  "}, "name"), ({"fingerprint": "clé"}, "fingerprint"), ({"fingerprint": make.MARK[:-1]}, "fingerprint")],
)  # fmt: skip
def test_a_programme_has_a_name_and_a_fingerprint(
    owner: Organisation, facts: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as fault:
        make.programme(owner, **facts)
    assert set(fault.value.fields) == {field}


def test_stages_are_said_anew_without_touching_what_was_told(owner: Organisation) -> None:
    programme, first, _second = two(owner)
    by, dive = make.acting(owner), Stage("dive", "Immersion", "Immersion", Counted.TRIAL.value)
    renamed = replace(USUAL[0], fr="Premier accueil")
    actions.change_stages(programme=programme, stages=[renamed, dive], version=1, by=by)
    assert [one.code for one in programme.stages] == ["welcome", "dive"]
    load = make.handed(
        make.acting(first),
        ("Zoé", "immersion", "2024-09-02"),
        ("Zoé", "premier accueil", "2024-09-01"),
        ("Zoé", "Prêt", "2024-09-03", "10"),
    )
    assert (load.counts["new"], load.counts["rejected"]) == (2, 1)
    assert {one.counts_as for one in make.standing(load=load)} == {"trial", "welcome"}
    assert len(make.standing(stage="loan")) == 1
    with pytest.raises(Conflict):
        actions.change_stages(programme=programme, stages=USUAL, version=1, by=by)


@pytest.mark.parametrize(
    "stages",
    [(), (USUAL[0], USUAL[0]), (replace(USUAL[0], fr=" "),), (replace(USUAL[0], counts_as="other"),)],
)  # fmt: skip
def test_stages_that_could_not_be_told_apart_are_refused(
    owner: Organisation, stages: tuple[Stage, ...]
) -> None:
    programme = make.programme(owner)
    with pytest.raises(Invalid):
        actions.change_stages(programme=programme, stages=stages, version=1, by=make.acting(owner))


def test_a_structure_taken_out_or_a_programme_closed_takes_no_more_lists(
    owner: Organisation,
) -> None:
    programme, first, second = two(owner)
    by = make.acting(owner)
    actions.name_structures(programme=programme, structures=[second], by=by)
    experts = [accounts.actor(Role.EXPERT, one) for one in (first, second)]
    assert [can_deposit(one, programme) for one in experts] == [False, True]
    assert len(make.standing(organisation=first)) == 3
    actions.name_structures(programme=programme, structures=[first, second], by=by)
    assert can_deposit(experts[0], programme)
    actions.close_programme(programme=programme, by=by)
    closed = actions.close_programme(programme=programme, by=by)
    assert not can_deposit(experts[0], closed)
    with pytest.raises(NotAllowed):
        actions.name_structures(programme=programme, structures=[], by=experts[0])


def opened(actor: Any, code: str = "cohorts.persons_welcomed") -> list[figures.Record]:
    question = figures.Question(code, period=YEAR)
    return list(figures.records(reach.bounded(question, actor), actor).records)


def test_a_structure_opens_nobody_not_even_through_masked_lines(owner: Organisation) -> None:
    """Its own Anne is known to the other structure: neither a key nor another keeper's line may say so."""
    two(owner)
    first = Organisation.objects.get(name="Fabrique")
    for role in (Role.EXPERT, Role.SERVICE_MANAGER, Role.OFFICER):
        reader = accounts.actor(role, first)
        found = opened(reader)
        assert [one.masked for one in found] == [True, True]
        assert {act.entry.keeper for one in found for act in one.acts} == {"Fabrique"}
        assert not [act for one in found for act in one.acts if act.key or act.source]
        assert not reach.is_asked(figures.get("cohorts.support_funnel"), reader)
        with pytest.raises(Invalid):
            opened(reader, "cohorts.support_funnel")


def test_who_answers_for_a_programme_and_auditors_open_persons_without_names(
    owner: Organisation,
) -> None:
    two(owner)
    auditor = accounts.actor(Role.AUDITOR, accounts.organisation())
    records = opened(auditor, "cohorts.support_funnel")
    keys = {str(key) for key in Pseudonym.objects.values_list("key", flat=True)}
    assert {one.unit for one in records} == keys
    assert len(records) == len(opened(auditor)) == 2
    assert all(one.label.startswith(("Personne", "Person")) for one in records)
    officer = accounts.actor(Role.OFFICER, owner)
    assert set(lines.steps([*keys], officer)) == keys
    assert not lines.steps([*keys], accounts.actor(Role.OFFICER, accounts.organisation()))
    assert not opened(officer)


def test_lines_are_told_in_as_many_queries_for_one_as_for_many(owner: Organisation) -> None:
    programme, first, _second = two(owner)
    many = [(f"Nom{chr(97 + n)}", "Accueil", "2024-03-04") for n in range(20)]
    make.handed(make.acting(first), *many, *(("", *row[1:]) for row in many))
    officer = accounts.actor(Role.OFFICER, owner)
    acts = Act.objects.unscoped(reason="a test").order_by("pk")
    counts = []
    for some in (acts[:1], acts):
        with CaptureQueriesContext(connection) as seen:
            told = ledger.entries(some, officer)
        assert not [one for one in told if one.is_masked]
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1  # one person alone has no line of the other sort
    del programme
