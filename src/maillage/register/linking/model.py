"""The model as splink is told it: what is compared, and what is believed of each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from maillage.register.linking.comparing import COMPARISONS, Comparison, Level

Beliefs: TypeAlias = dict[tuple[str, str], tuple[float, float]]
"""Of each level (comparison, code), how often it is met between lines of one firm (m) and of two (u)."""

Learnt: TypeAlias = Mapping[tuple[str, str], tuple[float | None, float | None]]
"""The same, as learnt; None for what was never met."""

UNKNOWN = -1
FIRMS = 30.0  # how many lines of one firm the first beliefs are worth beside those that are met
PAIRS = 5_000.0  # and how many pairs drawn at random


def levels(one: Comparison) -> tuple[Level, ...]:
    """Its levels, best first, the last one being that they differ."""
    return (*one.levels, one.differ)


def first_beliefs() -> Beliefs:
    """What is believed before anything is read, each comparison summing to one."""
    return summing_to_one(
        {(one.name, level.code): (level.m, level.u) for one in COMPARISONS for level in levels(one)}
    )


def settings(compared: Sequence[Comparison], beliefs: Beliefs, *, rarity: bool) -> dict[str, Any]:
    """What splink is given; with `rarity`, what is rare weighs more when it agrees."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "rank",
        "probability_two_random_records_match": 0.0001,
        "comparisons": [_comparison(one, beliefs, rarity=rarity) for one in compared],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 25,
    }


def _comparison(one: Comparison, beliefs: Beliefs, *, rarity: bool) -> dict[str, Any]:
    told = [{"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}]
    for level in levels(one):
        m, u = beliefs[one.name, level.code]
        described: dict[str, Any] = {
            "sql_condition": level.sql or "ELSE",
            "label_for_charts": level.code,
            "m_probability": m,
            "u_probability": u,
        }
        if rarity and level.rarity:
            described["tf_adjustment_column"] = level.rarity
            described["tf_minimum_u_value"] = 1e-5
        told.append(described)
    return {"output_column_name": one.name, "comparison_levels": told}


def read_back(model: Mapping[str, Any]) -> Learnt:
    """What splink learnt of each level; None for what it never met."""
    return {
        (one["output_column_name"], level["label_for_charts"]): (
            level.get("m_probability"),
            level.get("u_probability"),
        )
        for one in model["comparisons"]
        for level in one["comparison_levels"]
        if not level.get("is_null_level")
    }


def blended(
    first: Beliefs, learnt: Learnt, *, pairs: float, drawn: float, matches: float
) -> Beliefs:
    """First beliefs corrected by what was learnt, as much as what was met is worth beside them.

    `matches` of all `pairs` are thought to be one firm: they are among the `drawn` ones too, and what they add to
    u is taken off.
    """
    share = matches / pairs
    blend: Beliefs = {}
    for key, (m0, u0) in first.items():
        m1, u1 = learnt.get(key, (None, None))
        m = m0 if m1 is None else (m1 * matches + m0 * FIRMS) / (matches + FIRMS)
        met = 0.0 if u1 is None else max(0.0, u1 - share * m) / (1 - share)
        seen = drawn if key in learnt else 0.0
        blend[key] = m, (met * seen + u0 * PAIRS) / (seen + PAIRS)
    return summing_to_one(blend)


def summing_to_one(beliefs: Beliefs) -> Beliefs:
    """The same, the levels of each comparison summing to one."""
    totals: dict[str, list[float]] = {}
    for (name, _code), believed in beliefs.items():
        total = totals.setdefault(name, [0.0, 0.0])
        total[0] += believed[0]
        total[1] += believed[1]
    return {
        (name, code): (m / totals[name][0], u / totals[name][1])
        for (name, code), (m, u) in beliefs.items()
    }


def level_of(one: Comparison, gamma: int) -> Level | None:
    """The level that splink's number means: the best has the greatest, 0 is that they differ, -1 not compared."""
    return None if gamma == UNKNOWN else levels(one)[len(one.levels) - gamma]
