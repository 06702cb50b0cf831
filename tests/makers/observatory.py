"""Objects of the routes of the pages that read across."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import drifting, register
from tests.makers.observatory_conventions import convention, publication, published

__all__ = ["convention", "publication", "published"]


def enterprise(owner: Organisation) -> dict[str, Any]:
    """A firm of the register, which belongs to nobody."""
    return {"key": register.establishment().legal_unit.key}


def establishment(owner: Organisation) -> dict[str, Any]:
    """One of its places."""
    return {"key": register.establishment().key}


def drift(owner: Organisation) -> dict[str, Any]:
    """An act that the owner keeps and that the register now tells otherwise."""
    return {"sign": drifting.one(owner).sign}


def requalification(owner: Organisation) -> dict[str, Any]:
    """A decision of the owner on such an act."""
    return {"key": drifting.decided(owner).key}


def indicator(owner: Organisation) -> dict[str, Any]:
    """A figure; its definition belongs to nobody."""
    return {"code": "outreach.firms_prospected"}
