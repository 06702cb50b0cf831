"""Objects of the register for the walk over every route."""

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import register as firms


def load(owner: Organisation) -> dict[str, Any]:
    """A load of Sirene files; it belongs to nobody."""
    return {"key": firms.load_active().key}
