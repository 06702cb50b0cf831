"""Handing a firm the link to its sheet, and answering what it asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage import post
from maillage.accounts import kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.permissions import can_erase
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.observatory import enterprise
from maillage.observatory.forms.firmside import AnswerForm, HandOutForm
from maillage.observatory.purposes import FIRM
from maillage.post import links
from maillage.register.actions import own
from maillage.register.models import FirmAccess, FirmRequest, LegalUnit
from maillage.register.permissions import can_hand_out

LASTING = timedelta(days=90)
SHOWN = 50


def hand_out(request: ActorRequest, key: UUID) -> HttpResponse:
    """Send the firm the link to its sheet, or show it once; those that stand are listed and closed here."""
    unit = enterprise.unit_of(key, request.actor)
    if not can_hand_out(request.actor) or unit.is_erased:
        raise Http404
    form, address = kept.bind(request, HandOutForm), ""
    if request.method == "POST" and form.is_valid():
        try:
            address = _hand_out(unit, form.cleaned_data, request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
    if request.method == "POST" and not form.errors and not address:
        messages.success(request, _("The link is on its way to the firm."))
        return redirect("observatory:firm_access", key=unit.key)
    handed = FirmAccess.objects.visible_to(request.actor).standing().filter(legal_unit=unit)
    context = {
        "unit": unit,
        "form": form,
        "address": address,
        "accesses": handed.select_related("by", "organisation"),
        "days": LASTING.days,
    }
    return render(
        request, "observatory/firm/hand_out.html", context, status=422 if form.errors else 200
    )


@transaction.atomic
def _hand_out(unit: LegalUnit, given: dict[str, Any], by: Actor) -> str:
    """The access, its link and the message that carries it, or none of them; the link that is to be shown."""
    email, language = given["email"], given["language"]
    access, is_new = own.hand_out(
        unit=unit,
        until=clock.real_now() + LASTING,
        sent_to=email,
        language=language,
        by=by,
        key=given["once"],
    )
    if not is_new and not email:
        raise Conflict(
            _("This link was shown already: it is shown once."),
            remedy=_("Close it below and make another."),
        )
    address = (
        links.make(FIRM, subject=str(access.key), lasting=LASTING, language=language)
        if is_new
        else ""
    )
    if is_new and email:
        _send(access, address, by)
    return "" if email else address


def _send(access: FirmAccess, address: str, by: Actor) -> None:
    post.send(
        to=access.sent_to,
        template="observatory/firm/mail.html",
        context={"address": address, "access": access},
        once=f"firm:{access.key}",
        language=access.language,
        by=by,
    )


def close(request: ActorRequest, key: UUID) -> HttpResponse:
    """The link opens nothing from now on."""
    handed = FirmAccess.objects.select_related("legal_unit")
    access = get_visible_or_404(handed, request.actor, key=key)
    with transaction.atomic():
        own.close(access=access, by=request.actor)
        links.revoke(FIRM, subject=str(access.key))
    messages.success(request, _("The link opens nothing any more."))
    return redirect("observatory:firm_access", key=access.legal_unit.key)


def requests(request: ActorRequest) -> HttpResponse:
    """What firms ask of one's organisation: what waits first, then what was answered."""
    every = FirmRequest.objects.visible_to(request.actor)
    told = every.select_related("legal_unit", "organisation", "answered_by")
    context = {
        "waiting": told.waiting(),
        "page": Paginator(
            told.filter(answered_at__isnull=False).order_by("-answered_at", "-id"), SHOWN
        ).get_page(request.GET.get("page")),
    }
    return render(request, "observatory/firm/requests.html", context)


def answer(request: ActorRequest, key: UUID) -> HttpResponse:
    """One request: what the firm says, and the answer it reads."""
    every = FirmRequest.objects.select_related("legal_unit", "organisation", "answered_by")
    found = get_visible_or_404(every, request.actor, key=key)
    form = kept.bind(request, AnswerForm)
    if request.method == "POST" and form.is_valid():
        try:
            own.answer(request=found, by=request.actor, **form.order())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The firm reads your answer on its page."))
            return redirect("observatory:firm_requests")
    may = can_hand_out(request.actor) and found.organisation_id == request.actor.organisation_id
    context = {"asked": found, "form": form, "may": may, "may_erase": can_erase(request.actor)}
    return render(
        request, "observatory/firm/answer.html", context, status=422 if form.errors else 200
    )
