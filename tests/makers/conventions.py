"""Objects of the routes of conventions."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.conventions.actions import money as actions, turns
from maillage.conventions.acts import ACTION_STARTED
from tests.factories import conventions as make


def convention(owner: Organisation) -> dict[str, Any]:
    """A signed convention that the organisation keeps."""
    return {"slug": make.convention_of(owner).slug}


def action(owner: Organisation) -> dict[str, Any]:
    """An action of a signed convention."""
    return {**convention(owner), "code": "1.1"}


def draft(owner: Organisation) -> dict[str, Any]:
    """A convention still in preparation."""
    return {"slug": make.convention_of(owner, signed=False).slug}


def section(owner: Organisation) -> dict[str, Any]:
    """A kind of lines of a draft."""
    return {**draft(owner), "section": "axes"}


def line(owner: Organisation) -> dict[str, Any]:
    """A line of a draft."""
    held = make.convention_of(owner, signed=False)
    return {"slug": held.slug, "section": "axes", "pk": held.versions.get().axes.get().pk}


def turn(owner: Organisation) -> dict[str, Any]:
    """What the organisation said of an action."""
    held = make.convention_of(owner)
    said = turns.turn_action(
        convention=held,
        action_key=f"{held.slug}/1.1",
        kind=ACTION_STARTED.name,
        on=date(2019, 6, 1),
        by=System("a test", organisation=owner),
        once=uuid4(),
    )
    return {"key": said.key}


def entry(owner: Organisation) -> dict[str, Any]:
    """A payment that the organisation entered, charged to nothing."""
    by = System("a test", organisation=owner)
    return {"key": actions.enter(money=make.money(), by=by, once=uuid4()).key}
