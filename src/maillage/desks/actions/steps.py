"""What became of a project: supported, created, lent to; linked to the SIRET created later, and unlinked."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.actions.acting import settle_project
from maillage.desks.actions.projects import locked
from maillage.desks.models import Project, Step
from maillage.desks.models.places import MACHINE
from maillage.desks.permissions import can_read_person
from maillage.desks.vocabulary import Following, Stage
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register.models import Establishment

EARLIEST = date(2000, 1, 1)
LARGEST_CENTS = 100_000_000_00


def note_step(
    *,
    project: Project,
    stage: str,
    on: date,
    by: Actor,
    amount_cents: int | None = None,
    once: str | None = None,
) -> Step:
    """Write down a step of a project; sent twice under the same key, it is written once.

    Raises:
        NotAllowed: another organisation's project.
        Invalid: no such stage, a day to come, an amount that is none or of no loan.
        Conflict: the key was used for something else.
    """
    if not can_read_person(by, project):
        raise NotAllowed(_("Only the organisation that met this person follows their project."))
    _check(stage, on, amount_cents)
    step = Step(
        project=project,
        stage=stage,
        on=on,
        amount_cents=amount_cents,
        noted_by=by.person,
        once=once,
    )
    if found := _sent_before(step):
        return found
    try:
        return _note(step=step, by=by)
    except IntegrityError:
        if found := _sent_before(step):
            return found
        raise


def _check(stage: str, on: date, amount_cents: int | None) -> None:
    if stage not in Stage.values:
        message = _("Choose what became of the project.")
        raise Invalid(message, fields={"stage": message})
    if not EARLIEST <= on <= clock.today():
        message = _("Choose today or an earlier day.")
        raise Invalid(message, fields={"on": message})
    if amount_cents is not None and (stage != Stage.LOAN or not 0 < amount_cents <= LARGEST_CENTS):
        message = _("An amount is that of a loan, in euros.")
        raise Invalid(message, fields={"euros": message})


def _sent_before(step: Step) -> Step | None:
    if not step.once:
        return None
    found = Step.objects.visible_to(MACHINE).filter(once=step.once).first()
    names = ("project_id", "stage", "on", "amount_cents")
    if found and any(getattr(found, name) != getattr(step, name) for name in names):
        raise Conflict(
            _("This form was already sent with other answers."), remedy=_("Open the project.")
        )
    return found


@ledger.action
def _note(*, step: Step, by: Actor) -> Step:
    project = locked(step.project, by)
    with transaction.atomic():
        step.save(force_insert=True)
    settle_project(project, by=by, reason=Following.LEARNED)
    return step


@ledger.action
def take_back_step(*, step: Step, by: Actor) -> Step:
    """Say that a step was not reached: its act is reversed.

    Raises:
        NotAllowed: another organisation's project.
        Conflict: it was taken back already.
    """
    project = locked(step.project, by)
    found = Step.objects.visible_to(by).select_for_update(of=("self",)).get(pk=step.pk)
    if found.cancelled_at is not None:
        raise Conflict(_("This step was taken back already."))
    found.cancelled_at = clock.now()
    found.save(update_fields=["cancelled_at"])
    settle_project(project, by=by, reason=Following.MISTAKEN)
    return found


@ledger.action
def link_project(*, project: Project, establishment: Establishment, by: Actor) -> Project:
    """Say that a firm of the register is the one that the person wanted to start; a person decides, never a score.

    Raises:
        NotAllowed: another organisation's project.
        Invalid: the register does not know the firm, or it existed before the project was first met.
        Conflict: the project is linked already.
    """
    found = locked(project, by)
    if found.establishment_id is not None:
        raise Conflict(
            _("This project is linked to a firm already."), remedy=_("Take that link back first.")
        )
    known = Establishment.objects.known().filter(reconciled_to=None, provisional=False)
    if not known.filter(pk=establishment.pk).exists():
        raise Invalid(_("The register does not know this firm."))
    first = first_met(found)
    if establishment.created_on is not None and establishment.created_on < first:
        raise Invalid(
            _("This firm existed before the project was first met."),
            remedy=_("Choose a firm created since, or welcome it as a firm."),
        )
    found.establishment, found.linked_at, found.linked_by = establishment, clock.now(), by.person
    found.version += 1
    found.save()
    settle_project(found, by=by, reason=Following.LINKED)
    return found


@ledger.action
def unlink_project(*, project: Project, by: Actor) -> Project:
    """Take a link back: the firm was not born of this project.

    Raises:
        NotAllowed: another organisation's project.
        Conflict: there is no link.
    """
    found = locked(project, by)
    if found.establishment_id is None:
        raise Conflict(_("This project is linked to no firm."))
    found.establishment = found.linked_at = found.linked_by = None
    found.version += 1
    found.save()
    settle_project(found, by=by, reason=Following.MISTAKEN)
    return found


def first_met(project: Project) -> date:
    """The day on which its organisation first met somebody: a welcome, or the first step when there is none."""
    welcomes = project.welcomes.filter(cancelled_at__isnull=True)
    days = list(welcomes.order_by("session__day").values_list("session__day", flat=True)[:1])
    steps = project.steps.filter(cancelled_at__isnull=True)
    days += list(steps.order_by("on").values_list("on", flat=True)[:1])
    return min(days, default=project.last_met_on)
