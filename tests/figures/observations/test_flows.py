"""How each presence begins and ends, on which day it is counted, in which existence it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from maillage.figures.observations import continuity, cubes, demography, flows
from maillage.figures.observations.calendar import MONTH, YEAR, day, number
from maillage.figures.observations.engines import DuckDB
from maillage.figures.observations.spells import OPEN, RANKS
from tests.figures.observations.conftest import Rows, written

Table = Callable[..., Any]
SPELLS = {
    "id": pa.int64(), "unit": pa.int64(), "legal_unit": pa.int64(), "start": pa.int32(),
    "end": pa.int32(), "commune": pa.int32(), "activity": pa.string(), "segments": pa.int32(),
}  # fmt: skip
PAIRS = {"before": pa.int64(), "after": pa.int64(), "how": pa.string()}


def spell(unit: int, start: str, end: str = "-", *, rank: int = 0, at: int = 1) -> dict[str, Any]:
    """One presence of an address in a commune."""
    return {
        "id": unit * RANKS + rank, "unit": unit, "legal_unit": 1, "start": start, "end": end,
        "commune": at, "activity": "10.71C", "segments": 1,
    }  # fmt: skip


def pair(before: tuple[int, int], after: tuple[int, int], how: str) -> dict[str, Any]:
    """What follows what."""
    (unit, rank), (other, next_rank) = before, after
    return {"before": unit * RANKS + rank, "after": other * RANKS + next_rank, "how": how}


@pytest.fixture
def told(
    engine: DuckDB, table: Table
) -> Callable[[Rows, Rows], dict[tuple[int, int], dict[str, Any]]]:
    """The flows of presences, by unit and rank."""

    def tell(spells: Rows, pairs: Rows) -> dict[tuple[int, int], dict[str, Any]]:
        joined = table(pairs, **PAIRS)
        roots = continuity.roots(joined, engine.keep, engine.count)
        found = flows.told(table(spells, **SPELLS), joined, roots).to_pyarrow().to_pylist()
        return {divmod(row["id"], RANKS): row for row in found}

    return tell


def test_who_begins_and_ceases_is_born_on_the_first_day_and_closes_on_the_last(told: Any) -> None:
    row = told([spell(5, "2015-01-01", "2016-01-01")], [])[5, 0]
    assert (row["entry"], row["exit"]) == ("birth", "closure")
    assert written(row["entered"]) == "2015-01-01"
    assert row["left"] // YEAR == 2015, "active until 31 December"
    assert (row["lasts"], row["inferred"]) == (False, False)


def test_who_is_there_still_did_not_leave(told: Any) -> None:
    row = told([spell(5, "2015-01-01")], [])[5, 0]
    assert (row["exit"], row["left"]) == (None, OPEN)


def test_of_an_unknown_start_nothing_is_counted(told: Any) -> None:
    assert told([spell(5, "?", "2016-01-01")], []) == {}


def test_a_return_is_a_closure_then_a_reactivation(told: Any) -> None:
    found = told(
        [spell(5, "2013-01-01", "2015-12-31"), spell(5, "2017-06-01", rank=1)],
        [pair((5, 0), (5, 1), "reactivation")],
    )
    first, second = found[5, 0], found[5, 1]
    assert (first["exit"], first["lasts"]) == ("closure", True), "closed, and not dead"
    assert (second["entry"], written(second["entered"])) == ("reactivation", "2017-06-01")
    assert first["root"] == second["root"] == first["id"]


@pytest.mark.parametrize("how", ["declared", "inferred"])
def test_a_move_leaves_and_arrives_the_same_evening(told: Any, how: str) -> None:
    found = told(
        [spell(5, "2010-01-01", "2015-03-01"), spell(6, "2015-03-10", at=2)],
        [pair((5, 0), (6, 0), how)],
    )
    first, second = found[5, 0], found[6, 0]
    assert (first["exit"], second["entry"]) == ("move", "move")
    assert written(first["end"]) == "2015-03-10", "it lasts until it opens elsewhere"
    assert first["left"] == second["entered"] == number(date(2015, 3, 9))
    assert (first["went_to"], second["came_from"]) == (2, 1)
    assert (first["came_from"], second["went_to"]) == (None, None)
    assert first["inferred"] is second["inferred"] is (how == "inferred")


def test_a_move_of_a_first_of_january_is_of_the_year_before(told: Any) -> None:
    found = told(
        [spell(5, "2010-01-01", "2016-01-01"), spell(6, "2016-01-01", at=2)],
        [pair((5, 0), (6, 0), "declared")],
    )
    first, second = found[5, 0], found[6, 0]
    assert first["left"] // YEAR == second["entered"] // YEAR == 2015
    opens = 2016 * YEAR
    assert not first["entered"] < opens <= first["left"], "it left"
    assert second["entered"] < opens <= second["left"], "it is there when the year opens"


def test_what_opened_before_the_other_closed_is_counted_once_in_between(told: Any) -> None:
    found = told(
        [spell(5, "2010-01-01", "2015-09-01"), spell(6, "2015-03-01", at=2)],
        [pair((5, 0), (6, 0), "declared")],
    )
    assert written(found[5, 0]["end"]) == "2015-03-01"


def test_who_continues_one_of_an_unknown_start_comes_from_nowhere_known(told: Any) -> None:
    found = told(
        [spell(5, "?", "2015-03-01"), spell(6, "2015-03-01", at=1)],
        [pair((5, 0), (6, 0), "declared")],
    )
    assert set(found) == {(6, 0)}
    assert (found[6, 0]["entry"], found[6, 0]["came_from"]) == ("move", None)


def test_a_chain_of_moves_and_returns_is_one_existence(told: Any) -> None:
    found = told(
        [
            spell(5, "2010-01-01", "2012-01-01"), spell(5, "2012-06-01", "2014-01-01", rank=1),
            spell(6, "2014-01-01", "2016-01-01", at=2), spell(7, "2016-01-05", "2019-01-01", at=3),
        ],
        [
            pair((5, 0), (5, 1), "reactivation"), pair((5, 1), (6, 0), "declared"),
            pair((6, 0), (7, 0), "inferred"),
        ],
    )  # fmt: skip
    assert {row["root"] for row in found.values()} == {5 * RANKS}
    assert [found[key]["entry"] for key in sorted(found)] == [
        "birth",
        "reactivation",
        "move",
        "move",
    ]


def test_a_chain_is_told_by_what_its_last_presence_does(told: Any) -> None:
    last = {**spell(6, "2014-01-01", at=2), "activity": "96.02A", "segments": 4}
    found = told(
        [spell(5, "2010-01-01", "2014-01-01"), last, spell(8, "2010-01-01", "2014-01-01")],
        [pair((5, 0), (6, 0), "declared")],
    )
    assert {key: (row["activity"], row["segments"]) for key, row in found.items()} == {
        (5, 0): ("96.02A", 4), (6, 0): ("96.02A", 4), (8, 0): ("10.71C", 1),
    }  # fmt: skip


@pytest.fixture
def lived(engine: DuckDB, table: Table) -> Callable[[Rows, Rows], list[tuple[Any, ...]]]:
    """Existences: where and when each began, and its end."""

    def live(spells: Rows, pairs: Rows) -> list[tuple[Any, ...]]:
        joined = table(pairs, **PAIRS)
        roots = continuity.roots(joined, engine.keep, engine.count)
        found = flows.existences(flows.told(table(spells, **SPELLS), joined, roots))
        rows = found.to_pyarrow().to_pylist()
        return sorted((r["commune"], written(r["start"]), written(r["over"])) for r in rows)

    return live


def test_an_existence_is_of_the_commune_of_its_birth_and_ends_where_its_chain_does(
    lived: Any,
) -> None:
    assert lived(
        [spell(5, "2010-01-01", "2014-01-01"), spell(6, "2014-01-01", "2016-01-01", at=2)],
        [pair((5, 0), (6, 0), "declared")],
    ) == [(1, "2010-01-01", "2016-01-01")]


def test_it_has_no_end_while_its_last_presence_has_none(lived: Any) -> None:
    assert lived(
        [spell(5, "2010-01-01", "2014-01-01"), spell(6, "2014-01-01", at=2)],
        [pair((5, 0), (6, 0), "inferred")],
    ) == [(1, "2010-01-01", "-")]


def test_a_return_after_two_years_is_another_existence(lived: Any) -> None:
    assert lived([spell(5, "2010-01-01", "2012-01-01"), spell(5, "2015-01-01", rank=1)], []) == [
        (1, "2010-01-01", "2012-01-01"),
        (1, "2015-01-01", "-"),
    ]


def test_what_continues_an_unknown_start_has_no_known_birth(lived: Any) -> None:
    assert (
        lived(
            [spell(5, "?", "2015-03-01"), spell(6, "2015-03-01")],
            [pair((5, 0), (6, 0), "declared")],
        )
        == []
    )


class TestCubes:
    SEEN = {**SPELLS, "entry": pa.string(), "exit": pa.string(), "entered": pa.int32(), "left": pa.int32(),
            "came_from": pa.int32(), "went_to": pa.int32(), "lasts": pa.bool_()}  # fmt: skip

    def seen(self, entry: str, exit_: str | None, **told: Any) -> dict[str, Any]:
        row = spell(5, "2015-03-01", "2017-02-01")
        flow = {"entry": entry, "exit": exit_, "entered": "2015-03-01", "left": "2017-01-31",
                "came_from": None, "went_to": None, "lasts": False}  # fmt: skip
        return {**row, **flow, **told}

    def counted(self, table: Table, *rows: dict[str, Any], unit: int = YEAR) -> dict[Any, int]:
        found = cubes.flows(table(list(rows), **self.SEEN), unit).to_pyarrow().to_pylist()
        return {
            (row["code"].removeprefix("register."), row["period"], row["other"]): row["n"]
            for row in found
        }

    def test_each_presence_is_a_flow_in_and_a_flow_out(self, table: Table) -> None:
        told = self.counted(table, self.seen("birth", "closure"), self.seen("birth", "closure"))
        assert told == {
            ("births", 2015, None): 2,
            ("closures", 2017, None): 2,
            ("deaths", 2017, None): 2,
        }

    def test_a_closure_that_something_follows_is_no_death(self, table: Table) -> None:
        told = self.counted(table, self.seen("reactivation", "closure", lasts=True))
        assert told == {("reactivations", 2015, None): 1, ("closures", 2017, None): 1}

    def test_a_move_keeps_the_other_commune(self, table: Table) -> None:
        told = self.counted(table, self.seen("move", "move", came_from=7, went_to=8))
        assert told == {("arrivals", 2015, 7): 1, ("departures", 2017, 8): 1}

    def test_who_is_still_there_went_nowhere(self, table: Table) -> None:
        assert self.counted(table, self.seen("birth", None)) == {("births", 2015, None): 1}

    def test_months_are_counted_as_years_are(self, table: Table) -> None:
        told = self.counted(table, self.seen("birth", "closure"), unit=MONTH)
        months = {(code, *divmod(period, 12)) for code, period, _ in told}
        assert months == {("births", 2015, 2), ("closures", 2017, 0), ("deaths", 2017, 0)}

    @pytest.mark.parametrize(
        ("start", "over", "alive"),
        [
            ("2015-03-01", "-", (1, 1, 1)),
            ("2015-03-01", "2016-03-01", (0, 0, 0)),  # gone on the very day
            ("2015-03-01", "2016-03-02", (1, 0, 0)),
            ("2015-03-01", "2020-03-01", (1, 1, 0)),
            ("2016-02-29", "2017-02-28", (0, 0, 0)),
            ("2016-02-29", "2017-03-01", (1, 0, 0)),
        ],
    )
    def test_who_is_there_on_an_anniversary_reached_it(
        self, table: Table, start: str, over: str, alive: tuple[int, ...]
    ) -> None:
        row = {**self.seen("birth", "closure"), "start": start, "entered": start, "over": over}
        kinds = {**self.SEEN, "over": pa.int32()}
        (found,) = cubes.cohorts(table([row], **kinds)).to_pyarrow().to_pylist()
        assert (found["alive_1"], found["alive_3"], found["alive_5"]) == alive
        assert (found["n"], found["period"]) == (1, int(start[:4]))


class TestDeclarations:
    EVERY = (
        *demography.FLOWS,
        *demography.RATIOS,
        *demography.SURVIVALS,
        *demography.CURVES,
        demography.HIRES,
    )

    @pytest.mark.parametrize("one", EVERY, ids=lambda one: one.code)
    def test_each_says_what_it_counts_in_both_languages(self, one: Any) -> None:
        for words in (one.label, one.words):
            assert words.fr
            assert words.en
            assert words.fr != words.en
        assert one.words.fr.endswith(".")
        assert one.code.startswith("register.")

    def test_each_code_is_declared_once(self) -> None:
        codes = [one.code for one in self.EVERY]
        assert len(set(codes)) == len(codes)

    def test_the_stock_moves_by_what_comes_in_and_what_goes_out(self) -> None:
        moves = {flow.code.removeprefix("register."): flow.adds for flow in demography.FLOWS}
        assert moves == {
            "births": 1, "reactivations": 1, "arrivals": 1, "closures": -1, "departures": -1, "deaths": 0,
        }  # fmt: skip

    def test_rates_are_over_figures_that_are_declared(self) -> None:
        codes = {flow.code for flow in demography.FLOWS} | {demography.STOCK}
        for ratio in demography.RATIOS:
            assert {ratio.over, *ratio.under} <= codes

    def test_what_counts_persons_or_cohorts_is_statistical_and_the_rest_open(self) -> None:
        assert {one.disclosure for one in (*demography.SURVIVALS, *demography.CURVES)} == {
            "statistical"
        }
        assert {one.disclosure for one in (*demography.FLOWS, *demography.RATIOS)} == {
            "open_register"
        }


def test_the_eve_of_a_day_is_a_day_of_the_calendar() -> None:
    assert day(number(date(2015, 3, 10)) - 1) == date(2015, 3, 9)
