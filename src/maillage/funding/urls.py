"""Routes of public money, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import SIGNED_IN, Rule, route, term
from maillage.funding import views
from maillage.funding.models import RESOURCE
from maillage.kernel.text import Words

app_name = "funding"

GRANTS = term(RESOURCE, fr="Subventions publiées", en="Published grants")
ALL = Words(
    fr="Ces listes sont publiées par la loi : quiconque se connecte les lit en entier.",
    en="These lists are published by law: whoever signs in reads all of them.",
)

urlpatterns = [
    route(
        "subventions/", views.grants, name="grants", get=Rule("list", GRANTS, SIGNED_IN, why=ALL)
    ),
    route(
        "subventions.csv",
        views.grants_csv,
        name="grants_csv",
        get=Rule("export", GRANTS, SIGNED_IN, why=ALL),
    ),
]
