"""A partner answers: sees, takes up, refuses, says what came of it; or lets the request expire."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.kernel import clock, workdays
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs import mailing
from maillage.needs.actions.closing import locked, settle
from maillage.needs.acts import CLOSED, EXPIRED, NEED_TAKEN, REFUSED, TAKEN
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import MACHINE
from maillage.needs.permissions import can_answer
from maillage.needs.saying import say_of, say_of_referral
from maillage.needs.vocabulary import Ending, Refusal

LONGEST = 2000


def _held(referral: Referral, by: Actor) -> tuple[Referral, Need]:
    """The referral and its need under lock, for the partner who answers it."""
    if not can_answer(by, referral):
        raise NotAllowed(_("Only the partner that a need was sent to answers it."))
    need = locked(referral.need)
    every = Referral.objects.visible_to(MACHINE)
    found = every.select_for_update(of=("self",)).select_related("partner").get(pk=referral.pk)
    return found, need


def note_seen(*, referral: Referral, by: Actor) -> None:
    """The partner opened the request for the first time; looking again changes nothing."""
    if can_answer(by, referral) and referral.seen_at is None and referral.is_live:
        unseen = Referral.objects.visible_to(MACHINE)
        referral.seen_at = clock.now()
        unseen.filter(pk=referral.pk, seen_at=None).update(seen_at=referral.seen_at)


@ledger.action
def take_up(*, referral: Referral, by: Actor) -> Referral:
    """The partner takes the request up, in the hands of who says so; a colleague may take it over.

    The act measures the working days it waited; that of the need, the days since it was expressed.

    Raises:
        NotAllowed: it was sent to another organisation.
        Conflict: it ended meanwhile.
    """
    found, need = _held(referral, by)
    if not found.is_live:
        raise Conflict(_("This referral has ended already."))
    return _taken(found, need, by)


def _taken(found: Referral, need: Need, by: Actor) -> Referral:
    first, now = found.taken_at is None, clock.now()
    found.person = by.person
    found.seen_at, found.taken_at = found.seen_at or now, found.taken_at or now
    found.version += 1
    found.save(update_fields=["person", "seen_at", "taken_at", "version"])
    if first:
        today = clock.today()
        waited = workdays.between(clock.local_day(found.sent_at), today)
        say_of_referral(TAKEN, found, need, by, quantity=waited, unit="working_day")
        days = (today - need.expressed_on).days
        _need_taken(need, by, days)
    return found


def _need_taken(need: Need, by: Actor, days: int) -> None:
    """The first exchange about a need is said once."""
    every = Referral.objects.visible_to(MACHINE)
    if every.filter(need=need, taken_at__isnull=False).count() == 1:
        say_of(NEED_TAKEN, need, by, quantity=days, unit="day")


@ledger.action
def close_referral(*, referral: Referral, ending: str, by: Actor, answer: str = "") -> Referral:
    """The partner says what came of it; a request that was not taken up is by this very fact.

    `answer` is read by the firm on its page. The need closes with the last of its referrals.

    Raises:
        NotAllowed: it was sent to another organisation.
        Invalid: no such ending.
        Conflict: it ended meanwhile.
    """
    if ending not in Ending.values:
        message = _("Say what came of it: choose one of the answers.")
        raise Invalid(message, fields={"ending": message})
    found, need = _held(referral, by)
    if not found.is_live:
        raise Conflict(_("This referral has ended already."))
    if found.taken_at is None:
        _taken(found, need, by)
    found.closed_at, found.ending = clock.now(), ending
    found.answer = answer.strip()[:LONGEST]
    found.version += 1
    found.save(update_fields=["closed_at", "ending", "answer", "version"])
    say_of_referral(CLOSED[Ending(ending)], found, need, by)
    settle(need, by)
    return found


@ledger.action
def refuse(*, referral: Referral, refusal: str, by: Actor) -> Referral:
    """The partner does not take the request up, and says why; who sent it is told.

    Raises:
        NotAllowed: it was sent to another organisation.
        Invalid: no reason is given.
        Conflict: it was taken up, or ended meanwhile.
    """
    if refusal not in Refusal.values:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"refusal": message})
    found, need = _held(referral, by)
    if not found.is_live or found.taken_at is not None:
        raise Conflict(
            _("This request was taken up, or has ended."), remedy=_("Say what came of it instead.")
        )
    found.refused_at, found.refusal = clock.now(), refusal
    found.seen_at = found.seen_at or found.refused_at
    found.version += 1
    found.save(update_fields=["refused_at", "refusal", "seen_at", "version"])
    say_of_referral(REFUSED, found, need, by)
    settle(need, by)
    mailing.tell_back(found, need, by)
    return found


def expire_due(*, by: System) -> int:
    """End the requests that nobody took up in time; who sent them is told. How many there were."""
    every = Referral.objects.visible_to(MACHINE)
    due = every.waiting().filter(expires_on__lt=clock.today()).order_by("id")
    return sum(_expire(referral_id=pk, by=by) for pk in list(due.values_list("pk", flat=True)))


@ledger.action
def _expire(*, referral_id: int, by: System) -> int:
    every = Referral.objects.visible_to(MACHINE)
    waiting = every.waiting().select_related("partner", "need").filter(pk=referral_id)
    if (found := waiting.first()) is None:
        return 0
    need = locked(found.need)
    if (found := waiting.select_for_update(of=("self",)).first()) is None:
        return 0
    found.expired_at = clock.now()
    found.version += 1
    found.save(update_fields=["expired_at", "version"])
    say_of_referral(EXPIRED, found, need, by, keeper=need.organisation)
    settle(need, by)
    mailing.tell_back(found, need, by)
    return 1
