"""What curves and the loaded register are told from, held against the same said a second time in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from maillage.figures.methods.exposure import years
from maillage.figures.observations import lasting, live
from maillage.figures.observations.calendar import UNKNOWN, number
from maillage.figures.observations.lasting import AGE

FIRST = date(2003, 1, 1)
LEAP, EVE = date(2004, 2, 29), date(2005, 2, 28)


def days(chance: random.Random) -> tuple[date, date]:
    """A first day and a later one, often of a February, often an anniversary."""
    start = chance.choice((LEAP, EVE, FIRST + timedelta(chance.randrange(6_000))))
    if chance.random() < 0.4:
        after = start.year + chance.randrange(1, 8)
        try:
            day = start.replace(year=after)
        except ValueError:
            day = date(after, 2, 28)
        return start, day + timedelta(chance.choice((-1, 0, 0, 1)))
    return start, start + timedelta(chance.randrange(3_000))


def test_an_age_is_the_years_that_the_survival_command_counts(table: Callable[..., Any]) -> None:
    chance = random.Random(20)  # noqa: S311 -- a test draws, nothing is hidden
    pairs = [days(chance) for _ in range(600)]
    rows = [{"rank": n, "a": number(one), "b": number(two)} for n, (one, two) in enumerate(pairs)]
    told = table(rows, rank=pa.int32(), a=pa.int32(), b=pa.int32())
    found = told.select("rank", age=lasting._age(told.a, told.b)).to_pyarrow().to_pylist()
    ages = {row["rank"]: row["age"] for row in found}
    expected = [years(one, two) for one, two in pairs]
    for rank, pair in enumerate(pairs):
        assert ages[rank] / AGE == pytest.approx(expected[rank], abs=1e-12), pair
        assert (ages[rank] % AGE == 0) == (expected[rank] % 1 == 0), "anniversaries are whole"
    # Who comes before whom, and who comes together, is all that a curve takes from ages.
    by_age = sorted(range(len(pairs)), key=lambda rank: (ages[rank], rank))
    by_years = sorted(range(len(pairs)), key=lambda rank: (expected[rank], rank))
    assert by_age == by_years
    assert len(set(ages.values())) == len(set(expected))


SPELL = {
    "id": pa.int64(), "establishment_id": pa.int64(), "starts_on": pa.date32(), "state": pa.string(),
}  # fmt: skip


def spells(chance: random.Random, number_of: int) -> list[dict[str, Any]]:
    """What loads told, one after the other, of a few establishments: again, otherwise, of an unknown start."""
    told = []
    for key in range(1, 5 * number_of):
        day = date(2018, 1, 1) + timedelta(30 * chance.randrange(12))
        told.append(
            {
                "id": key,
                "establishment_id": chance.randrange(number_of),
                "starts_on": None if chance.random() < 0.08 else day,
                "state": chance.choice("AF"),
            }
        )
    return told


def in_force(told: list[dict[str, Any]], unit: int, day: date) -> str | None:
    """The register's own rule: of the spells begun by a day, the last one written."""
    begun = [
        row
        for row in told
        if row["establishment_id"] == unit and (row["starts_on"] is None or row["starts_on"] <= day)
    ]
    return max(begun, key=lambda row: row["id"])["state"] if begun else None


def test_the_periods_of_the_loaded_register_are_those_of_the_spells_in_force(
    table: Callable[..., Any],
) -> None:
    chance = random.Random(9)  # noqa: S311
    told = spells(chance, 40)
    found = live._periods(table(told, **SPELL)).to_pyarrow().to_pylist()
    starts = {(row["unit"], row["start"]) for row in found}
    assert len(starts) == len(found), "one state from a day on"
    seen = set()
    for unit in range(40):
        mine = sorted((row["start"], row["is_active"]) for row in found if row["unit"] == unit)
        for month in range(-1, 14):
            day = date(2018, 1, 1) + timedelta(30 * month)
            before = [active for start, active in mine if start <= number(day)]
            state = None if not before else "A" if before[-1] else "F"
            assert state == in_force(told, unit, day), (unit, day)
            seen.add(state)
    assert seen == {None, "A", "F"}
    assert any(row["start"] == UNKNOWN for row in found)


def test_links_of_the_loaded_register_join_two_establishments_that_it_knows(
    table: Callable[..., Any],
) -> None:
    kinds = {
        "predecessor_id": pa.int64(), "successor_id": pa.int64(), "linked_on": pa.date32(),
        "seat_transfer": pa.bool_(), "continuity": pa.bool_(),
    }  # fmt: skip
    day = date(2018, 3, 1)

    def link(before: int | None, after: int | None, *goes_on: bool) -> dict[str, Any]:
        return dict(zip(kinds, (before, after, day, *goes_on), strict=True))

    rows = [
        link(1, 2, False, True),  # the activity goes on
        link(3, 4, True, False),  # the seat is elsewhere
        link(5, 6, False, False),  # nothing goes on
        link(7, None, False, True),  # to a firm outside the territory
        link(None, 8, True, True),  # from one
    ]
    found = live._links(table(rows, **kinds)).to_pyarrow().to_pylist()
    assert sorted((row["predecessor"], row["successor"]) for row in found) == [(1, 2), (3, 4)]
    assert {row["on"] for row in found} == {number(day)}
