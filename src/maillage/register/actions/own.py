"""What a firm does about itself, and how it is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts import identity
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register.models import FirmAccess, FirmRequest, LegalUnit, Objection
from maillage.register.models.own import a_month_after
from maillage.register.permissions import can_hand_out


@transaction.atomic
def hand_out(
    *, unit: LegalUnit, until: datetime, sent_to: str, language: str, by: Actor, key: UUID
) -> tuple[FirmAccess, bool]:
    """Open its sheet to a firm until an instant; the access, and whether this sending opened it.

    Raises:
        NotAllowed: the actor does not work with firms.
        Conflict: who the firm is was erased.
    """
    if not can_hand_out(by):
        raise NotAllowed(_("Only who works with firms hands out such a link."))
    if unit.is_erased:
        raise Conflict(_("Who this firm is was erased."))
    every = FirmAccess.objects.unscoped(reason="an idempotency key is one for all")
    return every.get_or_create(
        key=key,
        defaults={
            "legal_unit": unit,
            "organisation": by.acting_for(),
            "by": by.person,
            "until": until,
            "sent_to": sent_to,
            "language": language,
        },
    )


@transaction.atomic
def close(*, access: FirmAccess, by: Actor) -> FirmAccess:
    """The link opens nothing from now on; closed already, it stays so.

    Raises:
        NotAllowed: another organisation handed it out.
    """
    if not can_hand_out(by) or access.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only the organisation that handed the link out closes it."))
    standing = FirmAccess.objects.visible_to(by).filter(pk=access.pk, closed_at=None)
    standing.update(closed_at=clock.real_now())
    access.refresh_from_db()
    return access


@transaction.atomic
def object_to_prospecting(*, unit: LegalUnit) -> Objection:
    """The firm wants to be prospected no more; said twice, it is one objection."""
    found, _made = Objection.objects.get_or_create(legal_unit=unit, until=None)
    return found


@transaction.atomic
def take_objection_back(*, unit: LegalUnit) -> None:
    """The firm may be prospected again."""
    Objection.objects.filter(legal_unit=unit, until=None).update(until=clock.now())


@transaction.atomic
def ask(*, access: FirmAccess, what: str, said: str, once: UUID) -> FirmRequest:
    """The firm asks something of the organisation that handed it the link; erasing, of the one in charge.

    Raises:
        Invalid: it does not say what is to be done.
        Conflict: the same form asked for something else.
    """
    if what not in FirmRequest.What.values or not said.strip():
        message = _("Say what is to be corrected, or why.")
        raise Invalid(message, fields={"said": message})
    wanted = {"legal_unit": access.legal_unit, "what": what, "said": said.strip()[:1000]}
    every = FirmRequest.objects.unscoped(reason="an idempotency key is one for all")
    found, made = every.get_or_create(
        once=once,
        defaults=wanted
        | {"organisation": _asked(access, what), "due_on": a_month_after(clock.today())},
    )
    if not made and any(getattr(found, name) != value for name, value in wanted.items()):
        raise Conflict(_("This form was already sent with another content."))
    return found


def _asked(access: FirmAccess, what: str) -> Organisation:
    """Only the organisation in charge of the instance erases."""
    in_charge = Organisation.objects.filter(pk=identity.current().organisation_id or 0).first()
    return in_charge if what == FirmRequest.What.ERASE and in_charge else access.organisation


@transaction.atomic
def answer(*, request: FirmRequest, is_accepted: bool, words: str, by: Actor) -> FirmRequest:
    """Accept or refuse what a firm asked, in words it reads on its page.

    Raises:
        NotAllowed: it was asked of another organisation.
        Invalid: there are no words.
        Conflict: somebody answered meanwhile.
    """
    if not can_hand_out(by) or request.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only the organisation that was asked answers."))
    if not words.strip():
        message = _("Say what was done, or why not.")
        raise Invalid(message, fields={"words": message})
    waiting = FirmRequest.objects.visible_to(by).filter(pk=request.pk, answered_at=None)
    if not waiting.update(
        answered_at=clock.now(),
        answered_by=by.person,
        is_accepted=is_accepted,
        answer=words.strip()[:1000],
    ):
        raise Conflict(
            _("Somebody answered meanwhile."), remedy=_("Open the request again to read it.")
        )
    request.refresh_from_db()
    return request
