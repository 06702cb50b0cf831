"""A need is sent to a partner, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.catalogue.models import Entry, EntryVersion
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs import mailing
from maillage.needs.actions.agreeing import covers
from maillage.needs.actions.closing import (
    locked,
    locked_standing,
    referrals_of,
    reopen,
    settle,
    withdraw,
)
from maillage.needs.actions.terms import propose_synonym
from maillage.needs.acts import SENT
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import MACHINE
from maillage.needs.permissions import can_send_need
from maillage.needs.receivers import receivers_of
from maillage.needs.saying import say_of_referral
from maillage.needs.vocabulary import Withdrawal

#: A referral that nobody took up by then goes back to who sent it.
EXPIRES_AFTER = timedelta(days=60)
LONGEST = 2000


def send_referral(
    *,
    need: Need,
    partner: Organisation,
    by: Actor,
    person: Person | None = None,
    message: str = "",
    why: Sequence[Mapping[str, Any]] = (),
    entry: Entry | None = None,
    once: str | None = None,
) -> Referral:
    """Tell a partner what a firm asks for, so that it answers; asked twice, it is sent once.

    `why` keeps the reasons for which this partner was proposed, as they were shown. `entry` is what of the
    catalogue it is sent for. A need that was closed is open again. Who answers there is written to.

    Raises:
        NotAllowed: another organisation heard the need.
        Invalid: the firm did not agree to this partner being told, or nobody there would read it.
        Conflict: the need was withdrawn, or this partner has it already.
    """
    if not can_send_need(by, need):
        raise NotAllowed(_("Only the organisation that heard a need sends it on."))
    if found := _sent_before(need, partner, once):
        return found
    try:
        return _send(
            need=need, partner=partner, by=by, person=person, message=message, why=why, entry=entry,
            once=once,
        )  # fmt: skip
    except IntegrityError:
        if found := _sent_before(
            need, partner, once
        ):  # the same form, sent twice at the same instant
            return found
        raise Conflict(_("This partner has this need already.")) from None


def _sent_before(need: Need, partner: Organisation, once: str | None) -> Referral | None:
    if once is None:
        return None
    everyones = Referral.objects.visible_to(MACHINE)
    found = everyones.filter(once=once).first()
    if found is not None and (found.need_id, found.partner_id) != (need.pk, partner.pk):
        raise Conflict(_("This form was already sent with other answers."))
    return found


@ledger.action
def _send(
    *,
    need: Need,
    partner: Organisation,
    by: Actor,
    person: Person | None,
    message: str,
    why: Sequence[Mapping[str, Any]],
    entry: Entry | None,
    once: str | None,
) -> Referral:
    found = locked_standing(need)
    _check(found, partner, person)
    if entry is not None:
        _check_entry(entry, partner)
    reopen(found, by)
    now = clock.now()
    referral = Referral(
        need=found, partner=partner, person=person, sent_by=by.person, message=message.strip()[:LONGEST],
        why=list(why), entry=entry, sent_at=now, expires_on=clock.today() + EXPIRES_AFTER, once=once,
    )  # fmt: skip
    with transaction.atomic():
        referral.save(force_insert=True)
    say_of_referral(SENT, referral, found, by)
    mailing.tell_sent(referral, by)
    propose_synonym(found, by)
    return referral


def _check(need: Need, partner: Organisation, person: Person | None) -> None:
    if not covers(need, partner):
        message = _("The firm has not agreed to this partner being told.")
        raise Invalid(
            message,
            fields={"partner": message},
            remedy=_("Ask it, then note its agreement on the need."),
        )
    receivers = receivers_of(partner)
    if not partner.is_active or not receivers:
        message = _("Nobody there answers requests.")
        raise Invalid(
            message,
            fields={"partner": message},
            remedy=_("Choose another partner, or have somebody join it."),
        )
    if person is not None and person.pk not in {one.pk for one in receivers}:
        message = _("This person does not answer requests there.")
        raise Invalid(message, fields={"person": message})
    if referrals_of(need).live().filter(partner=partner).exists():
        raise Conflict(_("This partner has this need already."))


def _check_entry(entry: Entry, partner: Organisation) -> None:
    if not EntryVersion.objects.offered().filter(entry=entry).exists():
        message = _("This entry is not in the catalogue any more.")
        raise Invalid(message, fields={"entry": message})
    if entry.partner_id not in {None, partner.pk}:
        message = _("Another partner answers for this entry.")
        raise Invalid(
            message,
            fields={"entry": message},
            remedy=_("Send the need to that partner, or choose another entry."),
        )


@ledger.action
def take_back(
    *, referral: Referral, by: Actor, because: Withdrawal = Withdrawal.ELSEWHERE
) -> Referral:
    """Take a need out of a partner's hands: it keeps the date, and reads the firm's words no more.

    Raises:
        NotAllowed: another organisation sent it.
        Conflict: it ended already.
    """
    if not can_send_need(by, referral.need):
        raise NotAllowed(_("Only the organisation that heard a need takes it back."))
    need = locked(referral.need)
    found = (
        referrals_of(need)
        .select_for_update(of=("self",))
        .select_related("partner")
        .get(pk=referral.pk)
    )
    if not found.is_live:
        raise Conflict(_("This referral has ended already."))
    withdraw(found, need, because, by)
    settle(need, by)
    return found
