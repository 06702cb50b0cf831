"""The needs that nobody has in hand, shared out: a proposal to tick, sent only when confirmed."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext

from maillage.accounts.actors import ActorRequest
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs import actions, sharing
from maillage.ui.forms import OnceForm


def share_out(request: ActorRequest) -> HttpResponse:
    """Who could take what: a person ticks, and confirms."""
    shares = sharing.shared_out(request.actor)
    form = OnceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ticked = set(request.POST.getlist("share"))
        chosen = [one for one in shares if one.mark and one.mark in ticked]
        _send(request, chosen, form.cleaned_data["once"], gone=len(ticked) - len(chosen))
        return redirect("needs:share_out")
    context = {
        "given": [one for one in shares if one.proposed],
        "left": [one for one in shares if not one.proposed],
        "form": form,
    }
    return render(request, "needs/share_out.html", context, status=422 if form.errors else 200)


def _send(request: ActorRequest, chosen: list[sharing.Share], once: UUID, gone: int) -> None:
    """Send each of them once, and say how many could not be any more."""
    sent = 0
    for one in chosen:
        try:
            sent += _send_one(request, one, once)
        except (Conflict, Invalid):
            gone += 1
    if sent:
        told = ngettext("%(n)s request sent.", "%(n)s requests sent.", sent)
        messages.success(request, told % {"n": sent})
    if gone:
        told = ngettext(
            "%(n)s changed meanwhile: look again.", "%(n)s changed meanwhile: look again.", gone
        )
        messages.warning(request, told % {"n": gone})
    if not sent and not gone:
        messages.info(request, _("Nothing was ticked: nothing was sent."))


def _send_one(request: ActorRequest, one: sharing.Share, once: UUID) -> int:
    if one.proposed is None:
        return 0
    actions.send_referral(
        need=one.need,
        partner=one.proposed.partner,
        why=one.proposed.why,
        by=request.actor,
        once=str(uuid5(once, one.mark)),
    )
    return 1
