"""Firms to call back: an adviser's list, and what each firm said in two taps."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.ledger import themes
from maillage.needs import actions, calls, reading
from maillage.needs.forms.opinions import ToldForm
from maillage.needs.models import CallBack
from maillage.needs.models.call_backs import CallBackQuerySet
from maillage.needs.vocabulary import CalledBack
from maillage.places import Spread
from maillage.ui.csvout import csv_response

PAGE = 25


def call_backs(request: ActorRequest) -> HttpResponse:
    """The firms to call back, the longest due first: one's own, or everybody's."""
    wanted, spread = _asked(request)
    context = {
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "spread": spread,
        "themes": themes.to_look_for(),
        "today": clock.today(),
        "map": spread.on_map(_("Calls by commune"), identity.current().territory),
    }
    return render(request, "needs/call_backs.html", context)


def call_backs_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    header, rows = calls.as_csv(_asked(request)[1].rows)
    name = _("call-backs")
    return csv_response(f"{name}.csv", header, rows)


def _asked(request: ActorRequest) -> tuple[calls.Wanted, Spread[CallBackQuerySet]]:
    """The filters of the address, and the calls that it lists as they spread over communes."""
    given = request.GET.dict()
    wanted = calls.Wanted.of(given)
    rows = calls.call_backs(request.actor, wanted)
    return wanted, Spread(rows, "need__establishment__commune", given)


def _found(request: ActorRequest, key: UUID) -> CallBack:
    own = CallBack.objects.filter(need__organisation_id=request.actor.organisation_id)
    rows = own.select_related("need__establishment__legal_unit", "need__organisation", "person")
    return get_visible_or_404(rows, request.actor, key=key)


def call_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Call a firm, then say what it answered: one tap a button; and what it thinks, if it cares to say."""
    actor, found = request.actor, _found(request, key)
    form = kept.bind(request, ToldForm)
    if request.method == "POST" and form.is_valid():
        outcome, thinks = request.POST.get("outcome", ""), form.cleaned_data
        try:
            done = actions.call_back(call=found, outcome=outcome, by=actor, **thinks)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return _noted(request, done)
    said = reading.opinion_of(found.need, actor)
    context = {
        "call": found,
        "need": found.need,
        "outcomes": CalledBack.choices,
        "form": form,
        "said": said,
    }
    return render(request, "needs/call_back.html", context, status=422 if form.errors else 200)


def _noted(request: ActorRequest, done: CallBack) -> HttpResponse:
    """Back to the list; a firm that still waits is sent to somebody at once."""
    messages.success(request, _("Noted: %(said)s.") % {"said": done.get_outcome_display()})
    if done.outcome == CalledBack.WAITING:
        return redirect("needs:send", key=done.need.key)
    return redirect("needs:call_backs")
