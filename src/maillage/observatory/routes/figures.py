"""Routes of the figures and of the records behind them, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope, route, term
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.observatory.reach import OPENERS
from maillage.observatory.views import figures, records

FIGURES = term("figures", fr="Chiffres", en="Figures")
RECORDS = term("figure_records", fr="Lignes derrière un chiffre", en="Records behind a figure")
PUBLIC = Words(
    fr="Le public lit la définition et ce qui a été publié ; l’élu, son périmètre masqué sous le "
    "seuil ; les partenaires interrogent librement.",
    en="The public reads the definition and what was published; an elected member, their perimeter "
    "masked under the threshold; partners ask freely.",
)
BY_RIGHT = Words(
    fr="Chacun ouvre ses lignes et celles qui lui sont partagées ; les autres sont masquées et "
    "comptent.",
    en="Everybody opens their own records and those shared with them; the others are masked and "
    "count.",
)

_read = Rule("read", FIGURES, EVERYONE, Scope.ANY, why=PUBLIC)
_export = Rule("export", FIGURES, SIGNED_IN, Scope.ANY, why=PUBLIC)
_open = Rule("read", RECORDS, EVERYONE, Scope.ANY, Sensitivity.PARTNERS, why=BY_RIGHT)
_take = Rule("export", RECORDS, OPENERS, Scope.ANY, Sensitivity.PARTNERS, why=BY_RIGHT)

_one = "chiffres/<str:code>/"

ROUTES = [
    route("chiffres/", figures.index, name="figures", get=Rule("list", FIGURES, EVERYONE)),
    route(_one, figures.figure, name="figure", maker="indicator", get=_read),
    route(
        _one + "valeurs.csv",
        figures.figure_csv,
        name="figure_csv",
        maker="indicator",
        get=_export,
    ),
    route(
        _one + "valeurs.json",
        figures.figure_json,
        name="figure_json",
        maker="indicator",
        get=_export,
    ),
    route(_one + "lignes/", records.records, name="records", maker="indicator", get=_open),
    route(
        _one + "lignes.csv",
        records.records_csv,
        name="records_csv",
        maker="indicator",
        get=_take,
    ),
    route(
        _one + "lignes.json",
        records.records_json,
        name="records_json",
        maker="indicator",
        get=_take,
    ),
]
