"""Tertiary: which services the territory lives on."""

from __future__ import annotations

from maillage.figures.observations.closed_list import DENSITY
from maillage.kernel.text import Words
from maillage.observatory.observatories import Observatory, Side, mapped, panels

SERVICES = tuple(f"{division:02d}" for division in range(45, 97))
"""The divisions of NAF rev. 2 from trade (45) to personal services (96)."""

OBSERVATORY = Observatory(
    slug="tertiaire",
    rank=3,
    title=Words("Activités tertiaires", "Services"),
    question=Words(
        "De quels services le territoire vit-il\u202f?",
        "Which services does the territory live on?",
    ),
    indicators=("register.stock", DENSITY, "register.births"),
    segment="all",
    panels=(
        mapped.a_map,
        panels.key_figures("register.stock", DENSITY),
        panels.a_series("register.stock", segment="all", side=Side.BESIDE),
        panels.by_activity("register.stock", divisions=SERVICES),
        panels.by_activity("register.births", divisions=SERVICES),
        panels.comparison(DENSITY, "register.creation_rate_insee"),
    ),
)
