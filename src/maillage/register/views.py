"""The pages of the register: finding a firm, here or in the national directory; what each segment is."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.register import actions, crafts, criteria
from maillage.register.finding import READERS, search
from maillage.register.forms import CraftsForm, DirectoryForm, SearchForm
from maillage.register.models import CraftList
from maillage.register.outside import by_people
from maillage.register.permissions import can_ask_directory, can_publish_crafts

PER_PAGE = 20
PREVIEWED = "previewed"
"""The fingerprint of the codes that were looked at before they are published."""
FOUND_AT_MOST = 200


def find(request: ActorRequest) -> HttpResponse:
    """Firms that answer a name, a trade name, a SIRET or a SIREN."""
    form = SearchForm(request.GET or None, to_public=not request.actor.has(*READERS))
    hits = []
    if form.is_valid() and form.cleaned_data["q"]:
        hits = search(
            form.cleaned_data["q"],
            commune=form.cleaned_data["commune"] or None,
            segments=form.mask,
            actor=request.actor,
            limit=FOUND_AT_MOST,
        )
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "asked": bool(form.is_bound and form.is_valid() and form.cleaned_data["q"]),
        "is_cut": len(hits) == FOUND_AT_MOST,
        "may_ask_directory": can_ask_directory(request.actor),
        "directory_off": by_people.why_off(),
    }
    return render(request, "register/search.html", context)


def directory(request: ActorRequest) -> HttpResponse:
    """Firms of the whole country that answer: candidates, which a person may add."""
    form = DirectoryForm(request.GET or None)
    look = None
    if form.is_valid():
        asked = form.cleaned_data
        look = by_people.look(request.actor, asked["q"], commune=asked["commune"] or "")
    context = {"form": form, "look": look, "directory_off": by_people.why_off()}
    return render(request, "register/directory.html", context)


def segments(request: ActorRequest) -> HttpResponse:
    """Every criterion with its rule in words, and each list of activities that chambers published."""
    every = CraftList.objects.select_related("organisation", "published_by")
    context = {
        "declared": criteria.grouped(),
        "lists": [
            (criteria.of_list(one), one) for one in every.order_by("organisation", "-number")
        ],
        "may_publish": can_publish_crafts(request.actor),
    }
    return render(request, "register/segments.html", context)


def crafts_list(request: ActorRequest, key: UUID) -> HttpResponse:
    """One version of a chamber's list: its codes with their labels, who published it and why."""
    every = CraftList.objects.select_related("organisation", "published_by")
    found = get_object_or_404(every, key=key)
    context = {
        "list": found,
        "criterion": criteria.of_list(found),
        "codes": crafts.labelled(found.codes),
    }
    return render(request, "register/crafts.html", context)


def publish_crafts(request: ActorRequest) -> HttpResponse:
    """Edit the list of one's chamber, see what it would change, publish what was seen."""
    if not can_publish_crafts(request.actor):
        raise NotAllowed(_("Only those who answer for a chamber edit its list."))
    form = kept.bind(request, CraftsForm, initial=_last_version(request.actor))
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        codes, _bad = crafts.read(form.cleaned_data["codes"])
        seen = crafts.digest(codes)
        if request.POST.get(PREVIEWED) == seen and (made := _published(form, request.actor)):
            told = {"number": made.number}
            messages.success(request, _("Version %(number)s is published.") % told)
            return redirect("register:crafts", key=made.key)
        effect = crafts.effect(codes, request.actor.acting_for())
        context |= {"effect": effect, "previewed": seen}
    status = 422 if form.errors else 200
    return render(request, "register/publish_crafts.html", context, status=status)


def _last_version(actor: Actor) -> dict[str, object]:
    """What the form starts from: one's last version, else the list that comes with the product."""
    last = crafts.last_of(actor.acting_for())
    codes = last.codes if last else crafts.decree()
    return {"codes": crafts.text_of(codes), "since": clock.today()}


def _published(form: CraftsForm, actor: Actor) -> CraftList | None:
    told = form.cleaned_data
    try:
        return actions.publish_crafts(
            codes=told["codes"], since=told["since"], because=told["because"], by=actor,
            once=told["once"],
        )  # fmt: skip
    except Invalid as refusal:
        form.refuse(refusal)
        return None
