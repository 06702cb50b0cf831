"""From periods to spells of presence, by tables drawn by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from maillage.figures.observations import spells
from tests.figures.observations.conftest import numbered, rows_of

Table = Callable[..., Any]
KINDS = {"unit": pa.int64(), "start": pa.int32(), "is_active": pa.bool_()}
NOBODY: list[dict[str, Any]] = []


def periods(table: Table, *told: tuple[str, str]) -> Any:
    """Periods of one unit: each a day and the state that begins then."""
    rows = [{"unit": 7, "start": on, "is_active": state == "A"} for on, state in told]
    return table(rows, **KINDS)


def created(table: Table, on: str | None = None) -> Any:
    """The creation day of the same unit."""
    rows = [{"unit": 7, "on": on}] if on else NOBODY
    return table(rows, unit=pa.int64(), on=pa.int32())


CASES = {
    "still there": ([("2015-02-01", "A")], None, [("2015-02-01", "-")]),
    "closed": ([("2015-02-01", "A"), ("2016-01-15", "F")], None, [("2015-02-01", "2016-01-15")]),
    "a change of activity ends nothing": (
        [("2015-02-01", "A"), ("2015-09-01", "A"), ("2016-01-15", "F")], None,
        [("2015-02-01", "2016-01-15")],
    ),
    "a change while closed begins nothing": (
        [("2015-02-01", "A"), ("2016-01-15", "F"), ("2017-01-01", "F")], None,
        [("2015-02-01", "2016-01-15")],
    ),
    "back again": (
        [("2013-01-01", "A"), ("2015-12-31", "F"), ("2017-06-01", "A")], None,
        [("2013-01-01", "2015-12-31"), ("2017-06-01", "-")],
    ),
    "told twice, by the history and by the stock": (
        [("2015-02-01", "A"), ("2016-01-15", "F"), ("2016-01-15", "F"), ("2015-02-01", "A")], None,
        [("2015-02-01", "2016-01-15")],
    ),
    "told out of order": (
        [("2017-06-01", "A"), ("2013-01-01", "A"), ("2015-12-31", "F")], None,
        [("2013-01-01", "2015-12-31"), ("2017-06-01", "-")],
    ),
    "opened and closed the same day": (
        [("2015-02-01", "A"), ("2015-02-01", "F")], None, [],
    ),
    "closed and open again the same day": (
        [("2013-01-01", "A"), ("2015-02-01", "F"), ("2015-02-01", "A")], None,
        [("2013-01-01", "2015-02-01")],
    ),
    "known closed only": ([("2016-01-15", "F")], None, []),
    "of an unknown first day": ([("?", "A"), ("2016-01-15", "F")], None, [("?", "2016-01-15")]),
    "of an unknown first day, but created on a known one": (
        [("?", "A"), ("2016-01-15", "F")], "2009-05-04", [("2009-05-04", "2016-01-15")],
    ),
    "created before its first period": (
        [("2008-01-01", "A")], "2005-03-01", [("2005-03-01", "-")],
    ),
    "created, it is said, after it closed": (
        [("2008-01-01", "A"), ("2010-01-01", "F")], "2012-03-01", [("2008-01-01", "2010-01-01")],
    ),
    "a creation day says nothing of a return": (
        [("2008-01-01", "A"), ("2010-01-01", "F"), ("2014-01-01", "A")], "2008-01-01",
        [("2008-01-01", "2010-01-01"), ("2014-01-01", "-")],
    ),
    "one day long": ([("2016-02-29", "A"), ("2016-03-01", "F")], None, [("2016-02-29", "2016-03-01")]),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_spells_of_an_establishment(table: Table, case: str) -> None:
    told, on, expected = CASES[case]
    found = spells.active_spells(periods(table, *told), created(table, on))
    assert rows_of(found, "start", "end") == sorted(expected, key=str)


def test_the_spells_of_a_unit_follow_one_another_under_keys_of_their_own(table: Table) -> None:
    told = [
        {"unit": unit, "start": on, "is_active": state == "A"}
        for unit in (3, 11)
        for on, state in (
            ("2010-01-01", "A"), ("2011-01-01", "F"), ("2012-01-01", "A"), ("2013-01-01", "F"),
            ("2014-01-01", "A"),
        )
    ]  # fmt: skip
    found = spells.active_spells(table(told, **KINDS), created(table)).to_pyarrow().to_pylist()
    keys = sorted((row["unit"], row["rank"], row["id"]) for row in found)
    assert [(unit, rank) for unit, rank, _ in keys] == [(u, r) for u in (3, 11) for r in range(3)]
    assert all(key == unit * spells.RANKS + rank for unit, rank, key in keys)
    assert len({key for _u, _r, key in keys}) == 6


UNIT = {"legal_unit": pa.int64(), "start": pa.int32(), "end": pa.int32()}
UNIONS = {
    "one place": ([("2015-01-01", "2016-01-01")], [("2015-01-01", "2016-01-01")]),
    "two places that overlap": (
        [("2015-01-01", "2016-01-01"), ("2015-06-01", "2018-01-01")], [("2015-01-01", "2018-01-01")],
    ),
    "one within the other": (
        [("2015-01-01", "2020-01-01"), ("2016-01-01", "2017-01-01"), ("2018-01-01", "2019-01-01")],
        [("2015-01-01", "2020-01-01")],
    ),
    "one after the other without a day between": (
        [("2015-01-01", "2016-01-01"), ("2016-01-01", "-")], [("2015-01-01", "-")],
    ),
    "a day between": (
        [("2015-01-01", "2016-01-01"), ("2016-01-02", "-")],
        [("2015-01-01", "2016-01-01"), ("2016-01-02", "-")],
    ),
    "both begun the same day": (
        [("2015-01-01", "2016-01-01"), ("2015-01-01", "2017-01-01")], [("2015-01-01", "2017-01-01")],
    ),
    "the first still there": (
        [("2015-01-01", "-"), ("2016-01-01", "2017-01-01")], [("2015-01-01", "-")],
    ),
    "of an unknown start": ([("?", "2016-01-01"), ("2017-01-01", "-")], [("2017-01-01", "-")]),
}  # fmt: skip


@pytest.mark.parametrize("case", list(UNIONS))
def test_a_legal_unit_is_there_while_one_of_its_places_is(table: Table, case: str) -> None:
    told, expected = UNIONS[case]
    rows = [{"legal_unit": 9, "start": start, "end": end} for start, end in told]
    found = spells.of_legal_units(table(rows, **UNIT))
    assert rows_of(found, "unit", "start", "end") == sorted(
        ((9, *one) for one in expected), key=str
    )


def test_legal_units_are_told_apart(table: Table) -> None:
    rows = [
        {"legal_unit": unit, "start": "2015-01-01", "end": end}
        for unit, end in ((1, "2016-01-01"), (2, "-"), (1, "2015-03-01"))
    ]
    found = spells.of_legal_units(table(rows, **UNIT))
    assert rows_of(found, "unit", "end") == [(1, "2016-01-01"), (2, "-")]


SEEN = {
    "begun before, not ended": (("2015-01-01", "-"), [("2015-01-01", "-")]),
    "ended before": (("2015-01-01", "2016-01-01"), [("2015-01-01", "2016-01-01")]),
    "ended on the last day": (("2015-01-01", "2020-06-30"), [("2015-01-01", "2020-06-30")]),
    "ends tomorrow": (("2015-01-01", "2020-07-01"), [("2015-01-01", "2020-07-01")]),
    "ends later, which nobody knows yet": (("2015-01-01", "2020-07-02"), [("2015-01-01", "-")]),
    "begins tomorrow": (("2020-07-01", "-"), []),
    "begins on the last day": (("2020-06-30", "-"), [("2020-06-30", "-")]),
}


@pytest.mark.parametrize("case", list(SEEN))
def test_as_of_a_day_nothing_is_known_of_what_follows(table: Table, case: str) -> None:
    (start, end), expected = SEEN[case]
    rows = table([{"id": 1, "start": start, "end": end}])
    assert rows_of(spells.as_of(rows, numbered("2020-07-01")), "start", "end") == expected
