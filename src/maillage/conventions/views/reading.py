"""Conventions as everybody reads them: the list, the text at a date, an action, the file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions import permissions
from maillage.conventions.facts import facts_of
from maillage.conventions.forms.texts import AtForm
from maillage.conventions.models import Action, Convention, Entry, Turn
from maillage.conventions.presenters import entry_page
from maillage.conventions.readings import text_of
from maillage.conventions.text.writing import write
from maillage.conventions.tree import action_line, states_of, text_at, tree_of
from maillage.kernel import clock

PAGE = 50


def conventions(request: ActorRequest) -> HttpResponse:
    """Every convention the reader may see, with its computed state."""
    seen = Convention.objects.visible_to(request.actor).select_related("keeper")
    seen = seen.prefetch_related("versions__parties__organisation", "versions__deliberations")
    page = Paginator(seen.order_by("title", "id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": states_of(list(page.object_list), clock.today(), clock.now()),
        "may_create": permissions.can_create_convention(request.actor),
    }
    return render(request, "conventions/list.html", context)


def text(request: ActorRequest, slug: str) -> HttpResponse:
    """The text in force on a day, as known on another (today when none is asked)."""
    convention = _convention(request, slug)
    form = AtForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    on = asked.get("on") or clock.today()
    known = clock.end_of_day(asked["known"]) if asked.get("known") else clock.now()
    number = request.GET.get("number", "")
    version = text_at(convention, on, known, int(number) if number.isdecimal() else None)
    if version is None or (not version.is_signed and not _named(request, convention)):
        raise Http404
    facts = facts_of([convention], known)
    context = {
        "convention": convention,
        "tree": tree_of(version, facts, on),
        "state": states_of([convention], on, known)[0][1],
        "versions": convention.versions.order_by("number"),
        "form": form,
        "draft": convention.versions.drafts().exists(),
        "may_edit": permissions.can_edit_convention(request.actor, convention),
        "may_turn": permissions.can_turn_convention(request.actor, convention),
    }
    return render(request, "conventions/text.html", context)


def export(request: ActorRequest, slug: str) -> HttpResponse:
    """The convention as its TOML file."""
    convention = _convention(request, slug)
    response = HttpResponse(write(text_of(convention)), content_type="application/toml")
    response["Content-Disposition"] = f'attachment; filename="{convention.slug}.toml"'
    return response


def action(request: ActorRequest, slug: str, code: str) -> HttpResponse:
    """An action: what was promised, where it stands, what happened, the money charged to it."""
    convention = _convention(request, slug)
    lines = Action.objects.filter(version__convention=convention, key=f"{slug}/{code}")
    line = lines.filter(version__recorded_at__isnull=False).order_by("version__number").last()
    if line is None:
        raise Http404
    turns = Turn.objects.visible_to(request.actor).filter(action_key=line.key)
    entries = Entry.objects.visible_to(request.actor).standing()
    context = {
        "convention": convention,
        "line": action_line(line, convention, clock.today(), clock.now()),
        "turns": turns.select_related("organisation").order_by("-on", "-id"),
        "entries": entries.filter(charges__action_key=line.key).select_related("funder")[:PAGE],
        "may_turn": permissions.can_turn_convention(request.actor, convention),
        "actor": request.actor,
        "entry_page": entry_page(request.actor),
    }
    return render(request, "conventions/action.html", context)


def _convention(request: ActorRequest, slug: str) -> Convention:
    seen = Convention.objects.select_related("keeper", "predecessor")
    return get_visible_or_404(seen, request.actor, slug=slug)


def _named(request: ActorRequest, convention: Convention) -> bool:
    return Convention.objects.party_to(request.actor).filter(pk=convention.pk).exists()
