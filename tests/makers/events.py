"""Objects of the routes of events."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.events import actions, mailing
from maillage.events.models import Event, Registration
from maillage.events.models.events import MACHINE
from maillage.kernel import clock
from tests.factories import accounts, events as make, register


def _to_come(owner: Organisation) -> Event:
    """An event that still takes registrations, whatever the day on which it is asked for."""
    return make.owned(owner, day=clock.today() + timedelta(days=1))


def to_come(owner: Organisation) -> dict[str, Any]:
    """An event to which people may be invited, whatever the hour at which it is asked for."""
    return {"key": _to_come(owner).key}


def event(owner: Organisation) -> dict[str, Any]:
    """An event of today, announced by the organisation."""
    return {"key": make.owned(owner, day=clock.today()).key}


def announced(owner: Organisation) -> dict[str, Any]:
    """The same, as everybody reads it."""
    return event(owner)


def line(owner: Organisation) -> dict[str, Any]:
    """Somebody who registered for an event of the organisation."""
    return {"key": make.line(_to_come(owner)).key}


def link(owner: Organisation) -> dict[str, Any]:
    """The link by which somebody follows their own registration."""
    found = _to_come(owner)
    address = mailing.hand_link(make.line(found), found)
    return {"token": address.rstrip("/").split("/")[-2]}


def organisation(owner: Organisation) -> dict[str, Any]:
    """An organisation that holds events."""
    return {"key": owner.key}


def met(owner: Organisation) -> dict[str, Any]:
    """A firm that registered for an event of the organisation."""
    return {"key": make.line(_to_come(owner), register.establishment()).key}


def walk(owner: Organisation) -> dict[str, Any]:
    """A street walk of the organisation that took place today."""
    found = make.owned(owner, kind="street_walk", day=clock.today(), seats=0)
    return {"key": actions.hold_event(event=found, by=make.owner_of(found)).key}


def _day(owner: Organisation) -> Event:
    """An assembly day of today, which lasts as long as the day does."""
    hours = {"starts_at": time(0), "ends_at": time(23, 59)}
    return make.assembly(accounts.actor(Role.ADVISER, owner), day=clock.today(), **hours)


def workshop_day(owner: Organisation) -> dict[str, Any]:
    """An assembly day of today."""
    return {"key": _day(owner).key}


def workshop(owner: Organisation) -> dict[str, Any]:
    """A workshop of an assembly day of today."""
    return {"key": make.workshop(_day(owner)).key}


def contribution(owner: Organisation) -> dict[str, Any]:
    """What a firm that was there said in a workshop."""
    found = _day(owner)
    who = actions.Walker(establishment=register.establishment())
    line = actions.note_arrival(event=found, who=who, by=make.owner_of(found))
    return {"key": make.contribution(make.workshop(found), line).key}


def for_workshops(owner: Organisation) -> dict[str, Any]:
    """Somebody who registered for an assembly day to come."""
    day = clock.today() + timedelta(days=1)
    found = make.assembly(accounts.actor(Role.ADVISER, owner), day=day)
    make.workshop(found)
    return {"key": make.line(found).key}


def link_of_assembly(owner: Organisation) -> dict[str, Any]:
    """The link by which somebody follows their registration for such a day."""
    line = Registration.objects.visible_to(MACHINE).get(key=for_workshops(owner)["key"])
    address = mailing.hand_link(line, line.event)
    return {"token": address.rstrip("/").split("/")[-2]}
