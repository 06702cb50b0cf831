"""Routes of lists of partners, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.lists.models import READERS, RESOURCE
from maillage.lists.permissions import DECIDERS, FEEDERS
from maillage.lists.views import deciding, lists

app_name = "lists"

LISTS = term(RESOURCE, fr="Listes de partenaires", en="Lists of partners")
HELD = Words(
    fr="Une liste se lit par l’organisation qui l’a chargée, et par celles à qui elle la partage.",
    en="A list is read by the organisation that loaded it, and by those it shares it with.",
)
OWN = Words(
    fr="Seule l’organisation qui a chargé la liste décide quelle entreprise est chaque ligne.",
    en="Only the organisation that loaded the list decides which firm each line is.",
)

ANSWERS = Words(
    fr="Seule l’organisation qui a chargé la liste dit ce qu’elle dit de ses entreprises.",
    en="Only the organisation that loaded the list says what it tells of its firms.",
)

PARTNERS = Sensitivity.PARTNERS
_read = Rule("read", LISTS, READERS, Scope.SHARED, PARTNERS, HELD, (Role.AUDITOR,))
_decide = Rule("edit", LISTS, DECIDERS, Scope.OWN, PARTNERS, OWN)

urlpatterns = [
    route(
        "listes/",
        lists.lists,
        name="lists",
        get=Rule("list", LISTS, READERS, sensitivity=PARTNERS, why=HELD),
    ),
    route("listes/<uuid:key>/", lists.one_list, name="list", maker="partner_list", get=_read),
    route(
        "listes/<uuid:key>/a-verifier/",
        deciding.review,
        name="review",
        maker="partner_list",
        get=_decide,
    ),
    route(
        "listes/<uuid:key>/comparer/",
        deciding.compare_again,
        name="compare",
        maker="partner_list",
        post=_decide,
    ),
    route(
        "listes/<uuid:key>/segment/",
        deciding.feed,
        name="feed",
        maker="partner_list",
        post=Rule("edit", LISTS, FEEDERS, Scope.OWN, PARTNERS, ANSWERS),
    ),
    route(
        "listes/rapprochements/<uuid:key>/",
        deciding.match,
        name="match",
        maker="match",
        get=_read,
    ),
    route(
        "listes/rapprochements/<uuid:key>/decider/",
        deciding.decide,
        name="decide",
        maker="match",
        post=_decide,
    ),
]
