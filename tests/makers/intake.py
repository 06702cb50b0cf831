"""Loads for the walk over every route: common to the instance, or of the organisation that owns them."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.intake.models import Load
from tests.factories import intake as made


def source(owner: Organisation) -> dict[str, Any]:
    """The name of a source that is common to the instance."""
    return {"source": "qpv"}


def load(owner: Organisation) -> dict[str, Any]:
    """An active load."""
    return {"key": made.load(state=Load.State.ACTIVE).key}


def previewed(owner: Organisation) -> dict[str, Any]:
    """A load that waits to be confirmed."""
    return {"key": made.load(state=Load.State.PREVIEWED).key}


def left(owner: Organisation) -> dict[str, Any]:
    """A load that a stopped worker left."""
    return {"key": made.load(state=Load.State.RECEIVED).key}


def reject(owner: Organisation) -> dict[str, Any]:
    """A refused row of an active load."""
    refused = made.reject(made.load(state=Load.State.ACTIVE))
    return {"key": refused.load.key, "number": refused.pk}


def listed(owner: Organisation) -> dict[str, Any]:
    """A list of a load that waits to be confirmed."""
    return {"key": made.load(state=Load.State.PREVIEWED).key, "kind": "new"}


def own_source(owner: Organisation) -> dict[str, Any]:
    """The name of a source that belongs to an organisation."""
    return {"source": "past_acts"}


def own_load(owner: Organisation) -> dict[str, Any]:
    """An active load of past acts."""
    return {"key": made.past_load(owner, state=Load.State.ACTIVE).key}


def own_previewed(owner: Organisation) -> dict[str, Any]:
    """Past acts that wait to be confirmed."""
    return {"key": made.past_load(owner, state=Load.State.PREVIEWED).key}


def own_left(owner: Organisation) -> dict[str, Any]:
    """Past acts that a stopped worker left."""
    return {"key": made.past_load(owner, state=Load.State.RECEIVED).key}


def own_listed(owner: Organisation) -> dict[str, Any]:
    """A list of past acts."""
    return {"key": made.past_load(owner, state=Load.State.PREVIEWED).key, "kind": "new"}


def own_reject(owner: Organisation) -> dict[str, Any]:
    """A refused row of past acts."""
    of = made.past_load(owner, state=Load.State.ACTIVE)
    return {"key": of.key, "number": made.reject(of, row={"siret": "1"}, column="siret").pk}
