"""Routes of the observatories: read by everybody, since they say what was published and nothing else."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.conventions.permissions import EDITORS
from maillage.kernel.text import Words
from maillage.observatory.views import observatories, observed_publications

OBSERVATORY = term("observatory", fr="Observatoires", en="Observatories")
PUBLISHED = Words(
    fr="Chacun lit ce qui a été publié d’un territoire ; qui travaille pour une partie ouvre aussi les "
    "cohortes.",
    en="Everybody reads what was published of a territory; who works for a party opens cohorts too.",
)
PUBLISHER = Words(
    fr="L’intercommunalité publie le sien ; si elle n’est pas partenaire, celui qui l’a publié en dernier, "
    "ou n’importe quel partenaire tant que personne ne l’a fait.",
    en="The intercommunality publishes its own; when it is no partner, whoever published it last, or any "
    "partner while none did.",
)

_read = Rule("read", OBSERVATORY, EVERYONE, Scope.ANY, why=PUBLISHED)
_export = Rule("export", OBSERVATORY, EVERYONE, Scope.ANY, why=PUBLISHED)
_publish = Rule("publish", OBSERVATORY, EDITORS, Scope.OWN, why=PUBLISHER)
_one = "observatoire/<str:territory>/"

ROUTES = [
    route(
        "observatoire/",
        observatories.index,
        name="observatories",
        get=Rule("list", OBSERVATORY, EVERYONE),
    ),
    route(
        "observatoire/methodes/",
        observatories.methods,
        name="observatory_methods",
        get=Rule("list", OBSERVATORY, EVERYONE),
    ),
    route(
        "observatoire/publier/",
        observed_publications.vintages,
        name="observatory_vintages",
        get=Rule("publish", OBSERVATORY, EDITORS),
    ),
    route(
        "observatoire/publier/demandes/<uuid:key>/",
        observed_publications.order,
        name="observatory_order",
        maker="observatory_order",
        get=_publish,
        post=_publish,
    ),
    route(
        "observatoire/publier/<uuid:key>/<str:territory>/",
        observed_publications.publish,
        name="observatory_publish",
        maker="observatory_publishable",
        get=_publish,
        post=_publish,
    ),
    route(
        _one + "publications/",
        observed_publications.publications,
        name="observatory_publications",
        maker="observed_territory",
        get=_read,
    ),
    route(
        _one + "publications/<uuid:key>/",
        observed_publications.publication,
        name="observatory_publication",
        maker="observatory_publication",
        get=_read,
    ),
    route(
        _one + "donnees.csv",
        observatories.data_csv,
        name="observatory_csv",
        maker="observed_territory",
        get=_export,
    ),
    route(
        _one + "donnees.parquet",
        observatories.data_parquet,
        name="observatory_parquet",
        maker="observed_territory",
        get=_export,
    ),
    route(
        _one + "etablissements/",
        observatories.firms,
        name="observatory_firms",
        maker="observed_territory",
        get=_read,
    ),
    route(
        _one + "series/<slug:code>.csv",
        observatories.series_csv,
        name="series_csv",
        maker="observed_series",
        get=_export,
    ),
    route(
        _one + "<str:slug>/",
        observatories.observatory,
        name="observatory",
        maker="observatory",
        get=_read,
    ),
]
