"""Acts of which the register now says otherwise, and what their keeper decides."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.ledger import jobs
from maillage.ledger.drift import settling, wording
from maillage.ledger.drift.models import Drift, Look, Requalification
from maillage.ledger.permissions import can_settle_drift
from maillage.observatory import drifting
from maillage.observatory.forms.drift import SettleForm

SHOWN = 50


def drifts(request: ActorRequest) -> HttpResponse:
    """Each way in which acts drift, how many do, and when they were last compared with the register."""
    page = Paginator(drifting.groups(request.actor), SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "changes": drifting.told(page),
        "look": Look.objects.first(),
        "may_settle": can_settle_drift(request.actor),
    }
    return render(request, "observatory/drifts.html", context)


def change(request: ActorRequest, sign: str) -> HttpResponse:
    """The acts that changed in one way; they are corrected or left together, with a reason."""
    rows = drifting.waiting(request.actor).filter(sign=sign).select_related("act__keeper")
    first = rows.first()
    if first is None:
        return _decided(request, sign)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    acts = drifting.choices([drift.act for drift in page], request.actor)
    form = kept.bind(request, SettleForm, acts=acts)
    if request.method == "POST" and form.is_valid():
        try:
            decision = settling.settle(
                sign=sign, corrects="correct" in request.POST, by=request.actor, **form.order()
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return _carry_out(request, decision)
    lines = wording.lines(first.change, wording.names([first.change]))
    context = {"form": form, "page": page, "lines": lines, "acts": page.paginator.count}
    return render(request, "observatory/drift.html", context, status=422 if form.errors else 200)


def _decided(request: ActorRequest, sign: str) -> HttpResponse:
    """Nothing waits any more: a form sent again is answered as the first time."""
    once = request.POST.get("once", "")
    mine = Requalification.objects.visible_to(request.actor)
    try:
        sent = mine.filter(once=UUID(once)).first()
    except ValueError:
        sent = None
    if sent is not None:
        return redirect("observatory:requalification", key=sent.key)
    known = Drift.objects.visible_to(request.actor).filter(sign=sign)
    if request.method == "POST" and known.exists():
        raise settling.decided_meanwhile()
    raise Http404


def _carry_out(request: ActorRequest, decision: Requalification) -> HttpResponse:
    """The first step at once, so that a few acts are done; a worker does the others."""
    if decision.corrects and settling.carry_out(decision):
        jobs.carry_on.enqueue(decision.pk)
    done = _("The acts are corrected.") if decision.corrects else _("The acts stay as they are.")
    messages.success(request, done)
    return redirect("observatory:requalification", key=decision.key)


def requalification(request: ActorRequest, key: UUID) -> HttpResponse:
    """What was decided, by whom and why, how far it is carried out, on which acts."""
    seen = Requalification.objects.select_related("keeper", "by")
    decision = get_visible_or_404(seen, request.actor, key=key)
    rows = decision.drifts.order_by("act_id").select_related("act__keeper")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    context = {
        "decision": decision,
        "page": page,
        "lines": wording.lines(decision.change, wording.names([decision.change])),
        "left": decision.drifts.filter(settled_at=None).count(),
        "acts": drifting.choices([drift.act for drift in page], request.actor),
    }
    return render(request, "observatory/requalification.html", context)
