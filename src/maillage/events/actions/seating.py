"""Who gets which seat: one change at a time to the list of an event, the lowest free number first.

The row of the event is the lock. It is taken before anything is read of its list, and held until the commit, so that
two who ask for the last seat are answered one after the other; the constraint on seats would refuse a second.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.events import mailing
from maillage.events.actions import rooms
from maillage.events.actions.acting import settle
from maillage.events.models import Event, Registration
from maillage.events.models.events import MACHINE
from maillage.events.models.registrations import RegistrationQuerySet
from maillage.events.permissions import can_run_event
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed

KEEPS_LIST = _("Only the organisation that holds an event keeps its list.")
CHANGES_IT = _("Only the organisation that holds an event changes it.")


def held_for_change(event: Event) -> Event:
    """The event as it stands now, under lock until the end of the transaction.

    Raises:
        NotAllowed: there is no such event.
    """
    rows = Event.objects.visible_to(MACHINE).select_for_update(of=("self",))
    found = rows.select_related("organisation").filter(pk=event.pk).first()
    if found is None:
        raise NotAllowed(_("There is no such event."))
    return found


def held_to_run(event: Event, by: Actor, refusal: object = KEEPS_LIST) -> Event:
    """The same for somebody who runs it, as long as it takes place.

    Raises:
        NotAllowed: it is another organisation's.
        Conflict: it is cancelled.
    """
    found = held_for_change(event)
    if not can_run_event(by, found):
        raise NotAllowed(refusal)
    if found.cancelled_at is not None:
        raise Conflict(_("This event is cancelled already."))
    return found


def every_line() -> RegistrationQuerySet:
    """Lines of lists, with the firm that a message or a page names."""
    every = Registration.objects.visible_to(MACHINE)
    return every.select_related("establishment__legal_unit")


def lines_of(event: Event) -> list[Registration]:
    """Every line of an event's list, ended ones included."""
    return list(every_line().filter(event=event).order_by("pk"))


def free_seats(event: Event) -> list[int]:
    """The numbers that nobody has, the lowest first."""
    every = Registration.objects.visible_to(MACHINE).filter(event=event)
    taken = set(every.filter(seat__isnull=False).values_list("seat", flat=True))
    return [seat for seat in range(1, event.seats + 1) if seat not in taken]


def compact(event: Event) -> None:
    """Renumber the seats of an event, under lock, that its new number of seats no longer reaches."""
    beyond = every_line().filter(event=event, seat__gt=event.seats).order_by("seat")
    for seat, line in zip(free_seats(event), beyond, strict=False):
        line.seat = seat
        line.save(update_fields=["seat"])


def promote(event: Event, *, by: Actor) -> list[Registration]:
    """Give the free seats of an event, under lock, to those who wait, first come first, then those of its workshops.

    Each is told.
    """
    if event.cancelled_at is not None or event.held_at is not None or event.begins < clock.now():
        return []
    waiting = every_line().filter(event=event).waiting()
    moved = []
    for seat, line in zip(free_seats(event), waiting, strict=False):
        line.seat, line.seated_on = seat, clock.today()
        line.save(update_fields=["seat", "seated_on"])
        moved.append(line)
    settle(moved, event, by=by)
    for line in moved:
        mailing.tell_promoted(line, event, by)
    rooms.fill(event, by=by)
    return moved
