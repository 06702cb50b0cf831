"""A firm asks for help by itself: three steps, no account; then it follows its request by its link."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _

from maillage.accounts import limits
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs import asking, following
from maillage.needs.actions import add_words, correct_contact, correct_words, end_agreement, give_up
from maillage.needs.forms.asking import (
    OwnContactForm,
    OwnWordsForm,
    PageForm,
    WhatForm,
    WhoForm,
    WordForm,
)
from maillage.needs.models import Need
from maillage.needs.purposes import FOLLOW
from maillage.post.holding import held, no_link, sealed
from maillage.post.models import Link
from maillage.register.finding import search
from maillage.register.models import Establishment
from maillage.ui.forms import Form

FOUND_AT_MOST = 20
WHAT, WHOM = "needs/asking/what.html", "needs/asking/whom.html"
_OWN = "own_%s"  # two forms of one page ask for a text


def who(request: ActorRequest) -> HttpResponse:
    """First step: which firm asks, found in the register by its SIRET or its name."""
    text = request.GET.get("q", "").strip()[:100]
    hits = search(text, actor=request.actor, limit=FOUND_AT_MOST) if text else []
    return render(request, "needs/asking/who.html", {"text": text, "hits": hits})


def _firm(key: UUID) -> Establishment:
    places = Establishment.objects.known().filter(reconciled_to=None).select_related("legal_unit")
    return get_object_or_404(places, key=key)


def what(request: ActorRequest, key: UUID) -> HttpResponse:
    """Second step: what it asks for."""
    return render(request, WHAT, {"firm": _firm(key), "form": WhatForm()})


def whom(request: ActorRequest, key: UUID) -> HttpResponse:
    """Third step: whom to call; then the request is written down and its link shown, once."""
    firm, first = _firm(key), WhatForm(request.POST)
    if not first.is_valid():
        return _page(request, WHAT, first, firm, 422)
    if "once" not in request.POST:
        return _page(request, WHOM, WhoForm(initial=first.cleaned_data), firm)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, WHOM, form, firm, 422)
    _spare(request, firm)
    language = (get_language() or "fr")[:2]
    try:
        need, address = asking.ask(
            firm, form.asked(language), form.cleaned_data["agreed"], str(form.cleaned_data["once"])
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, WHOM, form, firm, 422)
    context = {"need": need, "address": address, "firm": firm}
    return sealed(render(request, "needs/asking/done.html", context))  # type: ignore[return-value]


def _page(
    request: HttpRequest, step: str, form: Form, firm: Establishment, status: int = 200
) -> HttpResponse:
    context = {"form": form, "firm": firm}
    return render(request, step, context, status=status)


def _spare(request: HttpRequest, firm: Establishment) -> None:
    """A person asks a few times; who asks many is a program."""
    mine = limits.spend("ask", limits.address_of(request), asking.PER_ADDRESS)
    if not (mine and limits.spend("ask_for", str(firm.key), asking.PER_FIRM)):
        raise Conflict(
            _("Too many requests at once."), remedy=_("Wait an hour, or call the organisation.")
        )


def send_page(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who heard a firm has the page of its request sent to it."""
    own = Need.objects.with_state().filter(organisation_id=request.actor.organisation_id)
    need = get_visible_or_404(own, request.actor, key=key)
    form = PageForm(request.POST)
    if form.is_valid():
        asking.send_page(need=need, email=form.cleaned_data["email"], by=request.actor)
        messages.success(request, _("The firm receives the page of its request."))
    else:
        messages.error(request, " ".join(map(str, form.errors["email"])))
    return redirect("needs:need", key=key)


def opened(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """A page of the firm's request: handed the need in place of the link."""

    @held(FOLLOW)
    @wraps(view)
    def page(request: HttpRequest, link: Link, token: str) -> HttpResponse:
        need = following.need_of(link)
        return view(request, need, token) if need else no_link(request)

    return page


def _followed(request: HttpRequest, need: Need, token: str, **refused: Form) -> HttpResponse:
    """The page of a request; a form that was refused stands in its place, as it was filled in."""
    own = {name: getattr(need, name) for name in OwnContactForm.base_fields}
    context = {
        "side": following.followed(need),
        "need": need,
        "token": token,
        "word_form": WordForm(),
        "words_form": OwnWordsForm(
            initial={"text": need.words, "version": need.version}, auto_id=_OWN
        ),
        "contact_form": OwnContactForm(initial=own),
    }
    status = 422 if refused else 200
    return render(request, "needs/asking/follow.html", context | refused, status=status)


@opened
def follow(request: HttpRequest, need: Need, token: str) -> HttpResponse:
    """Who answers and when, who read it, what may be changed."""
    return _followed(request, need, token)


@opened
def add_word(request: HttpRequest, need: Need, token: str) -> HttpResponse:
    """The firm adds a word."""
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            add_words(need=need, text=form.cleaned_data["text"], by=following.firm_itself(need))
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("needs:follow", token=token)
    return _followed(request, need, token, word_form=form)


@opened
def say_otherwise(request: HttpRequest, need: Need, token: str) -> HttpResponse:
    """The firm corrects what it said."""
    form = OwnWordsForm(request.POST, auto_id=_OWN)
    if form.is_valid():
        given, by = form.cleaned_data, following.firm_itself(need)
        try:
            correct_words(need=need, text=given["text"], version=given["version"], by=by)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as meanwhile:
            if not need.is_open:
                raise
            # What was typed stays, over the version that is read above it.
            need.refresh_from_db()
            typed = {"text": given["text"], "version": need.version}
            form = OwnWordsForm(typed, auto_id=_OWN)
            form.add_error(None, str(meanwhile))
        else:
            return redirect("needs:follow", token=token)
    return _followed(request, need, token, words_form=form)


@opened
def contact(request: HttpRequest, need: Need, token: str) -> HttpResponse:
    """The firm says anew whom to call."""
    form = OwnContactForm(request.POST)
    if form.is_valid():
        correct_contact(need=need, contact=form.cleaned_data, by=following.firm_itself(need))
        return redirect("needs:follow", token=token)
    return _followed(request, need, token, contact_form=form)


@opened
def take_back(request: HttpRequest, need: Need, token: str) -> HttpResponse:
    """The firm agrees no longer to be told to anybody, or takes its whole request back."""
    by = following.firm_itself(need)
    if request.POST.get("what") == "request":
        give_up(need=need, by=by)
    else:
        end_agreement(need=need, partner=None, by=by)
    return redirect("needs:follow", token=token)
