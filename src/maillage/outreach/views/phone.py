"""What a phone asks of the server: whose it is, whether it may keep its round, whether a visit was recorded."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts.actors import ActorRequest
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach.forms.both import Row, both_texts, note_field
from maillage.outreach.forms.visits import VisitForm
from maillage.outreach.models import KeptRound, Visit
from maillage.outreach.permissions import can_read_signals
from maillage.outreach.views.visits import asked_of, firm_of, present_text, report
from maillage.register.models import Establishment, Spell

PROGRAMS = ("ui/phone_queue.js", "ui/phone_photos.js")
SHELL = ("ui/maillage.css", "ui/comfort.js", "ui/mark.svg", *PROGRAMS, "ui/phone.js")
#: So many visits are asked about at once, whatever a phone holds.
MOST_ASKED = 100


def contact(request: ActorRequest) -> HttpResponse:
    """Who is signed in, the rounds this person may carry, the seal of forms, how long the day still lasts.

    And which of the visits asked about are recorded: their photographs may follow.
    """
    rounds = KeptRound.objects.carried_by(request.actor).filter(day=clock.today())
    own = Visit.objects.owned_by(request.actor).filter(adviser=request.actor.person)
    recorded = own.filter(once__in=request.GET.getlist("visit")[:MOST_ASKED])
    left = clock.end_of_day(clock.today()) - clock.now()
    return JsonResponse(
        {
            "person": _person(request),
            "rounds": [str(key) for key in rounds.values_list("key", flat=True)],
            "recorded": list(recorded.order_by().values_list("once", flat=True)),
            "seal": get_token(request),
            "seconds": max(int(left / timedelta(seconds=1)), 0),
        }
    )


def check_person(request: ActorRequest, waits: str) -> None:
    """What waits on a phone is sent under the name of who put it there.

    Raises:
        Invalid: somebody else signed in meanwhile.
    """
    if request.POST.get("person") != _person(request):
        raise Invalid(waits, fields={"person": waits})


def _person(request: ActorRequest) -> str:
    person = request.actor.person
    return str(person.key) if person else ""


def send_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """A visit that waited on a phone: recorded once by its key, then confirmed by that very key.

    Nothing else is a confirmation: whatever is refused stays on the phone with the reason.
    """
    check_person(request, _("This visit waits for the person who wrote it."))
    firm = firm_of(key)
    form = VisitForm(request.POST, **asked_of(request, firm))
    _check(form)
    try:
        visit = report(request, firm, form)
    except Conflict as meanwhile:
        return _conflict(request, form, firm, meanwhile)
    rows = _rows(request, form, firm, visit) if visit.version > 1 else []
    if any(here != there for _asked, here, there in rows):
        since = Conflict(_("This visit was corrected since."), remedy=_("Compare both texts."))
        return _conflict(request, form, firm, since)
    return JsonResponse({"once": visit.once, "visit": _address(visit), "warning": _warning(firm)})


def _check(form: VisitForm) -> None:
    """What the page would show beside its fields; a campaign that closed meanwhile is no silent loss."""
    errors = {name: " ".join(map(str, told)) for name, told in form.errors.items()}
    if form.data.get("campaign") and "campaign" not in form.fields:
        errors["campaign"] = _("This campaign is closed. Choose another, or none.")
    if errors:
        raise Invalid(_("The server asks for a correction."), fields=errors)


def _warning(firm: Establishment) -> str:
    """A visit of a firm that closed is recorded like any other, and its adviser told."""
    if firm.state == Spell.State.ACTIVE:
        return ""
    return _("Recorded. The register says that this firm is closed.")


def _address(visit: Visit) -> str:
    return reverse("outreach:visit", args=[visit.key])


def _conflict(
    request: ActorRequest, form: VisitForm, firm: Establishment, meanwhile: Conflict
) -> HttpResponse:
    """Both texts, whole, for who wrote them: the phone keeps them until one is chosen."""
    own = Visit.objects.owned_by(request.actor).filter(adviser=request.actor.person)
    there = own.filter(once=str(form.cleaned_data["once"])).first()
    told: dict[str, Any] = {"reason": str(meanwhile.reason), "remedy": str(meanwhile.remedy)}
    if there is not None:
        told["visit"] = _address(there)
        told["both"] = _rows(request, form, firm, there)
        if there.cancelled_at is None:
            told["correct"] = reverse("outreach:correct_visit", args=[there.key])
            told["note"] = note_field(form)
    return JsonResponse(told, status=409)


def _rows(request: ActorRequest, form: VisitForm, firm: Establishment, there: Visit) -> list[Row]:
    """Both texts; what was told in confidence only to who may read it, and that is written down."""
    why = gettext_noop("Two texts of a visit, on the phone that wrote it")
    present = present_text(request, there, why)
    if there.grid is not None and not can_read_signals(request.actor, there):
        apart = {f"g_{code}" for code in there.grid.grid.confidential}
        present = {name: text for name, text in present.items() if name not in apart}
    return list(both_texts(form, firm, there, present))


def worker(request: ActorRequest) -> HttpResponse:
    """The program that answers on the phone without network; served from the root, whose pages it covers."""
    shell = [static(name) for name in SHELL]
    version = hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12]
    context = {
        "programs": [static(name) for name in PROGRAMS],
        "shell": shell,
        "version": version,
        "sign_out": reverse("account_logout"),
        "sign_in": reverse("account_login"),
        "round": reverse("outreach:my_round"),
        "contact": reverse("outreach:phone"),
    }
    answer = render(
        request, "outreach/worker.js", context, content_type="text/javascript; charset=utf-8"
    )
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/"
    return answer
