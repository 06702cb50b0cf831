"""Street walks: those to come, one of them with its doors, its sheets for the mayor and the elected artisan."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts import identity, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, permissions, waiting, walk_sheets
from maillage.outreach.forms.walks import ChangeWalkForm, NewWalkForm, initial_of
from maillage.outreach.models import StreetWalk
from maillage.outreach.models.walks import StreetWalkQuerySet
from maillage.outreach.views.campaigns import advisers_of
from maillage.outreach.walk_sheets import Reader
from maillage.ui import reports
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response

PAGE = 25


def walks(request: ActorRequest) -> HttpResponse:
    """The walks to come, or all of them."""
    spread = _listed(request)
    page = Paginator(spread.rows, PAGE).get_page(request.GET.get("page"))
    names = places.commune_names(one.commune for one in page.object_list)
    context = {
        "page": page,
        "rows": [(one, names[one.commune]) for one in page],
        "past": request.GET.get("quand") == "toutes",
        "spread": spread,
        "map": spread.on_map(_("Street walks by commune"), identity.current().territory),
        "may": permissions.can_report_visit(request.actor),
    }
    return render(request, "outreach/walks.html", context)


def _listed(request: ActorRequest) -> places.Spread[StreetWalkQuerySet]:
    """The walks that the address asks for, as they spread over communes."""
    rows = StreetWalk.objects.visible_to(request.actor).select_related("adviser", "organisation")
    past = request.GET.get("quand") == "toutes"
    asked = rows.order_by("-day", "-id") if past else rows.to_come()
    return places.Spread(asked, "commune", request.GET.dict())


def walks_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    header = [
        _("Day"), _("INSEE code"), _("Commune"), _("Streets"), _("Adviser"), _("Elected artisan"),
        _("Mayor, or who comes for the town"), _("Called off"),
    ]  # fmt: skip
    listed = _listed(request).rows
    towns = places.commune_names({one.commune for one in listed})
    rows = (
        [one.day, one.commune, towns[one.commune], ", ".join(one.names), one.adviser, one.artisan, one.mayor,
         one.called_off_at]
        for one in listed
    )  # fmt: skip
    name = _("street walks")
    return csv_response(f"{name}.csv", header, rows)


def new_walk(request: ActorRequest) -> HttpResponse:
    """Prepare a walk."""
    actor = request.actor
    initial = {"adviser": actor.person_id}
    form = kept.bind(request, NewWalkForm, advisers=advisers_of(actor), initial=initial)
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            made = actions.prepare_walk(plan=form.plan(), by=actor, once=once)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:walk", key=made.key)
    status = 422 if form.errors else 200
    return render(request, "outreach/walk_form.html", {"form": form}, status=status)


def walk(request: ActorRequest, key: UUID) -> HttpResponse:
    """A walk: who comes along, its doors in order, its sheets."""
    found = _found(request.actor, key)
    streets = walk_sheets.firms(found)
    met = [one for _name, doors in streets for one in doors]
    hours = waiting.open_for(request.actor, met, found.day)
    context = {
        "walk": found,
        "town": places.commune_name(found.commune),
        "company": walk_sheets.company(found),
        "streets": [(name, [(one, hours.get(one.pk)) for one in doors]) for name, doors in streets],
        "may": permissions.can_report_visit(request.actor) and not found.called_off_at,
        "mayor": Reader.MAYOR.value,
        "artisan": Reader.ARTISAN.value,
    }
    return render(request, "outreach/walk.html", context)


def change_walk(request: ActorRequest, key: UUID) -> HttpResponse:
    """Change a walk to come."""
    found = _found(request.actor, key)
    people = advisers_of(request.actor)
    form = kept.bind(request, ChangeWalkForm, advisers=people, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_walk(walk=found, plan=form.plan(), version=version, by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as meanwhile:
            return _both(request, form, key, meanwhile)
        else:
            return redirect("outreach:walk", key=key)
    status = 422 if form.errors else 200
    context = {"form": form, "walk": found}
    return render(request, "outreach/walk_form.html", context, status=status)


def _both(
    request: ActorRequest, form: ChangeWalkForm, key: UUID, meanwhile: Conflict
) -> HttpResponse:
    now = _found(request.actor, key)
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version,
        back=reverse("outreach:walk", args=[key]),
        closed=meanwhile.reason if now.called_off_at else "",
    )


def call_off(request: ActorRequest, key: UUID) -> HttpResponse:
    """Call a walk off."""
    actions.call_off_walk(walk=_found(request.actor, key), by=request.actor)
    messages.success(request, _("The walk is called off."))
    return redirect("outreach:walks")


def sheet(request: ActorRequest, key: UUID, reader: str) -> HttpResponse:
    """The sheet of a walk, as a page."""
    found = _found(request.actor, key)
    paper = walk_sheets.sheet(found, _reader(reader))
    context = {"walk": found, "report": paper, "body": reports.fragment(paper), "reader": reader}
    return render(request, "outreach/sheet.html", context)


def sheet_pdf(request: ActorRequest, key: UUID, reader: str) -> HttpResponse:
    """The same sheet, to print."""
    paper = walk_sheets.sheet(_found(request.actor, key), _reader(reader))
    return reports.pdf_response(paper, f"marche-{reader}-{key}.pdf")


def _reader(word: str) -> Reader:
    if word not in set(Reader):
        raise Http404
    return Reader(word)


def _found(actor: Actor, key: UUID) -> StreetWalk:
    rows = StreetWalk.objects.select_related("adviser", "organisation")
    return get_visible_or_404(rows, actor, key=key)
