"""The closed list of what is published of a vintage, for each chosen territory: no other table leaves.

A table that anybody could ask for freely would be subtracted from its neighbours; secrecy is worked out
over these, and these alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from maillage.figures.observations import demography
from maillage.figures.observations.demography import SURVIVALS
from maillage.figures.observations.observing import ALL
from maillage.kernel.text import Words
from maillage.register.segments import CRAFT_RM, SEGMENTS

DIVISION, TRADE = "division", "trade"
YEARS = 10
"""For how many years what is detailed by commune or by activity is published."""

_SURVIVALS = tuple(one.code for one in SURVIVALS)
_FLOWS = tuple(flow.code for flow in demography.FLOWS)
_RATES = tuple(ratio.code for ratio in demography.RATIOS)
_MONTHLY = tuple(flow.code for flow in demography.FLOWS if flow.monthly)
DENSITY, JOBS = "register.density_per_10k", "register.jobs_estimate"
JOBS_TOLD = (JOBS, "register.jobs_lower", "register.jobs_upper")
_OPEN = (demography.STOCK, *_FLOWS, *_RATES, DENSITY, demography.HIRES.code)
_NEAR = (demography.STOCK, *_FLOWS, *_RATES[:1])
"""What is said of a neighbourhood: counts of public fields alone, which no subtraction from its commune can uncover."""
_LU = tuple(f"{code}_lu" for code in (demography.STOCK, *_FLOWS, *_RATES, DENSITY, *_SURVIVALS))
STATISTICAL = frozenset({*_SURVIVALS, *(f"{code}_lu" for code in _SURVIVALS), *JOBS_TOLD})
"""Indicators of cells that secrecy may hide; all others are counts of public fields."""
CURVES = frozenset(
    f"{one.code}{end}" for one in demography.CURVES for end in ("", *demography.BOUNDS)
)
"""Curves of survival: said of the whole register of a territory, while each cohort that makes them is."""

_ALL_SEGMENTS = (ALL, *(segment.code for segment in SEGMENTS))
_TWO = (ALL, CRAFT_RM.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTable:
    """Some indicators of some kinds of area, for some segments; `detail` by activity, `last` years."""

    code: str
    words: Words
    indicators: tuple[str, ...]
    area_kinds: tuple[str, ...]
    segments: tuple[str, ...]
    detail: str = ""
    last: int = 0
    monthly: bool = False

    def condition(self, areas: Mapping[str, Collection[str]], last_year: int) -> str:
        """The rows of the table among all observations, as SQL; values are ours or checked codes."""
        kinds = " OR ".join(
            f"(area_kind = '{kind}' AND area IN ({_listed(areas.get(kind, ()))}))"
            for kind in self.area_kinds
        )
        depth = {"": "= 'all'", DIVISION: "IN ('all') OR length(activity) = 2"}.get(
            self.detail, "<> 'all' AND length(activity) > 2"
        )
        length = 7 if self.monthly else 4
        since = f"AND period >= '{last_year - self.last + 1}'" if self.last else ""
        return (
            f"indicator IN ({_listed(self.indicators)}) AND ({kinds})"
            f" AND segment IN ({_listed(self.segments)}) AND (activity {depth})"
            f" AND length(period) = {length} {since}"
        )

    def holds(
        self, indicator: str, area_kind: str, segment: str, activity: str, period: str
    ) -> bool:
        """Whether a cell of that kind is of this table, whatever its area and its year."""
        of_all = {"": activity == ALL, DIVISION: activity == ALL or len(activity) == 2}
        return (
            indicator in self.indicators
            and area_kind in self.area_kinds
            and segment in self.segments
            and of_all.get(self.detail, activity != ALL and len(activity) > 2)
            and self.monthly == (len(period) == 7)
        )


def _listed(values: Collection[str]) -> str:
    for value in values:
        if not value.replace("_", "").replace(".", "").replace("-", "").isalnum():
            raise ValueError(value)
    return ", ".join(f"'{value}'" for value in sorted(values)) or "NULL"


TABLES = (
    PublicTable(
        code="communes",
        words=Words("Les communes", "Communes"),
        indicators=(demography.STOCK, *_MONTHLY, *_RATES[:1], DENSITY),
        area_kinds=("commune",),
        segments=(*_TWO, "ess_sirene"),
        last=YEARS,
    ),
    PublicTable(
        code="communes_secret",
        words=Words("Emplois et survie des communes", "Jobs and survival of communes"),
        indicators=(*JOBS_TOLD, "register.survival_3y"),
        area_kinds=("commune",),
        segments=(ALL,),
        last=YEARS,
    ),
    PublicTable(
        code="neighbourhoods",
        words=Words("Les quartiers prioritaires", "Priority neighbourhoods"),
        indicators=_NEAR,
        area_kinds=("qpv",),
        segments=_TWO,
        last=YEARS,
    ),
    PublicTable(
        code="areas",
        words=Words("Le territoire et ses secteurs", "The territory and its sectors"),
        indicators=_OPEN,
        area_kinds=("sector", "epci"),
        segments=_ALL_SEGMENTS,
    ),
    PublicTable(
        code="areas_secret",
        words=Words(
            "Emplois et survie du territoire", "Jobs and survival of the territory"
        ),
        indicators=(*JOBS_TOLD, *_SURVIVALS),
        area_kinds=("sector", "epci"),
        segments=_TWO,
    ),
    PublicTable(
        code="curves",
        words=Words("Courbes de survie du territoire", "Curves of survival of the territory"),
        indicators=tuple(sorted(CURVES)),
        area_kinds=("epci",),
        segments=(ALL,),
        last=YEARS,
    ),
    PublicTable(
        code="months",
        words=Words("Mois par mois", "Month by month"),
        indicators=_MONTHLY,
        area_kinds=("epci",),
        segments=_TWO,
        last=YEARS,
        monthly=True,
    ),
    PublicTable(
        code="divisions",
        words=Words("Les divisions d’activité", "Divisions of activity"),
        indicators=(demography.STOCK, *_MONTHLY, *_RATES[:1], *JOBS_TOLD),
        area_kinds=("epci",),
        segments=(ALL,),
        detail=DIVISION,
        last=YEARS,
    ),
    PublicTable(
        code="trades",
        words=Words("Les métiers de l’artisanat", "Trades of craft"),
        indicators=(demography.STOCK, *_MONTHLY, *JOBS_TOLD),
        area_kinds=("epci",),
        segments=(CRAFT_RM.code,),
        detail=TRADE,
        last=YEARS,
    ),
    PublicTable(
        code="trades_of_communes",
        words=Words("Les métiers, commune par commune", "Trades, commune by commune"),
        indicators=(demography.STOCK,),
        area_kinds=("commune",),
        segments=(CRAFT_RM.code,),
        detail=TRADE,
        last=1,
    ),
    PublicTable(
        code="legal_units",
        words=Words("Les unités légales", "Legal units"),
        indicators=_LU,
        area_kinds=("epci",),
        segments=_TWO,
    ),
)  # fmt: skip


def condition(areas: Mapping[str, Collection[str]], last_year: int) -> str:
    """The rows of all tables."""
    return " OR ".join(f"({table.condition(areas, last_year)})" for table in TABLES)
