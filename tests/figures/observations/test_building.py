"""A whole building over lives drawn at random, against the same demography written a second time."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maillage.figures.observations import building
from maillage.places.areas import Areas
from tests.factories.stocks import Life, Link, Stock, siret
from tests.figures.observations import oracle

COMMUNES = {
    "59350": "200093201", "59512": "200093201", "59009": "200093201",
    "62498": "246200364", "62427": "246200364", "59183": "200040954",
}  # fmt: skip
ACTIVITIES = ("10.71C", "43.22A", "96.02A")
EDGES = ("-01-01", "-12-31", "-02-28", "-03-01", "-06-15", "-07-31")
FIRST, LAST = 2010, 2020
AS_OF = date(LAST, 12, 31)
SEEDS = int(os.environ.get("MAILLAGE_STOCKS", "1"))
Cell = dict[tuple[str, ...], dict[str, Any]]


def areas() -> Areas:
    """Two kinds of area are enough to tell a move within from a move out."""
    of = {code: {"commune": code, "epci": epci} for code, epci in COMMUNES.items()}
    of["59298"] = of["59350"]  # Hellemmes, associated with Lille, whose own code comes first
    people = {("commune", code): 10_000 for code in COMMUNES} | {
        ("epci", epci): 10_000 * n for epci, n in Counter(COMMUNES.values()).items()
    }
    return Areas(AS_OF, of, people)


class Draw:
    """Lives with gaps around two years, moves around a month, and days on the edges of years."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- a test draws, nothing is hidden
        self.lives: list[Life] = []
        self.links: list[Link] = []

    def day(self) -> date:
        """Any day, and often the first or last of a year or of a February."""
        year = self.chance.randint(FIRST - 3, LAST)
        if self.chance.random() < 0.3:
            return date.fromisoformat(f"{year}{self.chance.choice(EDGES)}")
        return date(year, 1, 1) + timedelta(self.chance.randint(0, 364))

    def days(self) -> list[date]:
        """When it began, ceased, began again…"""
        days = [self.day()]
        while len(days) < 5 and self.chance.random() < 0.6:
            gap = self.chance.choice((1, 20, 300, 700, 729, 730, 731, 732, 1100))
            days.append(days[-1] + timedelta(gap + self.chance.choice((0, 0, 1, 2))))
        return days

    def unit(self, number: int) -> None:
        """A legal unit, of one address or of two."""
        days = self.days()
        told = tuple(one.isoformat() for one in days)
        if self.chance.random() < 0.05:
            told = (oracle.UNKNOWN, *told[1:])
        where, does = self.chance.choice(tuple(COMMUNES)), self.chance.choice(ACTIVITIES)
        trade, band = self.chance.choice(("", "1071CZ")), self.chance.choice(("NN", "01", "11"))
        first = Life(siret(number), told, where, does, trade, band)
        self.lives.append(first)
        if len(days) % 2 == 0 and self.chance.random() < 0.6:
            self.move(first, days[-1])

    def move(self, first: Life, closed: date) -> None:
        """It opens elsewhere about when it closed, and INSEE links both or not."""
        opens = closed + timedelta(self.chance.choice((-5, 0, 0, 3, 30, 31, 32, 33)))
        told, there = (opens.isoformat(),), self.chance.choice(tuple(COMMUNES))
        after = siret(int(first.siren[:8]), 2)
        self.lives.append(Life(after, told, there, first.activity, first.trade, is_seat=False))
        if self.chance.random() < 0.5:
            goes_on = self.chance.random() < 0.8
            self.links.append(Link(first.siret, after, opens.isoformat(), goes_on))


def drawn(seed: int, number: int = 400) -> Stock:
    """Four hundred legal units."""
    draw = Draw(seed)
    for unit in range(1, number):
        draw.unit(unit)
    return Stock(draw.lives, draw.links)


def built(stock: Stock, folder: Path, **told: Any) -> list[dict[str, Any]]:
    """The observations of a stock."""
    told = {"areas": areas(), "kinds": ("commune", "epci"), "only": frozenset(COMMUNES), **told}
    order = building.Order(
        files=stock.write(folder), out=folder / "out", as_of=AS_OF,
        history_start=date(FIRST, 1, 1), **told,
    )  # fmt: skip
    return pq.read_table(building.build(order)).to_pylist()


@pytest.fixture(scope="module", params=range(SEEDS))
def seed(request: pytest.FixtureRequest) -> int:
    """Each stock drawn."""
    return int(request.param)


@pytest.fixture(scope="module")
def stock(seed: int) -> Stock:
    """Lives drawn."""
    return drawn(seed)


@pytest.fixture(scope="module")
def observed(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the product makes of them."""
    return built(stock, tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="module")
def totals(observed: list[dict[str, Any]]) -> Cell:
    """The totals of all activities and segments: (indicator, kind, area, year)."""
    return {
        (row["indicator"], row["area_kind"], row["area"], row["period"]): row
        for row in observed
        if row["activity"] == row["segment"] == "all"
    }


@pytest.fixture(scope="module")
def lived(stock: Stock) -> list[oracle.Spell]:
    """What plain Python makes of them."""
    return oracle.spells(stock.lives, stock.links, AS_OF)


MAPS = {"commune": {code: code for code in COMMUNES}, "epci": COMMUNES}
YEARS = range(FIRST, LAST + 1)


def places() -> Iterator[tuple[str, str]]:
    """Each area."""
    for kind, names in MAPS.items():
        for area in sorted(set(names.values())):
            yield kind, area


def test_every_flow_of_every_area_and_year_is_that_of_the_oracle(
    totals: Cell, lived: list[oracle.Spell]
) -> None:
    seen = 0
    for kind, area in places():
        told = oracle.flows(lived, MAPS[kind], AS_OF)
        for what in ("births", "reactivations", "arrivals", "closures", "departures", "deaths"):
            for year in YEARS:
                row = totals.get((f"register.{what}", kind, area, str(year)))
                expected = told[what][area, year]
                assert (row["value"] if row else 0) == expected, (what, area, year)
                seen += expected
    assert seen > 1_000, "the lives drawn have something to tell"


def test_the_stock_of_each_first_of_january_is_who_is_there_when_the_day_opens(
    totals: Cell, lived: list[oracle.Spell]
) -> None:
    for kind, area in places():
        for year in YEARS:
            row = totals.get(("register.stock", kind, area, str(year)))
            expected = oracle.stock(lived, MAPS[kind], year)[area]
            assert (row["value"] if row else 0) == expected, (area, year)


def test_stocks_and_flows_agree_to_the_unit_whatever_the_area_the_activity_or_the_segment(
    observed: list[dict[str, Any]],
) -> None:
    cells: dict[tuple[str, ...], dict[str, float]] = {}
    for row in observed:
        if len(row["period"]) == 4 and not row["indicator"].startswith("register.survival"):
            of = (row["area_kind"], row["area"], row["activity"], row["segment"], row["period"])
            cells.setdefault(of, {})[row["indicator"].removeprefix("register.")] = row["value"]
    for suffix in ("", "_lu"):
        for (*where, year), now in cells.items():
            following = cells.get((*where, str(int(year) + 1)), {})
            if int(year) == LAST:
                continue
            came = sum(now.get(f"{w}{suffix}", 0) for w in ("births", "reactivations", "arrivals"))
            went = sum(now.get(f"{w}{suffix}", 0) for w in ("closures", "departures"))
            expected = now.get(f"stock{suffix}", 0) + came - went
            assert following.get(f"stock{suffix}", 0) == expected, (where, year, suffix)


def test_survival_follows_each_cohort_from_its_commune_wherever_it_goes(
    totals: Cell, lived: list[oracle.Spell]
) -> None:
    for kind, area in places():
        for year in YEARS:
            for after in (1, 3, 5):
                row = totals.get((f"register.survival_{after}y", kind, area, str(year)))
                told = oracle.survival(lived, MAPS[kind], year, after).get(area)
                assert (row is None) == (told is None), (area, year)
                if row and told:
                    reached = year + after <= LAST  # even by who was born on 31 December
                    assert row["denominator"] == told[1]
                    assert row["value"] == (told[0] / told[1] if reached else None)
                    assert (row["status"] == "U") is not reached


def test_rates_name_their_convention_and_are_those_of_their_parts(totals: Cell) -> None:
    for (indicator, *where), row in totals.items():
        if indicator == "register.creation_rate_insee":
            births = totals["register.births", *where]["value"]
            assert (row["numerator"], row["denominator"]) == (
                births, totals["register.stock", *where]["value"],
            )  # fmt: skip
            assert row["value"] == (births / row["denominator"] if row["denominator"] else None)
        if indicator == "register.birth_rate_eurostat":
            names = ("stock", "births", "reactivations", "arrivals")
            parts = [totals[f"register.{name}", *where]["value"] for name in names]
            assert row["denominator"] == sum(parts)


def test_communes_sum_to_their_intercommunality_but_for_moves_within(totals: Cell) -> None:
    for what in ("stock", "births", "reactivations", "closures", "deaths"):
        for year in YEARS:
            summed: Counter[str] = Counter()
            for code, epci in COMMUNES.items():
                row = totals.get((f"register.{what}", "commune", code, str(year)))
                summed[epci] += int(row["value"]) if row else 0
            for epci, expected in summed.items():
                row = totals.get((f"register.{what}", "epci", epci, str(year)))
                assert (row["value"] if row else 0) == expected


def test_activities_and_segments_are_parts_of_the_whole(observed: list[dict[str, Any]]) -> None:
    wholes = {
        (r["area_kind"], r["area"], r["period"]): r["value"]
        for r in observed
        if r["indicator"] == "register.births" and r["activity"] == r["segment"] == "all"
    }
    parts: Counter[tuple[str, str, str]] = Counter()
    crafts: Counter[tuple[str, str, str]] = Counter()
    trades: Counter[tuple[str, str, str]] = Counter()
    for r in observed:
        where = (r["area_kind"], r["area"], r["period"])
        if r["indicator"] == "register.births" and len(r["period"]) == 4:
            parts[where] += r["value"] * (r["segment"] == "all" and r["activity"] != "all")
            trades[where] += r["value"] * (r["segment"] == "craft_rm" and r["activity"] != "all")
            crafts[where] += r["value"] * (r["segment"] == "craft_rm" and r["activity"] == "all")
    yearly = {where: whole for where, whole in wholes.items() if len(where[2]) == 4}
    assert all(parts[w] == whole for w, whole in yearly.items() if w[0] != "commune")
    assert trades == crafts, "craft is told by trade in every commune"
    assert all(crafts[where] <= whole for where, whole in yearly.items())
    assert sum(crafts.values()) > 0


def test_months_sum_to_their_year(totals: Cell) -> None:
    for kind, area in places():
        for what in ("register.births", "register.closures"):
            for year in YEARS:
                months = [totals.get((what, kind, area, f"{year}-{m:02}")) for m in range(1, 13)]
                row = totals.get((what, kind, area, str(year)))
                assert sum(m["value"] for m in months if m) == (row["value"] if row else 0)


def test_what_is_not_over_is_said_provisional(totals: Cell) -> None:
    for (indicator, _kind, _area, period), row in totals.items():
        if indicator == "register.deaths":
            assert (row["status"] == "P") is (int(period) >= LAST - 1), period
        if indicator == "register.births" and len(period) == 4:
            assert row["status"] == "V", "the year of the as-of is complete"


def test_no_two_rows_tell_the_same(observed: list[dict[str, Any]]) -> None:
    names = ("indicator", "area_kind", "area", "period", "activity", "segment")
    seen = Counter(tuple(row[name] for name in names) for row in observed)
    assert max(seen.values()) == 1
