"""How long it takes to protect a table: the cells that must be hidden, those hidden for them, the attacker's programme.

Tables are invented from units drawn by heavy-tailed laws over hierarchies of two levels: two dimensions of some
eight hundred and twenty-five hundred cells, three of as many. What the attacker finds is part of what is measured.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

from bench import measure
from maillage.figures.protection.rules import HIDDEN, SECONDARY, Rules
from maillage.figures.protection.secondary import protect
from maillage.figures.protection.tables import Key, Table, built, of_units

Shape = tuple[int, ...]
TABLES: Mapping[str, tuple[tuple[Shape, ...], float]] = {
    "two dimensions": (((4, 6), (3, 9)), 10.0),
    "two dimensions, more": (((5, 9), (5, 9)), 30.0),
    "three dimensions": (((3, 4), (2, 5), (11,)), 30.0),
}


def measures(report: measure.Report) -> None:
    """CPU seconds of each table, once: the solver draws nothing by chance."""
    for name, (shapes, limit) in TABLES.items():
        table = drawn(shapes)
        begun = time.process_time()
        found = protect(table, Rules())
        spent = time.process_time() - begun
        told = Counter(found.statuses.values())
        kept = spent <= limit and found.is_safe
        report.say(
            f"{'ok  ' if kept else 'FAIL'} {name}, {len(table.cells):,} cells: {spent:.1f} s of CPU (wanted ≤ {limit:.0f});"
            f" {sum(told[s] for s in HIDDEN) - told[SECONDARY]} hidden for themselves, {told[SECONDARY]} for others"
        )
        if not kept:
            report.failed.append(name)


def drawn(shapes: Sequence[Shape], seed: int = 1) -> Table:
    """A table of invented units: many cells of few, some that one unit makes."""
    chance = random.Random(seed)
    trees = [tree(shape, chr(ord("a") + rank)) for rank, shape in enumerate(shapes)]
    units: list[tuple[Key, float]] = []
    for key in product(*(leaves for _parents, leaves in trees)):
        count = int(chance.paretovariate(0.9)) * chance.randrange(4)
        units += [(key, float(int(chance.paretovariate(1.1) * 3) + 1)) for _ in range(count)]
    names = [f"dimension {rank}" for rank in range(len(trees))]
    return built(of_units(units), names, [parents for parents, _leaves in trees])


def tree(shape: Shape, letter: str) -> tuple[dict[str, str], list[str]]:
    """Each code's parent, and the finest codes, of a hierarchy that branches so at each level."""
    parents: dict[str, str] = {}
    level = ["T"]
    for width in shape:
        below = [(f"{above}.{letter}{rank}", above) for above in level for rank in range(width)]
        parents |= dict(below)
        level = [code for code, _above in below]
    return parents, level
