"""Firms are called back thirty and ninety days after their visit, or after the last partner answered them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation, Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs import mailing
from maillage.needs.actions.closing import locked_standing
from maillage.needs.actions.opinions import give_opinion
from maillage.needs.acts import CALLED_BACK
from maillage.needs.models import CallBack, Need
from maillage.needs.models.needs import MACHINE, NeedQuerySet
from maillage.needs.permissions import can_send_need
from maillage.needs.receivers import receivers_of
from maillage.needs.saying import say_of
from maillage.needs.vocabulary import CalledBack, Ending, Origin

AGES = (30, 90)
#: A call that nobody thought of for so long after its day is no call-back any more.
FORGOTTEN_AFTER = 30


def call_backs_due(*, by: System) -> int:
    """Put on the lists of advisers the firms to call back, each once at each age, and tell them; how many.

    After days without a worker a firm is called once, for the greatest age it has reached.
    """
    owners = _due().order_by().values_list("organisation", flat=True).distinct()
    return sum(_due_for(organisation, by) for organisation in list(owners))


def _due() -> NeedQuerySet:
    """The needs that may be due: heard at a visit or answered, long enough ago and not too long."""
    today = clock.today()
    last, first = (
        today - timedelta(days=AGES[0]),
        today - timedelta(days=AGES[-1] + FORGOTTEN_AFTER),
    )
    ended = Max("referrals__closed_at")
    rows = Need.objects.visible_to(MACHINE).standing().exclude(ending=Ending.ABANDONED)
    open_calls = CallBack.objects.visible_to(MACHINE).filter(need=OuterRef("pk"), done_at=None)
    rows = rows.filter(~Exists(open_calls))
    answered = Q(answered_at__lte=clock.end_of_day(last), answered_at__gt=clock.end_of_day(first))
    visited = Q(answered_at=None, origin=Origin.VISIT, expressed_on__range=(first, last))
    return rows.annotate(answered_at=ended).filter(answered | visited)


@transaction.atomic
def _due_for(organisation_id: int, by: System) -> int:
    """Those of one organisation; its row is held, so that two workers do not call a firm twice."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    staff = {one.pk: one for one in receivers_of(organisation)}
    rows = _due().filter(organisation=organisation).prefetch_related("call_backs", "referrals")
    made = [found for need in rows.order_by("pk") if (found := _next(need, staff))]
    CallBack.objects.bulk_create(made)
    acting = System(by.reason, organisation=organisation)
    for person, number in Counter(one.person for one in made if one.person).items():
        mailing.tell_call_backs(person, number, acting)
    return len(made)


def _next(need: Need, staff: dict[int, Person]) -> CallBack | None:
    """The call that a need is due today, at the greatest age it has reached; none when that was made."""
    answered = need.answered_at  # type: ignore[attr-defined]
    since: date = clock.local_day(answered) if answered else need.expressed_on
    age = (clock.today() - since).days
    after = max((step for step in AGES if step <= age), default=0)
    made = (one for one in need.call_backs.all() if one.since == since)
    if not after or any(one.after_days >= after for one in made):
        return None
    return CallBack(
        need=need,
        since=since,
        after_days=after,
        due_on=since + timedelta(days=after),
        person=_caller(need, staff),
        made_at=clock.now(),
    )


def _caller(need: Need, staff: dict[int, Person]) -> Person | None:
    """Whoever heard the firm, else whoever sent its request last, as long as they work there; else anybody."""
    senders = sorted(need.referrals.all(), key=lambda one: one.sent_at, reverse=True)
    known = [need.heard_by_id, *(one.sent_by_id for one in senders)]
    return next((staff[person] for person in known if person in staff), None)


@ledger.action
def call_back(
    *, call: CallBack, outcome: str, by: Actor, contacted: str = "", useful: str = ""
) -> CallBack:
    """Say what a firm answered when it was called back; said twice, it is said once.

    On the phone it may say, too, whether somebody contacted it and whether that helped.

    Raises:
        NotAllowed: another organisation heard the need.
        Invalid: no such outcome.
        Conflict: somebody else called meanwhile, and heard something else; or the need was withdrawn.
    """
    if not can_send_need(by, call.need):
        raise NotAllowed(_("Only the organisation that heard a need calls the firm back."))
    if outcome not in CalledBack.values:
        message = _("Say what the firm answered.")
        raise Invalid(message, fields={"outcome": message})
    every = CallBack.objects.visible_to(MACHINE).select_for_update(of=("self",))
    found = every.select_related("need__organisation").get(pk=call.pk)
    if found.done_at is not None:
        return _same(found, outcome)
    locked_standing(found.need)
    found.done_at, found.done_by, found.outcome = clock.now(), by.person, outcome
    found.save(update_fields=["done_at", "done_by", "outcome"])
    say_of(CALLED_BACK[CalledBack(outcome)], found.need, by)
    if contacted and outcome != CalledBack.UNREACHED:
        give_opinion(need=found.need, contacted=contacted, useful=useful, by=by)
    return found


def _same(found: CallBack, outcome: str) -> CallBack:
    if found.outcome != outcome:
        raise Conflict(
            _("This firm was called back meanwhile: %(said)s.")
            % {"said": found.get_outcome_display()}
        )
    return found
