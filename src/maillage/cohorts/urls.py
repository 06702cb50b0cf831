"""Routes of cohorts, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.cohorts.models import DEPOSITORS, PLANNERS, READERS, RESOURCE
from maillage.cohorts.views import deposits, programmes
from maillage.kernel.text import Words

app_name = "cohorts"

COHORTS = term(RESOURCE, fr="Programmes d’accompagnement", en="Programmes of support")
DEPOSITS = term("cohort_deposits", fr="Listes sous pseudonymes", en="Lists under pseudonyms")

PARTS = Words(
    fr="Qui répond d’un programme et ses structures le voient ; une structure lit ses lignes, et des autres ce qui est masqué.",
    en="Who answers for a programme and its structures see it; a structure reads its own lines, and of others what is masked.",
)
OWN = Words(
    fr="Une structure dépose, applique et annule ses propres listes.",
    en="A structure hands in, applies and takes back its own lists.",
)
AUDIT = (Role.AUDITOR,)
ONE = "accompagnement/<uuid:key>/"

_read = Rule("read", COHORTS, READERS, Scope.OWN, why=PARTS, everywhere=AUDIT)
_take = Rule("export", COHORTS, READERS, Scope.OWN, why=PARTS, everywhere=AUDIT)
_open = Rule("create", COHORTS, PLANNERS)
_change = Rule("edit", COHORTS, PLANNERS, Scope.OWN)
_hand = Rule("create", DEPOSITS, DEPOSITORS, Scope.OWN, why=OWN)
_see = Rule("read", DEPOSITS, (*DEPOSITORS, *AUDIT), Scope.OWN, why=OWN, everywhere=AUDIT)

urlpatterns = [
    route(
        "accompagnement/",
        programmes.programmes,
        name="programmes",
        get=Rule("list", COHORTS, READERS, why=PARTS),
    ),
    route("accompagnement/nouveau/", programmes.new_programme, name="new", get=_open, post=_open),
    route(ONE, programmes.programme, name="programme", maker="programme", get=_read),
    route(
        f"{ONE}structures/",
        programmes.structures,
        name="structures",
        maker="programme",
        get=_change,
        post=_change,
    ),
    route(f"{ONE}nos-lignes.csv", programmes.lines_csv, name="lines", maker="programme", get=_take),
    route(
        f"{ONE}deposer/", deposits.deposit, name="deposit", maker="programme", get=_hand, post=_hand
    ),
    route(
        "accompagnement/depots/<uuid:key>/",
        deposits.deposited,
        name="deposited",
        maker="deposit",
        get=_see,
        post=_hand,
    ),
]
