"""A plan run on the tables of a survey: its weights, then each estimate it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.kernel.text import Words
from maillage.surveys.estimation import (
    calibration,
    estimates,
    intervals,
    totals,
    variance,
    weighting,
)
from maillage.surveys.estimation.columns import Table
from maillage.surveys.estimation.estimates import Estimate, Sample
from maillage.surveys.estimation.plan import Plan, Question, Unanswered
from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weighted:
    """The rows that answered with their final weights, their factors of calibration and what was done to them."""

    table: Table
    sample: Sample
    g: Array
    report: tuple[Words, ...]


def weigh(table: Table, plan: Plan, frame: Table | None = None) -> Weighted:
    """The weights of a sample: of the draw, then for non-response, then to known totals.

    Raises:
        Invalid: the design, the answers or the margins do not hold, with what to do.
    """
    weight, population = _drawn(table, plan, frame)
    report: list[Words] = []
    if plan.unanswered is not None or "answered" in table.columns:
        heard = _answered(table, plan, weight)
        report += [_merged(names) for names in heard.merged]
        kept = np.flatnonzero(heard.weights > 0)
        table, weight = _only(table, kept), heard.weights[kept]
        population = None if population is None else population[kept]
    drawn = plan.drawn
    design = variance.design(
        table.rows,
        strata=table.text(drawn.strata) if drawn.strata else None,
        psu=table.text(drawn.psu) if drawn.psu else None,
        population=population,
        single=drawn.single_psu,
    )
    report += [_merged(names) for names in design.merged]
    if plan.known is None:
        return Weighted(table, Sample(weight, design), np.ones(table.rows), tuple(report))
    x, aims = totals.of(table, plan.known, frame)
    factors = totals.met(x, weight, aims, plan.known)
    report.append(_calibrated(factors))
    known = estimates.Known(x, weight)
    return Weighted(table, Sample(weight * factors.g, design, known), factors.g, tuple(report))


def told(weighted: Weighted, plan: Plan, thin: intervals.Thin | None = None) -> dict[str, Any]:
    """The weights and the estimates of a plan as data, in its order then in that of domains."""
    w, g = weighted.sample.w, weighted.g
    return {
        "weights": {
            "n": weighted.table.rows,
            "sum": float(w.sum()),
            "min": float(w.min()),
            "max": float(w.max()),
            "g_min": float(g.min()),
            "g_max": float(g.max()),
            "converged": True,  # weights that are not are refused
            "report": [str(words) for words in weighted.report],
        },
        "estimates": [
            row
            for question in plan.questions
            for row in _rows(weighted, question, thin or intervals.Thin())
        ],
    }


def _drawn(table: Table, plan: Plan, frame: Table | None) -> tuple[Array, Array | None]:
    """Weights of the draw and, for each row, the population of its stratum when it is known."""
    drawn = plan.drawn
    strata = table.text(drawn.strata) if drawn.strata else [""] * table.rows
    population = table.numbers(drawn.fpc) if drawn.fpc else None
    if population is None and frame is not None and not drawn.psu:
        held = frame.text(drawn.strata) if drawn.strata else [""] * frame.rows
        population = totals.counted(held, strata)
    if drawn.weight:
        weight = table.numbers(drawn.weight)
        if np.any(weight <= 0):
            raise refused(f"un poids de {drawn.weight} n’est pas positif", f"a weight of {drawn.weight} is not positive",
                          "Retirez ces lignes.", "Take these lines out.")  # fmt: skip
        return weight, population
    if population is None or drawn.psu:
        return np.ones(table.rows), population
    return population / totals.counted(strata, strata), population


def _answered(table: Table, plan: Plan, weight: Array) -> weighting.Answered:
    asked = plan.unanswered or Unanswered(groups=(plan.drawn.strata,) if plan.drawn.strata else ())
    groups = table.crossed(asked.groups) if asked.groups else [""] * table.rows
    return weighting.respond(
        weight, table.flags(asked.responded), groups, fewest=asked.fewest, widest=asked.widest
    )


def _only(table: Table, rows: NDArray[np.intp]) -> Table:
    kept = rows.tolist()
    columns = {name: [cells[row] for row in kept] for name, cells in table.columns.items()}
    return replace(table, columns=columns, rows=len(kept))


def _merged(names: str) -> Words:
    return Words(f"regroupés\u00a0: {names}", f"put together: {names}")


def _calibrated(factors: calibration.Factors) -> Words:
    held = "" if factors.bounds is None else " [{:g}, {:g}]".format(*factors.bounds)
    return Words(
        f"calage {factors.method}{held}, {factors.steps} pas", f"calibration {factors.method}{held}, {factors.steps} steps"
    )  # fmt: skip


def _rows(weighted: Weighted, question: Question, thin: intervals.Thin) -> Iterator[dict[str, Any]]:
    table = weighted.table
    every = np.ones(table.rows, dtype=bool)
    parts: Sequence[tuple[tuple[str, ...], Flags]] = [((), every)]
    if question.by:
        parts = estimates.domains([table.text(column) for column in question.by])
    if question.kind == "proportion":
        answers = np.asarray([cell.strip() for cell in table.text(question.y)])
        asked: list[tuple[str | None, Array]] = [
            (value, (answers == value).astype(float))
            for value in sorted(set(answers.tolist()) - {""})
        ]
        there = answers != ""
    else:
        y = table.numbers(question.y, may_lack=True)
        there = ~np.isnan(y)
        asked = [(None, np.where(there, y, 0.0))]
    for values, rows in parts:
        for category, y in asked:
            yield _row(weighted, question, thin, values, rows & there, category, y)


def _row(
    weighted: Weighted,
    question: Question,
    thin: intervals.Thin,
    values: tuple[str, ...],
    within: Flags,
    category: str | None,
    y: Array,
) -> dict[str, Any]:
    """One estimate as data; without a value where nobody answered, or where a ratio has nothing below."""
    head = {
        "kind": question.kind,
        "y": question.y,
        "by": list(question.by),
        "domain": " × ".join(values) if question.by else None,
        "category": category,
    }
    answer = _answer(weighted, question, within, y)
    if answer is None:
        nothing = dict.fromkeys(("est", "se", "lo", "hi", "n_eff", "n_kish", "deff", "cv"))
        why = Words("rien à estimer", "nothing to estimate")
        return {**head, **nothing, "n": int(within.sum()), "hidden": True, "reason": str(why)}
    found, (low, high) = answer
    why_hidden = intervals.hidden(found, (low, high), question.kind, thin)
    return {
        **head,
        "est": found.value,
        "se": found.se,
        "lo": low,
        "hi": high,
        "n": found.n,
        "n_eff": found.n_eff,
        "n_kish": found.n_kish,
        "deff": found.deff,
        "cv": found.cv,
        "hidden": why_hidden is not None,
        "reason": "" if why_hidden is None else str(why_hidden),
    }


def _answer(
    weighted: Weighted, question: Question, within: Flags, y: Array
) -> tuple[Estimate, tuple[float, float]] | None:
    sample, freedom = weighted.sample, weighted.sample.design.freedom
    if not within.any():
        return None
    if question.kind == "quantile":
        t = intervals.quantile_t(freedom)
        found, low, high = estimates.quantile(sample, y, question.q, within, t)
        return found, (low, high)
    if question.kind == "ratio":
        below = weighted.table.numbers(question.x, may_lack=True)
        within = within & ~np.isnan(below)
        below = np.where(within, below, 0.0)
        if (sample.w * within) @ below == 0:
            return None
        found = estimates.ratio(sample, y, below, within)
    else:
        found = (estimates.total if question.kind == "total" else estimates.mean)(sample, y, within)
    return found, _interval(found, freedom, question)


def _interval(found: Estimate, freedom: int, question: Question) -> tuple[float, float]:
    if question.kind == "proportion":
        return intervals.proportion(found, freedom, question.ci)
    return intervals.plain(found, freedom)
