"""What people decide on a pair: each decision is an act, undone without a trace lost, said twice counted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.ledger import reasons, verify
from maillage.ledger.models import Act
from maillage.lists import actions, permissions
from maillage.lists.models import Match
from tests.factories import accounts, lists as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return make.manager()


def story() -> list[tuple[str, str, str]]:
    """Every act about lists, as the ledger has it: what, undone for what reason, by whom."""
    acts = Act.objects.unscoped(reason="a test").filter(kind__startswith="lists.")
    return [
        (act.kind.partition(".")[2], act.reason_code, act.person.name if act.person else "")
        for act in acts.select_related("person").order_by("seq")
    ]


def fresh(match: Match) -> Match:
    return make.matches().get(pk=match.pk)


# Accepting and refusing


def test_an_accepted_pair_is_a_firm_on_the_list_by_whom_and_when(by: Actor) -> None:
    place = register.establishment()
    (match,) = make.doubtful(by, place)
    actions.accept(match=match, by=by)
    held = fresh(match)
    assert (held.state, held.decided_by) == ("accepted", by.person)
    assert held.decided_at is not None
    assert held.line in make.lines().linked()
    assert story() == [("firm_recognised", "", by.person.name)]
    act = Act.objects.unscoped(reason="a test").get()
    assert (act.establishment, act.keeper) == (place, by.organisation)


def test_a_refused_pair_leaves_its_line_unlinked_and_the_act_says_so(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    actions.refuse(match=match, by=by)
    assert fresh(match).state == "refused"
    assert fresh(match).line in make.lines().unlinked()
    assert story() == [("likeness_refused", "", by.person.name)]


@pytest.mark.parametrize("decide", [actions.accept, actions.refuse])
def test_a_decision_said_twice_counts_once(by: Actor, decide: Callable[..., Match]) -> None:
    (match,) = make.doubtful(by, register.establishment())
    first = decide(match=match, by=by).decided_at
    assert decide(match=match, by=by).decided_at == first
    assert len(story()) == 1


def test_another_candidate_of_the_same_line_is_chosen(by: Actor) -> None:
    one, two = make.doubtful(by, register.establishment(), register.establishment())
    actions.accept(match=two, by=by)
    assert (fresh(one).state, fresh(two).state) == ("waiting", "accepted")
    assert not make.lines().to_review().exists()


def test_a_line_is_one_firm_at_most(by: Actor) -> None:
    one, two = make.doubtful(by, register.establishment(), register.establishment())
    actions.accept(match=one, by=by)
    with pytest.raises(Conflict) as refusal:
        actions.accept(match=two, by=by)
    assert refusal.value.remedy
    assert fresh(two).state == "waiting"
    assert len(story()) == 1


def test_the_database_itself_refuses_two_firms_for_one_line(by: Actor) -> None:
    make.doubtful(by, register.establishment(), register.establishment())
    with pytest.raises(IntegrityError), transaction.atomic():
        make.matches().update(state="accepted")


def test_none_of_the_candidates_refuses_each(by: Actor) -> None:
    found = make.doubtful(by, *(register.establishment() for _n in range(3)))
    assert actions.refuse_all(line=found[0].line, by=by) == 3
    assert actions.refuse_all(line=found[0].line, by=by) == 0
    assert [fresh(one).state for one in found] == ["refused"] * 3
    assert [kind for kind, _why, _who in story()] == ["likeness_refused"] * 3


def test_a_refused_pair_may_be_accepted_after_all(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    actions.refuse(match=match, by=by)
    actions.accept(match=match, by=by)
    who = by.person.name
    assert story() == [
        ("likeness_refused", "", who),
        ("likeness_refused", "list_decision_undone", who),
        ("firm_recognised", "", who),
    ]


# What made itself


def recognised(by: Actor) -> Match:
    make.bakery()
    make.compared(by)
    return make.matches().get()


def test_what_recognised_itself_is_parted_by_a_person(by: Actor) -> None:
    match = recognised(by)
    actions.refuse(match=match, by=by)
    who = by.person.name
    assert fresh(match).state == "refused"
    assert story() == [
        ("firm_recognised", "", ""),
        ("firm_recognised", "list_parted", who),
        ("likeness_refused", "", who),
    ]


def test_what_recognised_itself_needs_no_accepting(by: Actor) -> None:
    match = recognised(by)
    assert actions.accept(match=match, by=by).state == "automatic"
    assert len(story()) == 1


def test_what_was_parted_then_undone_waits_for_somebody(by: Actor) -> None:
    match = recognised(by)
    actions.refuse(match=match, by=by)
    actions.undo_decision(match=match, by=by)
    assert fresh(match).state == "waiting"


# Undone


@pytest.mark.parametrize("decide", [actions.accept, actions.refuse])
def test_an_undone_decision_waits_again_and_the_ledger_keeps_both(
    by: Actor, decide: Callable[..., Match]
) -> None:
    (match,) = make.doubtful(by, register.establishment())
    decide(match=match, by=by)
    other = accounts.actor(Role.ADVISER, by.organisation)
    actions.undo_decision(match=match, by=other)
    assert fresh(match).state == "waiting"
    (made, undone) = story()
    assert (made[1], undone[1]) == ("", "list_decision_undone")
    assert undone[2] == other.person.name
    assert verify().is_valid


def test_undoing_twice_or_nothing_changes_nothing(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    actions.undo_decision(match=match, by=by)
    assert story() == []
    actions.accept(match=match, by=by)
    actions.undo_decision(match=match, by=by)
    actions.undo_decision(match=match, by=by)
    assert len(story()) == 2


def test_decided_undone_and_decided_again_is_told_in_full(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    for _turn in range(2):
        actions.accept(match=match, by=by)
        actions.undo_decision(match=match, by=by)
    actions.accept(match=match, by=by)
    assert [why for _kind, why, _who in story()] == [
        "", "list_decision_undone", "", "list_decision_undone", "",
    ]  # fmt: skip
    assert fresh(match).stands


def test_an_undone_load_cancels_its_acts_and_keeps_their_story(by: Actor) -> None:
    make.bakery()
    load = make.compared(by)
    register.undo_load(load=load, by=by)
    assert [why for _kind, why, _who in story()] == ["", "load_undone"]
    (match,) = make.matches()
    assert match.state == "automatic"  # out of sight, as it was
    assert not make.matches().shown().exists()
    with pytest.raises(Conflict):
        actions.refuse(match=match, by=by)
    assert verify().is_valid


def test_an_undone_load_cancels_decisions_too(by: Actor) -> None:
    one, _two = make.doubtful(by, register.establishment(), register.establishment())
    actions.accept(match=one, by=by)
    register.undo_load(load=one.line.load, by=by)
    assert [why for _kind, why, _who in story()] == ["", "load_undone"]


def test_a_load_is_taken_back_step_by_step(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    load = make.loaded(by, "".join(f"Firme {n};;;;;;\n" for n in range(5)))
    monkeypatch.setattr(actions, "STEP", 2)
    machine = actions.machine(make.the_list())
    steps = [actions.take_back(load=load.pk, by=machine) for _step in range(4)]
    assert steps == [2, 2, 1, 0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_of_a_cancellation_has_words(language: str) -> None:
    with translation.override(language):
        for code in ("list_decision_undone", "list_parted"):
            assert reasons.words("lists.match", code) != code


# Who decides


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ADVISER, True),
        (Role.OFFICER, True),
        (Role.SERVICE_MANAGER, True),
        (Role.ADMINISTRATOR, False),
        (Role.AUDITOR, False),
        (Role.ELECTED, False),
        (Role.EXPERT, False),
        (Role.LANDLORD, False),
        (Role.COMMITTEE, False),
    ],
)
def test_those_who_know_the_firms_decide(by: Actor, role: Role, may: bool) -> None:
    (match,) = make.doubtful(by, register.establishment())
    assert permissions.can_decide(accounts.actor(role, by.organisation), match.line) is may


DECISIONS: list[Callable[..., Any]] = [
    lambda match, by: actions.accept(match=match, by=by),
    lambda match, by: actions.refuse(match=match, by=by),
    lambda match, by: actions.undo_decision(match=match, by=by),
    lambda match, by: actions.refuse_all(line=match.line, by=by),
    lambda match, by: actions.compare_again(of=match.line.of, by=by),
]


@pytest.mark.parametrize("decide", DECISIONS)
def test_another_organisation_decides_nothing(by: Actor, decide: Callable[..., Any]) -> None:
    (match,) = make.doubtful(by, register.establishment())
    with pytest.raises(NotAllowed):
        decide(match, accounts.actor(Role.ADVISER))
    assert fresh(match).state == "waiting"
    assert story() == []


def test_a_share_lets_a_partner_read_and_not_decide(by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    partner = accounts.actor(Role.ADVISER)
    assert not readable(partner)
    accounts.share(by.organisation, partner.organisation, "partner_lists", "partners")
    partner = again(partner)
    assert readable(partner) == [match]
    with pytest.raises(NotAllowed):
        actions.accept(match=match, by=partner)


def readable(actor: Actor) -> list[Match]:
    return list(Match.objects.visible_to(actor))


def again(actor: Actor) -> Actor:
    """The same person at their next request."""
    return accounts.actor(Role.ADVISER, Organisation.objects.get(pk=actor.organisation_id))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ELECTED, Role.LANDLORD])
def test_roles_that_read_no_list_read_none_even_of_their_own(by: Actor, role: Role) -> None:
    make.doubtful(by, register.establishment())
    assert not readable(accounts.actor(role, by.organisation))


def test_auditors_read_all(by: Actor) -> None:
    found = make.doubtful(by, register.establishment())
    assert readable(accounts.actor(Role.AUDITOR)) == found
