"""Objects of the routes of lists of partners."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import lists as make, register


def _pair(owner: Organisation) -> Any:
    return make.doubtful(
        make.manager(owner), register.establishment(), holder=owner.name
    )[0]  # fmt: skip


def partner_list(owner: Organisation) -> dict[str, Any]:
    """A list that the organisation loaded, with a line to decide on."""
    return {"key": _pair(owner).line.of.key}


def match(owner: Organisation) -> dict[str, Any]:
    """A pair that waits for a decision of the organisation."""
    return {"key": _pair(owner).key}
