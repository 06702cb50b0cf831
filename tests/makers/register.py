"""Objects of the routes of the register."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import register as make


def craft_list(owner: Organisation) -> dict[str, Any]:
    """A list of craft activities that the organisation published; everybody reads it."""
    return {"key": make.craft_list(owner).key}
