"""Requests that nobody took up: reminded at nine, twenty-one and forty-five days, further up each time, then escalated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import IntegrityError, transaction

from maillage.accounts.actors import System
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.needs import mailing
from maillage.needs.models import Referral, Reminder
from maillage.needs.models.needs import MACHINE
from maillage.needs.receivers import managers_of, receivers_of

#: Days without anybody taking it up, and who is written to then (conseillers-entreprises reminds at these ages).
AGES: Mapping[int, str] = {9: "follower", 21: "manager", 45: "sender"}
#: Unanswered after its third reminder, a request is told to who answers for the service there, then for who sent it.
ESCALATED: Mapping[int, str] = {50: "their manager", 55: "our manager"}
STEPS: Mapping[int, str] = {**AGES, **ESCALATED}


def remind_due(*, by: System) -> int:
    """Send the reminders that are due, each once; how many.

    After days without a worker a request is reminded once, at the greatest age it has reached: the ages it
    missed are not caught up one after the other.
    """
    every = Referral.objects.visible_to(MACHINE)
    oldest = clock.now() - timedelta(days=min(AGES))
    waiting = every.waiting().filter(sent_at__lte=oldest).order_by("id")
    return sum(_remind(pk, by) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _remind(referral_id: int, by: System) -> int:
    every = Referral.objects.visible_to(MACHINE)
    rows = every.waiting().select_related("need__organisation", "partner", "person", "sent_by")
    referral = rows.select_for_update(of=("self",)).filter(pk=referral_id).first()
    if referral is None:
        return 0
    age = (clock.today() - clock.local_day(referral.sent_at)).days
    due = max((step for step in STEPS if step <= age), default=0)
    if not due or referral.reminders.filter(after_days__gte=due).exists():
        return 0
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(
                referral=referral, after_days=due, sent_at=clock.now(), people=0
            )
    except IntegrityError:  # another worker, at this very moment
        return 0
    reminder.people = _write(referral, due, by)
    reminder.save(update_fields=["people"])
    return 1


def _write(referral: Referral, age: int, by: System) -> int:
    acting = System(by.reason, organisation=referral.need.organisation)
    template = "needs/mails/reminder.html" if age in AGES else "needs/mails/escalation.html"
    return mailing.write(
        _whom(referral, STEPS[age]), template, referral, acting, f"after{age}", days=age,
        partner=referral.partner,
    )  # fmt: skip


def _whom(referral: Referral, step: str) -> list[Person]:
    """Whoever follows it while they work there; then their manager too; then who sent it, too."""
    if step in ESCALATED.values():
        ours = step == ESCALATED[max(ESCALATED)]
        return managers_of(referral.need.organisation if ours else referral.partner)
    there = receivers_of(referral.partner)
    follower = [one for one in there if one.pk == referral.person_id]
    people = follower or managers_of(referral.partner)
    if step != "follower":
        people = [*people, *managers_of(referral.partner)]
    if step == "sender":
        here = receivers_of(referral.need.organisation)
        people = [*people, *(one for one in here if one.pk == referral.sent_by_id)]
    return people
