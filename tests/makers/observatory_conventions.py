"""Objects of the routes of a convention's dashboard, report and publications."""

from __future__ import annotations

from typing import Any

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.conventions.models import Convention
from maillage.figures.models import Publication
from maillage.kernel.identifiers import uuid7
from maillage.kernel.periods import Period
from maillage.observatory import publishing
from tests.factories import accounts, observatory as make
from tests.factories.places import places_loaded


def convention(owner: Organisation) -> dict[str, Any]:
    """A signed convention that the organisation keeps."""
    places_loaded()
    return {"slug": make.convention(owner, accounts.organisation()).slug}


def published(owner: Organisation) -> dict[str, Any]:
    """A signed convention with something published."""
    return {"slug": publish(owner)[0].slug}


def publication(owner: Organisation) -> dict[str, Any]:
    """A publication of a convention that the organisation keeps."""
    return {"key": publish(owner)[1].key}


def publish(owner: Organisation) -> tuple[Convention, Publication]:
    """A convention and the publication of its first year."""
    held = Convention.objects.unscoped(reason="a maker").get(**convention(owner))
    made = publishing.publish(
        convention=held,
        period=Period.parse("2019-04-05..2019-12-31"),
        by=System("a maker", organisation=owner),
        once=str(uuid7()),
    )
    return held, made
