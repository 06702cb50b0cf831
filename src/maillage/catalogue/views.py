"""The catalogue: searched, read, judged on a firm, kept."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.catalogue import actions, counting, reading, serving
from maillage.catalogue.forms import EditEntryForm, EntryForm, NewEntryForm, VersionForm, initial
from maillage.catalogue.knowing import known_of
from maillage.catalogue.models import EntryVersion, Link
from maillage.catalogue.permissions import can_add_entry, can_keep_entry
from maillage.catalogue.vocabulary import OFFERED, Flag, Moment, Sort, State
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response

PAGE = 25


def entries(request: ActorRequest) -> HttpResponse:
    """The services and schemes of the catalogue, as filtered."""
    wanted = reading.Wanted.of(request.GET.dict())
    found = reading.entries(wanted, request.actor)
    today = clock.today()
    page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    counts = counting.by_entry([one.entry for one in page], request.actor)
    context = {
        "page": page,
        "rows": [
            (one, _asked_first(one.flags(today), wanted), counts.get(one.entry_id)) for one in page
        ],
        "problem": found.problem,
        "map": serving.on_map(found.rows, wanted, identity.current().territory),
        "may_add": can_add_entry(request.actor),
        "to_check": reading.counts_to_check(request.actor),
        **_choices(wanted),
    }
    return render(request, "catalogue/entries.html", context)


def _asked_first(flags: list[Flag], wanted: reading.Wanted) -> list[Flag]:
    """A line shows one flag: the one that the list is asked for, if it is."""
    return sorted(flags, key=lambda flag: flag != wanted.flag)


def _choices(wanted: reading.Wanted) -> dict[str, Any]:
    return {
        "wanted": wanted,
        "themes": reading.themes_offered(),
        "moments": Moment.choices,
        "sorts": [(one.value, one.label) for one in OFFERED],
        "all_flags": Flag.choices,
    }


def entries_csv(request: ActorRequest) -> HttpResponse:
    """The same list as a table."""
    found = reading.entries(reading.Wanted.of(request.GET.dict()), request.actor)
    header, table = reading.as_csv(found.rows, clock.today())
    name = _("catalogue")
    return csv_response(f"{name}.csv", header, table)


def entry(request: ActorRequest, key: UUID) -> HttpResponse:
    """An entry: for whom it is, how to ask, who answers, what was said of it before."""
    version = _last(key)
    versions = EntryVersion.objects.visible().filter(entry=version.entry).order_by("-number")
    offers = EntryVersion.objects.offered().filter(provider=version.entry)
    context = {
        "version": version,
        "entry": version.entry,
        "asked": reading.asked_of(version),
        "flags": version.flags(clock.today()),
        "moments": [Moment(code).label for code in version.moments],
        "versions": versions.select_related("made_by", "load")[:PAGE],
        "offers": offers.order_by("title", "pk")[:PAGE]
        if version.entry.sort == Sort.PROVIDER
        else (),
        "may_keep": can_keep_entry(request.actor, version.entry),
        "answers": counting.counts_of(version.entry, request.actor),
        "link": Link.objects.filter(url=version.link).first() if version.link else None,
    }
    return render(request, "catalogue/entry.html", context)


def for_firm(request: ActorRequest, key: UUID) -> HttpResponse:
    """The catalogue judged on a firm today, each criterion with what is known of it."""
    places = Establishment.objects.known().select_related("legal_unit")
    place = get_object_or_404(places, key=key)
    wanted = reading.Wanted.of(request.GET.dict())
    known = known_of(place, clock.today())
    open_now = reading.entries(wanted, request.actor).rows.open_on(known.day)
    every = reading.judged(open_now, known)
    counts = Counter(one.state for one in every)
    state = request.GET.get("etat", "")
    shown = [one for one in every if one.state == state] if state in set(State) else every
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "known": known,
        "page": page,
        "rows": reading.in_words(list(page), known),
        "state": state,
        "counts": [(one, reading.told_overall(one), counts[one]) for one in reading.ORDER],
        **_choices(wanted),
    }
    return render(request, "catalogue/for_firm.html", context)


def add(request: ActorRequest) -> HttpResponse:
    """Write a service or a scheme into the catalogue."""
    mine = request.actor.organisation
    form = kept.bind(request, NewEntryForm, initial={"partner": mine.key if mine else None})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.add_entry(
                sort=given["sort"], content=form.content(), partner=given["partner"],
                by=request.actor, once=str(given["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written: it is in the catalogue."))
            return redirect("catalogue:entry", key=made.key)
    return _answer(request, form, title=_("Add an entry"))


def edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say an entry anew."""
    version = _own(request, key)
    form = kept.bind(request, EditEntryForm, initial=initial(version))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.edit_entry(
                entry=version.entry, content=form.content(version), version=given["version"],
                partner=given["partner"], by=request.actor,
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict:
            return _both_texts(request, form, key)
        else:
            messages.success(request, _("Changed: the versions before stay in sight."))
            return redirect("catalogue:entry", key=key)
    return _answer(request, form, title=_("Change the entry"), version=version)


def _both_texts(request: ActorRequest, form: EditEntryForm, key: UUID) -> HttpResponse:
    now = _own(request, key)
    back = reverse("catalogue:edit", kwargs={"key": key})
    return stale_edit(request, form, current=initial(now), version=now.number, back=back)


def confirm(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that an entry is still true today."""
    version, number = _own(request, key), _number(request)
    actions.confirm_entry(entry=version.entry, version=number, by=request.actor)
    messages.success(request, _("Noted: it is up to date today."))
    return redirect("catalogue:entry", key=key)


def retire(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take an entry out of the catalogue."""
    version, number = _own(request, key), _number(request)
    actions.retire_entry(entry=version.entry, version=number, by=request.actor)
    messages.success(request, _("Retired: it is proposed no more. What it did stays told."))
    return redirect("catalogue:entry", key=key)


def _number(request: ActorRequest) -> int:
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This form was not issued by the server. Open it again."))
    return int(form.cleaned_data["version"])


def _last(key: UUID) -> EntryVersion:
    rows = EntryVersion.objects.current().with_provider().select_related("provider")
    return get_object_or_404(rows, entry__key=key)


def _own(request: ActorRequest, key: UUID) -> EntryVersion:
    version = _last(key)
    if not can_keep_entry(request.actor, version.entry):
        raise Http404
    return version


def _answer(request: ActorRequest, form: EntryForm, **context: object) -> HttpResponse:
    """The page of the form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    status = 422 if form.errors else 200
    return render(request, "catalogue/edit.html", context, status=status)
