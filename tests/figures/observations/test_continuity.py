"""What continues what, by tables drawn by hand: returns around two years, moves around a month, chains."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa
import pytest

from maillage.figures.observations import continuity
from maillage.figures.observations.engines import DuckDB
from maillage.figures.observations.spells import RANKS
from tests.figures.observations.conftest import Rows, rows_of

Table = Callable[..., Any]
SPELLS = {
    "unit": pa.int64(), "legal_unit": pa.int64(), "activity": pa.string(), "rank": pa.int64(),
    "id": pa.int64(), "start": pa.int32(), "end": pa.int32(),
}  # fmt: skip
LINKS = {"predecessor": pa.int64(), "successor": pa.int64(), "on": pa.int32()}
PAIRS = {"before": pa.int64(), "after": pa.int64(), "how": pa.string()}


def spell(
    unit: int, start: str, end: str = "-", *, rank: int = 0, firm: int = 1, does: str = "10.71C"
) -> dict[str, Any]:
    """One presence."""
    return {
        "unit": unit, "legal_unit": firm, "activity": does, "rank": rank, "id": unit * RANKS + rank,
        "start": start, "end": end,
    }  # fmt: skip


def key(unit: int, rank: int = 0) -> int:
    """The key of a spell."""
    return unit * RANKS + rank


RETURNS = {
    "the next day": ("2015-03-01", "2015-03-02", True),
    "17 months later": ("2015-12-31", "2017-06-01", True),
    "a day short of 24 months": ("2015-03-10", "2017-03-09", True),
    "24 months to the day": ("2015-03-10", "2017-03-10", False),
    "31 months later": ("2014-06-01", "2017-01-15", False),
    "closed a 29 February, back the 27 two years later": ("2016-02-29", "2018-02-27", True),
    "closed a 29 February, back the 28 two years later": ("2016-02-29", "2018-02-28", False),
    "closed a 28 February, back the 28 two years later": ("2014-02-28", "2016-02-28", False),
    "closed a 28 February, back the day before": ("2014-02-28", "2016-02-27", True),
    "closed a 1 January, back on the eve of the second": ("2015-01-01", "2016-12-31", True),
}


@pytest.mark.parametrize("case", list(RETURNS))
def test_a_return_within_24_months_continues(table: Table, case: str) -> None:
    closed, back, continues = RETURNS[case]
    rows = [spell(5, "2010-01-01", closed), spell(5, back, rank=1)]
    found = continuity.reactivations(table(rows, **SPELLS))
    assert rows_of(found, "before", "after") == ([(key(5), key(5, 1))] if continues else [])


def test_only_its_next_presence_continues_a_unit(table: Table) -> None:
    rows = [
        spell(5, "2010-01-01", "2011-01-01"), spell(5, "2011-06-01", "2011-09-01", rank=1),
        spell(5, "2012-01-01", rank=2), spell(6, "2011-02-01"),
    ]  # fmt: skip
    found = continuity.reactivations(table(rows, **SPELLS))
    assert rows_of(found, "before", "after") == [(key(5), key(5, 1)), (key(5, 1), key(5, 2))]


MOVES = {
    "the same day": ("2015-03-01", "2015-03-01", True),
    "31 days later": ("2015-01-31", "2015-03-03", True),
    "32 days later": ("2015-01-31", "2015-03-04", False),
    "31 days before": ("2015-03-03", "2015-01-31", True),
    "32 days before": ("2015-03-04", "2015-01-31", False),
    "over a leap day, 31": ("2016-01-31", "2016-03-02", True),
    "over a leap day, 32": ("2016-01-31", "2016-03-03", False),
    "over the new year": ("2015-12-20", "2016-01-10", True),
    "a year later": ("2015-03-01", "2016-03-01", False),
}


@pytest.mark.parametrize("case", list(MOVES))
def test_a_firm_that_closes_here_and_opens_there_within_31_days_moved(
    table: Table, case: str
) -> None:
    closed, opened, moved = MOVES[case]
    rows = [spell(5, "2010-01-01", closed), spell(6, opened)]
    found = continuity.inferred_moves(table(rows, **SPELLS), table([], **PAIRS))
    assert rows_of(found, "before", "after") == ([(key(5), key(6))] if moved else [])


@pytest.mark.parametrize(
    "other",
    [
        {"firm": 2},  # another legal unit
        {"does": "96.02A"},  # another activity
    ],
)
def test_another_firm_or_another_activity_is_no_move(table: Table, other: dict[str, Any]) -> None:
    rows = [spell(5, "2010-01-01", "2015-03-01"), spell(6, "2015-03-01", **other)]
    found = continuity.inferred_moves(table(rows, **SPELLS), table([], **PAIRS))
    assert rows_of(found, "before", "after") == []


def test_what_is_already_joined_is_not_joined_again(table: Table) -> None:
    rows = [spell(5, "2010-01-01", "2015-03-01"), spell(6, "2015-03-01"), spell(7, "2015-03-02")]
    taken = table([{"before": key(5), "after": key(6), "how": "declared"}], **PAIRS)
    found = continuity.inferred_moves(table(rows, **SPELLS), taken)
    assert rows_of(found, "before", "after") == []


def test_each_goes_to_the_nearest_and_to_one_only(table: Table) -> None:
    rows = [
        spell(5, "2010-01-01", "2015-03-01"), spell(6, "2011-01-01", "2015-03-20"),
        spell(7, "2015-03-02"), spell(8, "2015-03-21"),
    ]  # fmt: skip
    found = continuity.inferred_moves(table(rows, **SPELLS), table([], **PAIRS))
    assert rows_of(found, "before", "after") == [(key(5), key(7)), (key(6), key(8))]


def test_one_opening_does_not_continue_two_closings(table: Table) -> None:
    rows = [
        spell(5, "2010-01-01", "2015-03-01"), spell(6, "2011-01-01", "2015-03-03"),
        spell(7, "2015-03-04"),
    ]  # fmt: skip
    found = continuity.inferred_moves(table(rows, **SPELLS), table([], **PAIRS))
    assert rows_of(found, "before", "after") == [(key(6), key(7))]


def test_what_opened_before_the_other_did_does_not_continue_it(table: Table) -> None:
    rows = [spell(5, "2015-02-20", "2015-03-01"), spell(6, "2015-02-10")]
    found = continuity.inferred_moves(table(rows, **SPELLS), table([], **PAIRS))
    assert rows_of(found, "before", "after") == []


LINKED = {
    "on the day of both": ("2015-03-01", "2015-03-01", "2015-03-01", True),
    "opened months later": ("2015-03-01", "2015-09-01", "2015-03-01", True),
    "opened months before the other closed": ("2015-09-01", "2015-03-01", "2015-03-01", True),
    "two years apart": ("2015-03-01", "2017-03-01", "2015-03-01", False),
    "not closed": ("-", "2015-03-01", "2015-03-01", False),
    "opened before the other did": ("2015-03-01", "2009-03-01", "2015-03-01", False),
}


@pytest.mark.parametrize("case", list(LINKED))
def test_a_declared_link_joins_two_presences(table: Table, case: str) -> None:
    closed, opened, on, joined = LINKED[case]
    rows = [spell(5, "2010-01-01", closed), spell(6, opened, firm=2, does="96.02A")]
    links = table([{"predecessor": 5, "successor": 6, "on": on}], **LINKS)
    found = continuity.declared_moves(table(rows, **SPELLS), links)
    assert rows_of(found, "before", "after") == ([(key(5), key(6))] if joined else [])


def test_of_several_presences_the_link_joins_the_nearest_to_its_day(table: Table) -> None:
    rows = [
        spell(5, "2010-01-01", "2014-09-01"), spell(5, "2014-12-01", "2015-03-01", rank=1),
        spell(6, "2015-03-02", "2015-06-01"), spell(6, "2016-01-01", rank=1),
    ]  # fmt: skip
    links = table([{"predecessor": 5, "successor": 6, "on": "2015-03-01"}], **LINKS)
    found = continuity.declared_moves(table(rows, **SPELLS), links)
    assert rows_of(found, "before", "after") == [(key(5, 1), key(6))]


def test_of_a_split_one_successor_continues_the_nearest(table: Table) -> None:
    rows = [spell(5, "2010-01-01", "2015-03-01"), spell(6, "2015-03-01"), spell(7, "2015-03-09")]
    links = [{"predecessor": 5, "successor": unit, "on": "2015-03-01"} for unit in (7, 6)]
    found = continuity.declared_moves(table(rows, **SPELLS), table(links, **LINKS))
    assert rows_of(found, "before", "after") == [(key(5), key(6))]


def followed(engine: DuckDB, table: Table, rows: Rows, links: Rows) -> list[tuple[Any, ...]]:
    """Everything that continues something."""
    found = continuity.followings(table(rows, **SPELLS), table(links, **LINKS), engine.keep)
    return rows_of(found, "before", "after", "how")


def test_a_declared_move_comes_before_a_return_and_a_return_before_an_inferred_move(
    engine: DuckDB, table: Table
) -> None:
    rows = [
        # Moved to 6 by a link, though it also came back at its old address.
        spell(5, "2010-01-01", "2015-03-01"), spell(5, "2016-01-01", rank=1), spell(6, "2015-03-01"),
        # Came back, though the same firm opened another address within the month.
        spell(7, "2010-01-01", "2015-03-01", firm=2), spell(7, "2015-06-01", rank=1, firm=2),
        spell(8, "2015-03-10", firm=2),
        # Neither: it moved, says nobody but its dates.
        spell(9, "2010-01-01", "2015-03-01", firm=3), spell(10, "2015-03-10", firm=3),
    ]  # fmt: skip
    links = [{"predecessor": 5, "successor": 6, "on": "2015-03-01"}]
    assert followed(engine, table, rows, links) == sorted(
        [
            (key(5), key(6), continuity.DECLARED),
            (key(7), key(7, 1), continuity.REACTIVATION),
            (key(9), key(10), continuity.INFERRED),
        ],
        key=str,
    )


def test_nothing_follows_nothing(engine: DuckDB, table: Table) -> None:
    assert followed(engine, table, [spell(5, "2010-01-01")], []) == []


def roots(engine: DuckDB, table: Table, pairs: list[tuple[int, int]]) -> dict[int, int]:
    """The first of the chain each is in."""
    rows = [{"before": one, "after": two, "how": "x"} for one, two in pairs]
    found = continuity.roots(table(rows, **PAIRS), engine.keep, engine.count)
    return {row["id"]: row["root"] for row in found.to_pyarrow().to_pylist()}


CHAINS = {
    "one step": [1, 2],
    "two steps": [1, 2, 3],
    "a long life of moves": list(range(100, 170)),
    "keys that go down": [90, 50, 70, 20],
}


@pytest.mark.parametrize("case", list(CHAINS))
def test_every_presence_of_a_chain_knows_the_first(engine: DuckDB, table: Table, case: str) -> None:
    chain = CHAINS[case]
    found = roots(engine, table, list(itertools.pairwise(chain)))
    assert found == dict.fromkeys(chain[1:], chain[0])


def test_chains_do_not_mix(engine: DuckDB, table: Table) -> None:
    found = roots(engine, table, [(1, 2), (2, 3), (10, 20), (20, 30), (30, 40)])
    assert found == {2: 1, 3: 1, 20: 10, 30: 10, 40: 10}


def test_without_any_chain_there_is_no_root(engine: DuckDB, table: Table) -> None:
    assert roots(engine, table, []) == {}


def test_two_engines_write_the_same_expression(table: Table) -> None:
    """The rules use nothing that only one engine knows."""
    spells = ibis.table(
        {"unit": "int64", "legal_unit": "int64", "activity": "string", "rank": "int64",
         "id": "int64", "start": "int32", "end": "int32"}, name="spells",
    )  # fmt: skip
    pairs = ibis.table({"before": "int64", "after": "int64", "how": "string"}, name="pairs")
    for dialect in ("duckdb", "pyspark", "sqlite", "postgres"):
        for expression in (
            continuity.reactivations(spells),
            continuity.inferred_moves(spells, pairs),
        ):
            assert "SELECT" in ibis.to_sql(expression, dialect=dialect)
