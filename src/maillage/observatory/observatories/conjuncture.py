"""Conjuncture and rebound: do firms open or close, and how long do they last."""

from __future__ import annotations

from maillage.kernel.text import Words
from maillage.observatory.observatories import Observatory, Side, mapped, panels
from maillage.observatory.observatories.lasting import lasting

OBSERVATORY = Observatory(
    slug="conjoncture",
    rank=2,
    title=Words("Conjoncture et rebond", "Business climate and rebound"),
    question=Words(
        "Ouvre-t-on plus d’entreprises qu’il n’en ferme\u202f?",
        "Do more firms open than close?",
    ),
    indicators=("register.creation_rate_insee", "register.births", "register.closures"),
    segment="all",
    panels=(
        mapped.a_map,
        panels.key_figures("register.births", "register.closures", "register.creation_rate_insee"),
        panels.monthly("register.births", "register.closures", side=Side.BESIDE),
        panels.a_series(
            "register.births", "register.closures", "register.survival_3y", segment="all"
        ),
        lasting,
        panels.by_sector("register.survival_3y"),
        panels.comparison(
            "register.creation_rate_insee", "register.survival_3y", "register.survival_5y"
        ),
    ),
)
