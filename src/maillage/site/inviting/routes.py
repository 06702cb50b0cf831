"""Routes of invitations."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.accounts.urls import IN_CHARGE, ONLY_OWN
from maillage.site.inviting import views

INVITATIONS = term("invitations", fr="Invitations", en="Invitations")
_WHO = (Role.ADMINISTRATOR,)
_list = Rule("list", INVITATIONS, _WHO, sensitivity=Sensitivity.PERSONAL, why=ONLY_OWN)
_send = Rule("create", INVITATIONS, _WHO, sensitivity=Sensitivity.PERSONAL, why=ONLY_OWN)
_end = Rule("end", INVITATIONS, _WHO, Scope.OWN, Sensitivity.PERSONAL, why=ONLY_OWN)
_settle = Rule("create", INVITATIONS, _WHO, Scope.OWN, Sensitivity.PERSONAL, why=IN_CHARGE)

urlpatterns: list[URLPattern | URLResolver] = [
    route("organisation/invitations/", views.invitations, name="invitations", get=_list),
    route("organisation/invitations/ajouter/", views.invite, name="invite", get=_send, post=_send),
    route(
        "organisation/invitations/<uuid:key>/retirer/",
        views.revoke,
        name="invitation_revoke",
        maker="invitation",
        post=_end,
    ),
    route(
        "organisations/<uuid:key>/administrateur/",
        views.invite_administrator,
        name="invite_administrator",
        maker="organisation",
        get=_settle,
        post=_settle,
    ),
]
