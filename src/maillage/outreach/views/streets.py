"""The streets of a campaign: which are covered, and one of them door by door."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.outreach import permissions, progress, walking
from maillage.outreach.models import Campaign, ways
from maillage.outreach.streets import called
from maillage.ui.charts import street_strip
from maillage.ui.csvout import csv_response

PAGE = 50


def streets(request: ActorRequest, key: UUID) -> HttpResponse:
    """How far each street of a frozen list is covered."""
    found = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    commune, left = _filters(request.GET)
    rows = _rows(request, found)
    context = {
        "campaign": found,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "towns": progress.towns_of(found, request.actor),
        "commune": commune,
        "left": left,
        "query": request.GET.urlencode(),
    }
    return render(request, "outreach/streets.html", context)


def streets_csv(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same streets, to take away."""
    found = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    rows = walking.street_lines(_rows(request, found))
    name = _("streets")
    return csv_response(f"{name}.csv", walking.streets_header(), rows)


def _filters(given: Mapping[str, str]) -> tuple[str, bool]:
    return given.get("commune", "")[:5], given.get("reste", "") == "oui"


def _rows(request: ActorRequest, campaign: Campaign) -> list[walking.Covered]:
    commune, left = _filters(request.GET)
    rows = walking.covered(campaign, request.actor, commune)
    return [one for one in rows if one.left] if left else rows


def street(request: ActorRequest, key: UUID, commune: str, name: str) -> HttpResponse:
    """A street door by door: a strip with both its sides, and the same in a table."""
    campaign = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    found = _doors(request, campaign, commune, name)
    may = permissions.can_report_visit(request.actor)
    title = f"{called(name)}, {places.commune_name(commune)}"
    strip = street_strip(
        walking.drawn(found, may_report=may),
        {sign: str(words) for sign, words in walking.WORDS.items()},
        title=title,
    )
    context = {
        "campaign": campaign, "title": title, "strip": strip, "doors": found, "may_report": may,
        "unnumbered": [one for one in found if not one.number.value],
        "commune": commune, "name": name,
    }  # fmt: skip
    return render(request, "outreach/street.html", context)


def street_csv(request: ActorRequest, key: UUID, commune: str, name: str) -> HttpResponse:
    """The same doors, to take away."""
    campaign = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    found = _doors(request, campaign, commune, name)
    name = _("street")
    return csv_response(f"{name}.csv", walking.doors_header(), walking.door_lines(found))


def _doors(
    request: ActorRequest, campaign: Campaign, commune: str, name: str
) -> list[walking.Door]:
    """The doors of a street that an address names; a street without a door is none."""
    found = walking.doors(campaign, ways.reference(commune, name), request.actor)
    if not found:
        raise Http404
    return found
