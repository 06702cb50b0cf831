"""What a phone asks of the server: whose it is, whether it may keep its round, whether a visit was recorded."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach.forms.visits import VisitForm
from maillage.outreach.models import KeptRound, Visit
from maillage.outreach.views.visits import asked_of, firm_of, report
from maillage.register.models import Establishment, Spell

SHELL = ("ui/maillage.css", "ui/comfort.js", "ui/mark.svg", "ui/phone_queue.js", "ui/phone.js")


def contact(request: ActorRequest) -> HttpResponse:
    """Who is signed in, the rounds this person may carry, the seal of forms, how long the day still lasts."""
    rounds = KeptRound.objects.carried_by(request.actor).filter(day=clock.today())
    left = clock.end_of_day(clock.today()) - clock.now()
    return JsonResponse(
        {
            "person": _person(request),
            "rounds": [str(key) for key in rounds.values_list("key", flat=True)],
            "seal": get_token(request),
            "seconds": max(int(left / timedelta(seconds=1)), 0),
        }
    )


def _person(request: ActorRequest) -> str:
    person = request.actor.person
    return str(person.key) if person else ""


def send_visit(request: ActorRequest, key: UUID) -> HttpResponse:
    """A visit that waited on a phone: recorded once by its key, then confirmed by that very key.

    Nothing else is a confirmation: whatever is refused stays on the phone with the reason.
    """
    if request.POST.get("person") != _person(request):
        waits = _("This visit waits for the person who wrote it.")
        raise Invalid(waits, fields={"person": waits})
    firm = firm_of(key)
    form = VisitForm(request.POST, **asked_of(request, firm))
    _check(form)
    try:
        visit = report(request, firm, form)
    except Conflict as meanwhile:
        return _both(request, form, meanwhile)
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


def _both(request: ActorRequest, form: VisitForm, meanwhile: Conflict) -> HttpResponse:
    """The text that was recorded under the key, for who wrote it; the phone holds the other one."""
    own = Visit.objects.owned_by(request.actor).filter(adviser=request.actor.person)
    there = own.filter(once=str(form.cleaned_data["once"])).first()
    told = {"reason": str(meanwhile.reason), "remedy": str(meanwhile.remedy)}
    if there is not None:
        notes = (there.note_partners, there.note_confidential, there.note_public)
        words = [there.get_mode_display(), there.get_outcome_display(), *filter(None, notes)]
        words += _answers(there)
        told |= {"visit": _address(there), "there": ", ".join(map(str, words))}
    return JsonResponse(told, status=409)


def _answers(there: Visit) -> list[str]:
    """What was answered, but in confidence: that is read on its own page."""
    blocks = there.grid.grid.told(there.answers) if there.grid else ()
    return [f"{ask}: {said}" for block in blocks for ask, said in block.lines]


def worker(request: ActorRequest) -> HttpResponse:
    """The program that answers on the phone without network; served from the root, whose pages it covers."""
    shell = [static(name) for name in SHELL]
    version = hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12]
    context = {
        "queue": static("ui/phone_queue.js"),
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
