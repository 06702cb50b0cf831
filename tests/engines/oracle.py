"""The slow and obvious engine: the same figures in plain Python, written from their words alone.

It reads whole rows and loops; it shares no code with the figures. A figure is right when both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from maillage.ledger.models import Act

CRAFT = 1  # bit 0: a trade-register code is present


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts (a predicate on one act), what is counted, what is summed."""

    counts: Callable[[Act], bool]
    unit: Callable[[Act], object]
    amount: Callable[[Act], int] | None = None


def standing(acts: Iterable[Act], at: datetime) -> list[Act]:
    """The acts known at an instant, without reversals nor what was reversed by then."""
    known = [act for act in acts if act.recorded_at <= at]
    reversed_by_then = {act.reverses_id for act in known if act.reverses_id}
    return [a for a in known if not a.reverses_id and a.id not in reversed_by_then]


def units(
    rule: Rule,
    acts: Iterable[Act],
    *,
    at: datetime,
    start: date = date.min,
    end: date = date.max,
    communes: frozenset[str] | None = None,
) -> dict[object, list[Act]]:
    """The counted units, each with the acts that made it count."""
    found: dict[object, list[Act]] = {}
    for act in standing(acts, at):
        inside = communes is None or act.commune in communes
        if inside and start <= act.occurred_on <= end and rule.counts(act):
            unit = rule.unit(act)
            if unit is not None:
                found.setdefault(unit, []).append(act)
    return found


def value(rule: Rule, counted: dict[object, list[Act]]) -> int:
    """A distinct count, or the sum of what the summands measure."""
    if rule.amount is None:
        return len(counted)
    return sum(rule.amount(act) for acts in counted.values() for act in acts)
