"""Routes of what is set right: the journal of corrections, acts that drift, decisions on them."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from maillage.ledger.permissions import DECIDERS
from maillage.observatory.views import corrections, drift

CORRECTIONS = term("corrections", fr="Corrections", en="Corrections")
DRIFT = term("drift", fr="Dérives de qualification", en="Qualification drifts")
READERS = (Role.OFFICER, Role.SERVICE_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
EACH = Words(
    fr="Chacun y lit les corrections de ce qu’il peut lire.",
    en="Everybody reads there the corrections of what they may read.",
)
OWN = Words(
    fr="Une organisation ne corrige que les actes qu’elle a enregistrés.",
    en="An organisation corrects only the acts that it recorded.",
)

_read = Rule(
    "read", DRIFT, (*DECIDERS, Role.AUDITOR), Scope.OWN, why=OWN, everywhere=(Role.AUDITOR,)
)
_correct = Rule("correct", DRIFT, DECIDERS, Scope.OWN, why=OWN)

ROUTES = [
    route(
        "corrections/",
        corrections.journal,
        name="corrections",
        get=Rule("read", CORRECTIONS, READERS, why=EACH),
    ),
    route(
        "derives/", drift.drifts, name="drifts", get=Rule("read", DRIFT, (*DECIDERS, Role.AUDITOR))
    ),
    route(
        "derives/<slug:sign>/",
        drift.change,
        name="drift",
        maker="drift",
        get=_correct,
        post=_correct,
    ),
    route(
        "requalifications/<uuid:key>/",
        drift.requalification,
        name="requalification",
        maker="requalification",
        get=_read,
    ),
]
