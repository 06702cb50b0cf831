"""Founding, whichever door one came by: the instance begins and its key is spent."""

from __future__ import annotations

from typing import Any

from maillage.accounts import founding
from maillage.accounts.actors import System
from maillage.accounts.models import Membership
from maillage.site.first_day import key

REASON = "the instance is founded by whoever holds the machine"


def begin(**given: Any) -> Membership:
    """The instance begins, or refuses and stays empty (`founding.found`)."""
    membership = founding.found(by=System(REASON), **given)
    key.spend()
    return membership
