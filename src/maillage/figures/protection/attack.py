"""The attacker: who knows the sums, every cell shown, between what a value can lie; what they find of the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from maillage.figures.protection.programs import INFINITE, Program
from maillage.figures.protection.rules import DOMINATED, FEW, SHOWN, Rules
from maillage.figures.protection.tables import Key, Row, Table

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what and what an attacker knows a hidden value to lie."""

    lo: float
    hi: float


def intervals(
    table: Table, hidden: Collection[Key], of: Collection[Key] | None = None
) -> dict[Key, Interval]:
    """What the attacker finds of the hidden cells, or of some of them."""
    return dict(_found(table, hidden, of))


def _found(
    table: Table, hidden: Collection[Key], of: Collection[Key] | None
) -> Iterator[tuple[Key, Interval]]:
    """One cell after the other: who looks for a single exposed one need not wait for the rest."""
    among = set(hidden)
    ordered = [key for key in table.cells if key in among]
    if not ordered:
        return
    scale = scale_of(table)
    places = {table.ranks[key]: place for place, key in enumerate(ordered)}
    program = Program(*_unknown(table, ordered, places, scale), primal=True)
    asked = among if of is None else set(of)
    for key in ordered:
        if key not in asked:
            continue
        place = places[table.ranks[key]]
        low, high = (program.extreme(place, up=up) for up in (False, True))
        value = table.cells[key].value
        yield (
            key,
            Interval(
                value if low is None else max(0.0, low / scale),
                value if high is None else (high if high >= INFINITE else high / scale),
            ),
        )


def _unknown(
    table: Table, ordered: Sequence[Key], places: Mapping[int, int], scale: float
) -> tuple[list[tuple[float, float]], list[tuple[Row, float]]]:
    """Between what each hidden cell lies, and the sums they are in."""
    rows = []
    for row in table.relations():
        unknown = tuple((places[rank], weight) for rank, weight in row if rank in places)
        known = sum(w * table.cells[table.keys[r]].value for r, w in row if r not in places)
        if unknown:
            rows.append((unknown, -known * scale))
    return [(0.0, min(INFINITE, table.cells[key].most * scale)) for key in ordered], rows


def scale_of(table: Table) -> float:
    """What values are multiplied by: the solver is at ease below ten thousand."""
    largest = max((abs(cell.value) for cell in table.cells.values()), default=1.0)
    return min(1.0, 1e4 / largest) if largest else 1.0


def exposed(table: Table, statuses: Mapping[Key, str], rules: Rules) -> dict[Key, Interval]:
    """The cells hidden for themselves of which the attacker finds too much, with what is found."""
    return dict(_exposed(table, statuses, rules))


def is_exposed(table: Table, statuses: Mapping[Key, str], rules: Rules) -> bool:
    """Whether there is one."""
    return next(_exposed(table, statuses, rules), None) is not None


def _exposed(
    table: Table, statuses: Mapping[Key, str], rules: Rules
) -> Iterator[tuple[Key, Interval]]:
    primaries = [key for key, status in statuses.items() if status in {FEW, DOMINATED}]
    hidden = [key for key, status in statuses.items() if status != SHOWN]
    for key, found in _found(table, hidden, primaries):
        if not is_wide(table, key, found, rules):
            yield key, found


def is_wide(table: Table, key: Key, found: Interval, rules: Rules) -> bool:
    """Whether an interval reaches far enough on both sides of the value."""
    cell = table.cells[key]
    width, slack = rules.width(cell), TOLERANCE * max(1.0, cell.value)
    above = min(cell.most, cell.value + width)
    return found.hi >= above - slack and found.lo <= max(0.0, cell.value - width) + slack
