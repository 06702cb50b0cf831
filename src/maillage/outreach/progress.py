"""How far a campaign went: every number asked of the figures, lists read as lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from maillage import figures, places
from maillage.accounts.actors import Actor
from maillage.figures import Answer
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.outreach import streets
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.targets import Target

COMPLETENESS = "outreach.visit_completeness"


@dataclass(frozen=True, slots=True)
class Street:
    """The firms of a list in one street."""

    name: str
    commune: str
    lines: list[ListedFirm]


def territory_name(campaign: Campaign) -> str:
    """The territory a campaign goes over, as it is called."""
    day = min(clock.today(), campaign.ends_on)
    try:
        return places.perimeter(campaign.territory, day).name
    except places.UnknownTerritory:
        return campaign.territory


def figures_of(campaign: Campaign) -> dict[str, Any]:
    """What the campaign's page shows, all in the figures' own words and numbers."""
    kept = figures.Filter(schemes=(campaign.scheme,))
    days = Period(campaign.starts_on, campaign.ends_on)
    completeness, success, prospected, outcomes, communes = figures.answer(
        [
            figures.Question(COMPLETENESS, kept),
            figures.Question("outreach.contact_success", kept),
            figures.Question("outreach.firms_prospected", kept),
            figures.Question("outreach.attempts_closed", kept, by="kind"),
            figures.Question(COMPLETENESS, kept, by="commune"),
        ]
    )
    return {
        "completeness": completeness,
        "success": success,
        "prospected": prospected,
        "outcomes": outcomes,
        "communes": communes,
        "pace": days.elapsed(clock.today()),
        "state": _pace(completeness, days.elapsed(clock.today())),
    }


def _pace(answer: Answer, elapsed: float) -> str:
    if answer.value is None or answer.value >= elapsed:
        return "ontrack"
    return "late"


def by_commune(aimed: Iterable[Target]) -> list[tuple[str, int]]:
    """How many firms a query finds in each commune, before any list exists."""
    found = Counter(target.commune for target in aimed)
    names = places.commune_names(found)
    return sorted((names[code], count) for code, count in found.items())


def towns_of(campaign: Campaign, actor: Actor) -> list[tuple[str, str]]:
    """The communes of a frozen list, by name."""
    lines = ListedFirm.objects.visible_to(actor).filter(campaign=campaign).order_by()
    codes = lines.values_list("commune", flat=True).distinct()
    return sorted(places.commune_names(codes).items(), key=lambda item: item[1])


def by_street(lines: Iterable[ListedFirm]) -> list[Street]:
    """A page of a list, cut street by street; undisclosed firms stand apart, without address."""
    rows = list(lines)
    names = places.commune_names({line.commune for line in rows})

    def street(line: ListedFirm) -> tuple[str, str]:
        place = line.establishment
        known = streets.called(place.street) if place.is_open else ""
        return known or _("Address not known"), line.commune

    return [
        Street(name, names.get(commune, commune), list(group))
        for (name, commune), group in groupby(rows, key=street)
    ]
