"""Whose diagnoses are read by whom, which pass is the last, and what the database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.scoping import UnscopedAccess
from maillage.accounts.sensitivity import Sensitivity
from maillage.diagnoses import actions, permissions
from maillage.diagnoses.models import MACHINE, Pass, PlanStep, Questionnaire
from maillage.diagnoses.scoring import APART
from maillage.kernel import clock
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
FIELD = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
OTHERS = tuple(role for role in Role if role not in {*FIELD, Role.AUDITOR})


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def sees(actor: Actor, found: Pass) -> tuple[bool, bool]:
    """Whether the actor reads the pass, and a step of its plan."""
    step = found.steps.all()[0]
    return (
        Pass.objects.visible_to(actor).filter(pk=found.pk).exists(),
        PlanStep.objects.visible_to(actor).filter(pk=step.pk).exists(),
    )


# Who reads


@pytest.mark.parametrize("role", FIELD)
def test_the_field_reads_what_its_organisation_made(role: Role) -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner)
    assert sees(accounts.actor(role, owner.organisation), found) == (True, True)
    assert sees(accounts.actor(role), found) == (False, False)


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_work_in_the_field_reads_none_not_even_at_home(role: Role) -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner)
    assert sees(accounts.actor(role, owner.organisation), found) == (False, False)


def test_auditors_and_the_machine_read_all_and_the_public_nothing() -> None:
    found = make.diagnosis()
    assert sees(accounts.actor(Role.AUDITOR), found) == (True, True)
    assert sees(System("a test"), found) == (True, True)
    assert sees(ANONYMOUS, found) == (False, False)


def test_a_share_opens_diagnoses_to_one_organisation_until_it_ends() -> None:
    owner, partner = accounts.actor(), accounts.actor()
    found = make.diagnosis(owner)
    assert owner.organisation
    assert partner.organisation
    share = accounts.share(owner.organisation, partner.organisation, "diagnoses")
    again = accounts.actor(organisation=partner.organisation)
    assert sees(again, found) == (True, True)
    assert sees(accounts.actor(), found) == (False, False)
    share.until = TODAY - timedelta(days=1)
    share.save()
    assert sees(accounts.actor(organisation=partner.organisation), found) == (False, False)


def test_a_share_of_another_resource_or_class_opens_nothing() -> None:
    owner, partner = accounts.actor(), accounts.actor()
    found = make.diagnosis(owner)
    assert owner.organisation
    assert partner.organisation
    accounts.share(owner.organisation, partner.organisation, "visits")
    accounts.share(owner.organisation, partner.organisation, "diagnoses", Sensitivity.DIFFICULTY)
    assert sees(accounts.actor(organisation=partner.organisation), found) == (False, False)


def test_a_shared_diagnosis_is_read_and_not_owned() -> None:
    owner, partner = accounts.actor(), accounts.actor()
    make.diagnosis(owner)
    assert owner.organisation
    assert partner.organisation
    accounts.share(owner.organisation, partner.organisation, "diagnoses")
    again = accounts.actor(organisation=partner.organisation)
    assert Pass.objects.visible_to(again).count() == 1
    assert Pass.objects.owned_by(again).count() == 0


@pytest.mark.parametrize("model", [Questionnaire, Pass, PlanStep])
def test_nothing_is_read_without_saying_who_reads(model: Any) -> None:
    with pytest.raises(UnscopedAccess):
        model.objects.count()
    with pytest.raises(UnscopedAccess):
        list(model.objects.all())


# Who may do what, role by role


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_its_rule_says(role: Role) -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner)
    at_home = accounts.actor(role, owner.organisation)
    elsewhere = accounts.actor(role)
    in_the_field = role in FIELD
    assert permissions.can_diagnose(at_home) is in_the_field
    assert permissions.can_follow_plan(at_home, found) is in_the_field
    assert permissions.can_correct_pass(at_home, found) is (role is Role.SERVICE_MANAGER)
    assert permissions.can_read_note(at_home, found) is (in_the_field or role is Role.AUDITOR)
    edits = role in {Role.OFFICER, Role.SERVICE_MANAGER}
    assert permissions.can_edit_questionnaires(at_home) is edits
    assert not permissions.can_follow_plan(elsewhere, found)
    assert not permissions.can_correct_pass(elsewhere, found)
    assert permissions.can_read_note(elsewhere, found) is (role is Role.AUDITOR)


def test_the_author_corrects_until_it_is_cancelled() -> None:
    owner = accounts.actor()
    found = make.diagnosis(owner)
    assert permissions.can_correct_pass(owner, found)
    cancelled = actions.cancel_pass(found=found, reason="twice", by=owner)
    assert not permissions.can_correct_pass(owner, cancelled)
    assert not permissions.can_follow_plan(owner, cancelled)


def test_nobody_without_an_organisation_diagnoses() -> None:
    assert not permissions.can_diagnose(ANONYMOUS)
    assert not permissions.can_diagnose(System("a test"))


# Which pass is the last

PLACES = ("one", "other")
stories = st.lists(
    st.tuples(st.sampled_from(PLACES), st.integers(0, 400), st.booleans()), max_size=7
)


@given(stories)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_pass_of_each_firm_is_the_newest_that_stands(
    db_rollback: Any, stories: list[tuple[str, int, bool]]
) -> None:
    with db_rollback():
        adviser = accounts.actor()
        firms = {name: register.establishment() for name in PLACES}
        standing: dict[str, list[tuple[date, int]]] = {name: [] for name in PLACES}
        for name, ago, cancelled in stories:
            found = make.diagnosis(adviser, firms[name], on=TODAY - timedelta(days=ago))
            if cancelled:
                actions.cancel_pass(found=found, reason="twice", by=adviser)
            else:
                standing[name].append((found.occurred_on, found.pk))
        newest = {max(passes) for passes in standing.values() if passes}
        last = Pass.objects.visible_to(MACHINE).last_of_each()
        assert set(last.values_list("occurred_on", "pk")) == newest
        due = Pass.objects.visible_to(MACHINE).due_again(TODAY)
        old = {(day, pk) for day, pk in newest if TODAY - day >= APART}
        assert set(due.values_list("occurred_on", "pk")) == old


def test_a_family_is_of_one_firm_one_organisation_and_one_questionnaire() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, on=TODAY - timedelta(days=9))
    second = make.diagnosis(adviser, firm)
    make.diagnosis(adviser)
    make.diagnosis(None, firm)
    make.diagnosis(adviser, firm, through=make.questionnaire(told=make.text("other")))
    family = Pass.objects.visible_to(adviser).of_family(first)
    assert set(family) == {first, second}


def test_a_new_version_stays_in_the_family() -> None:
    manager = make.editor()
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, through=make.questionnaire(manager))
    draft = make.draft(manager, make.text(found_map="Autrement dit"))
    published = actions.publish(found=draft, by=manager)
    second = make.diagnosis(adviser, firm, through=published)
    assert set(Pass.objects.visible_to(adviser).of_family(second)) == {first, second}


# What the database refuses


def refused(**changes: Any) -> bool:
    found = make.diagnosis()
    try:
        with transaction.atomic():
            Pass.objects.visible_to(MACHINE).filter(pk=found.pk).update(**changes)
    except IntegrityError:
        return True
    return False


def test_a_cancelled_pass_says_why() -> None:
    assert refused(cancelled_at=clock.now())
    assert not refused(cancelled_at=clock.now(), cancelled_because="twice")


def test_a_step_is_not_both_done_and_dropped() -> None:
    step = make.step()
    rows = PlanStep.objects.visible_to(MACHINE).filter(pk=step.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(done_on=TODAY, dropped_because="too_dear")
    assert rows.update(done_on=TODAY) == 1


def test_a_questionnaire_has_one_draft_and_each_number_once() -> None:
    manager = make.editor()
    draft = make.draft(manager)
    same = {"organisation": manager.organisation, "code": draft.code, "text": draft.text}
    for number in (1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            Questionnaire.objects.create(**same, number=number)
    assert Questionnaire.objects.visible_to(MACHINE).count() == 1


def test_records_say_what_they_are() -> None:
    found = make.diagnosis()
    assert str(found) == "Questionnaire court, 2020-06-30"
    assert str(found.questionnaire) == "Questionnaire court"
    assert str(found.steps.all()[0]) == "Faire found_map"
    assert found.questionnaire.scheme == "questionnaire:short"
    assert found.again_on == date(2020, 12, 27)
