"""Routes of the design system: appearance, language, the gallery of components.

They stand here because `ui` is below `accounts`, where the policy of a route is declared.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, route, term
from maillage.ui import gallery, views

CHOOSE = term("choose", fr="choisir", en="choose")
READER = term("reading_comfort", fr="Langue et apparence", en="Language and appearance")
COMPONENTS = term("components", fr="Composants de l’interface", en="Components of the interface")

routes = [
    route("apparence/", views.theme, name="theme", post=Rule(CHOOSE, READER, EVERYONE)),
    route(
        "composants/",
        gallery.gallery,
        name="gallery",
        get=Rule("read", COMPONENTS, SIGNED_IN),
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    route("langue/", set_language, name="set_language", post=Rule(CHOOSE, READER, EVERYONE)),
    path("", include((routes, "ui"))),
]
