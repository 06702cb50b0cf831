"""Objects of the routes of events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from maillage.accounts.models import Organisation
from maillage.events import actions, mailing
from maillage.events.models import Event
from maillage.kernel import clock
from tests.factories import events as make, register


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
