"""A diagnosis made at a firm, set right, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.diagnoses import scoring
from maillage.diagnoses.actions.acting import reverse_steps, settle
from maillage.diagnoses.models import MACHINE, Pass, PlanStep, Questionnaire
from maillage.diagnoses.permissions import can_correct_pass, can_diagnose
from maillage.diagnoses.vocabulary import CANCELLING, CORRECTING
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register.models import Establishment, LegalUnit

EARLIEST = date(2000, 1, 1)
LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Facts:
    """What was answered, on which day, and what the artisan is told besides."""

    occurred_on: date
    answers: Mapping[str, str]
    note: str = ""

    def checked(self, questionnaire: Questionnaire) -> Facts:
        """The same, without blank answers, once they hold together.

        Raises:
            Invalid: a day to come or long gone, an answer that is none, or no answer at all.
        """
        if not EARLIEST <= self.occurred_on <= clock.today():
            told = _("Choose today or an earlier day.")
            raise Invalid(told, fields={"occurred_on": told})
        answers = {code: given for code, given in self.answers.items() if given}
        if wrong := scoring.unknown(questionnaire.document, answers):
            raise Invalid(_("These answers are none: %(codes)s.") % {"codes": ", ".join(wrong)})
        if not answers:
            raise Invalid(
                _("Nothing is answered yet."), remedy=_("Answer one question at least, then save.")
            )
        if len(self.note) > LONGEST_NOTE:
            told = _("This note is too long.")
            raise Invalid(told, fields={"note": told})
        return Facts(self.occurred_on, answers, self.note.strip())


@ledger.action
def record_pass(
    *,
    establishment: Establishment,
    questionnaire: Questionnaire,
    facts: Facts,
    by: Actor,
    once: str | None = None,
) -> Pass:
    """Record a diagnosis, propose the steps that its low answers call for; sent twice, recorded once.

    Raises:
        NotAllowed: the actor makes no diagnoses.
        Invalid: the facts do not hold together, or the questionnaire is a draft.
        Conflict: the same form was sent with other answers.
    """
    if not can_diagnose(by) or by.person is None:
        raise NotAllowed(_("Advisers, officers and service managers make diagnoses."))
    if questionnaire.is_draft:
        raise Invalid(_("This questionnaire is a draft."), remedy=_("Publish it first."))
    place = establishment.reconciled_to or establishment
    told = facts.checked(questionnaire)
    found = Pass(
        questionnaire=questionnaire, establishment=place, legal_unit=place.legal_unit,
        organisation=by.acting_for(), adviser=by.person, occurred_on=told.occurred_on,
        answers=dict(told.answers), note=told.note, reported_at=clock.now(), once=once,
    )  # fmt: skip
    _hold(found)
    if sent := _sent_before(found):
        return sent
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError:
        if sent := _sent_before(found):
            return sent
        raise
    _propose(found)
    settle(found, by=by)
    return found


def _hold(found: Pass) -> None:
    """One change at a time to the passes of a firm: which two make its pair depends on all of them."""
    list(LegalUnit.objects.select_for_update().filter(pk=found.legal_unit_id).values_list("pk"))


def _sent_before(found: Pass) -> Pass | None:
    if not found.once:
        return None
    every = Pass.objects.visible_to(MACHINE)
    sent = every.filter(once=found.once).select_related("questionnaire").first()
    names = ("organisation_id", "adviser_id", "establishment_id", "questionnaire_id")
    texts = ("occurred_on", "answers", "note")
    if sent is None:
        return None
    for name in names if sent.version > 1 else names + texts:
        if getattr(sent, name) != getattr(found, name):
            raise Conflict(
                _("This form was already sent with other answers."),
                remedy=_("Open the diagnosis and correct it there."),
            )
    return sent


def _propose(found: Pass) -> None:
    """The plan begins with what the questionnaire advises after low answers."""
    document = found.document
    PlanStep.objects.bulk_create(
        PlanStep(
            of=found,
            axis=document.axis_of[question.code].code,
            wording=str(question.advice.words),
            theme=question.advice.theme,
            due_on=found.occurred_on + timedelta(days=question.advice.days),
        )
        for question in scoring.advised(document, found.answers)
        if question.advice
    )


@ledger.action
def correct_pass(*, found: Pass, facts: Facts, reason: str, version: int, by: Actor) -> Pass:
    """Set a diagnosis right, or complete it: acts that no longer hold are reversed, also of the firm's other passes.

    The plan stays as it is: its steps were agreed with the artisan.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: the facts do not hold together, or the reason is none of ours.
        Conflict: somebody changed it meanwhile, or it is cancelled.
    """
    _check(reason, CORRECTING)
    own = _locked(found, by)
    told = facts.checked(own.questionnaire)
    if own.version != version:
        raise Conflict(
            _("Somebody changed this diagnosis while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    own.occurred_on, own.answers, own.note = told.occurred_on, dict(told.answers), told.note
    own.version += 1
    own.save()
    settle(own, by=by, reason=reason)
    return own


@ledger.action
def cancel_pass(*, found: Pass, reason: str, by: Actor) -> Pass:
    """Say that a diagnosis did not happen so: its acts, and those of its plan, are reversed; it stays in sight.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already.
    """
    _check(reason, CANCELLING)
    own = _locked(found, by)
    own.cancelled_at, own.cancelled_because = clock.now(), reason
    own.version += 1
    own.save()
    settle(own, by=by, reason=reason)
    reverse_steps(list(own.steps.all()), by=by, reason=reason)
    return own


def _check(reason: str, known: tuple[str, ...]) -> None:
    if reason not in known:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})


def _locked(found: Pass, by: Actor) -> Pass:
    """The diagnosis under lock, as it stands now, for somebody who may change it."""
    _hold(found)
    rows = Pass.objects.owned_by(by).select_for_update(of=("self",))
    own = rows.select_related("questionnaire", "establishment").filter(pk=found.pk).first()
    if own is not None and own.cancelled_at is not None:
        raise Conflict(_("This diagnosis is cancelled already."))
    if own is None or not can_correct_pass(by, own):
        raise NotAllowed(_("Only who made the diagnosis, or the service manager, changes it."))
    return own
