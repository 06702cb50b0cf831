"""Proximity: where craft is present, and where a trade lacks."""

from __future__ import annotations

from maillage.figures.observations.closed_list import DENSITY
from maillage.kernel.text import Words
from maillage.observatory.observatories import Observatory, Side, mapped, panels
from maillage.observatory.observatories.neighbourhoods import neighbourhoods
from maillage.observatory.observatories.underserved import underserved

OBSERVATORY = Observatory(
    slug="proximite",
    rank=1,
    title=Words("Économie de proximité", "Proximity economy"),
    question=Words(
        "Où l’artisanat est-il présent, et où manque-t-il\u202f?",
        "Where is craft present, and where does it lack?",
    ),
    indicators=(DENSITY, "register.stock", "register.births", "register.closures"),
    segment="craft_rm",
    by_trade=True,
    panels=(
        mapped.a_map,
        panels.key_figures("register.stock", DENSITY, "register.survival_3y", segment="craft_rm"),
        panels.a_series("register.births", segment="craft_rm", side=Side.BESIDE),
        underserved,
        panels.by_activity("register.stock", segment="craft_rm"),
        neighbourhoods,
        panels.by_sector("register.survival_3y"),
        panels.comparison(DENSITY, "register.survival_3y"),
    ),
)
