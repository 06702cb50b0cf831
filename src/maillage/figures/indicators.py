"""Figures read from the register alone, which every domain may divide by."""

from __future__ import annotations

from maillage.figures.definitions import REGISTRY, Indicator, in_segment
from maillage.kernel.text import Words
from maillage.register import segments

ACTIVE_CRAFT_FIRMS = REGISTRY.declare(
    Indicator(
        code="register.active_craft_firms",
        version=1,
        owner="register",
        label=Words(fr="Entreprises artisanales actives", en="Active craft firms"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) ayant, le dernier jour de la période, au moins un "
            "établissement actif dans le territoire et une activité artisanale inscrite au registre des "
            "métiers (code APRM présent). La date de création inconnue est hors du stock.",
            en="Number of firms (SIREN) with, on the last day of the period, at least one active "
            "establishment in the territory and a craft activity in the trade register (APRM code "
            "present). An unknown creation date stays out of the stock.",
        ),
        relation="establishments",
        unit="firm",
        key="legal_unit_id",
        date=None,
        where=lambda rows: (rows.state == "A") & in_segment(rows, segments.CRAFT_RM),
        dimensions=("commune", "sector"),
        disclosure="open_register",
    )
)
