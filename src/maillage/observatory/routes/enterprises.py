"""Routes of the enterprise sheet, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.kernel.text import Words
from maillage.observatory.views import enterprises

SHEETS = term("enterprise_sheets", fr="Fiches d’entreprise", en="Enterprise sheets")
BY_RIGHT = Words(
    fr="Tous lisent ce que Sirene diffuse ; conseillers, agents, responsables et auditeurs lisent "
    "aussi les actes, ligne à ligne selon leurs droits.",
    en="Everybody reads what Sirene publishes; advisers, officers, managers and auditors also read "
    "the acts, line by line as their rights allow.",
)

_read = Rule("read", SHEETS, EVERYONE, Scope.ANY, why=BY_RIGHT)

ROUTES = [
    route(
        "entreprises/<uuid:key>/",
        enterprises.sheet,
        name="enterprise",
        maker="enterprise",
        get=_read,
    ),
    route(
        "etablissements/<uuid:key>/",
        enterprises.establishment,
        name="establishment",
        maker="establishment",
        get=_read,
    ),
]
