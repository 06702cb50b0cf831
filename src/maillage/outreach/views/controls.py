"""Controls by call-back: samples drawn, who is to be called, the rate with its interval."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage import figures
from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.figures.methods.small_numbers import wilson
from maillage.kernel.errors import Invalid
from maillage.outreach import actions, permissions
from maillage.outreach.forms.controls import DrawForm
from maillage.outreach.models import Control, ControlledVisit
from maillage.outreach.models.controls import ControlledVisitQuerySet, with_progress
from maillage.outreach.vocabulary import Checked
from maillage.places import Spread, commune_names
from maillage.ui.csvout import csv_response

PAGE = 50
RATE = "outreach.confirmation"


def controls(request: ActorRequest) -> HttpResponse:
    """The controls of one's organisation, and the drawing of the next one."""
    form = kept.bind(request, DrawForm)
    if request.method == "POST" and form.is_valid():
        try:
            control = actions.draw_control(by=request.actor, **form.drawn())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:control", key=control.key)
    rows = with_progress(Control.objects.visible_to(request.actor))
    context = {
        "form": form,
        "rows": rows[:PAGE],
        "may": permissions.can_draw_control(request.actor),
    }
    return render(request, "outreach/controls.html", context, status=422 if form.errors else 200)


def control(request: ActorRequest, key: UUID) -> HttpResponse:
    """A control: the visits drawn, what their firms said, the rate with its interval."""
    held = Control.objects.select_related("organisation", "drawn_by")
    found = get_visible_or_404(held, request.actor, key=key)
    spread = _drawn(request, found)
    page = Paginator(spread.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "control": found,
        "page": page,
        "spread": spread,
        "map": spread.on_map(_("Visits drawn, by commune"), identity.current().territory),
        "lines": [(one, permissions.can_check_visit(request.actor, one)) for one in page],
        "choices": Checked.choices,
        **_rate(found),
    }
    return render(request, "outreach/control.html", context)


def control_csv(request: ActorRequest, key: UUID) -> HttpResponse:
    """The visits drawn and what their firms said, to take away."""
    found = get_visible_or_404(Control.objects.all(), request.actor, key=key)
    rows = list(_drawn(request, found).rows)
    towns = commune_names({one.visit.establishment.commune for one in rows})
    header = [
        _("Firm"), _("Commune"), _("Visited on"), _("Visited by"), _("What its firm said"), _("Called back by"),
    ]  # fmt: skip
    told = (
        [one.visit.establishment.display_name, towns[one.visit.establishment.commune], one.visit.occurred_on,
         str(one.visit.adviser), one.get_outcome_display(), str(one.checked_by or "")]
        for one in rows
    )  # fmt: skip
    name = _("control of visits")
    return csv_response(f"{name}.csv", header, told)


def _drawn(request: ActorRequest, found: Control) -> Spread[ControlledVisitQuerySet]:
    """The visits of a control that the address asks for, as they spread over communes."""
    lines = ControlledVisit.objects.visible_to(request.actor).filter(control=found)
    rows = lines.select_related(
        "control", "visit__establishment__legal_unit", "visit__adviser", "checked_by"
    )
    return Spread(rows, "visit__establishment__commune", request.GET.dict())


def _rate(found: Control) -> dict[str, Any]:
    """The rate of the control, as the figures tell it, and its interval at 95 %."""
    kept_to = figures.Filter(schemes=(found.scheme,))
    (answer,) = figures.answer([figures.Question(RATE, kept_to)])
    part, whole = int(answer.numerator or 0), int(answer.denominator or 0)
    low, high = wilson(part, whole) if whole else (None, None)
    return {"answer": answer, "low": low, "high": high}


def check(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note what the firm of a visit drawn said."""
    held = ControlledVisit.objects.select_related("control")
    line = get_visible_or_404(held, request.actor, key=key)
    actions.check_visit(line=line, outcome=request.POST.get("outcome", ""), by=request.actor)
    messages.success(request, _("Noted."))
    return redirect("outreach:control", key=line.control.key)
