"""Who is written to about an event besides their own registration: reminded, thanked, invited; each once."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.events import mailing
from maillage.events.actions.seating import CHANGES_IT, every_line
from maillage.events.models import Event, Registration
from maillage.events.models.events import MACHINE
from maillage.events.permissions import can_run_event
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed

THANKED_WITHIN = timedelta(days=7)
REMEMBERED = timedelta(days=365)
AT_ONCE = 500


def to_remind() -> list[Event]:
    """Events of tomorrow, and of today until they begin, whose registered people are to be reminded."""
    today = clock.today()
    rows = Event.objects.visible_to(MACHINE).filter(
        day__in=(today, today + timedelta(days=1)), cancelled_at=None, opened_at__isnull=False
    )
    return [one for one in rows.select_related("organisation") if clock.now() < one.begins]


def to_thank() -> list[Event]:
    """Events of the days just past that were held."""
    today = clock.today()
    rows = Event.objects.visible_to(MACHINE).filter(
        day__lt=today, day__gte=today - THANKED_WITHIN, cancelled_at=None, held_at__isnull=False
    )
    return list(rows.select_related("organisation"))


@ledger.action
def remind(*, event: Event) -> int:
    """The day before, write to whoever has a seat; asked for twice, written once. How many have one and an address.

    An event moved since to another day or hour is another one to remind of.
    """
    by = System("an event is for tomorrow", organisation=event.organisation)
    lines = every_line().filter(event=event).seated()
    return sum(mailing.tell_reminder(line, event, by) for line in lines)


@ledger.action
def thank(*, event: Event) -> int:
    """The day after, thank whoever came; asked for twice, written once."""
    by = System("an event took place", organisation=event.organisation)
    lines = every_line().filter(event=event).present()
    return sum(mailing.tell_thanks(line, event, by) for line in lines)


def former_guests(event: Event) -> list[Registration]:
    """The last line of each address that came to an event of the organisation within a year, and is not on this list."""
    since = clock.now() - REMEMBERED
    own = every_line().present().filter(event__organisation=event.organisation_id).exclude(email="")
    already = {
        one.casefold()
        for one in every_line().standing().filter(event=event).values_list("email", flat=True)
    }
    found = {
        line.email.casefold(): line
        for line in own.filter(came_at__gte=since).order_by("came_at", "pk")
    }
    return [line for address, line in found.items() if address not in already][:AT_ONCE]


@ledger.action
def invite(*, event: Event, by: Actor) -> int:
    """Invite who came to an event of the organisation within a year; each address once, none that opposed it.

    Raises:
        NotAllowed: the event is of another organisation.
        Conflict: the event takes no registrations, or is not announced to everybody.
    """
    if not can_run_event(by, event):
        raise NotAllowed(CHANGES_IT)
    if not (event.takes_registrations and event.is_public):
        raise Conflict(_("One invites to an event that is announced and takes registrations."))
    return sum(mailing.tell_invited(line, event, by) for line in former_guests(event))
