"""A visit: reported, read, set right, cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import journal, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions, permissions
from maillage.outreach.forms.visits import CancelForm, CorrectForm, VisitForm, initial_of
from maillage.outreach.lines import corrections_of
from maillage.outreach.models import Campaign, ListedFirm, Visit
from maillage.outreach.models.visits import RESOURCE, VisitQuerySet
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit
from maillage.ui.forms import Form


def new_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Report a visit or a call, at the firm's door, in a dozen taps."""
    firms = Establishment.objects.select_related("legal_unit")
    firm = get_object_or_404(firms, key=key, reconciled_to=None)
    form = kept.bind(request, VisitForm, campaigns=_campaigns_of(request, firm))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data.get(name) for name in ("note", "note_level", "campaign")}
        try:
            visit = actions.report_visit(
                establishment=firm,
                facts=form.facts(),
                by=request.actor,
                once=str(form.cleaned_data["once"]),
                **given,  # type: ignore[arg-type]
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded: %(firm)s.") % {"firm": firm.display_name})
            return redirect(f"{reverse('outreach:my_day')}#{visit.key}")
    last = _last_visit(request, firm)
    return _answer(request, "outreach/visit_form.html", form, firm=firm, last=last)


def _campaigns_of(request: ActorRequest, firm: Establishment) -> object:
    """The open campaigns of one's organisation that list the firm; none: nothing is asked."""
    listed = ListedFirm.objects.visible_to(request.actor).filter(legal_unit=firm.legal_unit_id)
    campaigns = Campaign.objects.owned_by(request.actor).open_on(clock.today())
    found = campaigns.filter(pk__in=listed.values("campaign"))
    return found if found.exists() else None


def _last_visit(request: ActorRequest, firm: Establishment) -> Visit | None:
    visits = Visit.objects.visible_to(request.actor).standing()
    return visits.filter(establishment=firm, outcome="done").first()


def _readable() -> VisitQuerySet:
    return Visit.objects.select_related(
        "establishment__legal_unit", "organisation", "adviser", "campaign"
    )


def visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """What was done and heard, as far as the reader may know, and what was corrected since."""
    actor = request.actor
    found = get_visible_or_404(_readable(), actor, key=key)
    themes = [t for t in found.themes if permissions.can_read_theme(actor, found, t)]
    context = {
        "visit": found,
        "themes": found.labels_of(themes),
        "themes_hidden": len(found.themes) - len(themes),
        "partners": permissions.can_read_partner_note(actor, found),
        "confidential": permissions.can_read_confidential_note(actor, found),
        "may_correct": permissions.can_correct_visit(actor, found),
        "corrections": corrections_of(found, actor),
    }
    return render(request, "outreach/visit.html", context)


def confidential(request: ActorRequest, key: UUID) -> HttpResponse:
    """The confidential note of a visit; the reading is written down."""
    own = _readable().filter(organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own, request.actor, key=key)
    firm = found.establishment.legal_unit.key
    journal.read(request.actor, RESOURCE, found.key, firm, _("Confidential note of a visit"))
    return render(request, "outreach/confidential.html", {"visit": found})


def correct_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set one's own visit right, with the reason; a stale edit shows both texts."""
    own = _readable().filter(organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own, request.actor, key=key)
    present = _present_text(request, found)
    form = kept.bind(request, CorrectForm, initial=present)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if form.is_stale(found.version) and found.cancelled_at is None:
            back = reverse("outreach:correct_visit", kwargs={"key": key})
            return stale_edit(request, form, current=present, version=found.version, back=back)
        given = {"reason": form.cleaned_data["reason"], "notes": form.notes()}
        try:
            actions.correct_visit(
                visit=found, facts=form.facts(), version=version, by=request.actor, **given
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:visit", key=key)
    return _answer(request, "outreach/visit_correct.html", form, visit=found)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)


def _present_text(request: ActorRequest, found: Visit) -> dict[str, Any]:
    """What a correction starts from; showing a confidential note there is a reading like another."""
    if found.note_confidential:
        firm = found.establishment.legal_unit.key
        journal.read(request.actor, RESOURCE, found.key, firm, _("Correction of a visit"))
    return initial_of(found)


def cancel_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel one's own visit, with the reason."""
    own = _readable().filter(organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own, request.actor, key=key)
    form = kept.bind(request, CancelForm)
    if request.method == "POST" and form.is_valid():
        actions.cancel_visit(visit=found, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("The visit is cancelled: it counts no more."))
        return redirect("outreach:visit", key=key)
    return _answer(request, "outreach/visit_cancel.html", form, visit=found)
