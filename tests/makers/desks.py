"""Objects of the routes of desks."""

from __future__ import annotations

from typing import Any

from maillage import register as firms
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.models import Project
from tests.factories import accounts, desks as make, register


def place(owner: Organisation) -> dict[str, Any]:
    """A place where the organisation welcomes people."""
    return {"key": make.place(owner).key}


def session(owner: Organisation) -> dict[str, Any]:
    """A session that an adviser of the organisation holds today."""
    return {"key": make.session(at=make.place(owner)).key}


def session_and_firm(owner: Organisation) -> dict[str, Any]:
    """The same, and a firm of the register, which belongs to nobody."""
    return session(owner) | {"firm": register.establishment().key}


def session_and_project(owner: Organisation) -> dict[str, Any]:
    """The same, and a project leader met there."""
    held = make.session(at=make.place(owner))
    met = make.leader(held).project
    return {"key": held.key, "project": met.key if met else None}


def welcome(owner: Organisation) -> dict[str, Any]:
    """A firm welcomed."""
    return {"key": make.welcome(make.session(at=make.place(owner))).key}


def left_behind(owner: Organisation) -> dict[str, Any]:
    """A welcome of a firm added by hand that was matched since."""
    by = accounts.actor(Role.ADVISER, owner)
    added = firms.add_provisional(name="CHEZ NOUS", commune="59350", by=by)
    found = make.welcome(make.session(by, make.place(owner)), added)
    firms.reconcile(provisional=added, establishment=register.establishment(), by=by)
    return {"key": found.key}


def project(owner: Organisation) -> dict[str, Any]:
    """A project leader that the organisation met."""
    met = make.leader(make.session(at=make.place(owner))).project
    return {"key": met.key if met else None}


def _met(owner: Organisation) -> Project:
    found = make.leader(make.session(at=make.place(owner))).project
    assert found is not None
    return found


def step(owner: Organisation) -> dict[str, Any]:
    """A step of a project."""
    found = _met(owner)
    by = accounts.actor(Role.ADVISER, owner)
    told = actions.note_step(project=found, stage="support", on=found.last_met_on, by=by)
    return {"key": told.key}


def linked_project(owner: Organisation) -> dict[str, Any]:
    """A project that became a firm."""
    found = _met(owner)
    by = accounts.actor(Role.ADVISER, owner)
    firm = make.firm_of(found)
    actions.link_project(project=found, establishment=firm, by=by)
    return {"key": found.key}


def awareness(owner: Organisation) -> dict[str, Any]:
    """An awareness session held by the organisation."""
    return {"key": make.young(at=make.place(owner)).key}
