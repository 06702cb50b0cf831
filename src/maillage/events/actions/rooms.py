"""Who gets which seat of a workshop, under the row of its event: asked for, given first come first, left.

Whoever has no seat at the event, and is not there, waits at its workshops too: a room holds who comes.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
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


def held(event: Event, wanted: Collection[Workshop]) -> list[Workshop]:
    """These workshops as they stand under the lock, refusing those that take nobody, and two at the same time.

    Raises:
        Invalid: such a workshop, or one of another event.
    """
    keys = {one.pk for one in wanted}
    in_turn = list(workshops_of(event).filter(pk__in=keys).order_by("starts_at", "pk"))
    if len(in_turn) < len(keys) or not all(one.takes_choices for one in in_turn):
        message = _("This workshop takes no registrations.")
        raise Invalid(message, fields={"workshops": message})
    for before, after in itertools.pairwise(in_turn):
        if before.meets(after):
            message = _("Two of these workshops are held at the same time.")
            raise Invalid(message, fields={"workshops": message})
    return in_turn


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
    standing = every_choice().standing().filter(line=line)
    _end(standing.exclude(workshop__in=wanted))
    kept = set(standing.values_list("workshop", flat=True))
    for one in wanted:
        if one.pk not in kept:
            Choice.objects.create(workshop=one, line=line, asked_at=clock.now())
    fill(event, by=by, of=line)


def leave(lines: Iterable[Registration]) -> None:
    """These lines are for no workshop any more."""
    _end(every_choice().standing().filter(line__in=list(lines)))


def stand_up(line: Registration) -> None:
    """Who is neither expected nor there waits at the workshops they chose, in their old place."""
    every_choice().filter(line=line, seat__isnull=False).update(seat=None)


def choices_of(workshop: Workshop) -> ChoiceQuerySet:
    """Who is for this workshop: who has a seat, and who waits for one."""
    return every_choice().standing().filter(workshop=workshop)


def empty(workshop: Workshop) -> list[Choice]:
    """Nobody is for this workshop any more; who was."""
    were = list(choices_of(workshop))
    _end(choices_of(workshop))
    return were


def _end(choices: ChoiceQuerySet) -> None:
    choices.update(seat=None, ended_at=clock.now())


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
    choices = every_choice().filter(workshop__in=workshops_of(event))
    had, lines = defaultdict[int, set[int | None]](set), defaultdict[int, list[Choice]](list)
    for room, seat in choices.filter(seat__isnull=False).values_list("workshop_id", "seat"):
        had[room].add(seat)
    free = {
        one.pk: [seat for seat in range(1, one.seats + 1) if seat not in had[one.pk]]
        for one in workshops_of(event)
    }
    for choice in choices.waiting().filter(
        workshop__in=[room for room, seats in free.items() if seats]
    ):
        if not begun or (of is not None and choice.line_id == of.pk):
            lines[choice.workshop_id].append(choice)
    for room, waiting in lines.items():
        for seat, choice in zip(free[room], waiting, strict=False):
            choice.seat = seat
            choice.save(update_fields=["seat"])
            if of is None or choice.line_id != of.pk:
                mailing.tell_workshop(choice, event, by)
