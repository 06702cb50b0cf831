"""Objects of the routes of accounts."""

from __future__ import annotations

from typing import Any

from maillage.accounts import inviting
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from tests.factories import accounts as make


def membership(owner: Organisation) -> dict[str, Any]:
    """A colleague in the organisation."""
    return {"key": make.person(organisation=owner).memberships.get().key}


def share(owner: Organisation) -> dict[str, Any]:
    """Something the organisation shares."""
    return {"key": make.share(owner, make.organisation(), "visits").key}


def organisation(owner: Organisation) -> dict[str, Any]:
    """The organisation itself."""
    return {"key": owner.key}


def invitation(owner: Organisation) -> dict[str, Any]:
    """An invitation to join the organisation that waits for an answer."""
    by = make.actor(Role.ADMINISTRATOR, owner)
    return {
        "key": inviting.invite(email="lea@example.org", name="Léa", role=Role.ADVISER, by=by).key
    }


def reset_link(owner: Organisation) -> dict[str, Any]:
    """A link to choose a new password, which has served already."""
    return {"uidb36": "1", "key": "served-already"}
