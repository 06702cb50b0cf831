"""One person, many ways of writing; two persons, never one: the tables of `writings`, understood."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from maillage.cohorts import recipe
from maillage.kernel.rows import BadCell
from tests.cohorts import writings

TODAY = date.fromisoformat(writings.TODAY)
KEY = b"0123456789abcdef" * 4
BORN = date(1985, 3, 2)


def plain(text: str) -> str:
    """What a name is brought down to, or the code of its refusal."""
    try:
        return recipe.plain_name(text)
    except BadCell as fault:
        return fault.code


def first(text: str) -> str:
    try:
        return recipe.plain_first_name(text)
    except BadCell as fault:
        return fault.code


def day(text: str) -> str:
    try:
        return recipe.birth_day(text, TODAY).isoformat()
    except BadCell as fault:
        return fault.code


@pytest.mark.parametrize(("meant", "ways"), writings.NAMES, ids=lambda one: str(one)[:12])
def test_a_name_is_the_same_however_it_is_written(meant: str, ways: tuple[str, ...]) -> None:
    assert {way: plain(way) for way in ways} == dict.fromkeys(ways, meant)


@pytest.mark.parametrize(("meant", "ways"), writings.FIRST_NAMES, ids=lambda one: str(one)[:12])
def test_a_first_name_is_the_same_however_it_is_written(meant: str, ways: tuple[str, ...]) -> None:
    assert {way: first(way) for way in ways} == dict.fromkeys(ways, meant)


@pytest.mark.parametrize(("one", "other"), writings.APART)
def test_names_that_look_alike_stay_two(one: str, other: str) -> None:
    assert plain(one) != plain(other)
    tokens = {recipe.token(KEY, name=name, first_name="Anne", born=BORN) for name in (one, other)}
    assert len(tokens) == 2


@pytest.mark.parametrize(("text", "code"), writings.NO_NAMES, ids=ascii)
def test_what_is_no_name_is_refused_never_guessed(text: str, code: str) -> None:
    assert plain(text) == code


@pytest.mark.parametrize(("text", "code"), writings.NO_FIRST_NAMES, ids=ascii)
def test_what_is_no_first_name_is_refused_never_guessed(text: str, code: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize(("text", "meant"), writings.DAYS, ids=ascii)
def test_a_day_of_birth_is_understood(text: str, meant: str) -> None:
    assert day(text) == meant


@pytest.mark.parametrize(("text", "code"), writings.NO_DAYS, ids=ascii)
def test_an_impossible_day_of_birth_is_refused_with_its_reason(text: str, code: str) -> None:
    assert day(text) == code


def test_the_groups_of_the_table_are_as_many_persons() -> None:
    meant = [one for one, _ways in writings.NAMES]
    assert len(meant) == len(set(meant))
    ways = [way for _one, some in writings.NAMES for way in some]
    assert len(ways) == len(set(ways))


def test_each_day_of_four_years_is_one_day_in_every_writing() -> None:
    """Leap year and common years; the months by their names too."""
    months = dict(zip(range(1, 13), recipe._MONTHS, strict=True))
    told = date(1999, 1, 1)
    while told < date(2003, 1, 1):
        ways = (
            told.isoformat(),
            f"{told:%d/%m/%Y}",
            f"{told.day}.{told.month}.{told.year}",
            f"{told.day} {months[told.month]} {told.year}",
        )
        assert {day(way) for way in ways} == {told.isoformat()}
        told += timedelta(days=1)


@settings(max_examples=50)
@given(st.integers(1900, 2025), st.integers(0, 15), st.integers(0, 40))
def test_a_day_is_taken_exactly_when_the_calendar_has_it(year: int, month: int, of: int) -> None:
    exists = 1 <= month <= 12 and 1 <= of <= monthrange(year, month)[1]
    expected = f"{year}-{month:02}-{of:02}" if exists else "date"
    assert day(f"{of}/{month}/{year}") == expected
    assert day(f"{year}-{month}-{of}") == expected


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
MARKS = st.sampled_from(
    ["\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u030a", "\u0327", "\u0328"]
)
BETWEEN = st.sampled_from(
    [" ", "-", "'", "’", "\u00a0", "\u2011", "\u200b", ".", "\u2013", "\ufeff"]
)


@settings(max_examples=50)
@given(LETTERS, st.lists(MARKS, max_size=4), BETWEEN, st.integers(0, 11), st.booleans())
def test_marks_blanks_and_case_never_change_a_name(
    name: str, marks: list[str], between: str, at: int, is_composed: bool
) -> None:
    at = min(at, len(name))
    written = f"{name[:at]}{between}{name[at:].upper()}{''.join(marks)}"
    assert plain(unicodedata.normalize("NFC", written) if is_composed else written) == name


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_whatever_is_written_becomes_letters_or_a_reason(text: str) -> None:
    """An oracle that takes letters one by one: nothing else than a to z, or no name at all."""
    found = plain(text)
    assert found in {"blank", "letters"} or re.fullmatch("[a-z]{1,200}", found)
    if found not in {"blank", "letters"}:
        assert plain(found) == found
        assert plain(f" {text} ") == found


@settings(max_examples=50)
@given(LETTERS, LETTERS)
def test_two_names_have_one_token_only_when_they_are_one(one: str, other: str) -> None:
    tokens = [recipe.token(KEY, name=name, first_name="Anne", born=BORN) for name in (one, other)]
    assert (tokens[0] == tokens[1]) is (one == other)
    swapped = recipe.token(KEY, name=other, first_name=one, born=BORN)
    straight = recipe.token(KEY, name=one, first_name=other, born=BORN)
    assert (swapped == straight) is (one == other)


@settings(max_examples=50)
@given(LETTERS, LETTERS, st.integers(1, 6))
def test_no_letter_slides_from_a_name_to_a_first_name(name: str, given_name: str, by: int) -> None:
    whole = name + given_name
    at = min(by, len(whole) - 1)
    if (whole[:at], whole[at:]) != (name, given_name):
        slid = recipe.token(KEY, name=whole[:at], first_name=whole[at:], born=BORN)
        assert slid != recipe.token(KEY, name=name, first_name=given_name, born=BORN)


@pytest.mark.parametrize("other", [b"0123456789abcdef" * 3, b"1" + KEY[1:], KEY + b"0", KEY[::-1]])
def test_another_key_knows_nobody(other: bytes) -> None:
    mine, theirs = (
        recipe.token(key, name="Martin", first_name="Anne", born=BORN) for key in (KEY, other)
    )
    assert mine != theirs
    assert recipe.fingerprint(KEY) != recipe.fingerprint(other)


def test_a_fingerprint_is_no_token_and_says_nothing_of_a_key() -> None:
    mark = recipe.fingerprint(KEY)
    assert re.fullmatch("[0-9a-f]{16}", mark)
    assert mark not in KEY.decode()
    assert not recipe.token(KEY, name="Martin", first_name="Anne", born=BORN).startswith(mark)
