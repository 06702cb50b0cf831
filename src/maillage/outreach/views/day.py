"""The adviser's day: whom to see, what was done, how to find a firm."""

from __future__ import annotations

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import Actor, ActorRequest
from maillage.kernel import clock
from maillage.outreach import following
from maillage.outreach.models import Campaign, ListedFirm, ProvisionalFirm, Visit
from maillage.outreach.models.finding import find_firms
from maillage.register.models import Establishment
from maillage.register.outside import by_people

M = TypeVar("M", bound=Model)

PAGE = 20
DONE = 50


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
        "directory_off": by_people.why_off(),
        "to_see": _page(
            to_see.select_related("establishment__legal_unit", "campaign"), PAGE, request, "page"
        ),
        "contacts_due": following.due(actor),
        "done": _page(visits.select_related("establishment__legal_unit"), DONE, request, "faites"),
        "left_behind": _left_behind(actor),
        "pending": _pending(actor),
    }
    return render(request, "outreach/day.html", context)


def _page(rows: QuerySet[M], size: int, request: ActorRequest, key: str) -> Page[M]:
    """The part of a list that the address asks for under this key."""
    return Paginator(rows, size).get_page(request.GET.get(key))


def _pending(actor: Actor) -> QuerySet[ProvisionalFirm]:
    """Firms that one's organisation added by hand, still to be matched."""
    own = ProvisionalFirm.objects.visible_to(actor).pending()
    return own.select_related("establishment__legal_unit")[:PAGE]


def _left_behind(actor: Actor) -> QuerySet[Establishment]:
    """Firms added by hand that a partner matched, and where one's own visits still stand."""
    own = Visit.objects.owned_by(actor).left_behind()
    firms = Establishment.objects.filter(pk__in=own.values("establishment"))
    return firms.select_related("legal_unit", "reconciled_to__legal_unit").order_by("pk")[:PAGE]
