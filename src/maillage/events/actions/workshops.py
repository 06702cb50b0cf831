"""The workshops of an event: added, changed, cancelled; who is for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import time

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events import mailing
from maillage.events.actions import rooms
from maillage.events.actions.events import MOST_SEATS, check_reason
from maillage.events.actions.once import sent_before
from maillage.events.actions.seating import (
    CHANGES_IT,
    KEEPS_LIST,
    every_line,
    held_for_change,
    held_to_run,
)
from maillage.events.mailing import Told
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.models.events import MACHINE
from maillage.events.permissions import can_register
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

#: What is alike in a form sent twice.
SAME = ("event_id", "title_fr", "starts_at", "room")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopPlan:
    """What a workshop is: its words in both languages, when within the day, in which room, for how many."""

    title_fr: str
    starts_at: time
    ends_at: time
    seats: int
    title_en: str = ""
    about_fr: str = ""
    about_en: str = ""
    room: str = ""
    host: str = ""

    @classmethod
    def of(cls, workshop: Workshop) -> WorkshopPlan:
        """The plan as recorded."""
        return cls(**{one.name: getattr(workshop, one.name) for one in fields(cls)})

    def check(self, event: Event, taken: int = 0) -> None:
        """Refuse what does not hold together.

        Raises:
            Invalid: no title, hours out of order or outside the event, too many seats or fewer than are taken.
        """
        inside = event.starts_at <= self.starts_at and self.ends_at <= event.ends_at
        holds: dict[str, tuple[bool, object]] = {
            "title_fr": (bool(self.title_fr.strip()), _("Write a title.")),
            "ends_at": (self.ends_at > self.starts_at, _("It ends before it begins.")),
            "starts_at": (inside, _("A workshop lies within the hours of its event.")),
            "seats": (
                taken <= self.seats <= MOST_SEATS,
                _("Between %(taken)s seats and %(most)s.") % {"taken": taken, "most": MOST_SEATS},
            ),
        }
        if wrong := {name: why for name, (is_so, why) in holds.items() if not is_so}:
            raise Invalid(_("The workshop does not hold together."), fields=wrong)

    def write_on(self, workshop: Workshop) -> None:
        """Put the plan on the record."""
        for one in fields(self):
            value = getattr(self, one.name)
            setattr(workshop, one.name, value.strip() if isinstance(value, str) else value)


def add_workshop(
    *, event: Event, plan: WorkshopPlan, by: Actor, once: str | None = None
) -> Workshop:
    """Add a workshop to the programme of an event; sent twice under the same key, there is one.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the plan does not hold together, or this kind of event has no workshops.
        Conflict: the event is cancelled, or the key was used for another workshop.
    """
    workshop = Workshop(event=event, once=once)
    plan.write_on(workshop)
    try:
        return _add(workshop=workshop, plan=plan, by=by)
    except IntegrityError:
        if found := sent_before(workshop, *SAME):
            return found
        raise


@ledger.action
def _add(*, workshop: Workshop, plan: WorkshopPlan, by: Actor) -> Workshop:
    event = held_to_run(workshop.event, by, CHANGES_IT)
    if found := sent_before(workshop, *SAME):
        return found
    if not event.of_kind.workshops:
        raise Invalid(_("This kind of event has no workshops."))
    plan.check(event)
    workshop.save(force_insert=True)
    return workshop


@ledger.action
def change_workshop(*, workshop: Workshop, plan: WorkshopPlan, version: int, by: Actor) -> Workshop:
    """Change a workshop; seats added go to those who wait, in their order; whoever chose it is told when or where.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the plan does not hold together, fewer seats than are taken, or hours at which some chose another.
        Conflict: somebody changed it meanwhile, or it is cancelled.
    """
    event, found = _own(workshop, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this workshop while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    plan.check(event, len(rooms.taken(found)))
    was = Told.of(found)
    plan.write_on(found)
    if was.is_at_other_hours(now := Told.of(found)):
        rooms.check_moved(found)
    found.version += 1
    found.save()
    if was != now and clock.now() < found.begins:
        for choice in rooms.choices_of(found):
            mailing.tell_workshop_moved(choice, event, was, by)
    rooms.compact(found)
    rooms.fill(event, by=by)
    return found


@ledger.action
def cancel_workshop(*, workshop: Workshop, why: str, by: Actor) -> Workshop:
    """Say that a workshop does not take place; whoever had chosen it is told, and keeps their seat at the event.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already, or what was said there stands.
    """
    check_reason(why)
    event, found = _own(workshop, by)
    if Contribution.objects.visible_to(MACHINE).standing().filter(workshop=found).exists():
        raise Conflict(
            _("What was said in this workshop is written down: it took place."),
            remedy=_("Take back first what was written down by mistake."),
        )
    found.cancelled_at, found.cancelled_because = clock.now(), why
    found.version += 1
    found.save()
    for choice in rooms.empty(found):
        if clock.now() < found.begins:
            mailing.tell_no_workshop(choice, event, by)
    return found


@ledger.action
def choose_workshops(
    *, line: Registration, workshops: Sequence[Workshop], by: Actor
) -> Registration:
    """Say for which workshops somebody on the list is: a seat in each, or a place among those who wait. Said twice, done once.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: a workshop of another event, one that takes nobody, two at the same time.
        Conflict: the registration ended, or the event began and they choose by themselves.
    """
    event = held_for_change(line.event)
    if not can_register(by, event):
        raise NotAllowed(KEEPS_LIST)
    found = every_line().get(pk=line.pk)
    if found.ended_at is not None:
        raise Conflict(_("This registration has ended."))
    if by.is_system and event.begins < clock.now():
        raise Conflict(
            _("The event has begun."), remedy=_("Ask at the door: whoever keeps the list adds you.")
        )
    rooms.ask(found, rooms.held(event, workshops), event, by=by)
    return found


def _own(workshop: Workshop, by: Actor) -> tuple[Event, Workshop]:
    """The event under lock, and the workshop as it stands now, for somebody who runs them."""
    event = held_to_run(workshop.event, by, CHANGES_IT)
    found = Workshop.objects.visible_to(MACHINE).select_related("event").get(pk=workshop.pk)
    if found.cancelled_at is not None:
        raise Conflict(_("This workshop is cancelled already."))
    return event, found
