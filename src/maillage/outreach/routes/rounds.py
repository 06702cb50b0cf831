"""Routes of the rounds of a team, of the hours agreed with firms and of those at which they are open."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.outreach.permissions import FIELD_ROLES
from maillage.outreach.views import opening_hours, team_rounds

TEAM_ROUNDS = term("team_rounds", fr="Tournées d’une équipe", en="Rounds of a team")
HOURS = term("agreed_hours", fr="Heures convenues", en="Agreed hours")
OPENING = term("opening_hours", fr="Horaires d’ouverture", en="Opening hours")
PARTNERS = Sensitivity.PARTNERS

_run = Rule(
    "edit", TEAM_ROUNDS, (Role.OFFICER, Role.SERVICE_MANAGER), Scope.OWN, sensitivity=PARTNERS
)
_agree = Rule("create", HOURS, FIELD_ROLES, sensitivity=PARTNERS)
_note = Rule("edit", OPENING, FIELD_ROLES, sensitivity=PARTNERS)

ROUTES = [
    route(
        "campagnes/<uuid:key>/tournees/",
        team_rounds.team_rounds,
        name="team_rounds",
        maker="campaign",
        get=_run,
        post=_run,
    ),
    route(
        "etablissements/<uuid:key>/heure/",
        team_rounds.agree_hour,
        name="agree_hour",
        maker="establishment",
        post=_agree,
    ),
    route(
        "etablissements/<uuid:key>/horaires/",
        opening_hours.opening_hours,
        name="opening_hours",
        maker="establishment",
        get=_note,
        post=_note,
    ),
]
