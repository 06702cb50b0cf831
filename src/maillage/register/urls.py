"""Routes of the register: finding a firm."""

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.kernel.text import Words
from maillage.register import views
from maillage.register.permissions import ASKERS

app_name = "register"

FIRMS = term("firms", fr="Entreprises du registre", en="Firms of the register")
DIRECTORY = term(
    "directory", fr="Annuaire national des entreprises", en="National directory of firms"
)
UNDISCLOSED = Words(
    fr="Les entreprises de diffusion partielle n’y ont ni nom ni adresse.",
    en="Firms of partial diffusion have neither name nor address there.",
)
CANDIDATES = Words(
    fr="Un service public extérieur est interrogé ; rien n’entre au registre sans être ajouté par une personne.",
    en="A public service outside is asked; nothing enters the register unless a person adds it.",
)

urlpatterns = [
    route(
        "entreprises/",
        views.find,
        name="search",
        get=Rule("read", FIRMS, EVERYONE, why=UNDISCLOSED),
    ),
    route(
        "entreprises/annuaire/",
        views.directory,
        name="directory",
        get=Rule("read", DIRECTORY, ASKERS, why=CANDIDATES),
    ),
]
