"""A visit: reported, read, set right, cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import journal, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs.models import Need
from maillage.needs.models.needs import NeedQuerySet
from maillage.outreach import actions, permissions
from maillage.outreach.actions.answers import Heard, signal_of
from maillage.outreach.actions.photos import MOST
from maillage.outreach.acts import SOURCE_VISIT
from maillage.outreach.forms.photos import PhotoForm
from maillage.outreach.forms.visits import CancelForm, CorrectForm, VisitForm, initial_of
from maillage.outreach.lines import corrections_of
from maillage.outreach.models import Campaign, Guide, ListedFirm, Signal, Visit, VisitPhoto
from maillage.outreach.models.distress import objects_to_signals
from maillage.outreach.models.guides import GuideQuerySet
from maillage.outreach.models.visits import RESOURCE, VisitQuerySet
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit
from maillage.ui.forms import Form


def new_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Report a visit or a call, at the firm's door, in a dozen taps."""
    firm = firm_of(key)
    form = kept.bind(request, VisitForm, **asked_of(request, firm))
    if request.method == "POST" and form.is_valid():
        try:
            visit = report(request, firm, form)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded: %(firm)s.") % {"firm": firm.display_name})
            return redirect(f"{reverse('outreach:my_day')}#{visit.key}")
    last = _last_visit(request, firm)
    return _answer(request, "outreach/visit_form.html", form, firm=firm, last=last)


def report(request: ActorRequest, firm: Establishment, form: VisitForm) -> Visit:
    """What a form that holds together says, given to the one action."""
    given = {name: form.cleaned_data.get(name) for name in ("note", "note_level", "campaign")}
    return actions.report_visit(
        establishment=firm,
        facts=form.facts(),
        by=request.actor,
        heard=form.heard(),
        once=str(form.cleaned_data["once"]),
        **given,  # type: ignore[arg-type]
    )


def firm_of(key: UUID) -> Establishment:
    """A firm that a load tells of; one added by hand and matched since is the firm of the register.

    So a colleague who matches a firm takes nothing from who is writing a visit of it.
    """
    places = Establishment.objects.select_related("legal_unit", "reconciled_to__legal_unit")
    place = get_object_or_404(places, key=key)
    firm = place.reconciled_to or place
    if not Establishment.objects.known().filter(pk=firm.pk).exists():
        raise Http404
    return firm


def asked_of(request: ActorRequest, firm: Establishment) -> dict[str, Any]:
    """What the form of a visit asks: for which campaign, by which grid, and nothing that the firm objects to.

    A form that waited on a phone keeps the version of the grid that it was opened with.
    """
    guides = Guide.objects.visible_to(request.actor)
    told = request.POST.get("grid", "")
    guide = _of_key(guides.published(), told) if told else guides.in_use(Guide.Kind.GRID)
    organisation = request.actor.organisation_id or 0
    discreet = guide is not None and objects_to_signals(firm.legal_unit_id, organisation)
    return {**campaigns_for(request, firm), "guide": guide, "discreet": discreet}


def _of_key(guides: GuideQuerySet, told: str) -> Guide | None:
    try:
        return guides.filter(kind=Guide.Kind.GRID, key=UUID(told)).first()
    except ValueError:
        return None


def campaigns_for(request: ActorRequest, firm: Establishment) -> dict[str, Any]:
    """The open campaigns of one's organisation, and which of them list the firm."""
    campaigns = Campaign.objects.owned_by(request.actor).open_on(clock.today())
    listed = ListedFirm.objects.visible_to(request.actor).filter(
        legal_unit=firm.legal_unit_id, campaign__in=campaigns
    )
    return {"campaigns": campaigns, "listing": set(listed.values_list("campaign", flat=True))}


def _last_visit(request: ActorRequest, firm: Establishment) -> Visit | None:
    visits = Visit.objects.visible_to(request.actor).standing()
    return visits.filter(establishment=firm, outcome="done").first()


def _readable() -> VisitQuerySet:
    return Visit.objects.select_related(
        "establishment__legal_unit", "organisation", "adviser", "campaign", "grid"
    )


def visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """What was done and heard, as far as the reader may know, and what was corrected since."""
    found = get_visible_or_404(_readable(), request.actor, key=key)
    if request.actor.has(Role.AUDITOR):
        _write_down(request, found, _("Audit"))
    return page_of(request, found, PhotoForm())


def page_of(request: ActorRequest, found: Visit, photo: PhotoForm) -> HttpResponse:
    """The page of a visit, with the form that adds a photograph to it."""
    actor = request.actor
    themes = [t for t in found.themes if permissions.can_read_theme(actor, found, t)]
    context = {
        "visit": found,
        "themes": found.labels_of(themes),
        "needs": _needs_of(found, actor),
        "themes_hidden": len(found.themes) - len(themes),
        "partners": permissions.can_read_partner_note(actor, found),
        "confidential": permissions.can_read_confidential_note(actor, found),
        "said": list(found.grid.grid.told(found.answers)) if found.grid else [],
        "reads_signals": permissions.can_read_signals(actor, found),
        "signal": Signal.objects.visible_to(actor).filter(visit=found).first(),
        "may_correct": permissions.can_correct_visit(actor, found),
        "corrections": corrections_of(found, actor),
        "off_list": _is_off_list(found),
        **_photos_of(found, actor),
    }
    return _answer(request, "outreach/visit.html", photo, **context)


def _photos_of(found: Visit, actor: Actor) -> dict[str, Any]:
    """The photographs that the reader may see, and whether one may be added or removed."""
    shown = list(VisitPhoto.objects.visible_to(actor).of(found).told())
    return {
        "photos": shown,
        "may_add_photo": permissions.can_correct_visit(actor, found) and len(shown) < MOST,
        "may_remove_photo": permissions.can_remove_photo(actor, found),
    }


def _needs_of(found: Visit, actor: Actor) -> NeedQuerySet:
    """The needs heard at it that the reader may open."""
    heard = Need.objects.visible_to(actor).heard_in(SOURCE_VISIT, found.key)
    return heard.standing().with_state().order_by("pk")


def _is_off_list(found: Visit) -> bool:
    """Whether the visit was made within a campaign whose frozen list has not the firm."""
    if found.campaign_id is None:
        return False
    lines = ListedFirm.objects.unscoped(reason="whether the firm of a visit in hand is listed")
    return not lines.filter(campaign=found.campaign_id, legal_unit=found.legal_unit_id).exists()


def confidential(request: ActorRequest, key: UUID) -> HttpResponse:
    """The confidential note of a visit; the reading is written down."""
    found = get_visible_or_404(_readable(), request.actor, key=key)
    if not permissions.can_read_confidential_note(request.actor, found):
        raise Http404
    _write_down(request, found, gettext_noop("Confidential note of a visit"))
    return render(request, "outreach/confidential.html", {"visit": found})


def _write_down(request: ActorRequest, found: Visit, why: str) -> None:
    """The reading goes into the journal, under the firm that may ask who read about it."""
    firm = found.establishment.legal_unit.key
    journal.read(request.actor, RESOURCE, found.key, firm, why)


def correct_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set one's own visit right, with the reason; a stale edit shows both texts."""
    found = own_visit(request, key)
    may = permissions.can_correct_visit(request.actor, found)
    if request.method != "POST" and not may:
        messages.info(request, _("Only who made the visit, or the service manager, changes it."))
        return redirect("outreach:visit", key=key)
    form = kept.bind(
        request, CorrectForm, initial=present_text(request, found), **_asked_again(request, found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            _set_right(form, found, request.actor)
        except Conflict as meanwhile:
            return _both_texts(request, form, key, meanwhile)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:visit", key=key)
    return _answer(request, "outreach/visit_correct.html", form, visit=found)


def _set_right(form: CorrectForm, found: Visit, by: Actor) -> None:
    actions.correct_visit(
        visit=found,
        facts=form.facts(),
        notes=form.notes(),
        heard=_heard(form, found),
        reason=form.cleaned_data["reason"],
        version=form.cleaned_data["version"],
        by=by,
    )


def _asked_again(request: ActorRequest, found: Visit) -> dict[str, Any]:
    """The questions that the visit answered, by its own version; the confidential ones to who may read them."""
    reads = permissions.can_read_signals(request.actor, found)
    objects = objects_to_signals(found.legal_unit_id, found.organisation_id)
    return {"guide": found.grid, "discreet": objects or not reads}


def _heard(form: CorrectForm, found: Visit) -> Heard:
    """What was answered; what the corrector may not read stays as it was, as long as somebody was met."""
    heard, signal = form.heard(), signal_of(found)
    if form.discreet and signal is not None and form.facts().outcome == Outcome.DONE:
        return Heard(found.grid, {**heard.answers, **signal.answers})
    return heard


def own_visit(request: ActorRequest, key: UUID) -> Visit:
    """A visit of one's organisation; any other does not exist."""
    own = _readable().filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def _both_texts(
    request: ActorRequest, form: CorrectForm, key: UUID, meanwhile: Conflict
) -> HttpResponse:
    """What somebody saved meanwhile beside what was typed; a cancelled visit takes no more text."""
    now = own_visit(request, key)
    gone = now.cancelled_at is not None
    back = reverse("outreach:visit" if gone else "outreach:correct_visit", kwargs={"key": key})
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version,
        back=back,
        closed=meanwhile.reason if gone else "",
    )


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)


def present_text(
    request: ActorRequest, found: Visit, why: str = gettext_noop("Correction of a visit")
) -> dict[str, Any]:
    """The text as recorded, by field of its correction; showing a confidential note is a reading like another."""
    signal = signal_of(found)
    if found.note_confidential or (signal and permissions.can_read_signals(request.actor, found)):
        _write_down(request, found, why)
    return initial_of(found)


def cancel_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel one's own visit, with the reason."""
    found = own_visit(request, key)
    form = kept.bind(request, CancelForm)
    if request.method == "POST" and form.is_valid():
        actions.cancel_visit(visit=found, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("The visit is cancelled: it counts no more."))
        return redirect("outreach:visit", key=key)
    return _answer(request, "outreach/visit_cancel.html", form, visit=found)
