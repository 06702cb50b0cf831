"""Where a trade lacks, told of a vintage: the communes of a territory judged by its published stocks.

Each establishment stands at the centre of its commune, since a stock by commune says no more; those of the communes
around are walked to when they were observed. The basket and the thresholds are said with what moving them would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maillage import places
from maillage.figures.methods import sensitivity, serving, underserved
from maillage.figures.methods.underserved import Judged, Thresholds, Verdict

BASKET = ("10.71C", "47.22Z", "96.02A", "45.20A", "43.22A", "43.21A", "56.10C")
"""Everyday trades of craft, by NAF subclass: bread, meat, hair, cars, plumbing, electricity, a meal. A parameter."""
CHOICES = (
    *BASKET, "47.23Z", "96.01B", "96.02B", "45.40Z", "43.22B", "43.34Z", "43.32A", "43.91B", "43.99C", "95.22Z", "95.23Z",
    "49.32Z", "81.22Z",
)  # fmt: skip
"""The trades of which a reader makes another basket: the basket's, then fish, laundry, care, bicycles and motorcycles,
heating, paint, joinery, roofs, masonry, repair of appliances and of shoes, taxis, chimneys. Counts by commune are public."""


def found(
    communes: Mapping[str, float],
    stocks: Iterable[tuple[str, str, int]],
    basket: Sequence[str] = BASKET,
    thresholds: Thresholds | None = None,
) -> dict[str, Any]:
    """What is concluded of each commune (code → people) from the stocks (commune, trade, how many) of the basket.

    Empty when nothing of the basket is observed, or no centre is known.
    """
    stocks = list(stocks)
    told = [(code, trade, n) for code, trade, n in stocks if trade in basket and n]
    centres = places.centres({*communes, *(code for code, _trade, _n in told)})
    if not told or not centres:
        return {}
    shops: dict[str, list[serving.Place]] = {trade: [] for trade in basket}
    for code, trade, n in told:
        shops[trade] += [serving.Place(code, centres.get(code))] * n
    heard = tuple(trade for trade in basket if shops[trade])
    measured = serving.measure(
        [serving.Commune(code, centres.get(code), people) for code, people in communes.items()],
        {trade: shops[trade] for trade in heard},
    )
    return _written(sensitivity.sensitivity(measured, thresholds))


def kept(communes: Mapping[str, float], stocks: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """What is concluded with the usual basket, and what another is concluded from: public counts of who is where."""
    told = [(code, trade, n) for code, trade, n in stocks if trade in CHOICES and n]
    people = dict(sorted(communes.items()))
    usual = found(people, told)
    return usual and {**usual, "people": people, "stocks": [list(one) for one in told]}


def again(told: Mapping[str, Any], basket: Sequence[str], thresholds: Thresholds) -> dict[str, Any]:
    """What is concluded with another basket or other thresholds, from what was `kept`."""
    stocks = [(code, trade, n) for code, trade, n in told["stocks"]]
    people = dict(sorted(told["people"].items()))  # a database keeps no order of names
    return found(people, stocks, basket, thresholds)


def _written(moved: sensitivity.Sensitivity) -> dict[str, Any]:
    judged = moved.base
    limits = judged.thresholds
    return {
        "basket": list(judged.basket),
        "minutes": limits.minutes,
        "quarter": limits.quarter,
        "reasons": limits.reasons,
        "communes": [_commune(judged, code) for code in judged.communes()],
        "untold": judged.communes(Verdict.NOT_ENOUGH_DATA),
        "always": list(moved.always),
        "at_times": list(moved.at_times),
        "moves": [
            {"what": one.what, "to": one.to, "listed": one.communes.listed} for one in moved.moved
        ],
    }


def _commune(judged: Judged, code: str) -> dict[str, Any]:
    """An underserved commune: its share of the basket, and each trade that lacks with its reasons."""
    row = judged.measured.communes.index(code)
    return {
        "code": code,
        "share": round(float(judged.share[row]), 4),
        "trades": [
            {
                "trade": trade,
                "verdict": str(judged.verdict(code, trade)),
                "reasons": [
                    {
                        "code": why.code,
                        "held": why.held,
                        "value": None if why.value is None else round(why.value, 2),
                        "limit": None if why.limit is None else round(why.limit, 2),
                    }
                    for why in judged.why(code, trade)
                ],
            }
            for trade in judged.basket
            if judged.verdict(code, trade) is not underserved.Verdict.SERVED
        ],
    }
