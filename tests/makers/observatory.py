"""Objects of the routes of the pages that read across."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.figures.models import StockVintage
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


def observed_series(owner: Organisation) -> dict[str, Any]:
    """One of the series that other bodies publish of it."""
    return {"territory": _observed(owner), "code": "unemployment_zone"}


def observatory_publishable(owner: Organisation) -> dict[str, Any]:
    """A vintage loaded for the owner's own territory."""
    return {"key": _held(owner).key, "territory": observed.MEL}


def observatory_order(owner: Organisation) -> dict[str, Any]:
    """An order to publish it."""
    return {"key": observed.ordered(_held(owner), owner).key}


def observatory_publication(owner: Organisation) -> dict[str, Any]:
    """A publication of an observatory: everybody's to read."""
    publication = observed.published(_held(owner), owner=owner, reason="a test")
    return {"territory": observed.MEL, "key": publication.key}


def _held(owner: Organisation) -> StockVintage:
    """A vintage of a territory that is the owner's, and nobody else's any more."""
    observed.places_loaded()
    Organisation.objects.filter(siren=observed.MEL).update(siren="")
    Organisation.objects.filter(pk=owner.pk).update(siren=observed.MEL)
    return observed.loaded([observed.MEL], observed.observations()[:200])


def _observed(owner: Organisation) -> str:
    observed.places_loaded()
    vintage = observed.loaded([observed.MEL], observed.observations()[:200])
    if not vintage.publications.exists():
        observed.published(vintage, owner=owner)
    return observed.MEL
