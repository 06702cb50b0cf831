"""Pages of what goes out: the outbox, one message, files to hand over; and where signed links land."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as told
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.post import actions, handing, links, readings
from maillage.post.forms import CloseForm, DecisionForm, GatherForm, LookForm
from maillage.post.holding import no_link, refuse_other_sites, sealed
from maillage.post.models import Batch, Message
from maillage.ui.forms import OnceForm

PER_PAGE = 30


def outbox(request: ActorRequest) -> HttpResponse:
    """What one's organisation sends: by state, filtered, the latest first."""
    form = LookForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = readings.looked_for(request.actor, wanted)
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "is_filtered": any(wanted.values()),
        "counts": readings.counts(request.actor),
        "to_hand_over": readings.to_hand_over(request.actor),
        "batches": Batch.objects.visible_to(request.actor).open(),
        "last_round": readings.last_round(),
    }
    return render(request, "post/outbox.html", context, status=422 if form.errors else 200)


def trial(request: ActorRequest) -> HttpResponse:
    """An administrator writes to themself."""
    form = OnceForm(data=request.POST)
    if not form.is_valid():
        raise Invalid(form.errors["once"][0])
    message = actions.send_trial(by=request.actor, once=form.cleaned_data["once"])
    told.success(request, _("A message to %(who)s is queued.") % {"who": message.recipient})
    return redirect("post:message", key=message.key)


def message(request: ActorRequest, key: UUID) -> HttpResponse:
    """One message: where it stands, its life, and what may be decided."""
    everyones = Message.objects.select_related("batch")
    found = get_visible_or_404(everyones, request.actor, key=key)
    form = DecisionForm(data=request.POST or None, message=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.decide(
            message=found, decision=given["decision"], version=given["version"], by=request.actor
        )
        told.success(request, _("Your decision is noted."))
        return redirect("post:message", key=found.key)
    context = {
        "message": found,
        "form": form if form.fields["decision"].choices else None,  # type: ignore[attr-defined]
        "events": found.events.select_related("by"),
    }
    return render(request, "post/message.html", context, status=422 if form.errors else 200)


def gather(request: ActorRequest) -> HttpResponse:
    """Make a file of the letters or the text messages that wait."""
    form = GatherForm(data=request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose what to gather on the page of what goes out."))
    given = form.cleaned_data
    batch = handing.gather(kind=given["kind"], by=request.actor, once=given["once"])
    return redirect("post:batch", key=batch.key)


def batch(request: ActorRequest, key: UUID) -> HttpResponse:
    """A file: take it, once, then say what became of it."""
    every = Batch.objects.select_related("taken_by", "organisation")
    found = get_visible_or_404(every, request.actor, key=key)
    if request.method == "POST":
        taken = handing.take(batch=found, by=request.actor)
        response = HttpResponse(taken.content, content_type=taken.type)
        response["Content-Disposition"] = content_disposition_header(True, taken.name)
        return response
    return _batch(request, found, CloseForm(batch=found))


def close(request: ActorRequest, key: UUID) -> HttpResponse:
    """What became of a file."""
    every = Batch.objects.select_related("taken_by", "organisation")
    found = get_visible_or_404(every, request.actor, key=key)
    form = CloseForm(batch=found, data=request.POST)
    if not form.is_valid():
        return _batch(request, found, form, status=422)
    handed_over = form.cleaned_data["became"] == "handed_over"
    handing.close(batch=found, handed_over=handed_over, by=request.actor)
    told.success(request, _("Your decision is noted."))
    return redirect("post:outbox")


def _batch(request: ActorRequest, found: Batch, form: CloseForm, status: int = 200) -> HttpResponse:
    context = {"batch": found, "form": form, "many": found.messages.count()}
    return render(request, "post/batch.html", context, status=status)


@csrf_exempt  # who holds the link holds the right; the browser's own cookies open nothing here
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where a signed link lands: a page with one button, and what the button does."""
    found = links.find(token)
    if found is None:
        return sealed(no_link(request))
    purpose = links.purpose_of(found)
    if purpose.page != links.ALONE:  # cut short by whoever copied it
        return sealed(redirect(purpose.page, token=token))
    with translation.override(found.language):
        context: dict[str, Any] = {"purpose": purpose, "language": found.language}
        context["detail"] = purpose.detail(found) if purpose.detail else ""
        response: HttpResponseBase | None = None
        if request.method == "POST":
            refuse_other_sites(request, purpose)
            response = links.use(found, request)
            context["is_done"] = True
        context["is_done"] = context.get("is_done") or found.uses >= found.most_uses
        return sealed(response or render(request, "post/link.html", context), found.language)
