"""Objects of the routes of prospecting."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.outreach import actions
from tests.factories import accounts, outreach as make, register


def establishment(owner: Organisation) -> dict[str, Any]:
    """A firm of the register, which belongs to nobody."""
    return {"key": register.establishment().key}


def visit(owner: Organisation) -> dict[str, Any]:
    """A visit made by an adviser of the organisation."""
    return {"key": make.visit(accounts.actor(Role.ADVISER, owner)).key}


def photo(owner: Organisation) -> dict[str, Any]:
    """A photograph of a visit made by an adviser of the organisation."""
    return {"key": make.photo(accounts.actor(Role.ADVISER, owner)).key}


def firm(owner: Organisation) -> dict[str, Any]:
    """A firm that an adviser of the organisation added by hand."""
    added = make.firm_added_by_hand(accounts.actor(Role.ADVISER, owner))
    return {"key": added.establishment.key}


def matched_firm(owner: Organisation) -> dict[str, Any]:
    """A firm added by a partner, visited by the organisation, matched by the partner since."""
    partner = accounts.actor()
    added = make.firm_added_by_hand(partner)
    make.visit(accounts.actor(Role.ADVISER, owner), added.establishment)
    actions.reconcile_firm(firm=added, real=register.establishment(), by=partner)
    return {"key": added.establishment.key}


def draft(owner: Organisation) -> dict[str, Any]:
    """A campaign whose list is not frozen."""
    return {"key": make.draft(accounts.actor(Role.SERVICE_MANAGER, owner)).key}


def campaign(owner: Organisation) -> dict[str, Any]:
    """A campaign with one firm on its frozen list."""
    register.establishment()
    return {"key": make.campaign(accounts.actor(Role.SERVICE_MANAGER, owner)).key}


def kept_round(owner: Organisation) -> dict[str, Any]:
    """The round of today of an adviser of the organisation, who acts when a route is asked."""
    adviser = accounts.actor(Role.ADVISER, owner)
    return {"key": make.kept_round(adviser, firms=1).key}


def street(owner: Organisation) -> dict[str, Any]:
    """A street of a campaign of the organisation."""
    return campaign(owner) | {"commune": "59350", "name": "rue-de-lille"}


def followed(owner: Organisation) -> dict[str, Any]:
    """A firm of the portfolio of an adviser of the organisation, who acts when a route is asked."""
    return {"key": make.followed(accounts.actor(Role.ADVISER, owner)).key}


def control(owner: Organisation) -> dict[str, Any]:
    """A sample of the visits of the organisation."""
    return {"key": make.control(accounts.actor(Role.SERVICE_MANAGER, owner)).key}


def controlled(owner: Organisation) -> dict[str, Any]:
    """A visit drawn to be called back."""
    drawn = make.control(accounts.actor(Role.SERVICE_MANAGER, owner))
    return {"key": drawn.lines.get().key}


def kind(owner: Organisation) -> dict[str, Any]:
    """The grid of questions, of which anybody's organisation has its own."""
    return {"kind": "grid"}


def guide(owner: Organisation) -> dict[str, Any]:
    """A draft of the organisation's grid."""
    return {"key": make.draft_guide(accounts.actor(Role.SERVICE_MANAGER, owner)).key}


def signal(owner: Organisation) -> dict[str, Any]:
    """A visit at which difficulties were told to the organisation in confidence."""
    return {"key": make.told_in_confidence(accounts.actor(Role.ADVISER, owner)).key}


def objection(owner: Organisation) -> dict[str, Any]:
    """A firm that told the organisation that it objects to early signals."""
    unit = register.establishment().legal_unit
    told = actions.object_to_signals(unit=unit, by=accounts.actor(Role.ADVISER, owner))
    return {"key": told.key}


def adviser(owner: Organisation) -> dict[str, Any]:
    """Somebody who goes and sees firms for the organisation."""
    person = accounts.actor(Role.ADVISER, owner).person
    assert person is not None
    return {"key": person.key}


def walk(owner: Organisation) -> dict[str, Any]:
    """A street walk that the organisation prepares."""
    return {"key": make.walk(accounts.actor(Role.ADVISER, owner)).key}


def sheet(owner: Organisation) -> dict[str, Any]:
    """The sheet of a walk, for the mayor."""
    return walk(owner) | {"reader": "maire"}
