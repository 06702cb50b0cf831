"""An invented stock goes through the product: observed in every form, plausible to whoever reads it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maillage.figures.observations import building
from maillage.figures.observations.stock import Files
from maillage.places.areas import Areas
from maillage.site.stock import columns, facts
from maillage.site.stock.communes import places
from maillage.site.stock.making import make
from maillage.site.stock.views import Plan

AS_OF = date(2026, 11, 1)
SIZE = 10_000


def files(folder: Path, ending: str) -> Files:
    """The four files of a stock."""
    return Files(*((folder / f"{name}.{ending}",) for name in columns.NAMES))


@cache
def areas() -> Areas:
    """Every commune by itself, and the whole of France under the name of a département."""
    of = {place.code: {"commune": place.code, "department": "all"} for place in places()}
    return Areas(AS_OF, of, {("department", "all"): 68_000_000})


def observed(files_: Files, out: Path) -> list[dict[str, Any]]:
    """The observations of France as one area."""
    order = building.Order(files=files_, areas=areas(), out=out, as_of=AS_OF, kinds=("department",))
    return pq.read_table(building.build(order)).to_pylist()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand establishments, in Parquet."""
    out = tmp_path_factory.mktemp("stock")
    make(Plan(SIZE, 3, AS_OF), out)
    return out


@pytest.fixture(scope="module")
def rows(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What is observed of it."""
    return observed(files(stock, "parquet"), tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def totals(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The whole of France by code and period."""
    return {
        (row["indicator"].removeprefix("register."), row["period"]): row
        for row in rows
        if row["activity"] == row["segment"] == "all"
    }


def test_zipped_csv_tells_what_parquet_tells(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    make(Plan(SIZE, 3, AS_OF), tmp_path / "zips", as_csv=True)
    again = observed(files(tmp_path / "zips", "zip"), tmp_path / "out")
    assert sorted(map(rounded, again)) == sorted(map(rounded, rows))


def rounded(row: dict[str, Any]) -> str:
    """A row to a part in a thousand million: lines read in another order are added up in another order."""
    told = {name: float(f"{x:.9g}") if isinstance(x, float) else x for name, x in row.items()}
    return str(told)


def test_most_establishments_are_there_and_the_unknown_aside(totals: Any) -> None:
    stock = totals["stock", "2026"]["value"]
    assert 0.35 * SIZE < stock < 0.7 * SIZE
    assert totals["stock", "2003"]["value"] < stock


def test_stocks_and_flows_agree_over_every_trade_and_segment(rows: list[dict[str, Any]]) -> None:
    cells: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        if len(row["period"]) == 4:
            cells[row["activity"], row["segment"], row["period"]][row["indicator"]] = (
                row["value"] or 0
            )
    assert len({(activity, segment) for activity, segment, _ in cells}) > 50
    for (activity, segment, year), now in list(cells.items()):
        for suffix in ("", "_lu"):
            came = sum(
                now[f"register.{w}{suffix}"] for w in ("births", "reactivations", "arrivals")
            )
            went = sum(now[f"register.{w}{suffix}"] for w in ("closures", "departures"))
            if int(year) < AS_OF.year:
                following = cells[activity, segment, str(int(year) + 1)]
                expected = now[f"register.stock{suffix}"] + came - went
                assert following[f"register.stock{suffix}"] == expected, (activity, segment, year)


def test_cohorts_last_as_they_were_drawn_to(totals: Any) -> None:
    for years, expected in ((1, 0.88), (3, 0.71), (5, 0.61)):
        alive = born = 0.0
        for year in range(2008, 2019):
            row = totals[f"survival_{years}y_lu", str(year)]
            alive, born = alive + row["numerator"], born + row["denominator"]
        assert alive / born == pytest.approx(expected, abs=0.07), years


def test_many_are_born_each_year_and_fewer_in_2020_than_trend(totals: Any) -> None:
    births = {year: totals["births", str(year)]["value"] for year in range(2010, 2026)}
    assert min(births.values()) > 50
    assert births[2020] < min(births[2019], births[2021])
    months = Counter({m: totals["births", f"2024-{m:02}"]["value"] for m in range(1, 13)})
    assert months.most_common(1)[0][0] == 1, "many on 1 January"


def test_moves_are_seen_from_commune_to_commune(stock: Path, tmp_path: Path) -> None:
    of = {code: {"commune": code} for code in areas().of}
    order = building.Order(
        files=files(stock, "parquet"), areas=Areas(AS_OF, of), out=tmp_path, as_of=AS_OF,
        kinds=("commune",), only=frozenset(of),
    )  # fmt: skip
    told = pq.read_table(building.build(order)).to_pylist()
    summed: Counter[str] = Counter()
    for row in told:
        if row["activity"] == row["segment"] == "all" and len(row["period"]) == 4:
            summed[row["indicator"]] += int(row["value"] or 0)
    # A few come from an address of an unknown start, which no stock counts and none leaves.
    nowhere = summed["register.arrivals"] - summed["register.departures"]
    assert summed["register.departures"] > 20
    assert 0 <= nowhere < 0.05 * summed["register.departures"]


def test_first_hires_and_jobs_are_told(totals: Any) -> None:
    assert totals["first_hires", "2024"]["value"] > 5
    lower, middle, upper = (
        totals[f"jobs_{n}", "2026"]["value"] for n in ("lower", "estimate", "upper")
    )
    assert 0 < lower < middle < upper


class TestPlan:
    @pytest.mark.parametrize("size", [1_000, 1_001, 9_999, 10_000, 44_000_000])
    def test_second_addresses_are_dealt_to_as_many_units(self, size: int) -> None:
        plan = Plan(size, 1, AS_OF)
        assert plan.units < size
        assert plan.seconds <= plan.units
        assert plan.step * plan.back % plan.units == 1

    def test_every_unit_gets_one_second_address_at_most(self) -> None:
        plan = Plan(5_000, 1, AS_OF)
        dealt = [(n * plan.step) % plan.units for n in range(plan.seconds)]
        assert len(set(dealt)) == plan.seconds
        assert all((unit * plan.back) % plan.units == n for n, unit in enumerate(dealt))

    def test_numbers_of_units_never_meet(self) -> None:
        bodies = {(u * 7368787 + 1234567) % 89999993 for u in range(200_000)}
        assert len(bodies) == 200_000


class TestFacts:
    @pytest.mark.parametrize("weights", [facts.CRAFT | facts.OTHER, facts.BANDS, facts.CATEGORIES])
    def test_slots_hold_values_by_weight(self, weights: dict[str, int]) -> None:
        drawn = Counter(facts.slots(weights, 2_000))
        assert sum(drawn.values()) == 2_000
        total = sum(weights.values())
        for value, weight in weights.items():
            assert drawn[value] == pytest.approx(weight * 2_000 / total, abs=1)

    def test_activities_are_written_as_insee_does(self) -> None:
        for code in facts.CRAFT | facts.OTHER:
            assert len(code) == 6
            assert code[:2].isdigit()
            assert code[2] == "."
            assert code[3:5].isdigit()
            assert code[5].isupper()
        assert not set(facts.CRAFT) & set(facts.OTHER)

    def test_nobody_is_born_after_the_last_year(self) -> None:
        assert max(facts.years(2015)) == 2015
        assert len(facts.years(2026)) == 2_000

    def test_survival_falls_from_all_to_none(self) -> None:
        times, shares = zip(*facts.SURVIVAL, strict=True)
        assert list(times) == sorted(times)
        assert list(shares) == sorted(shares, reverse=True)
        assert (shares[0], shares[-1]) == (1, 0)


def test_every_commune_of_the_mainland_has_a_point() -> None:
    told = places()
    mainland = [place for place in told if place.code < "96"]
    assert len(told) > 34_000
    assert sum(place.x is None for place in mainland) < 0.02 * len(mainland)
    lille = next(place for place in told if place.code == "59350")
    assert lille.x == pytest.approx(704_000, abs=6_000)
    assert lille.y == pytest.approx(7_059_000, abs=6_000)


def test_a_zipped_file_holds_one_table_of_insee(tmp_path: Path) -> None:
    make(Plan(1_000, 1, AS_OF), tmp_path, as_csv=True)
    for name, wanted in columns.NAMES.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as packed:
            (inner,) = packed.namelist()
            header = next(csv.reader(io.TextIOWrapper(packed.open(inner), "utf-8")))
        assert header == list(wanted)
