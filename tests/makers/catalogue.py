"""Objects of the routes of the catalogue."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import catalogue as make, register


def entry(owner: Organisation) -> dict[str, Any]:
    """An entry that the organisation wrote."""
    return {"key": make.entry(make.keeper(owner)).key}


def establishment(owner: Organisation) -> dict[str, Any]:
    """A firm of the register, which belongs to nobody."""
    return {"key": register.establishment().key}
