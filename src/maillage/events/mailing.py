"""The messages of registrations: a seat is kept, one waits, a seat is free, the event does not take place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from maillage import post
from maillage.accounts.actors import Actor
from maillage.events.models import Choice, Event, Registration, Workshop
from maillage.events.purposes import REGISTRATION
from maillage.kernel import clock
from maillage.post import addresses, links
from maillage.post.models import Kind

NEWS = post.topic(
    "events.news",
    fr="Rappels et invitations aux événements",
    en="Reminders of and invitations to events",
)
#: After the event one still opens one's registration, to say a word of it or to see what is kept.
AFTERWARDS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody who is to come was told of when and where; when it changes, they are written to."""

    begins: datetime
    ends: datetime
    where: str

    @classmethod
    def of(cls, one: Event | Workshop) -> Self:
        """What is told of an event, or of a workshop within it."""
        told = [one.room] if isinstance(one, Workshop) else [one.place, one.address]
        return cls(one.begins, one.ends, ", ".join(filter(None, told)))

    def is_at_other_hours(self, other: Self) -> bool:
        """Whether the hours differ, wherever it is."""
        return (self.begins, self.ends) != (other.begins, other.ends)


def hand_link(line: Registration, event: Event) -> str:
    """A new address of the page of a registration, in the language of whoever registered."""
    lasting = max(event.ends - clock.now(), timedelta()) + AFTERWARDS
    return links.make(REGISTRATION, subject=str(line.key), lasting=lasting, language=line.language)


def write(
    line: Registration, event: Event, template: str, step: str, by: Actor, **more: Any
) -> bool:
    """Write to whoever registered, once a step; nobody is written to who left no address."""
    if not line.email:
        return False
    topic = more.pop("topic", "")
    post.send(
        to=line.email,
        template=template,
        context={"line": line, "event": event, **more},
        once=f"event:{line.key}:{step}",
        language=line.language,
        topic=topic,
        by=by,
    )
    return True


def tell_registered(line: Registration, event: Event, by: Actor) -> None:
    """They have a seat, or wait for one; by this address they see it and give it up."""
    _hand(line, event, "events/mails/registered.html", "registered", by)


def tell_promoted(line: Registration, event: Event, by: Actor) -> None:
    """A seat came free for somebody who waited."""
    _hand(line, event, "events/mails/promoted.html", "promoted", by)


def _hand(line: Registration, event: Event, template: str, step: str, by: Actor) -> None:
    if line.email:
        address = hand_link(line, event)
        calendar = urljoin(address, "agenda.ics")
        write(line, event, template, step, by, address=address, calendar=calendar)


def tell_workshop(choice: Choice, event: Event, by: Actor) -> bool:
    """A seat came free in a workshop for somebody who waited for it."""
    step = f"workshop:{choice.pk}"
    workshop = choice.workshop
    return write(choice.line, event, "events/mails/workshop.html", step, by, workshop=workshop)


def tell_no_workshop(choice: Choice, event: Event, by: Actor) -> bool:
    """A workshop that somebody had chosen does not take place."""
    step = f"no-workshop:{choice.pk}"
    workshop = choice.workshop
    return write(choice.line, event, "events/mails/no_workshop.html", step, by, workshop=workshop)


def tell_moved(line: Registration, event: Event, was: Told, by: Actor) -> bool:
    """An event is at another day, hour or place; said once of each change."""
    step = f"moved:{event.version}"
    return write(line, event, "events/mails/moved.html", step, by, was=was, now=Told.of(event))


def tell_workshop_moved(choice: Choice, event: Event, was: Told, by: Actor) -> bool:
    """A workshop that somebody chose is at another hour or in another room; said once of each change."""
    workshop = choice.workshop
    step, now = f"workshop-moved:{choice.pk}:{workshop.version}", Told.of(workshop)
    template = "events/mails/workshop_moved.html"
    return write(choice.line, event, template, step, by, choice=choice, was=was, now=now)


def tell_cancelled(line: Registration, event: Event, by: Actor) -> None:
    """The event does not take place."""
    write(line, event, "events/mails/cancelled.html", "cancelled", by)


def tell_reminder(line: Registration, event: Event, by: Actor) -> bool:
    """It is for tomorrow; said once of a day and an hour, and again of those to which the event is moved."""
    step = f"reminder:{event.begins:%Y-%m-%dT%H:%M}"
    return write(line, event, "events/mails/reminder.html", step, by, topic=NEWS)


def tell_thanks(line: Registration, event: Event, by: Actor) -> bool:
    """Thank you for having come."""
    return write(line, event, "events/mails/thanks.html", "thanks", by, topic=NEWS)


def tell_invited(line: Registration, event: Event, by: Actor) -> bool:
    """Another event is announced, to somebody who came before; an address once, whichever of their lines is the last."""
    to = line.email.casefold()
    if not to:
        return False
    address = urljoin(settings.ADDRESS, reverse("events:announced", kwargs={"key": event.key}))
    post.send(
        to=to,
        template="events/mails/invited.html",
        context={"line": line, "event": event, "address": address},
        once=f"event:{event.key}:invited:{addresses.digest(Kind.EMAIL, to)[:20]}",
        language=line.language,
        topic=NEWS,
        by=by,
    )
    return True
