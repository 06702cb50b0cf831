"""Firms that the register does not know yet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.outreach import actions
from maillage.outreach.forms.firms import FirmForm, MatchForm, told
from maillage.outreach.models import ProvisionalFirm, Visit
from maillage.outreach.models.finding import find_firms
from maillage.register.models import Establishment
from maillage.register.outside import by_people


def add_firm(request: ActorRequest) -> HttpResponse:
    """Add a firm by the sign over its door, or as a directory tells of its SIRET, then report the visit."""
    siret = request.GET.get("siret", "")[:20]
    look = by_people.look_at(request.actor, siret) if siret and request.method == "GET" else None
    form = kept.bind(request, FirmForm, initial=told(look) if look else None)
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            firm = actions.add_unknown_firm(sign=form.sign(), by=request.actor, once=once)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect(_then(request, firm.key))
    status = 422 if form.errors else 200
    context = {"form": form, "look": look, "siret": siret, "directory_off": by_people.why_off()}
    context["then"] = request.GET.get("then", "")
    return render(request, "outreach/firm_form.html", context, status=status)


def _then(request: ActorRequest, key: UUID) -> str:
    """Where the firm goes on to: the page that sent here for it (`then`, on this site), else its visit."""
    back = request.GET.get("then", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return f"{back}{key}/"
    return reverse("outreach:new_visit", kwargs={"key": key})


def match_firm(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say which firm of the register a firm added by hand turns out to be."""
    firms = ProvisionalFirm.objects.select_related("establishment__legal_unit")
    firm = get_visible_or_404(firms, request.actor, establishment__key=key)
    form = MatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        real = get_object_or_404(Establishment, key=form.cleaned_data["establishment"])
        moved = actions.reconcile_firm(firm=firm, real=real, by=request.actor)
        said = _("Matched with %(firm)s; visits moved: %(count)s.")
        messages.success(request, said % {"firm": real.display_name, "count": moved})
        return redirect("outreach:my_day")
    text = request.GET.get("q", firm.siret or firm.establishment.display_name).strip()[:100]
    found = [place for place in find_firms(text, request.actor) if not place.provisional]
    context = {"firm": firm, "form": form, "text": text, "found": found}
    status = 422 if form.errors else 200
    return render(request, "outreach/firm_match.html", context, status=status)


def follow_match(request: ActorRequest, key: UUID) -> HttpResponse:
    """A partner matched a firm added by hand: one's own visits of it move too."""
    own = Visit.objects.owned_by(request.actor).left_behind().filter(establishment__key=key)
    visit = own.select_related("establishment__reconciled_to__legal_unit").first()
    if visit is None:
        raise Http404
    real = visit.establishment.reconciled_to
    moved = actions.follow_match(establishment=visit.establishment, by=request.actor)
    said = _("Matched with %(firm)s; visits moved: %(count)s.")
    messages.success(request, said % {"firm": real, "count": moved})
    return redirect("outreach:my_day")
