"""The last visits of the story have photographs: drawn, then added by who made the visit, as their phone sends them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.outreach import actions
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Mode, Outcome
from maillage.site.demo import shopfronts
from maillage.site.demo.agreement import NAMESPACE
from maillage.site.demo.field import colleagues

if TYPE_CHECKING:
    from datetime import date

    from maillage.site.demo.story import Story

VISITS = 6
REPLAYED = System("the demonstration plays its photographs")


def write_calendar(story: Story, day: date) -> None:
    """In the evening, once the network is good."""
    story.on(day, 19, lambda: _photograph(story))


def _photograph(story: Story) -> None:
    """One to three of each of the last firms seen at their door."""
    chamber = story.partners["cma"]
    advisers = {one.person: one for one in colleagues(chamber, Role.ADVISER)}
    seen = Visit.objects.visible_to(REPLAYED).filter(
        organisation=chamber, adviser__in=advisers, mode=Mode.VISIT, outcome=Outcome.DONE,
        cancelled_at__isnull=True,
    )  # fmt: skip
    last = seen.select_related("adviser", "organisation").order_by("-occurred_on", "-pk")
    for rank, visit in enumerate(last[:VISITS]):
        shop = str(visit.once or visit.key)
        for view in range(1 + rank % len(shopfronts.DOORS)):
            data = shopfronts.jpeg(shopfronts.front(shop, view))
            once = str(uuid.uuid5(NAMESPACE, f"photograph {view} {shop}"))
            actions.add_photo(visit=visit, data=data, once=once, by=advisers[visit.adviser])
