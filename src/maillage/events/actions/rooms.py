"""Who gets which seat of a workshop, under the row of its event: asked for, given first come first, left.

Whoever has no seat at the event, and is not there, waits at its workshops too: a room holds who comes.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext_lazy as _, ngettext

from maillage.accounts.actors import Actor
from maillage.events import mailing
from maillage.events.models import (
    Choice,
    ChoiceQuerySet,
    Event,
    Registration,
    Workshop,
    WorkshopQuerySet,
)
from maillage.events.models.events import MACHINE
from maillage.kernel import clock
from maillage.kernel.errors import Invalid

NAMED_AT_MOST = 5


def every_choice() -> ChoiceQuerySet:
    """Choices, with the line and the workshop that a message names."""
    every = Choice.objects.visible_to(MACHINE)
    return every.select_related("line__establishment__legal_unit", "workshop__event")


def workshops_of(event: Event) -> WorkshopQuerySet:
    """The workshops of an event that nobody cancelled."""
    return Workshop.objects.visible_to(MACHINE).standing().filter(event=event)


def check(event: Event, wanted: Collection[Workshop]) -> None:
    """Refuse workshops of another event, those that take nobody, and two at the same time.

    Raises:
        Invalid: such a workshop.
    """
    if any(one.event_id != event.pk or not one.takes_choices for one in wanted):
        message = _("This workshop takes no registrations.")
        raise Invalid(message, fields={"workshops": message})
    in_turn = sorted(wanted, key=lambda one: one.starts_at)
    for before, after in itertools.pairwise(in_turn):
        if before.meets(after):
            message = _("Two of these workshops are held at the same time.")
            raise Invalid(message, fields={"workshops": message})


def check_moved(moved: Workshop) -> None:
    """Refuse hours at which somebody who chose this workshop chose another: they are asked first which they keep.

    Raises:
        Invalid: such hours; how many they are and the first of their names, for whoever keeps the list.
    """
    met = [one.pk for one in workshops_of(moved.event) if one.pk != moved.pk and moved.meets(one)]
    mine = Choice.objects.visible_to(MACHINE).standing().filter(workshop=moved)
    torn = every_choice().standing().filter(workshop__in=met, line__in=mine.values("line"))
    called = {one.line_id: one.line.called for one in torn.order_by("asked_at", "pk")}
    if called:
        message = ngettext(
            "%(n)s person on its list chose another workshop held at these hours: %(who)s. Ask first which they keep.",
            "%(n)s people on its list chose another workshop held at these hours: %(who)s. Ask first which they keep.",
            len(called),
        )
        first = list(called.values())[:NAMED_AT_MOST]
        who = ", ".join(first if len(first) == len(called) else [*first, "…"])
        raise Invalid(
            _("The workshop does not hold together."),
            fields={"starts_at": message % {"n": len(called), "who": who}},
        )


def ask(line: Registration, wanted: Sequence[Workshop], event: Event, *, by: Actor) -> None:
    """Make the choices of a line these; what it leaves goes to who waits, what it asks for is given if it can be."""
    held = {one.workshop_id: one for one in every_choice().standing().filter(line=line)}
    kept = {one.pk for one in wanted}
    _end(choice for pk, choice in held.items() if pk not in kept)
    for one in wanted:
        if one.pk not in held:
            Choice.objects.create(workshop=one, line=line, asked_at=clock.now())
    fill(event, by=by, of=line)


def leave(lines: Iterable[Registration]) -> None:
    """These lines are for no workshop any more."""
    _end(every_choice().standing().filter(line__in=list(lines)))


def stand_up(line: Registration) -> None:
    """Who is neither expected nor there waits at the workshops they chose, in their old place."""
    every_choice().filter(line=line, seat__isnull=False).update(seat=None)


def empty(workshop: Workshop) -> list[Choice]:
    """Nobody is for this workshop any more; who was."""
    return _end(every_choice().standing().filter(workshop=workshop))


def _end(choices: Iterable[Choice]) -> list[Choice]:
    ended = list(choices)
    for one in ended:
        one.seat, one.ended_at = None, clock.now()
        one.save(update_fields=["seat", "ended_at"])
    return ended


def taken(workshop: Workshop) -> list[int]:
    """The seats of a workshop that somebody has, the lowest first."""
    rows = Choice.objects.visible_to(MACHINE).filter(workshop=workshop)
    return sorted(seat for seat in rows.values_list("seat", flat=True) if seat is not None)


def compact(workshop: Workshop) -> None:
    """Renumber the seats that its new number of seats no longer reaches."""
    free = sorted(set(range(1, workshop.seats + 1)) - set(taken(workshop)))
    beyond = every_choice().filter(workshop=workshop, seat__gt=workshop.seats).order_by("seat")
    for seat, choice in zip(free, beyond, strict=False):
        choice.seat = seat
        choice.save(update_fields=["seat"])


def fill(event: Event, *, by: Actor, of: Registration | None = None) -> None:
    """Give the free seats of the workshops of an event, under lock, to those who wait, first come first; each is told.

    `of` is who is asking now, and reads it on the page. Once the event has begun, seats are given to it alone.
    """
    begun = event.held_at is not None or event.begins < clock.now()
    for workshop in workshops_of(event):
        held = set(taken(workshop))
        free = [seat for seat in range(1, workshop.seats + 1) if seat not in held]
        waiting = every_choice().filter(workshop=workshop).waiting() if free else ()
        mine = [one for one in waiting if of is not None and one.line_id == of.pk]
        for seat, choice in zip(free, mine if begun else waiting, strict=False):
            choice.seat = seat
            choice.save(update_fields=["seat"])
            if choice not in mine:
                mailing.tell_workshop(choice, event, by)
