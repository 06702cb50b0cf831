"""What observations measure, declared: which flows count, over what, in words.

Each code comes twice: for establishments, and for legal units under the same code followed by `_lu`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis.expr.types as ir

from maillage.figures.observations.continuity import REACTIVATION
from maillage.figures.observations.flows import BIRTH, CLOSURE, MOVE
from maillage.kernel.text import Words

Rule = Callable[[ir.Table], ir.BooleanValue]

FIRST, LAST = "entered", "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Units to which something happens in a period: the spells that satisfy `where`, on the day in `dated`.

    `crosses`: only when the other commune (`came_from`, `went_to`) lies outside the area that counts.
    `adds` tells what it does to the stock.
    """

    code: str
    label: Words
    words: Words
    dated: str
    where: Rule
    crosses: str = ""
    adds: int = 0
    version: int = 1
    disclosure: str = "open_register"
    monthly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One observed figure over others of the same year; null when they are zero."""

    code: str
    label: Words
    words: Words
    over: str
    under: tuple[str, ...]
    version: int = 1
    disclosure: str = "open_register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """Of the units born in a year, the share still in existence at an anniversary."""

    code: str
    years: int
    label: Words
    words: Words
    version: int = 1
    disclosure: str = "statistical"


STOCK = "register.stock"

BIRTHS = Flow(
    code="register.births",
    label=Words("Naissances", "Births"),
    words=Words(
        "Établissements qui commencent, ou qui reviennent après 24 mois d’arrêt ou plus. Ce qui continue "
        "un autre (déménagement, reprise) n’en est pas une.",
        "Establishments that begin, or come back after 24 months or more. What continues another (a move, "
        "a takeover) is none.",
    ),
    dated=FIRST,
    where=lambda t: t.entry == BIRTH,
    adds=1,
    monthly=True,
)
REACTIVATIONS = Flow(
    code="register.reactivations",
    label=Words("Réactivations", "Reactivations"),
    words=Words(
        "Établissements qui reviennent moins de 24 mois après leur fermeture.",
        "Establishments that come back less than 24 months after they closed.",
    ),
    dated=FIRST,
    where=lambda t: t.entry == REACTIVATION,
    adds=1,
)
ARRIVALS = Flow(
    code="register.arrivals",
    label=Words("Arrivées", "Arrivals"),
    words=Words(
        "Établissements qui continuent ici un autre, fermé hors de la zone.",
        "Establishments that continue here another one, closed outside the area.",
    ),
    dated=FIRST,
    where=lambda t: t.entry == MOVE,
    crosses="came_from",
    adds=1,
)
CLOSURES = Flow(
    code="register.closures",
    label=Words("Fermetures", "Closures"),
    words=Words(
        "Établissements actifs qui cessent de l’être autrement que par un déménagement, au dernier jour "
        "d’activité.",
        "Active establishments that cease to be so other than by a move, on their last active day.",
    ),
    dated=LAST,
    where=lambda t: t.exit == CLOSURE,
    adds=-1,
    monthly=True,
)
DEPARTURES = Flow(
    code="register.departures",
    label=Words("Départs", "Departures"),
    words=Words(
        "Établissements que continue un autre, ouvert hors de la zone.",
        "Establishments continued by another one, opened outside the area.",
    ),
    dated=LAST,
    where=lambda t: t.exit == MOVE,
    crosses="went_to",
    adds=-1,
)
DEATHS = Flow(
    code="register.deaths",
    label=Words("Disparitions", "Deaths"),
    words=Words(
        "Fermetures que ne suit aucun retour dans les 24 mois\u00a0; provisoires tant qu’ils ne sont pas "
        "écoulés.",
        "Closures that no return follows within 24 months; provisional until these have passed.",
    ),
    dated=LAST,
    where=lambda t: (t.exit == CLOSURE) & ~t.lasts,
)
FLOWS = (BIRTHS, REACTIVATIONS, ARRIVALS, CLOSURES, DEPARTURES, DEATHS)

CREATION_RATE = Ratio(
    code="register.creation_rate_insee",
    label=Words("Taux de création (INSEE)", "Creation rate (INSEE)"),
    words=Words(
        "Naissances de l’année rapportées au stock du 1er janvier.",
        "Births of the year over the stock of 1 January.",
    ),
    over=BIRTHS.code,
    under=(STOCK,),
)
BIRTH_RATE = Ratio(
    code="register.birth_rate_eurostat",
    label=Words("Taux de naissance (Eurostat)", "Birth rate (Eurostat)"),
    words=Words(
        "Naissances de l’année rapportées à la population active de l’année\u00a0: le stock du 1er janvier "
        "et tout ce qui est entré depuis.",
        "Births of the year over the year's active population: the stock of 1 January and all that came "
        "in since.",
    ),
    over=BIRTHS.code,
    under=(STOCK, BIRTHS.code, REACTIVATIONS.code, ARRIVALS.code),
)
RATIOS = (CREATION_RATE, BIRTH_RATE)

SURVIVALS = tuple(
    Survival(
        code=f"register.survival_{years}y",
        years=years,
        label=Words(
            f"Survie à {years} an{'s' if years > 1 else ''}",
            f"Survival at {years} year{'s' if years > 1 else ''}",
        ),
        words=Words(
            "Part des unités nées dans l’année encore présentes à leur anniversaire, où qu’elles soient "
            "allées\u00a0; un arrêt de moins de 24 mois n’est pas une fin.",
            "Share of the units born in the year still there on their anniversary, wherever they went; "
            "a stop of less than 24 months is no end.",
        ),
    )
    for years in (1, 3, 5)
)
WINDOW = 3
"""Years of birth that make one curve of survival."""
CURVES = tuple(
    Survival(
        code=f"register.survival_km_{one.years}y",
        years=one.years,
        label=Words(f"{one.label.fr} (Kaplan-Meier)", f"{one.label.en} (Kaplan–Meier)"),
        words=Words(
            "Part de ceux nés dans les trois années qui finissent avec celle-ci qui durent plus que cet âge, selon Kaplan et "
            "Meier\u00a0: chacun compte tant qu’il est suivi. Les six derniers mois ne sont pas regardés\u00a0: les fins y "
            "sont déclarées en retard.",
            "Share of those born in the three years that end with this one that last beyond this age, by Kaplan and Meier: each "
            "counts while it is followed. The last six months are not looked at: ends are filed late.",
        ),
    )
    for one in SURVIVALS
)
BOUNDS = ("_lower", "_upper")
"""What follows the code of a curve for the two ends of its 95 % interval."""
HIRES = Flow(
    code="register.first_hires",
    label=Words("Premières embauches", "First hires"),
    words=Words(
        "Établissements qui deviennent employeurs pour la première fois sans l’avoir été à leur naissance.",
        "Establishments that become employers for the first time, not having been so at birth.",
    ),
    dated="on",
    where=lambda t: t.on.notnull(),
)
