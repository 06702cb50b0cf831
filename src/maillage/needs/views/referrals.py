"""Referrals: received and sent, answered by the partner, followed by who sent them."""

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
from maillage.needs import actions, entries, exchange, measures, permissions, reading
from maillage.needs.forms.needs import CloseForm, RefuseForm
from maillage.needs.lines import called
from maillage.needs.models import Referral
from maillage.needs.models.referrals import ReferralQuerySet
from maillage.needs.vocabulary import ReferralState
from maillage.places import Spread
from maillage.ui.csvout import csv_response
from maillage.ui.forms import Form

PAGE = 25


def referrals(request: ActorRequest) -> HttpResponse:
    """The requests that partners sent, or that one sent to them, latest first."""
    actor, today = request.actor, clock.today()
    wanted, spread = _listed(request)
    page = Paginator(spread.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [reading.row_of(one, actor, today) for one in page.object_list],
        "wanted": wanted,
        "states": ReferralState.choices,
        "themes": themes.to_look_for(),
        "spread": spread,
        "map": spread.on_map(_("Requests by commune"), identity.current().territory),
    }
    return render(request, "needs/referrals.html", context)


def _listed(request: ActorRequest) -> tuple[reading.Wanted, Spread[ReferralQuerySet]]:
    """The filters of the address, and the requests that it lists as they spread over communes.

    One whose firm a partner reads no more is told nowhere: its commune would say something of it.
    """
    actor, given = request.actor, request.GET.dict()
    wanted = reading.Wanted.of(given, ReferralState)
    rows = reading.referrals(actor, wanted)
    told = rows.read_whole_by(actor, clock.today())
    return wanted, Spread(rows, "need__establishment__commune", given, told)


def referrals_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    header, rows = reading.as_csv(_listed(request)[1].rows, request.actor)
    name = _("referrals")
    return csv_response(f"{name}.csv", header, rows)


def referrals_exchanged(request: ActorRequest) -> HttpResponse:
    """The same list, in the columns of conseillers-entreprises."""
    header, table = exchange.as_exchanged(_listed(request)[1].rows, request.actor)
    name = _("referrals")
    return csv_response(f"{name}-conseillers-entreprises.csv", header, table)


def followed(request: ActorRequest) -> HttpResponse:
    """What partners do of what was sent to them, and what nobody has in hand."""
    actor = request.actor
    nobodys, inboxes = reading.nobodys(actor), reading.inboxes(actor)
    context = {
        "measured": measures.measured(actor, measures.period_of(request.GET.dict())),
        "inboxes": inboxes,
        "may_share": permissions.can_route(actor),
        "unanswered": reading.unanswered(actor),
        "sent": sum(inbox.total for inbox in inboxes),
        "query": request.GET.urlencode(),
        "page": Paginator(nobodys, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "needs/followed.html", context)


def followed_csv(request: ActorRequest) -> HttpResponse:
    """What is measured on that page, to take away."""
    found = measures.measured(request.actor, measures.period_of(request.GET.dict()))
    header, rows = measures.as_table(found)
    name = _("follow-up-of-needs")
    return csv_response(f"{name}.csv", header, rows)


def _readable() -> ReferralQuerySet:
    return Referral.objects.select_related(
        "need__establishment__legal_unit", "need__organisation", "need__heard_by", "partner", "person",
        "sent_by",
    )  # fmt: skip


def _found(request: ActorRequest, key: UUID) -> Referral:
    return get_visible_or_404(_readable(), request.actor, key=key)


def _received(request: ActorRequest, key: UUID) -> Referral:
    mine = _readable().filter(partner_id=request.actor.organisation_id)
    return get_visible_or_404(mine, request.actor, key=key)


def referral(request: ActorRequest, key: UUID) -> HttpResponse:
    """A request: who asks for what, how long it waits, what may be done; opening it says that it was seen."""
    actor, found = request.actor, _found(request, key)
    actions.note_seen(referral=found, by=actor)
    reading.note_reading(found, actor)
    reads = permissions.can_read_words(actor, found)
    context = {
        "referral": found,
        "need": found.need,
        "title": found.need.title if reads else called(found.need, actor),
        "reads": reads,
        "may_answer": permissions.can_answer(actor, found) and found.is_live,
        "may_take_back": permissions.can_send_need(actor, found.need) and found.is_live,
        "row": reading.row_of(found, actor, clock.today()),
        "reminders": found.reminders.all(),
        "entry": entries.said_of(found.entry_id) if reads else None,
    }
    return render(request, "needs/referral.html", context)


def take(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take a request up."""
    actions.take_up(referral=_received(request, key), by=request.actor)
    messages.success(request, _("You follow this request. Call the firm."))
    return redirect("needs:referral", key=key)


def refuse(request: ActorRequest, key: UUID) -> HttpResponse:
    """Refuse a request, with the reason."""
    found = _received(request, key)
    form = kept.bind(request, RefuseForm)
    if request.method == "POST" and form.is_valid():
        actions.refuse(referral=found, refusal=form.cleaned_data["refusal"], by=request.actor)
        messages.success(request, _("Refused: who sent it is told."))
        return redirect("needs:referral", key=key)
    return _answer(request, "needs/refuse.html", form, found)


def close(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say what came of a request."""
    found = _received(request, key)
    form = kept.bind(request, CloseForm)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_referral(referral=found, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Closed: the firm reads your answer on its page."))
            return redirect("needs:referral", key=key)
    return _answer(request, "needs/close_referral.html", form, found)


def take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take a request back from a partner."""
    sent = _readable().filter(need__organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(sent, request.actor, key=key)
    actions.take_back(referral=found, by=request.actor)
    messages.success(request, _("Taken back: the partner reads it no more."))
    return redirect("needs:need", key=found.need.key)


def _answer(request: ActorRequest, template: str, form: Form, found: Referral) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context = {"form": form, "referral": found, "need": found.need}
    return render(request, template, context, status=422 if form.errors else 200)
