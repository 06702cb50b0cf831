"""Diagnoses recorded, corrected, cancelled: what stands in the ledger after each step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, scoring
from maillage.diagnoses.models import Pass, PlanStep
from maillage.diagnoses.vocabulary import CANCELLING, CORRECTING, Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.register.models import Establishment
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def standing(*kinds: str) -> list[tuple[str, date, int | None]]:
    """What counts, short: `(pass_done, day, thousandths)`."""
    acts = Act.objects.unscoped(reason="test").effective().order_by("occurred_on", "seq")
    found = [(a.kind.partition(".")[2], a.occurred_on, a.quantity) for a in acts]
    return [one for one in found if not kinds or one[0] in kinds]


def all_acts() -> list[Act]:
    return list(Act.objects.unscoped(reason="test").order_by("seq"))


def fresh(found: Pass) -> Pass:
    return Pass.objects.unscoped(reason="test").get(pk=found.pk)


def two_passes(by: Actor, firm: Establishment) -> tuple[Pass, Pass]:
    first = make.diagnosis(by, firm, *make.LOW, on=LONG_AGO)
    return first, make.diagnosis(by, firm, *make.HIGH)


def test_a_diagnosis_is_an_act_with_its_score_and_neither_name_nor_text() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser, note="Le four est ancien.")
    (act,) = all_acts()
    assert (act.kind, act.quantity, act.unit) == ("diagnoses.pass_done", 167, "thousandth")
    assert (act.scheme, act.source_key) == ("questionnaire:short", str(found.key))
    assert (act.person, act.organisation) == (adviser.person, adviser.organisation)
    assert found.questionnaire.number == 1
    assert "four" not in repr(vars(act))


def test_low_answers_propose_dated_steps_in_the_plan() -> None:
    found = make.diagnosis(None, None, "no", "yes", "some", "-")
    steps = [(s.axis, s.wording, s.due_on, s.theme) for s in found.steps.all()]
    due = TODAY + timedelta(days=30)
    assert steps == [
        ("found", "Faire found_map", due, "digital"),
        ("sell", "Faire sell_order", due, "digital"),
    ]


def test_a_second_pass_half_a_year_later_measures_the_progress() -> None:
    two_passes(accounts.actor(), register.establishment())
    assert standing() == [
        ("pass_done", LONG_AGO, 167),
        ("pass_done", TODAY, 750),
        ("progress_measured", TODAY, 583),
    ]


def test_a_second_pass_too_soon_measures_nothing() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, on=TODAY - timedelta(days=179))
    make.diagnosis(adviser, firm, *make.HIGH)
    assert standing("progress_measured") == []


def test_another_firm_questionnaire_or_organisation_makes_no_pair() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, on=LONG_AGO)
    make.diagnosis(adviser, None, *make.HIGH)
    make.diagnosis(accounts.actor(), firm, *make.HIGH)
    other = make.questionnaire(told=make.text("other"))
    make.diagnosis(adviser, firm, *make.HIGH, through=other)
    assert standing("progress_measured") == []


def test_a_pass_of_before_recorded_late_makes_the_pair_too() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.HIGH)
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    assert standing("progress_measured") == [("progress_measured", TODAY, 583)]


def test_a_third_pass_moves_nothing() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO - timedelta(days=200))
    make.diagnosis(adviser, firm, *make.LOW, on=LONG_AGO)
    before = all_acts()
    make.diagnosis(adviser, firm, *make.HIGH)
    assert all_acts()[: len(before)] == before
    assert standing("progress_measured") == [("progress_measured", LONG_AGO, 0)]


def test_correcting_the_first_pass_measures_the_progress_anew_and_says_why() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first, second = two_passes(adviser, firm)
    facts = make.facts(*make.HIGH, on=LONG_AGO)
    actions.correct_pass(found=first, facts=facts, reason="learned", version=1, by=adviser)
    assert standing("progress_measured") == [("progress_measured", TODAY, 0)]
    reversals = [(a.source_key, a.reason_code) for a in all_acts() if a.reverses_id]
    assert reversals == [
        (str(first.key), "learned"),
        (str(second.key), Reason.PAIR_CHANGED.value),
    ]


def test_a_correction_that_changes_no_score_touches_no_act() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    facts = make.facts(note="Rappeler en mars.")
    corrected = actions.correct_pass(
        found=found, facts=facts, reason="completed", version=1, by=adviser
    )
    assert (corrected.note, corrected.version) == ("Rappeler en mars.", 2)
    assert len(all_acts()) == 1
    assert corrected.steps.count() == 6


def test_cancelling_the_first_pass_takes_the_pair_and_the_steps_done_away() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first, _second = two_passes(adviser, firm)
    actions.finish_step(step=first.steps.all()[0], on=TODAY, by=adviser)
    actions.cancel_pass(found=first, reason="wrong_firm", by=adviser)
    assert standing() == [("pass_done", TODAY, 750)]
    assert fresh(first).cancelled_because == "wrong_firm"


def test_a_stale_correction_and_a_second_cancelling_are_conflicts() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    given = {"found": found, "facts": make.facts(), "reason": "typing", "by": adviser}
    actions.correct_pass(**given, version=1)
    with pytest.raises(Conflict, match=r"pendant que vous écriviez"):
        actions.correct_pass(**given, version=1)
    actions.cancel_pass(found=found, reason="twice", by=adviser)
    with pytest.raises(Conflict):
        actions.cancel_pass(found=found, reason="twice", by=adviser)


@pytest.mark.parametrize("reason", ["", "because", Reason.STEP_NOT_DONE, Reason.PAIR_CHANGED])
def test_a_reason_is_one_that_a_person_may_give(reason: str) -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    with pytest.raises(Invalid):
        actions.cancel_pass(found=found, reason=reason, by=adviser)
    with pytest.raises(Invalid):
        actions.correct_pass(found=found, facts=make.facts(), reason=reason, version=1, by=adviser)
    assert reason not in {*CANCELLING, *CORRECTING}


def test_the_author_and_the_manager_correct_and_nobody_else() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    facts = make.facts(*make.HIGH)
    actions.correct_pass(found=found, facts=facts, reason="typing", version=1, by=manager)
    for other in (
        accounts.actor(Role.ADVISER, adviser.organisation),
        accounts.actor(Role.SERVICE_MANAGER),
        accounts.actor(Role.AUDITOR),
    ):
        with pytest.raises(NotAllowed):
            actions.cancel_pass(found=found, reason="typing", by=other)
    assert all_acts()[-1].person == adviser.person


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.ELECTED])
def test_who_does_not_work_in_the_field_makes_no_diagnosis(role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.diagnosis(accounts.actor(role))
    assert all_acts() == []


def test_what_does_not_hold_together_is_refused_and_nothing_is_written() -> None:
    for day in (TODAY + timedelta(days=1), date(1999, 12, 31)):
        with pytest.raises(Invalid) as refusal:
            make.diagnosis(on=day)
        assert "occurred_on" in refusal.value.fields
    with pytest.raises(Invalid, match=r"Répondez"):
        make.diagnosis(None, None, "-")
    with pytest.raises(Invalid, match=r"perhaps|found_map"):
        make.diagnosis(None, None, "perhaps")
    with pytest.raises(Invalid):
        make.diagnosis(note="x" * 4001)
    with pytest.raises(Invalid):
        make.diagnosis(through=make.draft(told=make.text("drafted")))
    assert not Pass.objects.unscoped(reason="test").exists()
    assert all_acts() == []


def test_a_form_sent_twice_records_once_and_with_other_answers_is_a_conflict() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, once="k")
    assert make.diagnosis(adviser, firm, once="k") == first
    assert len(all_acts()) == 1
    with pytest.raises(Conflict):
        make.diagnosis(adviser, firm, *make.HIGH, once="k")
    actions.correct_pass(
        found=first, facts=make.facts(*make.HIGH), reason="typing", version=1, by=adviser
    )
    assert make.diagnosis(adviser, firm, once="k") == first


def test_a_firm_matched_since_is_the_firm_of_the_register() -> None:
    real = register.establishment()
    door = register.establishment()
    door.provisional, door.reconciled_to = True, real
    door.save()
    assert make.diagnosis(None, door).establishment == real


moves = st.lists(
    st.tuples(
        st.sampled_from(("record", "correct", "cancel")),
        st.integers(0, 500),
        st.lists(st.sampled_from(("no", "some", "yes", "-")), min_size=6, max_size=6),
    ),
    max_size=6,
)


@given(moves)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_ledger_says_what_the_standing_passes_call_for(
    db_rollback, moves: list[tuple[str, int, list[str]]]
) -> None:
    with db_rollback():
        adviser, firm, made = accounts.actor(), register.establishment(), []
        for move, days, answers in moves:
            facts = make.facts(*answers, on=TODAY - timedelta(days=days))
            if not facts.answers:
                continue
            if move == "record" or not made:
                made.append(make.diagnosis(adviser, firm, *answers, on=facts.occurred_on))
            elif move == "correct":
                now = fresh(made[days % len(made)])
                actions.correct_pass(
                    found=now, facts=facts, reason="learned", version=now.version, by=adviser
                )
            else:
                actions.cancel_pass(found=made.pop(days % len(made)), reason="twice", by=adviser)
        passes = [fresh(one) for one in made]
        pair = scoring.pair(sorted((p.taken for p in passes), key=lambda t: (t.on, t.of.pk)))
        gains = [(pair.second.on, pair.gain)] if pair else []
        assert [(day, gain) for _kind, day, gain in standing("progress_measured")] == gains
        scores = sorted((p.occurred_on, p.scores.whole.thousandths) for p in passes)
        assert sorted((day, q) for _kind, day, q in standing("pass_done")) == scores


# Plans


def test_a_step_done_is_an_act_of_its_theme_and_taken_up_again_is_none() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    done = actions.finish_step(step=step, on=TODAY, by=adviser)
    act = all_acts()[-1]
    assert (act.kind, act.theme, act.source_key) == (
        "diagnoses.step_done",
        "digital",
        str(step.key),
    )
    assert not done.is_waiting
    again = actions.take_up_step(step=step, by=adviser)
    assert again.is_waiting
    assert standing("step_done") == []
    assert all_acts()[-1].reason_code == "step_not_done"


def test_a_step_is_done_since_the_diagnosis_and_today_at_the_latest() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            actions.finish_step(step=step, on=day, by=adviser)
    assert standing("step_done") == []


def test_a_step_is_dropped_with_a_reason_and_closed_once() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    with pytest.raises(Invalid):
        actions.drop_step(step=step, because=" ", by=adviser)
    actions.drop_step(step=step, because="too_dear", by=adviser)
    with pytest.raises(Conflict):
        actions.finish_step(step=step, on=TODAY, by=adviser)
    assert actions.take_up_step(step=step, by=adviser).dropped_because == ""
    assert standing("step_done") == []


def test_one_more_step_is_agreed_on_once() -> None:
    adviser = accounts.actor()
    found = make.diagnosis(adviser)
    given = {
        "of": found,
        "axis": "sell",
        "wording": " Changer de caisse ",
        "due_on": TODAY,
        "by": adviser,
    }
    step = actions.add_step(**given, once="s")
    assert actions.add_step(**given, once="s") == step
    assert (step.wording, step.theme) == ("Changer de caisse", "")
    with pytest.raises(Conflict):
        actions.add_step(**{**given, "axis": "safe"}, once="s")
    for wrong in ({"axis": "x"}, {"wording": " "}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(Invalid) as refusal:
            actions.add_step(**{**given, **wrong})
        assert set(refusal.value.fields) == set(wrong)


def test_plans_are_followed_by_the_organisation_that_made_the_diagnosis() -> None:
    adviser = accounts.actor()
    step = make.step(adviser)
    colleague = accounts.actor(Role.OFFICER, adviser.organisation)
    stranger = accounts.actor()
    for call in (
        lambda: actions.finish_step(step=step, on=TODAY, by=stranger),
        lambda: actions.drop_step(step=step, because="overtaken", by=stranger),
        lambda: actions.take_up_step(step=step, by=stranger),
        lambda: actions.add_step(of=step.of, axis="sell", wording="x", due_on=TODAY, by=stranger),
    ):
        with pytest.raises(NotAllowed):
            call()
    actions.finish_step(step=step, on=TODAY, by=colleague)
    actions.cancel_pass(found=step.of, reason="twice", by=adviser)
    with pytest.raises(NotAllowed):
        actions.take_up_step(step=step, by=colleague)


def test_a_step_that_waits_past_its_day_is_late() -> None:
    step = make.step()
    assert not step.is_late
    with clock.at(clock.parse_instant("2020-08-15T12:00")):
        assert step.is_late
    waiting = PlanStep.objects.unscoped(reason="test").waiting()
    assert waiting.count() == 6
