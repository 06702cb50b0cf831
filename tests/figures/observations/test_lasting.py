"""Kaplan–Meier in the build: on a table drawn by hand, then held against the curve that `maillage survival` tells of the same lives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maillage.figures.methods.exposure import exposure
from maillage.figures.methods.survival import Step, kaplan_meier
from maillage.figures.observations import demography
from tests.factories.stocks import Life, Stock, siret
from tests.figures.observations import oracle
from tests.figures.observations.test_building import (
    AS_OF,
    FIRST,
    LAST,
    MAPS,
    built,
    drawn,
)

CODES = [f"register.survival_km_{years}y" for years in (1, 3, 5)]


def told(
    rows: Iterable[dict[str, Any]], **where: str
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Curves of the whole register, by (code, area, window)."""
    return {
        (row["indicator"], row["area"], row["period"]): row
        for row in rows
        if row["indicator"].startswith("register.survival_km_")
        and all(row[name] == value for name, value in {"segment": "all", **where}.items())
    }


def test_a_curve_drawn_by_hand(tmp_path: Path) -> None:
    """Six bakeries, looked at until 30 June 2020 and from 2010 on; the window of 2011 holds the births of 2009 to 2011."""
    lives = [
        Life(siret(1), ("2009-07-01", "2013-07-01")),  # met at six months, ceases at 4
        Life(siret(2), ("2009-02-01", "2009-09-01")),  # gone before anybody looks
        Life(siret(3), ("2010-03-01", "2010-08-01")),  # ceases within its first year
        Life(siret(4), ("2011-03-01", "2014-03-01")),  # ceases on its third anniversary
        Life(siret(5), ("2011-03-01",)),  # there
        Life(siret(6), ("2011-06-01", "2014-06-01")),  # on its third anniversary too
    ]
    rows = built(Stock(lives), tmp_path, kinds=("commune",))
    found = told(rows, area="59350")
    shares = {code: found[code, "59350", "2011"]["value"] for code in CODES}
    # Of four from birth, one ceases in its first year: 3/4. At three years, four are at risk with who was met late, two
    # cease: 3/4 × 2/4. At four years two are at risk, one ceases: 3/4 × 2/4 × 1/2.
    assert shares == pytest.approx({CODES[0]: 3 / 4, CODES[1]: 3 / 8, CODES[2]: 3 / 16})
    one = found[CODES[0], "59350", "2011"]
    assert (one["n"], one["status"], one["numerator"], one["denominator"]) == (5, "V", None, None)
    assert found[f"{CODES[0]}_lower", "59350", "2011"]["value"] < 3 / 4
    assert found[f"{CODES[0]}_upper", "59350", "2011"]["value"] > 3 / 4
    assert found[CODES[0], "59350", "2010"]["status"] == "A", "two are seen"


def lives_of(seed: int) -> tuple[Stock, dict[tuple[str, int], list[tuple[date, date | None]]]]:
    """A stock drawn, and who was born in which commune and year, with the day on which they ceased."""
    stock = drawn(seed, number=300)
    born: dict[tuple[str, int], list[tuple[date, date | None]]] = {}
    for spell in oracle.spells(stock.lives, stock.links, AS_OF):
        if spell.before is None:
            over = spell.last.end
            ceased = None if over == oracle.NEVER else over
            born.setdefault((spell.life.commune, spell.start.year), []).append(
                (spell.start, ceased)
            )
    return stock, born


def at(steps: list[Step], years: int) -> tuple[float, float, float]:
    """The share at an age and its interval: that of the last step not after it."""
    before = [step for step in steps if step.time <= years]
    return (before[-1].s, before[-1].lo, before[-1].hi) if before else (1.0, 1.0, 1.0)


def test_every_window_of_every_area_is_that_of_the_kernel(tmp_path: Path) -> None:
    stock, born = lives_of(3)
    found = told(built(stock, tmp_path))
    seen = 0
    for kind, names in MAPS.items():
        for area in sorted(set(names.values())):
            for year in range(FIRST, LAST + 1):
                window = [
                    life
                    for (commune, birth), told_ in born.items()
                    if names[commune] == area and year - demography.WINDOW < birth <= year
                    for life in told_
                ]
                watched = exposure(
                    [start for start, _over in window], [over for _start, over in window],
                    AS_OF, since=date(FIRST, 1, 1),
                )  # fmt: skip
                steps = kaplan_meier(watched.times, watched.events, watched.entries)
                for years in (1, 3, 5):
                    code = f"register.survival_km_{years}y"
                    row = found.get((code, area, str(year)))
                    followed = any(time >= years for time in watched.times)
                    if not followed or 0.0 not in watched.entries:
                        assert row is None or row["value"] is None or row["value"] == 0.0
                        continue
                    assert row is not None, (kind, area, year)
                    bounds = [
                        found[f"{code}{end}", area, str(year)]["value"]
                        for end in ("_lower", "_upper")
                    ]
                    assert (row["value"], *bounds) == pytest.approx(at(steps, years), rel=1e-9), (
                        area,
                        year,
                        years,
                    )
                    seen += row["value"] < 1.0
    assert seen > 100
