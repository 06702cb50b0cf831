"""What an invented stock is made of (`lives.sql`), with its numbers: how many of what, drawn by which weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from maillage.site.stock import facts

LIVES = Path(__file__).with_name("lives.sql")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of what: establishments, of which the first are the seats of as many legal units."""

    establishments: int
    seed: int
    as_of: date
    departments: tuple[str, ...] = ()  # where they stand; everywhere when none is named

    @property
    def units(self) -> int:
        """Legal units: two for three establishments."""
        return max(1, self.establishments * 68 // 100)

    @property
    def seconds(self) -> int:
        """Second addresses, at most one a unit; the rest are chains of eight."""
        return (self.establishments - self.units) * 6 // 10

    @property
    def step(self) -> int:
        """Second addresses are dealt to units by leaps of this many."""
        return next(n for n in range(self.units // 3 * 2 + 1, 3 * self.units + 5)
                    if math.gcd(n, self.units) == 1)  # fmt: skip

    @property
    def back(self) -> int:
        """The inverse of the leap: which second address, if any, a unit was dealt."""
        return pow(self.step, -1, self.units) if self.units > 1 else 0


def statements(plan: Plan) -> list[str]:
    """What makes the views `places` and `steps`: who each establishment is, and the days of its periods."""
    luhn = " + ".join(
        f"(d(n, {p}) * 2 - CASE WHEN d(n, {p}) > 4 THEN 9 ELSE 0 END)"
        if p % 2 == 0
        else f"d(n, {p})"
        for p in range(13)
    )
    told = Template(LIVES.read_text(encoding="utf-8")).substitute(
        establishments=plan.establishments,
        units=plan.units,
        seconds=plan.seconds,
        singles=plan.units + plan.seconds,
        step=plan.step,
        back=plan.back,
        seed=plan.seed,
        shift=plan.seed % 97,
        as_of=plan.as_of,
        since=(plan.as_of - date(2003, 1, 1)).days,
        luhn=luhn,
        survival=_survival(),
    )
    return [*lists(plan), *filter(None, map(str.strip, told.split(";\n")))]


def _survival() -> str:
    """Days lived by who draws `u`: the curve of survival read backwards, straight between its points."""
    return " ".join(
        f"WHEN u > {low} THEN {365.25 * (start + (end - start)):.2f} - {365.25 * (end - start):.4f}"
        f" * (u - {low}) / {high - low:.6f}"
        for (start, high), (end, low) in zip(facts.SURVIVAL, facts.SURVIVAL[1:], strict=False)
    )


def lists(plan: Plan) -> list[str]:
    """Tables of values repeated by weight, drawn from by rank."""
    told: dict[str, list[int] | list[str]] = {
        "years": facts.years(plan.as_of.year),
        "activities": facts.slots(facts.CRAFT | facts.OTHER),
        "bands": facts.slots(facts.BANDS, 1_000),
        "categories": facts.slots(facts.CATEGORIES, 1_000),
    }
    made = []
    for name, values in told.items():
        rows = ", ".join(f"({rank}, {value!r})" for rank, value in enumerate(values))
        made.append(f"CREATE TABLE {name} AS SELECT * FROM (VALUES {rows}) t(slot, value)")
        made.append(f"CREATE MACRO {name}_size() AS {len(values)}")
    return made
