"""Routes of the observatories: read by everybody, since they say what was published and nothing else."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.kernel.text import Words
from maillage.observatory.views import observatories

OBSERVATORY = term("observatory", fr="Observatoires", en="Observatories")
PUBLISHED = Words(
    fr="Chacun lit ce qui a été publié d’un territoire ; qui travaille pour une partie ouvre aussi les "
    "cohortes.",
    en="Everybody reads what was published of a territory; who works for a party opens cohorts too.",
)

_read = Rule("read", OBSERVATORY, EVERYONE, Scope.ANY, why=PUBLISHED)
_export = Rule("export", OBSERVATORY, EVERYONE, Scope.ANY, why=PUBLISHED)
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
        _one + "<str:slug>/",
        observatories.observatory,
        name="observatory",
        maker="observatory",
        get=_read,
    ),
]
