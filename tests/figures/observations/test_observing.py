"""From cubes to observations, by tables drawn by hand: areas, levels, stocks, rates, doubt."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from maillage.figures.observations import headcount, observing
from maillage.figures.observations.calendar import number
from maillage.figures.observations.observing import Scope
from maillage.register.segments import CRAFT_RM, EMPLOYER, SEGMENTS

Table = Callable[..., Any]
CUBE = {
    "commune": pa.int32(), "other": pa.int32(), "activity": pa.string(), "segments": pa.int32(),
    "period": pa.int32(), "code": pa.string(), "n": pa.int64(),
}  # fmt: skip
AREAS = {"commune": pa.int32(), "area_kind": pa.string(), "area": pa.string()}
SCOPE = Scope(date(2020, 12, 31), 2015, (CRAFT_RM, EMPLOYER))


def cell(commune: int, code: str, period: int, n: int = 1, **told: Any) -> dict[str, Any]:
    """Units of a commune to which something happened in a year."""
    row = {"other": None, "activity": "10.71C", "segments": 0}
    return {**row, "commune": commune, "code": f"register.{code}", "period": period, "n": n, **told}


@pytest.fixture
def areas(table: Table) -> Any:
    """Two communes of one intercommunality, one of another, one of none."""
    of = {1: "west", 2: "west", 3: "east"}
    rows = [{"commune": c, "area_kind": "epci", "area": of[c]} for c in of]
    rows += [{"commune": c, "area_kind": "commune", "area": f"c{c}"} for c in (1, 2, 3, 4)]
    return table(rows, **AREAS)


def summed(found: Any, *names: str) -> dict[Any, int]:
    """Counts by some columns."""
    told: dict[Any, int] = {}
    for row in found.to_pyarrow().to_pylist():
        key = tuple(row[name] for name in names)
        key = key[0] if len(key) == 1 else key
        told[key] = told.get(key, 0) + row["n"]
    return told


class TestAreas:
    def test_a_commune_counts_in_each_of_its_areas(self, table: Table, areas: Any) -> None:
        cube = table(
            [cell(1, "births", 2015, 3), cell(2, "births", 2015, 4), cell(4, "births", 2015)],
            **CUBE,
        )
        assert summed(observing.in_areas(cube, areas), "area") == {
            "west": 7, "c1": 3, "c2": 4, "c4": 1,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("to", "counted"),
        [
            (1, {}),  # within the commune
            (2, {"c1": 1}),  # within the intercommunality
            (3, {"c1": 1, "west": 1}),
            (4, {"c1": 1, "west": 1}),  # to a commune of no intercommunality
            (0, {"c1": 1, "west": 1}),  # outside the chosen territories
            (None, {"c1": 1, "west": 1}),  # nowhere known
        ],
    )
    @pytest.mark.parametrize("code", ["departures", "arrivals"])
    def test_a_move_crosses_the_border_of_an_area_or_does_not_count(
        self, table: Table, areas: Any, to: int | None, counted: dict[str, int], code: str
    ) -> None:
        cube = table([cell(1, code, 2015, other=to)], **CUBE)
        assert summed(observing.in_areas(cube, areas), "area") == counted

    def test_what_is_no_move_counts_whatever_stands_beside_it(
        self, table: Table, areas: Any
    ) -> None:
        cube = table([cell(1, "closures", 2015, other=1)], **CUBE)
        assert summed(observing.in_areas(cube, areas), "area") == {"c1": 1, "west": 1}


GROUPED = {
    "area_kind": pa.string(), "area": pa.string(), "activity": pa.string(), "segments": pa.int32(),
    "period": pa.int32(), "code": pa.string(), "n": pa.int64(),
}  # fmt: skip


def here(kind: str = "epci", **told: Any) -> dict[str, Any]:
    """Units of an area."""
    row = {"area_kind": kind, "area": "west", "activity": "10.71C", "segments": 0, "period": 2015}
    return {**row, "code": "register.births", "n": 1, **told}


class TestLevels:
    def spread(self, table: Table, *rows: dict[str, Any], detailed: bool = True) -> dict[Any, int]:
        found = observing.spread(table(list(rows), **GROUPED), SCOPE.segments, detailed=detailed)
        return summed(found, "segment", "activity")

    def test_the_register_is_told_whole_and_by_division_craft_by_trade(self, table: Table) -> None:
        craft = CRAFT_RM.mask
        told = self.spread(
            table,
            here(n=2, segments=craft),
            here(n=3, activity="10.13B", segments=craft | EMPLOYER.mask),
            here(n=4, activity="62.01Z"),
        )
        assert told == {
            ("all", "all"): 9, ("all", "10"): 5, ("all", "62"): 4,
            ("craft_rm", "all"): 5, ("craft_rm", "10.71C"): 2, ("craft_rm", "10.13B"): 3,
            ("employer", "all"): 3,
        }  # fmt: skip

    def test_a_commune_is_not_cut_by_division_but_told_by_trade(self, table: Table) -> None:
        told = self.spread(table, here("commune", n=2, segments=CRAFT_RM.mask))
        assert told == {("all", "all"): 2, ("craft_rm", "all"): 2, ("craft_rm", "10.71C"): 2}

    def test_without_detail_totals_alone(self, table: Table) -> None:
        told = self.spread(table, here(n=2, segments=CRAFT_RM.mask), detailed=False)
        assert told == {("all", "all"): 2, ("craft_rm", "all"): 2}

    def test_who_has_no_activity_counts_in_totals(self, table: Table) -> None:
        assert self.spread(table, here(activity="")) == {("all", "all"): 1}

    def test_every_segment_of_the_register_can_be_told(self, table: Table) -> None:
        rows = [here(segments=segment.mask) for segment in SEGMENTS]
        found = observing.spread(table(rows, **GROUPED), SEGMENTS, detailed=False)
        told = summed(found, "segment")
        assert told == {"all": len(SEGMENTS)} | dict.fromkeys((s.code for s in SEGMENTS), 1)


WIDE = {k: v for k, v in GROUPED.items() if k != "segments"} | {"segment": pa.string()}


def flow(code: str, period: int, n: int = 1, area: str = "west") -> dict[str, Any]:
    """A flow of the whole of an area."""
    return {
        "area_kind": "epci", "area": area, "activity": "all", "segment": "all", "period": period,
        "code": f"register.{code}", "n": n,
    }  # fmt: skip


class TestStocks:
    def stock(self, table: Table, *rows: dict[str, Any]) -> dict[int, int]:
        found = observing.yearly(table(list(rows), **WIDE), SCOPE).to_pyarrow().to_pylist()
        return {row["period"]: row["stock"] for row in found}

    def test_it_is_all_that_came_in_before_less_all_that_went_out(self, table: Table) -> None:
        told = self.stock(
            table, flow("births", 1990, 10), flow("closures", 2001, 4), flow("births", 2015, 3),
            flow("reactivations", 2016), flow("closures", 2016, 2), flow("arrivals", 2017, 5),
            flow("departures", 2018, 1), flow("deaths", 2018, 9),
        )  # fmt: skip
        assert told == {2015: 6, 2016: 9, 2017: 8, 2018: 13, 2019: 12, 2020: 12}

    def test_years_without_event_stand_while_something_is_there(self, table: Table) -> None:
        told = self.stock(table, flow("births", 2016), flow("closures", 2018))
        assert told == {2016: 0, 2017: 1, 2018: 1}

    def test_an_area_emptied_before_the_first_year_is_not_told(self, table: Table) -> None:
        assert self.stock(table, flow("births", 1990), flow("closures", 2000)) == {}

    def test_areas_are_told_apart(self, table: Table) -> None:
        rows = [flow("births", 2015, 2), flow("births", 2015, 5, area="east")]
        found = observing.yearly(table(rows, **WIDE), SCOPE).to_pyarrow().to_pylist()
        assert {(r["area"], r["stock"]) for r in found if r["period"] == 2020} == {
            ("west", 2),
            ("east", 5),
        }


def told(found: Any) -> dict[str, dict[str, Any]]:
    """Observations by period."""
    return {row["period"]: row for row in found.to_pyarrow().to_pylist()}


class TestRates:
    def rates(self, table: Table, *rows: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
        years = observing.yearly(table(list(rows), **WIDE), SCOPE)
        return {code: told(found) for code, found in observing.ratios(years, SCOPE)}

    def test_two_denominators_have_two_names(self, table: Table) -> None:
        rates = self.rates(
            table, flow("births", 2000, 8), flow("births", 2015, 2), flow("arrivals", 2015, 6)
        )
        insee = rates["register.creation_rate_insee"]["2015"]
        eurostat = rates["register.birth_rate_eurostat"]["2015"]
        assert (insee["value"], insee["numerator"], insee["denominator"]) == (2 / 8, 2, 8)
        assert (eurostat["value"], eurostat["denominator"]) == (2 / 16, 16)

    def test_where_nobody_was_there_is_no_rate(self, table: Table) -> None:
        rates = self.rates(table, flow("births", 2015, 2))
        assert rates["register.creation_rate_insee"]["2015"]["value"] is None
        assert rates["register.birth_rate_eurostat"]["2015"]["value"] == 1

    def test_a_year_under_way_is_provisional(self, table: Table) -> None:
        scope = Scope(date(2020, 12, 30), 2015, ())
        years = observing.yearly(table([flow("births", 2015, 2)], **WIDE), scope)
        for _code, found in observing.ratios(years, scope):
            assert {p: row["status"] for p, row in told(found).items()}["2020"] == "P"
        for _code, found in observing.ratios(years, SCOPE):
            assert {row["status"] for row in told(found).values()} == {"V"}


BORN = {
    "area_kind": pa.string(), "area": pa.string(), "activity": pa.string(), "segment": pa.string(),
    "period": pa.int32(), "n": pa.int64(), "alive_1": pa.int64(), "alive_3": pa.int64(),
    "alive_5": pa.int64(),
}  # fmt: skip


def cohort(period: int, n: int, *alive: int) -> dict[str, Any]:
    """Units born in a year and how many reached each anniversary."""
    row = {"area_kind": "epci", "area": "west", "activity": "all", "segment": "all"}
    return {
        **row,
        "period": period,
        "n": n,
        **dict(zip(("alive_1", "alive_3", "alive_5"), alive, strict=True)),
    }


class TestSurvival:
    def of(self, table: Table, *rows: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
        return {code: told(f) for code, f in observing.survivals(table(list(rows), **BORN), SCOPE)}

    def test_a_cohort_is_told_once_its_last_unit_reached_its_anniversary(
        self, table: Table
    ) -> None:
        found = self.of(table, *(cohort(year, 10, 9, 7, 6) for year in range(2015, 2021)))
        for years, share, last in ((1, 0.9, 2019), (3, 0.7, 2017), (5, 0.6, 2015)):
            for year, row in found[f"register.survival_{years}y"].items():
                observed = int(year) <= last
                assert row["value"] == (share if observed else None), (years, year)
                assert (row["status"] == "U") is not observed
                assert row["denominator"] == 10

    def test_it_stays_provisional_while_somebody_may_come_back(self, table: Table) -> None:
        found = self.of(table, *(cohort(year, 10, 9, 7, 6) for year in range(2015, 2020)))
        status = {year: row["status"] for year, row in found["register.survival_1y"].items()}
        assert status == {"2015": "V", "2016": "V", "2017": "V", "2018": "P", "2019": "P"}

    @pytest.mark.parametrize(("born", "status"), [(1, "A"), (2, "A"), (3, "V")])
    def test_fewer_than_three_units_will_be_hidden(
        self, table: Table, born: int, status: str
    ) -> None:
        found = self.of(table, cohort(2015, born, born, 1, 1))
        assert found["register.survival_1y"]["2015"]["status"] == status

    def test_what_was_born_before_the_first_year_is_not_told(self, table: Table) -> None:
        found = self.of(table, cohort(2014, 10, 9, 7, 6))
        assert found == {f"register.survival_{years}y": {} for years in (1, 3, 5)}


HERE = {k: v for k, v in BORN.items() if not k.startswith("alive") and k != "period"} | {
    "band": pa.string()
}


class TestJobs:
    def of(self, table: Table, **bands: int) -> dict[str, dict[str, Any]]:
        base = {"area_kind": "epci", "area": "west", "activity": "all", "segment": "all"}
        rows = [{**base, "band": band.removeprefix("b"), "n": n} for band, n in bands.items()]
        found = {}
        for code, rows_of in observing.jobs(table(rows, **HERE), SCOPE):
            for row in rows_of.to_pyarrow().to_pylist():
                found[code] = row
        return found

    def test_the_estimate_stands_between_its_bounds(self, table: Table) -> None:
        found = self.of(table, b01=10, b02=4, b11=2, NN=50)
        lower, middle, upper = (
            found[f"register.jobs_{name}"]["value"] for name in ("lower", "estimate", "upper")
        )
        assert (lower, middle, upper) == (10 + 12 + 20, 15 + 16 + 29, 20 + 20 + 38)
        assert found["register.jobs_estimate"]["n"] == 16, "who employs nobody is no unit of it"

    def test_nobody_employs_nothing_is_told(self, table: Table) -> None:
        assert self.of(table, NN=50, b00=3) == {}

    @pytest.mark.parametrize(
        ("bands", "status"),
        [
            ({"b01": 2}, "A"),
            ({"b01": 3}, "V"),
            ({"b53": 1, "b01": 5}, "B"),  # one makes nearly all of it
            ({"b12": 1, "b11": 3}, "V"),
        ],
    )
    def test_few_or_one_that_makes_most_of_it_will_be_hidden(
        self, table: Table, bands: dict[str, int], status: str
    ) -> None:
        assert self.of(table, **bands)["register.jobs_estimate"]["status"] == status

    def test_bands_follow_one_another_without_a_gap(self) -> None:
        bounds = list(headcount.BANDS.values())
        assert all(low <= high for low, high in bounds)
        assert all(after[0] == before[1] + 1 for before, after in itertools.pairwise(bounds))


class TestDensity:
    def test_it_is_told_for_ten_thousand_inhabitants_of_areas_that_have_some(
        self, table: Table
    ) -> None:
        rows = [flow("births", 2000, 40), flow("births", 2000, 9, area="empty")]
        years = observing.yearly(table(rows, **WIDE), SCOPE)
        people = table(
            [{"area_kind": "epci", "area": "west", "inhabitants": 30_000},
             {"area_kind": "epci", "area": "empty", "inhabitants": 0}],
            area_kind=pa.string(), area=pa.string(), inhabitants=pa.int64(),
        )  # fmt: skip
        (row,) = observing.density(years, people, SCOPE).to_pyarrow().to_pylist()
        assert (row["area"], row["period"]) == ("west", "2020")
        assert row["value"] == pytest.approx(40 / 3)
        assert (row["numerator"], row["denominator"]) == (40, 30_000)


class TestMonths:
    def test_each_month_is_told_and_the_one_under_way_is_provisional(self, table: Table) -> None:
        scope = Scope(date(2020, 6, 15), 2015, ())
        months = [(2014, 12), (2015, 1), (2020, 5), (2020, 6), (2020, 7)]
        rows = [flow("births", year * 12 + month - 1, month) for year, month in months]
        found = dict(observing.monthly(table(rows, **WIDE), scope))
        told_ = {
            p: (row["value"], row["status"]) for p, row in told(found["register.births"]).items()
        }
        assert told_ == {"2015-01": (1, "V"), "2020-05": (5, "V"), "2020-06": (6, "P")}
        assert set(found) == {"register.births", "register.closures"}


@pytest.mark.parametrize(
    ("as_of", "end"),
    [("2020-12-31", "2021-01-01"), ("2020-02-28", "2020-02-29"), ("2020-06-15", "2020-06-16")],
)
def test_the_first_day_that_is_not_observed_is_the_next(as_of: str, end: str) -> None:
    scope = Scope(date.fromisoformat(as_of), 2015, ())
    assert scope.end == number(date.fromisoformat(end))
