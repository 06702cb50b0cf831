"""Whoever downloads all that is published of a territory and looks for what is hidden: written apart from the product.

Unknowns are the smallest parts that could be told apart. What is published is a sum of them; what everybody knows besides
(births are open, nobody survives longer than not, the bounds of headcount bands) bounds them. Each hidden cell is then
looked for between the least and the most that satisfy all of it at once: every year of survival of a cohort together,
areas with activities. Births, of craft too, are open everywhere: they bound every cohort, published or not.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Cell = Mapping[str, Any]
Terms = Mapping[Hashable, float]
Geography = Mapping[str, Collection[str]]
"""Of each area, the communes that make it."""

HIDDEN = {"A", "B", "D"}
PARTS = {"all": ("craft", "rest"), "craft_rm": ("craft",)}
AGES = (1, 3, 5)
SURVIVAL = "register.survival_"
JOBS: Mapping[str, Mapping[str, float]] = {
    "register.jobs_lower": {"low": 1.0},
    "register.jobs_upper": {"up": 1.0},
    "register.jobs_estimate": {"low": 0.5, "up": 0.5},  # the middle of each band
}
NARROWEST, WIDEST = 1.245, 2.5  # of INSEE's bands: 200 to 249, 20 to 49


@dataclass(frozen=True, slots=True)
class Found:
    """A hidden cell, and between what its value is known to lie."""

    cell: Cell
    low: float
    high: float

    @property
    def whole_values(self) -> float:
        """How many whole numbers lie there."""
        if math.isinf(self.high):
            return math.inf
        return math.floor(self.high + 1e-6) - math.ceil(self.low - 1e-6) + 1


@dataclass(slots=True)
class Knowledge:
    """What is known of unknowns that are never negative."""

    ranks: dict[Hashable, int] = field(default_factory=dict)
    sums: list[tuple[Terms, float]] = field(default_factory=list)
    tops: list[tuple[Terms, float]] = field(default_factory=list)

    def equal(self, terms: Terms, value: float) -> None:
        """A sum is told."""
        self._named(terms)
        self.sums.append((terms, value))

    def at_most(self, terms: Terms, value: float) -> None:
        """A sum is no more than this."""
        self._named(terms)
        self.tops.append((terms, value))

    def between(self, terms: Terms) -> tuple[float, float]:
        """The least and the most that a sum may be."""
        self._named(terms)
        found = []
        for sign in (1, -1):
            costs = np.zeros(len(self.ranks))
            for name, weight in terms.items():
                costs[self.ranks[name]] = sign * weight
            answer = linprog(
                costs, *self._lines(self.tops), *self._lines(self.sums), method="highs"
            )
            assert answer.status in {0, 3}, (
                f"the truth satisfies what is published: {answer.message}"
            )
            found.append(sign * answer.fun if answer.status == 0 else math.inf)
        return found[0], found[1]

    def _named(self, terms: Terms) -> None:
        for name in terms:
            self.ranks.setdefault(name, len(self.ranks))

    def _lines(self, known: list[tuple[Terms, float]]) -> tuple[Any, Any]:
        if not known:
            return None, None
        entries = [
            (weight, line, self.ranks[name])
            for line, (terms, _value) in enumerate(known)
            for name, weight in terms.items()
        ]
        weights, lines, columns = zip(*entries, strict=True)
        table = csr_array((weights, (lines, columns)), shape=(len(known), len(self.ranks)))
        return table, [value for _terms, value in known]


def attack(cells: Iterable[Cell], geography: Geography) -> Iterator[Found]:
    """Everything that is found of the cells hidden in a file of published cells."""
    told = list(cells)
    yield from _attack_cohorts(told, geography)
    yield from _attack_jobs(told, geography)
    yield from attack_curves(told)


def is_survival(cell: Cell) -> bool:
    """Cohorts alone: an estimate over windows of years (Kaplan-Meier) is no number of survivors."""
    code = str(cell["indicator"]).removeprefix(SURVIVAL)
    return code != cell["indicator"] and not code.startswith("km_") and cell["status"] != "U"


def _attack_cohorts(cells: list[Cell], geography: Geography) -> Iterator[Found]:
    groups: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    births: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        suffix = "_lu" if cell["indicator"].endswith("_lu") else ""
        if is_survival(cell):
            groups[suffix, cell["period"]].append(cell)
        is_total = cell["activity"] == "all" and cell["segment"] in PARTS
        if cell["indicator"] == f"register.births{suffix}" and is_total:
            births[suffix, cell["period"]].append(cell)
    for key, group in groups.items():
        hidden = [cell for cell in group if cell["status"] in HIDDEN]
        if hidden:
            known = _cohort(group, births[key], geography)
            for cell in hidden:
                yield Found(cell, *known.between(_survivors(cell, geography)))


def _survivors(cell: Cell, geography: Geography, years: int = 0) -> dict[Hashable, float]:
    """The survivors of an area and a segment, as a sum over communes of those of craft and of the rest."""
    age = years or int(cell["indicator"].removeprefix(SURVIVAL)[0])
    parts = PARTS[cell["segment"]]
    return {(commune, part, age): 1.0 for commune in geography[cell["area"]] for part in parts}


def _cohort(group: list[Cell], births: list[Cell], geography: Geography) -> Knowledge:
    known = Knowledge()
    for cell in group:
        if cell["status"] not in HIDDEN:
            known.equal(_survivors(cell, geography), cell["numerator"])
    communes = {commune for inside in geography.values() for commune in inside}
    for commune in communes:
        for part in PARTS["all"]:
            for older, younger in ((5, 3), (3, 1)):
                known.at_most({(commune, part, older): 1.0, (commune, part, younger): -1.0}, 0.0)
    _bounded(known, births, geography)
    return known


def _bounded(known: Knowledge, births: list[Cell], geography: Geography) -> None:
    """Births are open: no more survive than were born, of craft or of the rest."""
    cut = {cell["area"] for cell in births}
    born = {(cell["area"], cell["segment"]): float(cell["value"]) for cell in births}
    for area, segment in list(born):
        if segment == "all" and area in cut:
            craft = born.setdefault((area, "craft_rm"), 0.0)  # no row tells none
            for age in AGES:
                rest = {(c, "rest", age): 1.0 for c in geography[area]}
                known.at_most(rest, born[area, "all"] - craft)
    for (area, segment), number in born.items():
        for age in AGES:
            known.at_most(_survivors({"area": area, "segment": segment}, geography, age), number)


def attack_curves(cells: Iterable[Cell]) -> Iterator[Found]:
    """Hidden cohorts of a territory by its curves: followed long enough, a window's share is the sum of its cohorts."""
    whole = [
        cell
        for cell in cells
        if (cell["area_kind"], cell["activity"], cell["segment"]) == ("epci", "all", "all")
    ]
    born = {one["period"]: one["value"] for one in whole if one["indicator"] == "register.births"}
    for age in AGES:
        cohorts = [cell for cell in whole if cell["indicator"] == f"{SURVIVAL}{age}y"]
        curves = [cell for cell in whole if cell["indicator"] == f"{SURVIVAL}km_{age}y"]
        known = _told_by_curves(born, cohorts, curves)
        for cell in cohorts:
            if cell["status"] in HIDDEN:
                yield Found(cell, *known.between({cell["period"]: 1.0}))


def _told_by_curves(born: dict[str, float], cohorts: list[Cell], curves: list[Cell]) -> Knowledge:
    known = Knowledge()
    for period, number in born.items():
        known.at_most({period: 1.0}, number)
    for cell in cohorts:
        if cell["status"] not in {*HIDDEN, "U"}:
            known.equal({cell["period"]: 1.0}, cell["numerator"])
    for cell in curves:
        if cell["status"] == "V":
            window = [str(int(cell["period"]) - back) for back in range(3)]
            terms: Terms = {period: 1.0 for period in window if period in born}
            known.equal(terms, round(cell["value"] * cell["n"]))
    return known


def _attack_jobs(cells: list[Cell], geography: Geography) -> Iterator[Found]:
    group = [cell for cell in cells if cell["indicator"] in JOBS]
    hidden = [cell for cell in group if cell["status"] in HIDDEN]
    if not hidden:
        return
    known = _jobs(group, geography)
    for cell in hidden:
        yield Found(cell, *known.between(_jobs_of(cell, JOBS[cell["indicator"]], geography)))


def _jobs_of(cell: Cell, of: Mapping[str, float], geography: Geography) -> dict[Hashable, float]:
    """Jobs (`low`, `up`) or employers (`n`) of a cell as a sum of what makes it."""
    if cell["activity"] != "all":
        return {(cell["activity"], "", what): weight for what, weight in of.items()}
    return {
        (commune, part, what): weight
        for commune in geography[cell["area"]]
        for part in PARTS[cell["segment"]]
        for what, weight in of.items()
    }


def _jobs(group: list[Cell], geography: Geography) -> Knowledge:
    known = Knowledge()
    for cell in group:
        if cell["status"] not in HIDDEN:
            known.equal(_jobs_of(cell, JOBS[cell["indicator"]], geography), cell["value"])
            known.equal(_jobs_of(cell, {"n": 1.0}, geography), cell["n"])
    _absent(known, group, geography)
    _activities(known, group, geography)
    for name in {name[:2] for name in known.ranks if isinstance(name, tuple)}:
        low, up, n = ((*name, what) for what in ("low", "up", "n"))
        known.at_most({n: 1.0, low: -1.0}, 0.0)
        known.at_most({low: NARROWEST, up: -1.0}, 0.0)
        known.at_most({up: 1.0, low: -WIDEST}, 0.0)
    return known


def _absent(known: Knowledge, group: list[Cell], geography: Geography) -> None:
    """No row: nobody employs there."""
    rows = {(cell["area"], cell["segment"]) for cell in group if cell["activity"] == "all"}
    kinds = {(cell["area_kind"], cell["segment"]) for cell in group if cell["activity"] == "all"}
    for kind, segment in kinds:
        areas = {cell["area"] for cell in group if cell["area_kind"] == kind}
        if kind == "commune":
            areas = {commune for inside in geography.values() for commune in inside}
        for area in areas - {area for area, told in rows if told == segment}:
            nobody = {"area": area, "segment": segment, "activity": "all"}
            known.equal(_jobs_of(nobody, {"n": 1.0, "low": 1.0, "up": 1.0}, geography), 0.0)


def _activities(known: Knowledge, group: list[Cell], geography: Geography) -> None:
    """Activities are within their total, trades of craft within their division."""
    codes = {cell["activity"] for cell in group} - {"all"}
    roots = {cell["area"] for cell in group if cell["area_kind"] == "epci"}
    for what in ("n", "low", "up"):
        for segment, length in (("all", 2), ("craft_rm", 6)):
            inside = [code for code in codes if len(code) == length]
            for root in roots if inside else ():
                whole = {"area": root, "segment": segment, "activity": "all"}
                total = _minus(_jobs_of(whole, {what: 1.0}, geography))
                known.at_most({**total, **{(code, "", what): 1.0 for code in inside}}, 0.0)
        for division in (code for code in codes if len(code) == 2):
            trades = [code for code in codes if len(code) > 2 and code.startswith(division)]
            terms = {(code, "", what): 1.0 for code in trades}
            known.at_most({**terms, (division, "", what): -1.0}, 0.0)


def _minus(terms: Terms) -> dict[Hashable, float]:
    return {name: -weight for name, weight in terms.items()}
