"""The steps of a plan: added, done, dropped, taken up again."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.diagnoses.actions.acting import record_step, reverse_steps
from maillage.diagnoses.acts import SOURCE_STEP
from maillage.diagnoses.models import MACHINE, Pass, PlanStep
from maillage.diagnoses.permissions import can_follow_plan
from maillage.diagnoses.vocabulary import Dropped, Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs.actions import Asked, Birth, hear_need
from maillage.needs.models import Need
from maillage.needs.models.needs import MACHINE as NEEDS
from maillage.needs.vocabulary import How, Origin


@ledger.action
def add_step(
    *, of: Pass, axis: str, wording: str, due_on: date, by: Actor, once: str | None = None
) -> PlanStep:
    """Agree on one more thing to do; sent twice, added once.

    Raises:
        NotAllowed: the diagnosis is of another organisation, or cancelled.
        Invalid: no such axis, nothing said, or a day before the diagnosis.
        Conflict: the same form added something else.
    """
    _check(of, by)
    told = wording.strip()[:300]
    wrong: dict[str, object] = {}
    if axis not in {one.code for one in of.document.axes}:
        wrong["axis"] = _("Choose one of the axes.")
    if not told:
        wrong["wording"] = _("Say what is to be done.")
    if due_on < of.occurred_on:
        wrong["due_on"] = _("A step comes after the diagnosis.")
    if wrong:
        raise Invalid(_("The step cannot be added so."), fields=wrong)
    step = PlanStep(of=of, axis=axis, wording=told, due_on=due_on, once=once)
    every = PlanStep.objects.visible_to(MACHINE)
    sent = every.filter(once=once).first() if once else None
    if sent is None:
        step.save(force_insert=True)
        return step
    if (sent.of_id, sent.axis, sent.wording) != (of.pk, axis, told):
        raise Conflict(_("This form was already sent with another content."))
    return sent


@ledger.action
def finish_step(*, step: PlanStep, on: date, by: Actor) -> PlanStep:
    """Say that a step was done, on which day.

    Raises:
        NotAllowed: the diagnosis is of another organisation, or cancelled.
        Invalid: a day to come, or before the diagnosis.
        Conflict: it is done or dropped already.
    """
    found = _waiting(step, by)
    if not found.of.occurred_on <= on <= clock.today():
        told = _("Choose a day since the diagnosis, today at the latest.")
        raise Invalid(told, fields={"on": told})
    found.done_on = on
    found.save(update_fields=["done_on"])
    record_step(found, by=by)
    return found


@ledger.action
def open_need(
    *, step: PlanStep, asked: Asked, origin: Origin, agreed: bool, by: Actor, once: str
) -> Need:
    """Write down the need that a step of a plan leads to, born of it; a step opens one at a time.

    Raises:
        NotAllowed: the diagnosis is of another organisation, or cancelled.
        Invalid: what is asked does not hold together.
        Conflict: the step is done or dropped already, or opened a need that stands, or the key was used for something else.
    """
    found = _waiting(step, by)
    born = Need.objects.visible_to(NEEDS).heard_in(SOURCE_STEP, found.key).standing()
    if born.exclude(once=once).exists():
        raise Conflict(
            _("This step has opened a need already."), remedy=_("Open it from the plan.")
        )
    return hear_need(
        establishment=found.of.establishment,
        asked=asked,
        birth=Birth(origin, SOURCE_STEP, str(found.key)),
        by=by,
        agreed=How.TOLD if agreed else None,
        once=once,
    )


@ledger.action
def drop_step(*, step: PlanStep, because: str, by: Actor) -> PlanStep:
    """Say why a step will not be done.

    Raises:
        NotAllowed: the diagnosis is of another organisation, or cancelled.
        Invalid: the reason is none of ours.
        Conflict: it is done or dropped already.
    """
    found = _waiting(step, by)
    if because not in Dropped.values:
        told = _("Say why: choose one of the reasons.")
        raise Invalid(told, fields={"because": told})
    found.dropped_because = because
    found.save(update_fields=["dropped_because"])
    return found


@ledger.action
def take_up_step(*, step: PlanStep, by: Actor) -> PlanStep:
    """A step said done or dropped is to be done after all; what was said done is reversed.

    Raises:
        NotAllowed: the diagnosis is of another organisation, or cancelled.
    """
    found = _locked(step, by)
    if found.done_on is not None:
        reverse_steps([found], by=by, reason=Reason.STEP_NOT_DONE.value)
    found.done_on, found.dropped_because = None, ""
    found.save(update_fields=["done_on", "dropped_because"])
    return found


def _check(of: Pass, by: Actor) -> None:
    if not can_follow_plan(by, of):
        raise NotAllowed(_("The plan is followed by the organisation that made the diagnosis."))


def _locked(step: PlanStep, by: Actor) -> PlanStep:
    rows = PlanStep.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.select_related("of__questionnaire", "of__establishment").filter(pk=step.pk).first()
    if found is None:
        raise NotAllowed(_("The plan is followed by the organisation that made the diagnosis."))
    _check(found.of, by)
    return found


def _waiting(step: PlanStep, by: Actor) -> PlanStep:
    found = _locked(step, by)
    if not found.is_waiting:
        raise Conflict(
            _("This step is done or dropped already."), remedy=_("Take it up again first.")
        )
    return found
