"""The list of visits: read, on a map, taken away."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from maillage.accounts import identity
from maillage.accounts.actors import ActorRequest
from maillage.outreach import permissions, visited
from maillage.outreach.forms.visited import VisitsForm
from maillage.outreach.models.visits import VisitQuerySet
from maillage.places import Spread
from maillage.ui.csvout import csv_response

PAGE = 25


def visits(request: ActorRequest) -> HttpResponse:
    """What was done at firms' doors and by phone: the list, the map and the file say the same."""
    form, spread = _asked(request)
    page = Paginator(spread.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "spread": spread,
        "page": page,
        "rows": [(one, visited.heard_at(one, request.actor)) for one in page],
        "map": spread.on_map(_("Visits and calls by commune"), identity.current().territory),
        "may_report": permissions.can_report_visit(request.actor),
    }
    return render(request, "outreach/visits.html", context)


def visits_csv(request: ActorRequest) -> HttpResponse:
    """The same list, whole, as a table."""
    rows = list(_asked(request)[1].rows)
    name = _("visits")
    return csv_response(f"{name}.csv", visited.header(), visited.lines(rows, request.actor))


def _asked(request: ActorRequest) -> tuple[VisitsForm, Spread[VisitQuerySet]]:
    """The filters of the address, and the visits that it lists as they spread over communes."""
    actor, given = request.actor, request.GET.dict()
    form = VisitsForm(given, advisers=visited.advisers(actor), campaigns=visited.campaigns(actor))
    return form, Spread(visited.visits(actor, form.asked()), visited.COMMUNE, given)
