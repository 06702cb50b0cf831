"""Objects of the routes of cohorts."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.cohorts.importers.cohort import SOURCE
from maillage.intake.models import Load
from tests.factories import cohorts as make, intake


def programme(owner: Organisation) -> dict[str, Any]:
    """A programme of the organisation, which hands its own lists in too."""
    return {"key": make.programme(owner, owner, name=f"Programme {owner.pk}").key}


def deposit(owner: Organisation) -> dict[str, Any]:
    """A list that the organisation handed in, and that waits to be confirmed."""
    return {
        "key": intake.load(source=SOURCE, organisation=owner.pk, state=Load.State.PREVIEWED).key
    }
