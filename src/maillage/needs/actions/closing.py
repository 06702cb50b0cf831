"""How a need ends: with its referrals, by whoever heard it, or by the firm itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs.acts import NEED_CLOSED, REOPENED, SOURCE_NEED, WITHDRAWN
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import MACHINE
from maillage.needs.models.referrals import ReferralQuerySet
from maillage.needs.permissions import can_send_need
from maillage.needs.saying import say_of, say_of_referral
from maillage.needs.vocabulary import Ending, Withdrawal


def referrals_of(need: Need) -> ReferralQuerySet:
    """All the referrals of a need in hand."""
    every = Referral.objects.visible_to(MACHINE)
    return every.filter(need=need)


def locked(need: Need) -> Need:
    """The need under lock, as it stands now."""
    every = Need.objects.visible_to(MACHINE)
    return every.select_for_update(of=("self",)).select_related("organisation").get(pk=need.pk)


def locked_standing(need: Need) -> Need:
    """The same, refused when the need was withdrawn: nothing more is recorded of what was never expressed.

    Raises:
        Conflict: it was withdrawn.
    """
    found = locked(need)
    if found.withdrawn_at is not None:
        raise Conflict(_("This need is withdrawn already."))
    return found


@ledger.action
def close_need(*, need: Need, ending: str, by: Actor) -> Need:
    """Say what came of a need that no partner has in hand; said twice, it is said once.

    Raises:
        NotAllowed: another organisation heard it.
        Invalid: no such ending.
        Conflict: it was withdrawn, or a partner has it in hand.
    """
    if not can_send_need(by, need):
        raise NotAllowed(_("Only the organisation that heard a need closes it."))
    if ending not in Ending.values:
        message = _("Say what came of it: choose one of the answers.")
        raise Invalid(message, fields={"ending": message})
    found = locked(need)
    if found.ending == ending:
        return found
    if not found.is_open:
        raise Conflict(_("This need is closed already."))
    if referrals_of(found).live().exists():
        raise Conflict(
            _("A partner has this need in hand."),
            remedy=_("Wait for its answer, or take the referral back first."),
        )
    return _close(found, Ending(ending), by)


@ledger.action
def give_up(*, need: Need, by: Actor) -> Need:
    """The firm takes its request back: what was sent is taken back too, and the need closes as given up."""
    found = locked(need)
    if not found.is_open:
        return found
    for referral in referrals_of(found).live().select_for_update(of=("self",)):
        withdraw(referral, found, Withdrawal.FIRM, by)
    return _close(found, Ending.ABANDONED, by)


def settle(need: Need, by: Actor) -> None:
    """After a referral ended: the need closes with the last that was answered, helped if any helped.

    Refusals and silences are no answers: a need that met nothing else waits to be sent elsewhere.
    """
    found = locked(need)
    every = referrals_of(found)
    if not found.is_open or every.live().exists():
        return
    endings = list(
        every.filter(closed_at__isnull=False)
        .order_by("-closed_at", "-id")
        .values_list("ending", flat=True)
    )
    if endings:
        helped = Ending.HELPED.value in endings
        _close(found, Ending.HELPED if helped else Ending(endings[0]), by)


def reopen(need: Need, by: Actor) -> None:
    """A need sent again is open again: the act that closed it is reversed."""
    if need.closed_at is None:
        return
    acts = Act.objects.visible_to(MACHINE)
    closing = acts.of_source(SOURCE_NEED, need.key).effective()
    for act in closing.filter(kind__in=[kind.name for kind in NEED_CLOSED.values()]):
        ledger.reverse(act, by=by, reason_code=REOPENED)
    need.closed_at, need.ending = None, ""
    need.version += 1
    need.save(update_fields=["closed_at", "ending", "version"])


def withdraw(referral: Referral, need: Need, because: Withdrawal, by: Actor) -> None:
    """Take a live referral, under lock, out of the partner's hands."""
    referral.withdrawn_at, referral.withdrawn_because = clock.now(), because
    referral.version += 1
    referral.save(update_fields=["withdrawn_at", "withdrawn_because", "version"])
    say_of_referral(WITHDRAWN, referral, need, by, keeper=need.organisation)


def _close(need: Need, ending: Ending, by: Actor) -> Need:
    need.closed_at, need.ending = clock.now(), ending
    need.version += 1
    need.save(update_fields=["closed_at", "ending", "version"])
    say_of(NEED_CLOSED[ending], need, by)
    return need
