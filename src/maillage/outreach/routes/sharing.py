"""Routes of what a list is shared out by: profiles of advisers, and the share itself."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.outreach.permissions import FIELD_ROLES
from maillage.outreach.views import sharing

PROFILES = term("profiles", fr="Profils des conseillers", en="Profiles of advisers")
SHARES = term("campaign_shares", fr="Répartitions de campagnes", en="Shares of campaigns")
PARTNERS = Sensitivity.PARTNERS
OWN_PROFILE = Words(
    fr="On dit son propre profil ; qui anime l’équipe dit ceux de tous.",
    en="One says one's own profile; who runs the team says those of all.",
)

_team = Rule("read", PROFILES, FIELD_ROLES, sensitivity=PARTNERS)
_say = Rule("edit", PROFILES, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN_PROFILE)
_run = Rule("edit", SHARES, (Role.OFFICER, Role.SERVICE_MANAGER), Scope.OWN, PARTNERS)

ROUTES = [
    route(
        "campagnes/<uuid:key>/partage/",
        sharing.share,
        name="share",
        maker="campaign",
        get=_run,
        post=_run,
    ),
    route("conseillers/", sharing.team, name="team", get=_team),
    route(
        "conseillers/<uuid:key>/",
        sharing.profile,
        name="profile",
        maker="adviser",
        get=_say,
        post=_say,
    ),
]
