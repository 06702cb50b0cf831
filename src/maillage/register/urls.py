"""Routes of the register: finding a firm."""

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.kernel.text import Words
from maillage.register import views

app_name = "register"

FIRMS = term("firms", fr="Entreprises du registre", en="Firms of the register")
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
]
