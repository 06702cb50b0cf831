"""Firms met before the register knew them, and the day it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db import IntegrityError
from django.utils.translation import gettext as _

from maillage import ledger, places, register
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import is_siret
from maillage.needs import actions as needs
from maillage.outreach import permissions
from maillage.outreach.actions.acting import settle
from maillage.outreach.actions.answers import carry_objection
from maillage.outreach.actions.opening_hours import carry_opening
from maillage.outreach.actions.portfolios import carry_following
from maillage.outreach.models import ProvisionalFirm, Visit
from maillage.outreach.vocabulary import RECONCILED
from maillage.register.erasing import Forgotten
from maillage.register.models import Establishment


@dataclass(frozen=True, slots=True)
class Sign:
    """What is read at the door of a firm, or told of it by a public directory."""

    name: str
    commune: str
    street_number: str = ""
    street: str = ""
    postcode: str = ""
    activity: str = ""
    siret: str = ""
    is_natural_person: bool = False


def add_unknown_firm(*, sign: Sign, by: Actor, once: str | None = None) -> Establishment:
    """Add a firm that the register does not know yet; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: the name or the commune is missing; the SIRET has a slip, or is known already.
        Conflict: the key was used by somebody else.
    """
    if not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers add firms."))
    if found := _sent_before(once, by):
        return found
    _check_siret(sign.siret)
    try:
        return _add(sign=sign, by=by, once=once)
    except IntegrityError:
        if found := _sent_before(once, by):
            return found
        _check_siret(sign.siret)  # a colleague before the same door
        raise


def _check_siret(siret: str) -> None:
    """The SIRET is right, and of a firm that neither the register nor a colleague knows."""
    if not siret:
        return
    if not is_siret(siret):
        raise _about_siret(
            _("This SIRET has a slip: its check digit is wrong."),
            _("Read it again, or leave it out."),
        )
    if siret[:9] in Forgotten():
        raise _about_siret(
            _("The firm of this SIRET was erased here: its number is not written again."),
            _("Leave it out."),
        )
    if register.establishments_by_siret([siret]):
        raise _about_siret(
            _("The register knows the firm of this SIRET."),
            _("Find it by its SIRET, and report the visit there."),
        )
    everyones = ProvisionalFirm.objects.unscoped(reason="a firm is added once, whoever adds it")
    if everyones.pending().filter(siret=siret).exists():
        raise _about_siret(
            _("The firm of this SIRET was added by hand already."),
            _("Find it by its name, and report the visit there."),
        )


def _about_siret(reason: str, remedy: str) -> Invalid:
    return Invalid(reason, remedy=remedy, fields={"siret": f"{reason} {remedy}"})


def _sent_before(once: str | None, by: Actor) -> Establishment | None:
    if once is None:
        return None
    everyones = ProvisionalFirm.objects.unscoped(reason="an idempotency key is unique")
    found = everyones.filter(once=once).select_related("establishment").first()
    if found is not None and found.organisation_id != by.organisation_id:
        raise Conflict(_("This form was already sent by another organisation."))
    return found.establishment if found else None


@ledger.action
def _add(*, sign: Sign, by: Actor, once: str | None) -> Establishment:
    establishment = register.add_provisional(
        name=sign.name,
        commune=sign.commune,
        street_number=sign.street_number,
        street=sign.street,
        postcode=sign.postcode,
        commune_label=places.commune_name(sign.commune) if sign.commune else "",
        activity=sign.activity,
        is_natural_person=sign.is_natural_person,
        by=by,
    )
    ProvisionalFirm.objects.create(
        establishment=establishment,
        organisation=by.acting_for(),
        commune=sign.commune,
        siret=sign.siret,
        added_at=clock.now(),
        added_by=cast("Person", by.person),  # who may report visits is somebody
        once=once,
    )
    return establishment


@ledger.action
def reconcile_firm(*, firm: ProvisionalFirm, real: Establishment, by: Actor) -> int:
    """Match a firm added by hand with the one the register knows now.

    The visits of the actor's organisation move to it: their acts are reversed and recorded again with
    the register's facts. Acts of partners stand in chains that only they write: they find them on
    their day and move them (`follow_match`). Gives the number of visits moved.

    Raises:
        NotAllowed: another organisation added it.
        Invalid: the other firm is itself one added by hand.
        Conflict: it was matched with another firm meanwhile.
    """
    if not ProvisionalFirm.objects.visible_to(by).filter(pk=firm.pk).exists():
        raise NotAllowed(_("Another organisation added this firm."))
    if not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers match firms."))
    register.reconcile(provisional=firm.establishment, establishment=real, by=by)
    if firm.reconciled_at is None:
        firm.reconciled_with, firm.reconciled_at = real, clock.now()
        firm.save(update_fields=["reconciled_with", "reconciled_at"])
    return follow_match(establishment=firm.establishment, by=by)


@ledger.action
def follow_match(*, establishment: Establishment, by: Actor) -> int:
    """Move one's own visits of a firm added by hand to the firm it was matched with; how many moved.

    Its objection to early signals, the adviser who follows it and its opening hours go along.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Conflict: nobody matched the firm yet.
    """
    if not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers match firms."))
    if establishment.reconciled_to_id is None:
        raise Conflict(_("Nobody matched this firm with the register yet."))
    own = Visit.objects.owned_by(by).select_for_update(of=("self",))
    waiting = own.filter(establishment=establishment).order_by("pk")
    moved = list(waiting.select_related("establishment__reconciled_to__legal_unit", "campaign"))
    for visit in moved:
        visit.follow_match()
        visit.version += 1
        visit.save(update_fields=["establishment", "legal_unit", "version"])
        settle(visit, by=by, reason_code=RECONCILED)
    real = establishment.reconciled_to
    if real is not None:
        carry_objection(establishment.legal_unit, real.legal_unit, by)
        carry_following(establishment.legal_unit, real, by)
        carry_opening(establishment, real, by)
        needs.follow_match(establishment=establishment, real=real, by=by, reason=RECONCILED)
    return len(moved)
