"""Objects of the routes of events."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.events import mailing
from maillage.kernel import clock
from tests.factories import events as make


def event(owner: Organisation) -> dict[str, Any]:
    """An event of today, announced by the organisation."""
    return {"key": make.owned(owner, day=clock.today()).key}


def announced(owner: Organisation) -> dict[str, Any]:
    """The same, as everybody reads it."""
    return event(owner)


def line(owner: Organisation) -> dict[str, Any]:
    """Somebody who registered for an event of the organisation."""
    return {"key": make.line(make.owned(owner)).key}


def link(owner: Organisation) -> dict[str, Any]:
    """The link by which somebody follows their own registration."""
    found = make.owned(owner)
    address = mailing.hand_link(make.line(found), found)
    return {"token": address.rstrip("/").split("/")[-2]}
