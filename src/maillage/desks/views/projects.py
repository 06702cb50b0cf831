"""Project leaders: found again, changed, forgotten when they ask."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import register
from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions, linking
from maillage.desks.forms.welcomes import ChangeLeaderForm, ForgetForm, initial_of_leader
from maillage.desks.models import Project
from maillage.desks.models.welcomes import ProjectQuerySet
from maillage.kernel.errors import Conflict, Invalid
from maillage.places import Spread, commune_name, commune_names
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response

PAGE, WAITING = 25, "a-rapprocher"


def projects(request: ActorRequest) -> HttpResponse:
    """The project leaders that one's organisation met, latest first."""
    spread = _asked(request)
    context = {
        "waiting": request.GET.get("etat") == WAITING,
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "text": _text(request),
        "spread": spread,
        "map": spread.on_map(_("Project leaders by commune"), identity.current().territory),
    }
    return render(request, "desks/projects.html", context)


def projects_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away: by their cards, for no name leaves the desks."""
    rows = list(_asked(request).rows)
    towns = commune_names({one.commune for one in rows if one.commune})
    header = [_("Card"), _("Commune"), _("Priority neighbourhood"), _("Activity wanted"), _("Last met on")]  # fmt: skip
    told = (
        [one.pseudonym, towns.get(one.commune, ""), one.district, one.activity, one.last_met_on]
        for one in rows
    )
    name = _("project leaders")
    return csv_response(f"{name}.csv", header, told)


def _text(request: ActorRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _asked(request: ActorRequest) -> Spread[ProjectQuerySet]:
    """Those that the address asks for, as they spread over the communes where they live."""
    rows, text = Project.objects.owned_by(request.actor), _text(request)
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(pseudonym__iexact=text)
    if request.GET.get("etat") == WAITING:
        created = rows.waiting_link().filter(steps__stage="creation", steps__cancelled_at=None)
        rows = rows.filter(pk__in=created.values("pk"))
    return Spread(rows.order_by("-last_met_on", "-pk"), "commune", request.GET.dict())


def project(request: ActorRequest, key: UUID) -> HttpResponse:
    """A project leader: what is written, when they were met."""
    found = _own(request, key)
    welcomes = found.welcomes.select_related("session__place", "adviser")
    context = {
        "project": found,
        "steps": found.steps.filter(cancelled_at__isnull=True).order_by("on", "pk"),
        "candidates": linking.candidates(found, request.actor),
        "found": _searched(request),
        "commune": commune_name(found.commune) if found.commune else "",
        "welcomes": welcomes.order_by("-session__day", "-pk"),
    }
    return render(request, "desks/project.html", context)


def _searched(request: ActorRequest) -> list[Establishment]:
    """The firms that answer to what was typed, when none of those proposed is the right one."""
    text = request.GET.get("q", "").strip()[:100]
    hits = register.search(text, actor=request.actor, limit=8) if len(text) > 1 else []
    return [hit.establishment for hit in hits if not hit.establishment.provisional]


def change_project(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set what is written of somebody right; a stale edit shows both texts."""
    found = _own(request, key)
    form = kept.bind(request, ChangeLeaderForm, initial=initial_of_leader(found))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_leader(
                project=found, leader=form.leader(), version=version, by=request.actor
            )
        except Conflict as meanwhile:
            return _both_texts(request, form, key, meanwhile)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("desks:project", key=key)
    status = 422 if form.errors else 200
    return render(
        request, "desks/project_form.html", {"form": form, "project": found}, status=status
    )


def _both_texts(
    request: ActorRequest, form: ChangeLeaderForm, key: UUID, meanwhile: Conflict
) -> HttpResponse:
    now = _own(request, key)
    gone = meanwhile.reason if now.forgotten_at else ""
    back = reverse("desks:project", kwargs={"key": key})
    current = initial_of_leader(now)
    return stale_edit(request, form, current=current, version=now.version, back=back, closed=gone)


def forget_project(request: ActorRequest, key: UUID) -> HttpResponse:
    """The person objects, or asks to be erased."""
    found = _own(request, key)
    form = kept.bind(request, ForgetForm)
    if request.method == "POST" and form.is_valid():
        actions.forget_leader(project=found, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("The name and the contact are gone. What was counted stays."))
        return redirect("desks:project", key=key)
    context = {"form": form, "project": found}
    return render(request, "desks/forget.html", context, status=422 if form.errors else 200)


def _own(request: ActorRequest, key: UUID) -> Project:
    own = Project.objects.filter(organisation_id=request.actor.organisation_id)
    own = own.select_related("establishment__legal_unit", "linked_by")
    return get_visible_or_404(own, request.actor, key=key)
