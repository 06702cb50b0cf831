"""Publishing an observatory: what each loaded vintage would say, the order given to the worker, what was published."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language

from maillage import places
from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.figures.models import Publication, PublicationOrder
from maillage.figures.observations import guarding
from maillage.figures.secrecy import CLASSES
from maillage.kernel.errors import Invalid
from maillage.observatory import (
    awaiting,
    observed,
    observed_changes,
    ordering,
    permissions,
    witness,
)
from maillage.observatory.forms.observed_publishing import PublishObservatoryForm

VINTAGES, PAGE = 5, 50


def vintages(request: ActorRequest) -> HttpResponse:
    """The vintages that are loaded, and of which territories they may be published."""
    page = Paginator(awaiting.loaded(), VINTAGES).get_page(request.GET.get("page"))
    context = {"page": page, "vintages": awaiting.told(page, request.actor)}
    return render(request, "observatory/observed/vintages.html", context)


def publish(request: ActorRequest, key: UUID, territory: str) -> HttpResponse:
    """What a vintage would publish of a territory, beside what everybody reads; then the order."""
    vintage = get_object_or_404(awaiting.loaded(), key=key)
    if territory not in vintage.territories or not permissions.can_publish_observatory(
        request.actor, territory
    ):
        raise Http404
    newest = observed.newest(territory)
    initial = {"seen": str(newest.key) if newest else ""}
    form = kept.bind(request, PublishObservatoryForm, initial=initial, is_first=newest is None)
    if request.method == "POST" and form.is_valid():
        try:
            made = ordering.order(
                territory=territory, vintage=vintage, by=request.actor, **form.order()
            )
            return redirect("observatory:observatory_order", key=made.key)
        except Invalid as refusal:
            form.refuse(refusal)
    context = {"form": form, "vintage": vintage, "newest": newest,
               "perimeter": places.perimeter(territory, vintage.as_of),
               "changes": observed_changes.compare(vintage, territory, newest.vintage if newest else None),
               "is_guarded": guarding.is_guarded(vintage, territory),
               "rule": CLASSES["statistical"].words}  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "observatory/observed/publish.html", context, status=status)


def order(request: ActorRequest, key: UUID) -> HttpResponse:
    """How far an order is; asked again when nobody is at it."""
    orders = PublicationOrder.objects.select_related("vintage", "person", "organisation", "made")
    found = get_object_or_404(orders, key=key)
    territory = observed.territory_of(found.subject)
    if not permissions.can_publish_observatory(request.actor, territory):
        raise Http404
    if request.method == "POST":
        ordering.ask_again(order=found, by=request.actor)
        return redirect("observatory:observatory_order", key=found.key)
    shown = awaiting.Order(found)
    context = {
        "order": found,
        "shown": shown,
        "refusal": shown.refusal(get_language() or ""),
        "perimeter": places.perimeter(territory, found.vintage.as_of),
    }
    return render(request, "observatory/observed/order.html", context)


def publications(request: ActorRequest, territory: str) -> HttpResponse:
    """Everything that was published of a territory, newest first."""
    newest = _newest(territory)
    rows = Publication.objects.about(newest.subject).filter(vintage__isnull=False)
    rows = rows.select_related("vintage", "organisation", "person")
    rows = rows.defer("heads", "vintage__lacking", "vintage__ranks")
    context = {
        "perimeter": places.perimeter(territory, newest.vintage.as_of),  # type: ignore[union-attr]
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "newest": newest,
        "may_publish": permissions.can_publish_observatory(request.actor, territory),
    }
    return render(request, "observatory/observed/publications.html", context)


def publication(request: ActorRequest, territory: str, key: UUID) -> HttpResponse:
    """One publication: who, when, from which files and definitions, what it changed, its seal."""
    newest = _newest(territory)
    rows = Publication.objects.about(newest.subject).filter(vintage__isnull=False)
    rows = rows.select_related("vintage", "organisation", "person", "revises__vintage")
    found = get_object_or_404(rows, key=key)
    before = found.revises.vintage if found.revises else None
    context = {
        "publication": found,
        "is_newest": found == newest,
        "perimeter": places.perimeter(territory, found.vintage.as_of),  # type: ignore[union-attr]
        "changes": observed_changes.of(found, before),
        "heads": witness.named(found.heads),
        "rule": CLASSES["statistical"].words,
    }
    return render(request, "observatory/observed/publication.html", context)


def _newest(territory: str) -> Publication:
    newest = observed.newest(territory)
    if newest is None:
        raise Http404
    return newest
