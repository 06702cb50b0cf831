"""Erasing a firm, by the organisation in charge of the instance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.accounts.permissions import can_erase
from maillage.kernel.errors import Conflict, Invalid
from maillage.observatory import enterprise
from maillage.observatory.forms.erasing import EraseForm
from maillage.register import erasing, tracing
from maillage.register.models import Erasure

SHOWN = 100


def erasures(request: ActorRequest) -> HttpResponse:
    """The journal of erasures, the latest first."""
    rows = Erasure.objects.select_related("by").order_by("-at", "-id")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    keys = [line.unit_key for line in page]
    units = enterprise.visible_units(request.actor).filter(key__in=keys)
    known = set(units.values_list("key", flat=True))
    return render(request, "observatory/erasures.html", {"page": page, "known": known})


def erase(request: ActorRequest, key: UUID) -> HttpResponse:
    """Show what would be emptied; empty it once somebody says why."""
    unit = enterprise.unit_of(key, request.actor)
    form, status = EraseForm(request.POST or None), 422
    if request.method == "POST" and form.is_valid():
        try:
            erasing.erase(unit=unit, reason=form.cleaned_data["reason"], by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:  # in a moment the same form may pass: nothing typed is lost
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Who this firm is was erased. What it counts for stays."))
            return redirect("register:search")
    context = {
        "form": form,
        "unit": unit,
        "rows": tracing.told(unit),
        "may": can_erase(request.actor),
    }
    return render(request, "observatory/erase.html", context, status=status if form.errors else 200)
