"""Objects of the routes of what goes out."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.post.models import State
from tests.factories import post as make


def message(owner: Organisation) -> dict[str, Any]:
    """A message of the organisation that waits for a decision."""
    return {"key": make.standing(State.UNCERTAIN, owner).key}


def batch(owner: Organisation) -> dict[str, Any]:
    """A file of letters of the organisation."""
    return {"key": make.batch(owner).key}


def link(owner: Organisation) -> dict[str, Any]:
    """A link, which belongs to whoever holds it."""
    return {"token": make.token()}
