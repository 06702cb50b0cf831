"""States follow from votes, signatures, dates and acts."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from maillage.accounts.actors import System
from maillage.conventions.actions import texts, turns
from maillage.conventions.facts import facts_of
from maillage.conventions.models import Convention, Deliberation, Version
from maillage.conventions.states import (
    ActionState,
    ConventionState,
    Fact,
    action_state,
    days_late,
    version_state,
)
from maillage.conventions.tree import states_of
from maillage.kernel import clock
from tests.factories import conventions as make

pytestmark = pytest.mark.django_db
BY = System("a test")


def state(convention: Convention, day: str, known: str = "2030-01-01") -> ConventionState:
    ((_, found),) = states_of([convention], date.fromisoformat(day), make.instant(known))
    return found


def turned(convention: Convention, kind: str, on: str) -> None:
    turns.turn_convention(
        convention=convention,
        kind=f"conventions.convention_{kind}",
        on=date.fromisoformat(on),
        by=System("a test", organisation=convention.keeper),
        once=uuid4(),
    )


def test_a_convention_goes_from_project_to_expired_by_its_dates() -> None:
    convention = make.loaded(
        make.MINIMAL.replace("2019-04-05\neffective_until", "2019-09-01\neffective_until")
    )
    assert state(convention, "2019-05-01") is ConventionState.PROJECT
    assert state(convention, "2019-06-01") is ConventionState.SIGNED
    assert state(convention, "2019-09-01") is ConventionState.IN_FORCE
    assert state(convention, "2020-12-31") is ConventionState.IN_FORCE
    assert state(convention, "2021-01-01") is ConventionState.EXPIRED
    assert state(convention, "2019-09-01", known="2019-01-01") is ConventionState.PROJECT


def test_a_draft_is_voted_when_every_party_approved_the_text_itself() -> None:
    organisation = make.organisations()[0]
    convention = make.convention_of(organisation, signed=False)
    version = convention.versions.get()
    partner = version.parties.exclude(organisation=organisation).get().organisation
    vote = Deliberation.objects.create(
        version=version, organisation=partner, decided_on=date(2019, 5, 1), outcome="principle"
    )
    assert state(convention, "2019-05-02") is ConventionState.PROJECT
    vote.outcome = "approved"
    vote.save()
    assert state(convention, "2019-05-02") is ConventionState.DELIBERATED
    assert state(convention, "2019-04-30") is ConventionState.PROJECT


@pytest.mark.parametrize(
    "kind", ["suspended", "terminated", "lapsed", "cancelled", "settled", "archived"]
)
def test_an_act_about_the_convention_sets_its_state_from_that_day(kind: str) -> None:
    convention = make.loaded()
    turned(convention, kind, "2020-02-01")
    assert state(convention, "2020-01-31") is ConventionState.IN_FORCE
    assert state(convention, "2020-02-01") is ConventionState(kind)


def test_a_suspended_convention_that_resumes_is_in_force_again() -> None:
    convention = make.loaded()
    turned(convention, "suspended", "2020-02-01")
    turned(convention, "resumed", "2020-03-01")
    assert state(convention, "2020-02-15") is ConventionState.SUSPENDED
    assert state(convention, "2020-03-01") is ConventionState.IN_FORCE


def test_the_state_as_known_before_an_act_does_not_know_it() -> None:
    with clock.at(make.instant("2020-02-02")):
        convention = make.loaded()
    with clock.at(make.instant("2020-04-01")):
        turned(convention, "suspended", "2020-03-01")
    assert state(convention, "2020-03-15", known="2020-03-31") is ConventionState.IN_FORCE
    assert state(convention, "2020-03-15", known="2020-04-02") is ConventionState.SUSPENDED


def test_a_withdrawn_turn_no_longer_counts() -> None:
    convention = make.loaded()
    by = System("a test", organisation=convention.keeper)
    said = turns.turn_action(
        convention=convention,
        action_key="test-2019/1.1",
        kind="conventions.action_started",
        on=date(2019, 6, 3),
        by=by,
        once=uuid4(),
    )
    assert facts_of([convention], clock.now())["test-2019/1.1"]
    turns.cancel_turn(turn=said, reason_code="typing_error", by=by)
    assert facts_of([convention], clock.now()) == {}


def test_an_amendment_has_its_own_state() -> None:
    convention = make.loaded()
    draft = texts.amend(convention=convention, by=BY)
    assert version_state(draft, date(2020, 1, 1)) is ConventionState.PROJECT
    original = Version.objects.get(number=0)
    assert version_state(original, date(2019, 4, 4)) is ConventionState.SIGNED
    assert version_state(original, date(2019, 4, 5)) is ConventionState.IN_FORCE


def facts(*said: tuple[str, str]) -> list[Fact]:
    return [
        Fact(f"conventions.action_{kind}", date.fromisoformat(on), rank)
        for rank, (kind, on) in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], ActionState.TO_COME),
        ([("started", "2020-01-02")], ActionState.TO_COME),
        ([("started", "2020-01-01")], ActionState.UNDER_WAY),
        ([("started", "2019-01-01"), ("paused", "2019-02-01")], ActionState.PAUSED),
        ([("paused", "2019-02-01"), ("started", "2019-01-01")], ActionState.PAUSED),
        ([("blocked", "2019-02-01"), ("started", "2019-02-01")], ActionState.UNDER_WAY),
        ([("abandoned", "2019-02-01")], ActionState.ABANDONED),
        ([("completed", "2019-02-01")], ActionState.COMPLETED),
        ([("blocked", "2019-02-01")], ActionState.BLOCKED),
    ],
)
def test_the_last_act_of_the_day_makes_the_state_of_an_action(
    said: list[tuple[str, str]], expected: ActionState
) -> None:
    assert action_state(facts(*said), date(2020, 1, 1)) is expected


def test_lateness_is_the_days_since_the_due_date_unless_completed() -> None:
    due, day = date(2020, 1, 1), date(2020, 1, 11)
    assert days_late(ActionState.UNDER_WAY, due, day) == 10
    assert days_late(ActionState.UNDER_WAY, due, due) == 0
    assert days_late(ActionState.COMPLETED, due, day) == 0
    assert days_late(ActionState.BLOCKED, None, day) == 0


def test_every_state_has_words() -> None:
    words = {str(s.words) for s in (*ConventionState, *ActionState)}
    assert len(words) == len(ConventionState) + len(ActionState)
