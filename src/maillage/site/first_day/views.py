"""The first page of an empty instance: its key, its territory, then who begins."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from maillage import places
from maillage.accounts import identity, kept, limits
from maillage.accounts.models import Membership
from maillage.kernel.errors import Conflict, Invalid
from maillage.site.first_day import key, opening, territories
from maillage.site.first_day.forms import FoundingForm, KeyForm

OPENED = "site.first_page"
GUESSES = limits.Rate(20)


@never_cache
def first_page(request: HttpRequest) -> HttpResponse:
    """An empty instance waits for whoever holds its key; one that has begun has no first page."""
    if not identity.is_empty():
        return redirect("/")
    if given := request.GET.get("cle"):
        return _open(request, given)
    if not key.matches(request.session.get(OPENED, "")):
        return _ask_key(request)
    chosen = territories.named(request.GET.get("territoire", ""))
    if len(chosen) != 1:
        return _choose(request)
    return _found(request, chosen[0])


def _open(request: HttpRequest, given: str) -> HttpResponse:
    """The key came with the address: it leaves it at once, so that no history keeps it in sight."""
    if _may_try(request) and key.matches(given):
        request.session[OPENED] = given.strip()
    else:
        messages.error(request, _("This is not the key."))
    return redirect("first_page")


def _may_try(request: HttpRequest) -> bool:
    return limits.spend("first-key", get_adapter().get_client_ip(request), GUESSES)


def _ask_key(request: HttpRequest) -> HttpResponse:
    form = KeyForm(data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _open(request, form.cleaned_data["key"])
    return render(
        request, "site/first_key.html", {"form": form}, status=422 if form.errors else 200
    )


def _choose(request: HttpRequest) -> HttpResponse:
    """Which intercommunality, by its name: its communes and its population are seen before anything is typed."""
    asked = request.GET.get("nom", "")
    context = {
        "asked": asked,
        "found": territories.named(asked) if asked.strip() else [],
        "known": territories.are_known(),
    }
    return render(request, "site/first_territory.html", context)


def _found(request: HttpRequest, territory: places.Perimeter) -> HttpResponse:
    form = kept.bind(request, FoundingForm, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        try:
            begun = opening.begin(territory=territory.key, **form.founded())
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as refusal:
            messages.warning(request, str(refusal))
            return redirect("account_login")
        else:
            return _welcome(request, begun)
    communes = sorted(map(places.commune_name, territory.communes))
    context = {"form": form, "territory": territory, "communes": communes}
    return render(request, "site/first_page.html", context, status=422 if form.errors else 200)


def _welcome(request: HttpRequest, begun: Membership) -> HttpResponse:
    """Who held the key is the first administrator: they are signed in and see what comes next."""
    login(request, begun.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, _("The instance begins. Here is what comes next."))
    response = redirect("accounts:first_steps")
    kept.signed_in(request, response, begun.person)
    return response
