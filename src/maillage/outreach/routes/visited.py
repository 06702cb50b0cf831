"""Routes of the list of visits."""

from __future__ import annotations

from maillage.accounts.policy import Rule, route, term
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.outreach.models.visits import READERS, RESOURCE
from maillage.outreach.views import visited

VISITS = term(RESOURCE, fr="Visites et appels", en="Visits and calls")
NO_NOTE = Words(
    fr="Aucune note n’y figure ; un besoin dit en confidence y compte sans être nommé.",
    en="No note is in it; a need told in confidence counts there without being named.",
)

_list = Rule("list", VISITS, READERS, sensitivity=Sensitivity.PARTNERS, why=NO_NOTE)
_export = Rule("export", VISITS, READERS, sensitivity=Sensitivity.PARTNERS, why=NO_NOTE)

ROUTES = [
    route("visites/", visited.visits, name="visits", get=_list),
    route("visites.csv", visited.visits_csv, name="visits_csv", get=_export),
]
