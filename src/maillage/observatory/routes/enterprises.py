"""Routes of the enterprise sheet, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.observatory.views import enterprises, erasing

SHEETS = term("enterprise_sheets", fr="Fiches d’entreprise", en="Enterprise sheets")
BY_RIGHT = Words(
    fr="Tous lisent ce que Sirene diffuse ; conseillers, agents, responsables et auditeurs lisent "
    "aussi les actes, ligne à ligne selon leurs droits.",
    en="Everybody reads what Sirene publishes; advisers, officers, managers and auditors also read "
    "the acts, line by line as their rights allow.",
)

IN_CHARGE = Words(
    fr="Seule l’organisation responsable de l’instance efface une entreprise.",
    en="Only the organisation in charge of the instance erases a firm.",
)
WHO_ERASED = Words(
    fr="Qui a fait effacer quelle entreprise, quand et pourquoi\u00a0: la ligne ne nomme pas l’entreprise.",
    en="Who had which firm erased, when and why: the line does not name the firm.",
)
ERASE = term("erase", fr="Effacer", en="Erase")

_erase = Rule(ERASE, SHEETS, (Role.ADMINISTRATOR,), Scope.ANY, Sensitivity.PERSONAL, why=IN_CHARGE)
_erasures = Rule(
    "read",
    SHEETS,
    (Role.ADMINISTRATOR, Role.AUDITOR),
    Scope.ANY,
    Sensitivity.PERSONAL,
    why=WHO_ERASED,
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
        "entreprises/<uuid:key>/effacer/",
        erasing.erase,
        name="erase",
        maker="enterprise",
        get=_erase,
        post=_erase,
    ),
    route("entreprises/effacees/", erasing.erasures, name="erasures", get=_erasures),
    route(
        "etablissements/<uuid:key>/",
        enterprises.establishment,
        name="establishment",
        maker="establishment",
        get=_read,
    ),
]
