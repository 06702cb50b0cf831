"""The lists of partners, and one list line by line."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop

from maillage.accounts import journal
from maillage.accounts.actors import ActorRequest
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.intake.declared import importer_of
from maillage.intake.permissions import can_load
from maillage.intake.showing import address_of
from maillage.lists import feeding, reading
from maillage.lists.models import RESOURCE, PartnerList
from maillage.lists.permissions import DECIDERS, can_feed

PER_PAGE = 30
SOURCE = "partner_list"


def lists(request: ActorRequest) -> HttpResponse:
    """Every list, with what became of its lines."""
    held = PartnerList.objects.visible_to(request.actor).brought().select_related("organisation")
    page = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    importer = importer_of(SOURCE)
    context = {
        "page": page,
        "rows": reading.counted(list(page), request.actor),
        "load_url": address_of(importer) if can_load(request.actor, importer) else "",
    }
    return render(request, "lists/lists.html", context)


def one_list(request: ActorRequest, key: UUID) -> HttpResponse:
    """One list: which loads brought it, how far it is compared, and each line with what it is."""
    held = PartnerList.objects.select_related("organisation")
    found = get_visible_or_404(held, request.actor, key=key)
    if request.actor.has(Role.AUDITOR):
        journal.read(request.actor, RESOURCE, found.key, found.key, gettext_noop("Audit"))
    view = request.GET.get("lignes", "")
    lines = reading.of_list(found, request.actor)
    comparisons = reading.comparisons(found)
    own = found.organisation_id == request.actor.organisation_id
    context = {
        "list": found,
        "view": view if view in reading.VIEWS else "",
        "page": Paginator(reading.page_of(lines, view), PER_PAGE).get_page(request.GET.get("page")),
        "counted": reading.counted([found], request.actor)[0],
        "comparisons": comparisons,
        "who": reading.loaders(comparisons),
        "may": own and request.actor.has(*DECIDERS),
        "may_feed": can_feed(request.actor, found),
        "firms_told": feeding.firms_told(found) if found.feeds else 0,
    }
    return render(request, "lists/list.html", context)
