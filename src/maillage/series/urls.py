"""Routes of external series, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.kernel.text import Words
from maillage.series import views

app_name = "series"

SERIES = term("external_series", fr="Séries d’autres organismes", en="Series of other bodies")
PUBLISHED = Words(
    fr="Ce que d’autres organismes publient se lit par tous, avec sa source et sa licence.",
    en="What other bodies publish is read by everybody, with its source and its licence.",
)

urlpatterns = [
    route("series/", views.index, name="index", get=Rule("list", SERIES, EVERYONE, why=PUBLISHED)),
]
