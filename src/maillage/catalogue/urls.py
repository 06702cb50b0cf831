"""Routes of the catalogue, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import SIGNED_IN, Rule, Scope, route, term
from maillage.catalogue import views
from maillage.catalogue.models import KEEPERS, RESOURCE
from maillage.kernel.text import Words

app_name = "catalogue"

CATALOGUE = term(
    RESOURCE, fr="Catalogue des services et dispositifs", en="Catalogue of services and schemes"
)
ALL = Words(
    fr="Le catalogue est un annuaire : quiconque se connecte le lit en entier.",
    en="The catalogue is a directory: whoever signs in reads all of it.",
)
OWN = Words(
    fr="Une fiche est tenue par l’organisation qui l’a écrite et par le partenaire qui y répond ; celles que personne "
    "ne tient, par les administrateurs.",
    en="An entry is kept by the organisation that wrote it and by the partner who answers; those that nobody keeps, by "
    "administrators.",
)  # fmt: skip

_list = Rule("list", CATALOGUE, SIGNED_IN, why=ALL)
_read = Rule("read", CATALOGUE, SIGNED_IN, Scope.ANY, why=ALL)
_export = Rule("export", CATALOGUE, SIGNED_IN, why=ALL)
_add = Rule("create", CATALOGUE, KEEPERS)
_keep = Rule("edit", CATALOGUE, KEEPERS, Scope.OWN, why=OWN)
_end = Rule("end", CATALOGUE, KEEPERS, Scope.OWN, why=OWN)

_ONE = "catalogue/<uuid:key>/"

urlpatterns = [
    route("catalogue/", views.entries, name="entries", get=_list),
    route("catalogue.csv", views.entries_csv, name="entries_csv", get=_export),
    route("catalogue/nouvelle/", views.add, name="add", get=_add, post=_add),
    route(_ONE, views.entry, name="entry", maker="entry", get=_read),
    route(f"{_ONE}modifier/", views.edit, name="edit", maker="entry", get=_keep, post=_keep),
    route(f"{_ONE}confirmer/", views.confirm, name="confirm", maker="entry", post=_keep),
    route(f"{_ONE}retirer/", views.retire, name="retire", maker="entry", post=_end),
    route(
        "etablissements/<uuid:key>/catalogue/", views.for_firm, name="for_firm", maker="establishment",
        get=_read,
    ),
]  # fmt: skip
