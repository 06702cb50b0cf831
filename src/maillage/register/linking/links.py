"""The links that two lists make: each pair with its probability, and what it is the sum of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from maillage.kernel.text import Words
from maillage.register.linking import model
from maillage.register.linking.comparing import Comparison
from maillage.register.linking.engine import SAMPLED, Bench, Weighed, prior
from maillage.register.linking.firms import TEXTS, Firm, Told, table

CERTAIN, LIKELY = 0.99, 0.5
"""From where a link makes itself, and from where somebody is asked."""
_NEGLIGIBLE = -7.0  # a rival of less weight than this takes nothing worth telling from a link
OTHERS = Words("d’autres lignes conviennent aussi", "other lines fit as well")
UNKNOWN = Words("non comparable", "not to be compared")
BEFORE = Words("avant toute comparaison", "before anything is compared")


@dataclass(frozen=True, slots=True)
class Why:
    """What one comparison says of a pair, and what it weighs; what could not be compared weighs nothing."""

    field: str
    level: str
    words: Words
    weight: float

    def as_json(self) -> dict[str, object]:
        """As the command prints it."""
        return {
            "field": self.field,
            "level": self.level,
            "words": str(self.words),
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """Two lines of two lists that may tell of one firm: how probable it is, and why."""

    left: str
    right: str
    p: float
    why: tuple[Why, ...]

    @property
    def score(self) -> float:
        """The logarithm in base 2 of the odds: the sum of the weights of `why`, exactly."""
        return sum(one.weight for one in self.why)

    def as_json(self) -> dict[str, object]:
        """As the command prints it."""
        return {
            "left": self.left,
            "right": self.right,
            "p": self.p,
            "score": self.score,
            "why": [one.as_json() for one in self.why],
        }


def link(left: Sequence[Firm], right: Sequence[Firm], *, least: float = LIKELY) -> list[Link]:
    """The links between two lists whose probability reaches `least`, in the order of the left list, the surest first.

    A line of the left list tells of one firm at most: lines of the right list that fit it as well are its rivals and
    take their part of the probability, unless they say the very same, which is one firm met twice. Several lines of
    the left list may tell of one firm. The order of the lines changes nothing.
    """
    laid, against = table(left, right), table(right, left)
    if not laid or not against:
        return []
    bench = Bench([told for _firm, told in laid], [told for _firm, told in against])
    if not bench.compared:
        return []
    weighed, share = _weighed(bench)
    asked = min(_NEGLIGIBLE, math.log2(least / (1 - least)))
    links = [
        found
        for _left, rows in groupby(weighed.above(asked, share), lambda row: row["rank_l"])
        for found in _links(list(rows), laid, against, bench.compared, share)
        if found.p >= least
    ]
    place = {firm.id: rank for rank, firm in enumerate(left)}
    return sorted(links, key=lambda one: (place[one.left], -one.p, one.right))


def _weighed(bench: Bench) -> tuple[Weighed, float]:
    """The pairs weighed twice: first to know how many may be one firm, then by what those taught."""
    first = model.first_beliefs()
    learnt, drawn = bench.learnt(first), min(bench.pairs, SAMPLED)
    cautious = model.blended(first, learnt, pairs=bench.pairs, drawn=drawn, matches=0.0)
    matches = bench.weigh(cautious).share() * bench.pairs
    beliefs = model.blended(first, learnt, pairs=bench.pairs, drawn=drawn, matches=matches)
    weighed = bench.weigh(beliefs)
    return weighed, weighed.share()


def _links(
    rows: Sequence[Mapping[str, Any]],
    laid: Sequence[tuple[Firm, Told]],
    against: Sequence[tuple[Firm, Told]],
    compared: Sequence[Comparison],
    share: float,
) -> list[Link]:
    """The links of one line, each less what its rivals take."""
    before = Why("prior", "prior", BEFORE, prior(share))
    pairs = [(row, [before, *(_why(one, row) for one in compared)]) for row in rows]
    odds: dict[tuple[str | None, ...], float] = {}
    for row, why in pairs:
        odds[_content(against[row["rank_r"]][1])] = 2 ** sum(one.weight for one in why)
    links = []
    for row, why in pairs:
        firm, told = against[row["rank_r"]]
        own = _content(told)
        if rivals := sum(value for content, value in odds.items() if content != own):
            why.append(Why("rivals", "rivals", OTHERS, -math.log2(1 + rivals)))
        score = sum(one.weight for one in why)
        links.append(Link(laid[row["rank_l"]][0].id, firm.id, 1 / (1 + 2**-score), tuple(why)))
    return links


def _content(told: Told) -> tuple[str | None, ...]:
    return tuple(told[name] for name in TEXTS)


def _why(one: Comparison, row: Mapping[str, Any]) -> Why:
    level = model.level_of(one, row[f"gamma_{one.name}"])
    if level is None:
        return Why(one.name, "unknown", _said(one, UNKNOWN), 0.0)
    weight = row[f"mw_{one.name}"] + row.get(f"mw_tf_adj_{one.name}", 0.0)
    return Why(one.name, level.code, _said(one, level.words), weight)


def _said(one: Comparison, how: Words) -> Words:
    return Words(f"{one.words.fr}\u00a0: {how.fr}", f"{one.words.en}: {how.en}")
