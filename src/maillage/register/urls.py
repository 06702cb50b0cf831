"""Routes of the register: finding a firm, and what was loaded."""

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from maillage.register import views

app_name = "register"

FIRMS = term("firms", fr="Entreprises du registre", en="Firms of the register")
LOADS = term("loads", fr="Chargements du registre", en="Loads of the register")

MANAGERS = (Role.ADMINISTRATOR, Role.SERVICE_MANAGER)
COMMON = Words(
    fr="Le registre est commun à tous les partenaires de l’instance.",
    en="The register is common to all partners of the instance.",
)
UNDISCLOSED = Words(
    fr="Les entreprises de diffusion partielle n’y ont ni nom ni adresse.",
    en="Firms of partial diffusion have neither name nor address there.",
)

urlpatterns = [
    route(
        "entreprises/",
        views.find,
        name="search",
        get=Rule("read", FIRMS, EVERYONE, why=UNDISCLOSED),
    ),
    route(
        "registre/chargements/",
        views.loads,
        name="loads",
        get=Rule("read", LOADS, MANAGERS, why=COMMON),
    ),
    route(
        "registre/chargements/<uuid:key>/",
        views.load,
        name="load",
        maker="load",
        get=Rule("read", LOADS, MANAGERS, Scope.ANY, why=COMMON),
    ),
    route(
        "registre/chargements/<uuid:key>/annuler/",
        views.undo,
        name="undo",
        maker="load",
        get=Rule("cancel", LOADS, (Role.ADMINISTRATOR,), Scope.ANY, why=COMMON),
        post=Rule("cancel", LOADS, (Role.ADMINISTRATOR,), Scope.ANY, why=COMMON),
    ),
]
