"""From passes to acts: what is wanted, what is left alone, who keeps it, and all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.diagnoses import actions
from maillage.diagnoses.actions.acting import Wanted, settle, wanted
from maillage.diagnoses.models import MACHINE, Pass, PlanStep
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger.models import Act
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def acts() -> list[Act]:
    return list(Act.objects.unscoped(reason="test").order_by("pk"))


def family(by: Actor, *days: int) -> list[Pass]:
    firm = register.establishment()
    return [make.diagnosis(by, firm, on=TODAY - timedelta(days=ago)) for ago in days]


# What is wanted


def test_each_pass_wants_its_act_and_the_second_of_a_pair_its_progress(by: Actor) -> None:
    first, between, second = family(by, 200, 100, 0)
    assert wanted([first, between, second]) == {
        first.pk: [Wanted("diagnoses.pass_done", first.occurred_on, 167)],
        between.pk: [Wanted("diagnoses.pass_done", between.occurred_on, 167)],
        second.pk: [
            Wanted("diagnoses.pass_done", TODAY, 167),
            Wanted("diagnoses.progress_measured", TODAY, 0),
        ],
    }


def test_no_pass_wants_nothing() -> None:
    assert wanted([]) == {}


def test_settling_what_is_settled_records_nothing(by: Actor) -> None:
    _first, second = family(by, 200, 0)
    before = acts()

    @ledger.action
    def again() -> None:
        settle(second, by=by)

    again()
    assert acts() == before


def test_a_pass_between_the_two_moves_nothing(by: Actor) -> None:
    firm = register.establishment()
    make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)
    make.diagnosis(by, firm, *make.HIGH)
    before = {act.pk for act in acts()}
    make.diagnosis(by, firm, *make.HIGH, on=TODAY - timedelta(days=100))
    after = acts()
    assert len(after) == len(before) + 1
    assert not any(act.reverses_id for act in after)


def test_an_earlier_second_pass_recorded_late_takes_the_place_of_the_later_one(by: Actor) -> None:
    firm = register.establishment()
    make.diagnosis(by, firm, *make.LOW, on=TODAY - timedelta(days=400))
    late = make.diagnosis(by, firm, *make.HIGH)
    middle = make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)
    standing = Act.objects.unscoped(reason="test").effective()
    (progress,) = standing.filter(kind="diagnoses.progress_measured")
    assert progress.source_key == str(middle.key)
    (reversal,) = [act for act in acts() if act.reverses_id]
    assert reversal.source_key == str(late.key)
    assert reversal.reason_code == "pair_changed"


def test_moving_the_day_of_the_second_pass_under_half_a_year_takes_the_progress_away(
    by: Actor,
) -> None:
    firm = register.establishment()
    make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)
    second = make.diagnosis(by, firm, *make.HIGH)
    moved = make.facts(*make.HIGH, on=LONG_AGO + timedelta(days=179))
    actions.correct_pass(found=second, facts=moved, reason="wrong_day", version=1, by=by)
    standing = Act.objects.unscoped(reason="test").effective()
    assert not standing.filter(kind="diagnoses.progress_measured").exists()
    reasons = {act.reason_code for act in acts() if act.reverses_id}
    assert reasons == {"wrong_day"}


def test_completing_answers_makes_a_pair_that_was_none(by: Actor) -> None:
    firm = register.establishment()
    first = make.diagnosis(by, firm, "no", on=LONG_AGO)
    make.diagnosis(by, firm, *make.HIGH)
    standing = Act.objects.unscoped(reason="test").effective()
    progress = standing.filter(kind="diagnoses.progress_measured")
    assert not progress.exists()
    full = make.facts(*make.LOW, on=LONG_AGO)
    actions.correct_pass(found=first, facts=full, reason="completed", version=1, by=by)
    assert progress.get().quantity == 583


def test_another_firms_acts_are_left_alone(by: Actor) -> None:
    other = family(by, 200, 0)
    mine = family(by, 200, 0)
    before = [act for act in acts() if act.source_key in {str(one.key) for one in other}]
    actions.cancel_pass(found=mine[0], reason="twice", by=by)
    after = [act for act in acts() if act.source_key in {str(one.key) for one in other}]
    assert after == before


# Who is named


def test_acts_name_who_made_the_diagnosis_and_reversals_who_set_it_right(by: Actor) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, by.organisation)
    first, _second = family(by, 200, 0)
    facts = make.facts(*make.HIGH, on=first.occurred_on)
    actions.correct_pass(found=first, facts=facts, reason="learned", version=1, by=manager)
    for act in acts():
        assert act.person == (manager.person if act.reverses_id else by.person)
        assert act.keeper == by.organisation
        assert act.scheme == "questionnaire:short"


def test_a_colleague_who_finishes_a_step_is_the_one_who_did(by: Actor) -> None:
    colleague = accounts.actor(Role.OFFICER, by.organisation)
    step = make.step(by)
    actions.finish_step(step=step, on=TODAY, by=colleague)
    assert acts()[-1].person == colleague.person


# All or nothing


def test_when_the_ledger_refuses_nothing_is_written(by: Actor, monkeypatch: Any) -> None:
    def refuse(*_given: Any, **_said: Any) -> None:
        raise Invalid("no room")

    monkeypatch.setattr("maillage.diagnoses.actions.acting.ledger.record", refuse)
    with pytest.raises(Invalid):
        make.diagnosis(by)
    assert not Pass.objects.visible_to(MACHINE).exists()
    assert not PlanStep.objects.visible_to(MACHINE).exists()
    assert acts() == []


def test_a_refused_correction_leaves_everything_as_it_was(by: Actor) -> None:
    found = make.diagnosis(by, note="Avant")
    before = acts()
    facts = make.facts(*make.HIGH, note="Après")
    with pytest.raises(Conflict):
        actions.correct_pass(found=found, facts=facts, reason="typing", version=7, by=by)
    found.refresh_from_db()
    assert (found.note, found.version) == ("Avant", 1)
    assert acts() == before


def test_two_actions_together_stand_or_fall_together(by: Actor) -> None:
    firm = register.establishment()

    @ledger.action
    def both() -> None:
        make.diagnosis(by, firm, on=LONG_AGO)
        make.diagnosis(by, firm, on=TODAY + timedelta(days=1))

    with pytest.raises(Invalid):
        both()
    assert not Pass.objects.visible_to(MACHINE).exists()
    assert acts() == []


def test_two_passes_said_in_one_action_make_their_pair(by: Actor) -> None:
    firm = register.establishment()

    @ledger.action
    def both() -> None:
        make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)

    both()
    make.diagnosis(by, firm, *make.HIGH)
    kinds = [act.kind for act in acts()]
    assert kinds.count("diagnoses.progress_measured") == 1


def test_settling_a_long_family_asks_as_many_questions_as_a_short_one(by: Actor) -> None:
    told = make.questionnaire()

    def asked(days: int) -> int:
        passes = family(by, *range(days, 0, -1))
        with CaptureQueriesContext(connection) as queries:
            facts = make.facts(*make.HIGH, on=passes[-1].occurred_on)
            actions.correct_pass(found=passes[-1], facts=facts, reason="typing", version=1, by=by)
        return len(queries)

    assert told.number == 1
    asked(2)
    assert asked(6) == asked(2)


@pytest.mark.parametrize("on", [date(1999, 12, 31), TODAY + timedelta(days=1)])
def test_a_correction_to_a_day_that_cannot_be_is_refused(by: Actor, on: date) -> None:
    found = make.diagnosis(by)
    with pytest.raises(Invalid) as refusal:
        actions.correct_pass(
            found=found, facts=make.facts(on=on), reason="wrong_day", version=1, by=by
        )
    assert "occurred_on" in refusal.value.fields


def test_a_correction_keeps_the_version_of_the_questionnaire(by: Actor) -> None:
    manager = make.editor(by.organisation)
    first = make.questionnaire(manager)
    found = make.diagnosis(by, through=first)
    make.questionnaire(manager, make.text().replace("points = 2", "points = 9"))
    facts = make.facts(*make.HIGH)
    again = actions.correct_pass(found=found, facts=facts, reason="typing", version=1, by=by)
    assert again.questionnaire == first
    assert acts()[-1].quantity == 750
