"""Routes of street walks."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.outreach.models.visits import READERS
from maillage.outreach.permissions import FIELD_ROLES
from maillage.outreach.views import walks

WALKS = term("street_walks", fr="Marches de proximité", en="Street walks")
AUDIT = (Role.AUDITOR,)
PARTNERS = Sensitivity.PARTNERS

_walks = Rule("read", WALKS, READERS, sensitivity=PARTNERS)
_walk = Rule("read", WALKS, READERS, Scope.OWN, PARTNERS, everywhere=AUDIT)
_prepare_walk = Rule("create", WALKS, FIELD_ROLES, sensitivity=PARTNERS)
_change_walk = Rule("edit", WALKS, FIELD_ROLES, Scope.OWN, PARTNERS)

ROUTES = [
    route("marches/", walks.walks, name="walks", get=_walks),
    route("marches.csv", walks.walks_csv, name="walks_csv", get=_walks),
    route(
        "marches/nouvelle/", walks.new_walk, name="new_walk", get=_prepare_walk, post=_prepare_walk
    ),
    route("marches/<uuid:key>/", walks.walk, name="walk", maker="walk", get=_walk),
    route(
        "marches/<uuid:key>/modifier/",
        walks.change_walk,
        name="change_walk",
        maker="walk",
        get=_change_walk,
        post=_change_walk,
    ),
    route(
        "marches/<uuid:key>/annuler/",
        walks.call_off,
        name="call_off",
        maker="walk",
        post=_change_walk,
    ),
    route(
        "marches/<uuid:key>/feuille/<str:reader>/",
        walks.sheet,
        name="sheet",
        maker="sheet",
        get=_walk,
    ),
    route(
        "marches/<uuid:key>/feuille/<str:reader>.pdf",
        walks.sheet_pdf,
        name="sheet_pdf",
        maker="sheet",
        get=_walk,
    ),
]
