"""Needs: heard, read, agreed to, sent on, closed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import themes
from maillage.needs import actions, entries, permissions, reading, routing, thesaurus
from maillage.needs.actions.agreeing import told_agreements
from maillage.needs.forms.asking import PageForm
from maillage.needs.forms.needs import AgreementForm, EndForm, NeedForm, SendForm
from maillage.needs.lines import called
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import NeedQuerySet
from maillage.needs.vocabulary import How, NeedState, Origin, Withdrawal
from maillage.places import Spread
from maillage.register.models import Establishment
from maillage.ui.csvout import csv_response
from maillage.ui.forms import Form

PAGE = 25


def needs(request: ActorRequest) -> HttpResponse:
    """What firms asked of one's organisation, latest first."""
    wanted, spread = _listed(request)
    context = {
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "spread": spread,
        "map": spread.on_map(_("Needs by commune"), identity.current().territory),
        "states": NeedState.choices,
        "themes": themes.to_look_for(),
        "may_call": request.actor.has(*permissions.HEARERS),
    }
    return render(request, "needs/needs.html", context)


def needs_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    header, rows = reading.needs_as_csv(_listed(request)[1].rows)
    name = _("needs")
    return csv_response(f"{name}.csv", header, rows)


def _listed(request: ActorRequest) -> tuple[reading.Wanted, Spread[NeedQuerySet]]:
    """The filters of the address, and the needs that it lists as they spread over communes."""
    given = request.GET.dict()
    wanted = reading.Wanted.of(given, NeedState)
    return wanted, Spread(reading.needs(request.actor, wanted), "establishment__commune", given)


def new_need(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down what a firm asks for, at a desk or elsewhere."""
    places = Establishment.objects.known().select_related("legal_unit")
    firm = get_object_or_404(places, key=key)
    form = kept.bind(
        request, NeedForm, initial={"theme": themes.followed(request.GET.get("theme", ""))}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            need = actions.hear_need(
                establishment=firm,
                asked=form.asked(request.LANGUAGE_CODE[:2]),
                birth=actions.Birth(Origin(given["origin"])),
                by=request.actor,
                agreed=How.TOLD if given["agreed"] else None,
                once=str(given["once"]),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("needs:need", key=need.key)
    return _answer(request, "needs/need_form.html", form, firm=firm)


def need(request: ActorRequest, key: UUID) -> HttpResponse:
    """A need, what the firm agrees to, and what partners did about it."""
    actor = request.actor
    found = get_visible_or_404(_readable(), actor, key=key)
    reading.note_audit(found, actor)
    referrals = Referral.objects.visible_to(actor).filter(need=found)
    context = {
        "need": found,
        "title": called(found, actor),
        "reads": permissions.can_read_need_words(actor, found),
        "may_send": permissions.can_send_need(actor, found),
        "referrals": referrals.select_related("partner", "person").prefetch_related("reminders"),
        "agreements": told_agreements(found),
        "agreement_form": AgreementForm(),
        "opinion": reading.opinion_of(found, actor),
        "page_form": PageForm(initial={"email": found.contact_email}),
    }
    return render(request, "needs/need.html", context)


def _readable() -> NeedQuerySet:
    rows = Need.objects.with_state()
    return rows.select_related("establishment__legal_unit", "organisation", "heard_by")


def _own(request: ActorRequest, key: UUID) -> Need:
    own = _readable().filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def send(request: ActorRequest, key: UUID) -> HttpResponse:
    """Send a need to a partner."""
    found = _own(request, key)
    known, offered = routing.proposed(found), entries.offered_for(found)
    first = known[0].partner if known else None
    form = kept.bind(request, SendForm, first=first, entries=offered.as_choices())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.send_referral(
                need=found, partner=given["partner"], message=given["message"], by=request.actor,
                why=next((one.why for one in known if one.partner == given["partner"]), ()),
                entry=offered.entry(given["entry"]), once=str(given["once"]),
            )  # fmt: skip
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal) if isinstance(refusal, Invalid) else form.add_error(
                None, str(refusal)
            )
        else:
            messages.success(request, _("Sent to %(partner)s.") % {"partner": given["partner"]})
            return redirect("needs:need", key=key)
    return _answer(
        request, "needs/send.html", form, need=found, proposed=known, offered=offered,
        told=thesaurus.told_by(found),
    )  # fmt: skip


def agree(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note that the firm agrees to be told to a partner, or that it agrees no longer."""
    found = _own(request, key)
    form = AgreementForm(request.POST)
    if form.is_valid():
        partner = form.cleaned_data["partner"]
        if request.POST.get("ends"):
            lost = actions.end_agreement(need=found, partner=partner, by=request.actor)
            messages.success(
                request, _("Noted. Referrals taken back: %(count)s.") % {"count": lost}
            )
        else:
            actions.agree(need=found, partner=partner, how=How.TOLD, by=request.actor)
            messages.success(request, _("Noted: the firm agrees."))
    return redirect("needs:need", key=key)


def close(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say what came of a need that no partner has in hand."""
    found = _own(request, key)
    form = kept.bind(request, EndForm)
    if request.method == "POST" and form.is_valid():
        actions.close_need(need=found, ending=form.cleaned_data["ending"], by=request.actor)
        messages.success(request, _("The need is closed."))
        return redirect("needs:need", key=key)
    return _answer(request, "needs/close.html", form, need=found)


def withdraw(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that a need was written down by mistake: it counts no more."""
    found = _own(request, key)
    if found.origin == Origin.VISIT:
        raise Conflict(
            _("This need was heard at a visit."), remedy=_("Correct the visit: the need follows.")
        )
    actions.withdraw_need(need=found, reason=Withdrawal.MISTAKE, by=request.actor)
    messages.success(request, _("The need is withdrawn: it counts no more."))
    return redirect("needs:need", key=key)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
