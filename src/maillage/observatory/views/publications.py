"""Publishing the figures of a convention, and reading what was published beside today."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.models import Convention
from maillage.figures.models import Publication
from maillage.kernel.errors import Invalid
from maillage.observatory import comparing, permissions, publishing, reading, witness
from maillage.observatory.forms.conventions import PublishForm
from maillage.observatory.preview import preview
from maillage.observatory.views.conventions import one

PAGE = 50


def publications(request: ActorRequest, slug: str) -> HttpResponse:
    """Everything that was published about a convention, newest first."""
    convention = one(request, slug)
    rows = Publication.objects.about(publishing.subject_of(convention))
    rows = rows.select_related("organisation", "revises")
    context = {
        "convention": convention,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_publish": permissions.can_publish(request.actor, convention),
    }
    return render(request, "observatory/publications.html", context)


def publication(request: ActorRequest, key: UUID) -> HttpResponse:
    """What was published; for the parties beside what is known today, with the acts since."""
    found = get_object_or_404(
        Publication.objects.select_related("organisation", "person", "revises"), key=key
    )
    convention = comparing.convention_of(found, request.actor)
    if convention is None:
        raise Http404
    live = permissions.can_read_live(request.actor, convention)
    context = {
        "publication": found,
        "revised_by": found.revisions.order_by("published_at").last(),
        "convention": convention,
        "compared": comparing.compared_lines(found, request.actor) if live else None,
        "lines": comparing.public_lines(found),
        "revised": comparing.revised_lines(found),
        "period": publishing.period_of(found),
        "heads": witness.named(found.heads),
        "may_publish": permissions.can_publish(request.actor, convention),
    }
    return render(request, "observatory/publication.html", context)


def publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Choose the days, read what the public will read, then publish."""
    found = get_visible_or_404(
        Convention.objects.select_related("keeper"), request.actor, slug=slug
    )
    if not permissions.can_publish(request.actor, found):
        raise Http404
    days = publishing.proposed(reading.life(found)) | request.GET.dict()
    form = kept.bind(request, PublishForm, initial=days)
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            if "publish" in request.POST:
                made = publishing.publish(convention=found, by=request.actor, **form.order())
                messages.success(request, _("The figures are published."))
                return redirect("observatory:publication", key=made.key)
            shown = preview(found, form.period(), request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
    context = {"convention": found, "form": form, "lines": shown}
    status = 422 if form.errors else 200
    return render(request, "observatory/publish.html", context, status=status)
