"""Photographs of a visit: added from its page or from the phone, shown, removed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.intake.pictures import TYPES
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions
from maillage.outreach.forms.photos import PhotoForm
from maillage.outreach.models import Visit, VisitPhoto
from maillage.outreach.views.phone import check_person
from maillage.outreach.views.visits import own_visit, page_of


def add_photo(request: ActorRequest, key: UUID) -> HttpResponse:
    """Add one to a visit; a file that is refused is told on the page it came from."""
    found = own_visit(request, key)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _keep(request, found, form)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect(f"{reverse('outreach:visit', args=[key])}#photos")
    return page_of(request, found, form)


def send_photo(request: ActorRequest) -> HttpResponse:
    """A photograph that waited on a phone for its visit: kept once by its key, then confirmed by that very key."""
    check_person(request, _("This photograph waits for the person who took it."))
    own = Visit.objects.owned_by(request.actor).filter(adviser=request.actor.person)
    found = own.filter(once=request.POST.get("visit", "")).first()
    if found is None:
        raise Conflict(_("The visit of this photograph is not recorded yet."))
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        errors = {name: " ".join(map(str, told)) for name, told in form.errors.items()}
        raise Invalid(_("This photograph did not arrive whole."), fields=errors)
    return JsonResponse({"once": _keep(request, found, form).once})


def _keep(request: ActorRequest, found: Visit, form: PhotoForm) -> VisitPhoto:
    once = str(form.cleaned_data["once"])
    return actions.add_photo(visit=found, data=form.data_sent(), once=once, by=request.actor)


def photo(request: ActorRequest, key: UUID) -> HttpResponse:
    """The image, under no name and no type but ours."""
    found = get_visible_or_404(VisitPhoto.objects.all(), request.actor, key=key)
    if not found.data:
        raise Http404
    answer = HttpResponse(bytes(found.data), content_type=TYPES[found.kind])
    answer["Content-Disposition"] = f'inline; filename="photo.{found.kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def remove_photo(request: ActorRequest, key: UUID) -> HttpResponse:
    """Remove one, once it was asked for sure."""
    of_visit = VisitPhoto.objects.select_related("visit__establishment__legal_unit").defer("data")
    own = of_visit.filter(visit__organisation_id=request.actor.organisation_id).kept()
    found = get_visible_or_404(own, request.actor, key=key)
    if "sure" in request.POST:
        actions.remove_photo(photo=found, by=request.actor)
        messages.success(request, _("The photograph is removed."))
        return redirect("outreach:visit", key=found.visit.key)
    return render(request, "outreach/photo_remove.html", {"photo": found, "visit": found.visit})
