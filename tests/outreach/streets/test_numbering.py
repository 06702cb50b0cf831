"""Doors in the order of a walk: up the odd side, back down the even one, bis and ter in their place."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.outreach.streets import Number, Side, number_of, walk

ORDER = ["1", "2", "3", "3A", "3 bis", "3 ter", "3 quater", "4", "12", "12 B", "12T", "12 quinquies", "100"]  # fmt: skip


def walked(*numbers: str) -> list[str]:
    return walk(numbers, number_of)


def test_numbers_are_sorted_as_they_stand_along_a_street() -> None:
    mixed = [*ORDER[1::2], *ORDER[::-2]]
    assert sorted(mixed, key=number_of) == ORDER


@pytest.mark.parametrize(
    ("text", "value", "rank"),
    [
        ("12", 12, 0), ("012", 12, 0), ("12 bis", 12, 2), ("12BIS", 12, 2), ("12 B", 12, 2), ("12.ter", 12, 3),
        ("12T", 12, 3), ("12 Q", 12, 4), ("12-14", 12, 0), ("12/14", 12, 0), ("12 rue", 12, 0), ("12 A", 12, 1), ("12C", 12, 3),
        ("", 0, 0), ("B", 0, 0), ("bis", 0, 0), ("0", 0, 0), ("n° 3", 0, 0), ("1234567890", 123456, 0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_addresses_have_it(text: str, value: int, rank: int) -> None:
    found = number_of(text)
    assert (found.value, found.rank) == (value, rank)


def test_a_number_keeps_its_own_text() -> None:
    assert number_of(" 12 bis ").text == "12 bis"
    assert number_of(" sans ").text == "sans"


@pytest.mark.parametrize(
    ("text", "side", "pair"),
    [("1", Side.ODD, 1), ("2", Side.EVEN, 1), ("3 bis", Side.ODD, 2), ("4", Side.EVEN, 2), ("", Side.NONE, 0)],
)  # fmt: skip
def test_odd_and_even_face_each_other(text: str, side: Side, pair: int) -> None:
    assert (number_of(text).side, number_of(text).pair) == (side, pair)


def test_a_walk_goes_up_the_odd_side_and_back_down_the_even_one() -> None:
    assert walked("2", "4", "1", "3 bis", "", "3", "2 bis") == ["1", "3", "3 bis", "4", "2 bis", "2", ""]  # fmt: skip


def test_two_firms_at_one_number_keep_their_order() -> None:
    doors = [("b", "5"), ("a", "5"), ("c", "1")]
    assert walk(doors, lambda door: number_of(door[1])) == [("c", "1"), ("b", "5"), ("a", "5")]
    back = [("b", "6"), ("c", "2"), ("a", "6")]
    assert walk(back, lambda door: number_of(door[1])) == [("b", "6"), ("a", "6"), ("c", "2")]


@given(st.lists(st.integers(0, 300).map(str), max_size=30))
def test_a_walk_meets_every_door_once_and_changes_side_once(numbers: list[str]) -> None:
    met = walk(numbers, number_of)
    assert sorted(met) == sorted(numbers)
    sides = [number_of(one).side for one in met]
    assert sides == sorted(sides, key=list(Side).index)
    odd = [int(one) for one in met if number_of(one).side is Side.ODD]
    even = [int(one) for one in met if number_of(one).side is Side.EVEN]
    assert odd == sorted(odd)
    assert even == sorted(even, reverse=True)


@given(st.text(max_size=20))
def test_whatever_was_typed_is_some_number(text: str) -> None:
    assert isinstance(number_of(text), Number)
    assert number_of(text).value >= 0
