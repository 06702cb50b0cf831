"""Routes of a convention's dashboard, report and publications, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.conventions.permissions import EDITORS
from maillage.kernel.text import Words
from maillage.observatory.views import bilan, conventions, publications

DASHBOARDS = term("convention_figures", fr="Chiffres des conventions", en="Figures of conventions")
PUBLISHED_ONLY = Words(
    fr="Les parties lisent les chiffres du jour ; tous les autres, ceux qui ont été publiés.",
    en="The parties read the figures of the day; everybody else, those that were published.",
)

_read = Rule("read", DASHBOARDS, EVERYONE, Scope.ANY, why=PUBLISHED_ONLY)
_export = Rule("export", DASHBOARDS, EVERYONE, Scope.ANY, why=PUBLISHED_ONLY)
_publish = Rule("publish", DASHBOARDS, EDITORS, Scope.OWN)

ROUTES = [
    route(
        "conventions/<slug:slug>/",
        conventions.convention,
        name="convention",
        maker="convention",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/chiffres.csv",
        conventions.figures_csv,
        name="convention_csv",
        maker="convention",
        get=_export,
    ),
    route(
        "conventions/<slug:slug>/chiffres.json",
        conventions.figures_json,
        name="convention_json",
        maker="convention",
        get=_export,
    ),
    route(
        "conventions/<slug:slug>/bilan/",
        bilan.bilan,
        name="bilan",
        maker="convention",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/bilan.pdf",
        bilan.bilan_pdf,
        name="bilan_pdf",
        maker="published",
        get=_export,
    ),
    route(
        "conventions/<slug:slug>/publications/",
        publications.publications,
        name="publications",
        maker="convention",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/publier/",
        publications.publish,
        name="publish",
        maker="convention",
        get=_publish,
        post=_publish,
    ),
    route(
        "publications/<uuid:key>/",
        publications.publication,
        name="publication",
        maker="publication",
        get=_read,
    ),
]
