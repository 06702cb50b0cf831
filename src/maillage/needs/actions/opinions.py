"""A firm is asked whether it was contacted and whether it helped: once a need, by its own link or when it is called back."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from maillage import ledger, post
from maillage.accounts.actors import Actor, System
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs.actions.closing import locked, locked_standing
from maillage.needs.acts import CONTACTED, OPINION_ASKED, USEFUL
from maillage.needs.models import Need, Opinion
from maillage.needs.models.needs import MACHINE, NeedQuerySet
from maillage.needs.permissions import can_send_need
from maillage.needs.purposes import OPINION
from maillage.needs.saying import say_of
from maillage.needs.vocabulary import Ending, YesNo
from maillage.post import links

#: A firm is asked so many days after its need was closed, and no more once so many have gone by.
AFTER, FORGOTTEN_AFTER = timedelta(days=10), timedelta(days=60)
#: For how long it may answer.
LASTING = timedelta(days=60)


def opinion_once(key: str) -> str:
    """Under which key the message that asks a firm what it thinks is queued, once."""
    return f"need:{key}:opinion"


def opinions_due(*, by: System) -> int:
    """Ask the firms whose need was closed ten days ago what they think, each once; how many."""
    return sum(_ask(need=need, by=by) for need in list(_due().order_by("pk")))


def _due() -> NeedQuerySet:
    """The needs that a partner answered, closed lately, of firms that left an address and were not asked."""
    now = clock.now()
    closed = Need.objects.visible_to(MACHINE).standing().exclude(ending=Ending.ABANDONED)
    closed = closed.filter(closed_at__lte=now - AFTER, closed_at__gt=now - FORGOTTEN_AFTER)
    answered = closed.filter(referrals__closed_at__isnull=False, opinions=None).distinct()
    return answered.exclude(contact_email="")


@ledger.action
def _ask(*, need: Need, by: System) -> int:
    need = locked(need)
    if not _due().filter(pk=need.pk).exists():  # asked by another worker, or withdrawn, meanwhile
        return 0
    acting = System(by.reason, organisation=need.organisation)
    _note_asked(need, acting)
    subject = str(need.key)
    address = links.make(OPINION, subject=subject, lasting=LASTING, language=need.language)
    post.send(
        to=need.contact_email,
        template="needs/mails/opinion.html",
        context={"address": address, "need": need},
        once=opinion_once(subject),
        language=need.language,
        by=acting,
    )
    return 1


def _note_asked(need: Need, by: Actor) -> Opinion:
    say_of(OPINION_ASKED, need, by)
    return Opinion.objects.create(need=need, asked_at=clock.now())


@ledger.action
def give_opinion(*, need: Need, contacted: str, useful: str, by: Actor) -> Opinion:
    """Keep what a firm says, by its link or on the phone; said twice, it is said once.

    Raises:
        NotAllowed: another organisation heard the need.
        Invalid: it does not say whether it was contacted, or it was and does not say whether it helped.
        Conflict: it said something else before, or the need was withdrawn.
    """
    if not can_send_need(by, need):
        raise NotAllowed(_("Only the organisation that heard a need notes what the firm thinks."))
    _check(contacted, useful)
    found = locked_standing(need)
    opinion = Opinion.objects.visible_to(MACHINE).filter(need=found).first() or _note_asked(
        found, by
    )
    if opinion.answered_at is not None:
        return _same(opinion, contacted, useful)
    opinion.contacted, opinion.useful, opinion.answered_at = contacted, useful, clock.now()
    opinion.told_to = by.person
    opinion.save(update_fields=["contacted", "useful", "answered_at", "told_to"])
    say_of(CONTACTED[YesNo(contacted)], found, by)
    if useful:
        say_of(USEFUL[YesNo(useful)], found, by)
    return opinion


def _check(contacted: str, useful: str) -> None:
    if contacted not in YesNo.values:
        message = _("Say whether somebody contacted the firm.")
        raise Invalid(message, fields={"contacted": message})
    if useful not in ("", *YesNo.values) or (contacted == YesNo.YES and not useful):
        message = _("Say whether it was useful.")
        raise Invalid(message, fields={"useful": message})


def _same(opinion: Opinion, contacted: str, useful: str) -> Opinion:
    if (opinion.contacted, opinion.useful) != (contacted, useful):
        raise Conflict(_("The firm has answered already: its first answer stands."))
    return opinion
