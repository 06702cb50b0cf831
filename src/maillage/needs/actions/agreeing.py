"""What a firm agrees to: that its request be told to one partner, or to whichever answers."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.needs.actions.closing import locked, referrals_of, settle, withdraw
from maillage.needs.models import Agreement, Need
from maillage.needs.models.needs import MACHINE, AgreementQuerySet
from maillage.needs.permissions import can_send_need
from maillage.needs.vocabulary import How, Withdrawal


def agreements_of(need: Need) -> AgreementQuerySet:
    """What the firm agrees to now, about a need in hand."""
    every = Agreement.objects.visible_to(MACHINE)
    return every.filter(need=need).standing()


def told_agreements(need: Need) -> AgreementQuerySet:
    """All that the firm ever agreed to, what it took back included, with who noted it."""
    every = Agreement.objects.visible_to(MACHINE).filter(need=need)
    return every.select_related("partner", "ended_by")


def covers(need: Need, partner: Organisation) -> bool:
    """Whether a partner may be told of a need: its own organisation always may."""
    own = need.organisation_id == partner.pk
    return own or agreements_of(need).covering([partner.pk]).exists()


def note_agreement(need: Need, partner: Organisation | None, how: How) -> Agreement:
    """Keep that the firm agrees; said twice, it is kept once. Within the action of whoever says it."""
    found = agreements_of(need).filter(partner=partner).first()
    if found is not None:
        return found
    return Agreement.objects.create(need=need, partner=partner, how=how, given_at=clock.now())


@ledger.action
def agree(*, need: Need, partner: Organisation | None, how: How, by: Actor) -> Agreement:
    """The firm agrees that its request be told to this partner (to whichever is chosen, when none is named).

    Raises:
        NotAllowed: another organisation heard the need.
        Conflict: the need is closed or withdrawn.
    """
    if not can_send_need(by, need):
        raise NotAllowed(
            _("Only the organisation that heard a need notes what the firm agrees to.")
        )
    found = locked(need)
    if not found.is_open:
        raise Conflict(_("This need is closed already."))
    return note_agreement(found, partner, how)


@ledger.action
def end_agreement(*, need: Need, partner: Organisation | None, by: Actor) -> int:
    """The firm agrees no longer, about one partner or about all: what they had is taken back at once.

    Returns how many referrals were taken back.

    Raises:
        NotAllowed: another organisation heard the need.
    """
    if not can_send_need(by, need):
        raise NotAllowed(
            _("Only the organisation that heard a need notes what the firm agrees to.")
        )
    found = locked(need)
    concerned = Q() if partner is None else Q(partner=partner) | Q(partner=None)
    agreements_of(found).filter(concerned).update(ended_at=clock.now(), ended_by=by.person)
    lost = 0
    for referral in (
        referrals_of(found).live().select_related("partner").select_for_update(of=("self",))
    ):
        if not covers(found, referral.partner):
            withdraw(referral, found, Withdrawal.CONSENT, by)
            lost += 1
    settle(found, by)
    return lost
