"""Routes of the firm itself, by its link, and of those who hand it out and answer."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.observatory.views import firm_requests, firmside
from maillage.register.models.own import WORKERS

OWN = term(
    "firm_side", fr="Fiche lue par l’entreprise elle-même", en="Sheet read by the firm itself"
)
REQUESTS = term("firm_requests", fr="Demandes des entreprises", en="Requests of firms")
ASK = term("ask", fr="Demander", en="Ask")
OBJECT = term("object", fr="S’opposer", en="Object")
ANSWER = term("answer", fr="Répondre", en="Answer")
HAND_OUT = term("hand_out", fr="Remettre le lien", en="Hand out the link")
HOLDER = Words(
    fr="Qui tient le lien de l’entreprise lit ce que peut lire l’organisation qui l’a remis, et exerce ses droits.",
    en="Whoever holds the firm’s link reads what the organisation that handed it out may read, and uses its rights.",
)
MONTH = Words(
    fr="L’organisation à qui l’entreprise demande répond dans le mois.",
    en="The organisation that the firm asks answers within a month.",
)

_personal = Sensitivity.PERSONAL
_look = Rule("read", OWN, EVERYONE, Scope.ANY, why=HOLDER)
_take = Rule("export", OWN, EVERYONE, Scope.ANY, why=HOLDER)
_hand = Rule(HAND_OUT, OWN, WORKERS, Scope.ANY, _personal, why=HOLDER)
_close = Rule("end", OWN, WORKERS, Scope.OWN, _personal)
_list = Rule("list", REQUESTS, (*WORKERS, Role.AUDITOR), sensitivity=_personal, why=MONTH)
_read = Rule(
    "read", REQUESTS, (*WORKERS, Role.AUDITOR), Scope.OWN, _personal, MONTH, (Role.AUDITOR,)
)
_answer = Rule(ANSWER, REQUESTS, WORKERS, Scope.OWN, _personal, why=MONTH)

_OF_LINK = "l/<str:token>/entreprise"

ROUTES = [
    route(f"{_OF_LINK}/", firmside.sheet, name="firm_side", maker="firm_link", get=_look),
    route(
        f"{_OF_LINK}/demander/",
        firmside.ask,
        name="firm_ask",
        maker="firm_link",
        post=Rule(ASK, OWN, EVERYONE, Scope.ANY, why=HOLDER),
    ),
    route(
        f"{_OF_LINK}/opposition/",
        firmside.objection,
        name="firm_objects",
        maker="firm_link",
        post=Rule(OBJECT, OWN, EVERYONE, Scope.ANY, why=HOLDER),
    ),
    route(
        f"{_OF_LINK}/entreprise.json",
        firmside.export,
        name="firm_json",
        maker="firm_link",
        kwargs={"kind": "json"},
        get=_take,
    ),
    route(
        f"{_OF_LINK}/entreprise.zip",
        firmside.export,
        name="firm_zip",
        maker="firm_link",
        kwargs={"kind": "zip"},
        get=_take,
    ),
    route(
        "entreprises/<uuid:key>/lien/",
        firm_requests.hand_out,
        name="firm_access",
        maker="enterprise",
        get=_hand,
        post=_hand,
    ),
    route(
        "entreprises/liens/<uuid:key>/fermer/",
        firm_requests.close,
        name="firm_access_close",
        maker="firm_access",
        post=_close,
    ),
    route("demandes/", firm_requests.requests, name="firm_requests", get=_list),
    route(
        "demandes/<uuid:key>/",
        firm_requests.answer,
        name="firm_request",
        maker="firm_request",
        get=_read,
        post=_answer,
    ),
]
