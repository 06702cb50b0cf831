"""Objects of the routes of the pages that read across."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from tests.factories import drifting, firmside, observed, register
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
    return {"sign": drifting.unlike_any_other(owner).sign}


def requalification(owner: Organisation) -> dict[str, Any]:
    """A decision of the owner on such an act."""
    return {"key": drifting.decided(owner).key}


def firm_link(owner: Organisation) -> dict[str, Any]:
    """A link, which belongs to whoever holds it."""
    return {"token": firmside.token()}


def firm_access(owner: Organisation) -> dict[str, Any]:
    """A link that the owner handed to a firm."""
    return {"key": firmside.access(owner).key}


def firm_request(owner: Organisation) -> dict[str, Any]:
    """What a firm asks of the owner."""
    return {"key": firmside.request(owner).key}


def indicator(owner: Organisation) -> dict[str, Any]:
    """A figure; its definition belongs to nobody."""
    return {"code": "outreach.firms_prospected"}


def observed_territory(owner: Organisation) -> dict[str, Any]:
    """A territory whose observatory is published: everybody's to read."""
    return {"territory": _observed(owner)}


def observatory(owner: Organisation) -> dict[str, Any]:
    """One of its observatories."""
    return {"territory": _observed(owner), "slug": "proximite"}


def _observed(owner: Organisation) -> str:
    observed.places_loaded()
    vintage = observed.loaded([observed.MEL], observed.observations()[:200])
    if not vintage.publications.exists():
        observed.published(vintage, owner=owner)
    return observed.MEL
