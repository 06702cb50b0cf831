"""The adviser's day: whom to see, what was done, how to find a firm."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.kernel import clock
from maillage.outreach.models import Campaign, ListedFirm, ProvisionalFirm, Visit
from maillage.outreach.models.finding import find_firms

PAGE = 20


def my_day(request: ActorRequest) -> HttpResponse:
    """Firms given to the adviser and not yet seen, today's visits, firms waiting to be matched."""
    actor, today = request.actor, clock.today()
    mine = (
        ListedFirm.objects.visible_to(actor)
        .assigned_to(actor)
        .filter(campaign__in=Campaign.objects.owned_by(actor).open_on(today))
    )
    to_see = mine.not_yet_seen().with_last_attempt().order_by("campaign", "rank")
    visits = Visit.objects.owned_by(actor).made_by(actor, today)
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "today": today,
        "text": text,
        "found": find_firms(text, actor),
        "to_see": Paginator(
            to_see.select_related("establishment__legal_unit", "campaign"), PAGE
        ).get_page(request.GET.get("page")),
        "visits": visits.select_related("establishment__legal_unit")[:50],
        "pending": ProvisionalFirm.objects.visible_to(actor)
        .pending()
        .select_related("establishment__legal_unit")[:PAGE],
    }
    return render(request, "outreach/day.html", context)
