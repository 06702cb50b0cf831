"""The place where a step may open a need: nobody there, nothing shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from maillage.accounts.actors import Actor
from maillage.diagnoses import actions, needs
from maillage.diagnoses.models import PlanStep
from maillage.kernel import clock
from tests.factories import accounts, diagnoses as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody() -> Iterator[None]:
    yield
    needs.opened_by(None)


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def told(step: PlanStep, actor: Actor) -> str:
    return f"/besoins/nouveau/?etape={step.key}&theme={step.theme}&par={actor.organisation_id}"


def test_nobody_keeps_needs_until_somebody_is_wired(by: Actor) -> None:
    assert needs.address(make.step(by), by) == ""


def test_who_is_wired_is_told_the_step_and_the_reader(by: Actor) -> None:
    step = make.step(by)
    needs.opened_by(told)
    assert needs.address(step, by) == told(step, by)
    needs.opened_by(None)
    assert needs.address(step, by) == ""


def test_a_step_without_theme_opens_none(by: Actor) -> None:
    needs.opened_by(told)
    found = make.diagnosis(by)
    step = actions.add_step(
        of=found, axis="sell", wording="Autre chose", due_on=found.again_on, by=by
    )
    assert needs.address(step, by) == ""


def test_what_is_done_or_dropped_opens_none_and_what_is_taken_up_does(by: Actor) -> None:
    needs.opened_by(told)
    step = make.step(by)
    done = actions.finish_step(step=step, on=clock.today(), by=by)
    assert needs.address(done, by) == ""
    again = actions.take_up_step(step=step, by=by)
    assert needs.address(again, by)
    dropped = actions.drop_step(step=step, because="overtaken", by=by)
    assert needs.address(dropped, by) == ""


def test_who_is_wired_may_refuse_this_reader(by: Actor) -> None:
    step = make.step(by)
    needs.opened_by(lambda _step, actor: "" if actor == by else "/besoins/")
    assert needs.address(step, by) == ""
    assert needs.address(step, accounts.actor()) == "/besoins/"


def test_a_late_step_opens_one_too(by: Actor) -> None:
    needs.opened_by(told)
    step = make.step(by)
    step.due_on = clock.today() - timedelta(days=1)
    assert step.is_late
    assert needs.address(step, by)
