"""The lists of a preview by themselves: in their order, a page at a time, forgotten with what was killed."""

from __future__ import annotations

import csv
import sqlite3
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.intake.listing import NAME, Entry, Listed, Lists, write_csv
from maillage.kernel.errors import Invalid

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
ENTRY = st.builds(Entry, TEXT, TEXT, TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=3))
FOUND = st.lists(
    st.tuples(st.sampled_from(["new", "closed", "field_activity"]), ENTRY), max_size=30
)
SLOWLY = {
    "deadline": None,
    "max_examples": 40,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


def entry(number: int, *fields: tuple[str, str, str]) -> Entry:
    return Entry(f"{number:014d}", f"ATELIER {number}", "59350", "59512", list(fields))


def kept(path: Path, *chunks: list[tuple[str, Entry]]) -> Path:
    """The lists of a preview written in chunks."""
    lists = Lists(path / NAME)
    for chunk in chunks:
        lists.add(chunk)
    lists.close()
    return path / NAME


def flat(one: Entry) -> Entry:
    """An entry as it comes back from a file: what was a tuple is a list."""
    return one._replace(fields=[list(field) for field in one.fields])  # type: ignore[arg-type]


@given(FOUND, FOUND)
@settings(**SLOWLY)
def test_each_list_holds_its_entries_in_the_order_they_were_found(
    tmp_path: Path, first: Any, second: Any
) -> None:
    path = kept(tmp_path, first, second)
    for kind in ("new", "closed", "field_activity"):
        wanted = [flat(one) for name, one in [*first, *second] if name == kind]
        assert Listed(path, kind)[0 : len(wanted) + 5] == wanted
        assert len(Listed(path, kind)) == len(wanted)


@given(st.integers(0, 60), st.integers(0, 70), st.integers(1, 25))
@settings(**SLOWLY)
def test_a_page_is_the_slice_of_the_list(tmp_path: Path, count: int, start: int, size: int) -> None:
    path = kept(tmp_path, [("new", entry(k)) for k in range(count)])
    told = [one.key for one in Listed(path, "new")[start : start + size]]
    assert told == [f"{k:014d}" for k in range(count)][start : start + size]


def test_a_kind_of_which_nothing_was_found_is_an_empty_list(tmp_path: Path) -> None:
    path = kept(tmp_path, [("new", entry(1))])
    assert len(Listed(path, "reopened")) == 0
    assert Listed(path, "reopened")[0:10] == []


def test_an_establishment_may_be_in_several_lists(tmp_path: Path) -> None:
    path = kept(tmp_path, [("moved_within", entry(1)), ("field_commune", entry(1))])
    assert [len(Listed(path, kind)) for kind in ("moved_within", "field_commune")] == [1, 1]


def test_what_a_killed_preview_left_is_forgotten(tmp_path: Path) -> None:
    cut = Lists(tmp_path / NAME)
    cut.add([("new", entry(k)) for k in range(5)])
    del cut  # nobody closes what was killed
    path = kept(tmp_path, [("new", entry(9))])
    assert [one.key for one in Listed(path, "new")[0:10]] == [f"{9:014d}"]


@pytest.mark.parametrize("left", [b"", b"SQLite format 3\x00", b"\x00" * 4096, b"half a file"])
def test_whatever_stands_at_its_place_is_no_trouble(tmp_path: Path, left: bytes) -> None:
    (tmp_path / NAME).write_bytes(left)
    assert len(Listed(kept(tmp_path, [("new", entry(1))]), "new")) == 1


def test_lists_are_read_by_those_who_may_not_write_them(tmp_path: Path) -> None:
    path = kept(tmp_path, [("new", entry(1))])
    before = path.read_bytes()
    assert Listed(path, "new")[0:5]
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [NAME], "nothing beside it"


def test_a_list_that_is_gone_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        len(Listed(tmp_path / NAME, "new"))


def test_a_long_list_takes_no_more_memory_than_a_chunk(tmp_path: Path) -> None:
    lists = Lists(tmp_path / NAME)
    peaks = []
    for _part in range(2):
        tracemalloc.start()
        for _chunk in range(4):
            lists.add(("new", entry(k)) for k in range(2_000))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    lists.close()
    assert peaks[1] < 2 * peaks[0] + 100_000
    assert len(Listed(tmp_path / NAME, "new")) == 16_000


# What an earlier file tells is set aside until a later one asks


def test_what_is_set_aside_comes_back_by_its_key_the_last_word_said(tmp_path: Path) -> None:
    lists = Lists(tmp_path / NAME)
    lists.set_aside({"999900020": ["VASSEUR", 1], "999900038": ["É\u00a0'\"", None]})
    lists.set_aside({"999900020": ["VASSEUR ET FILS", 2]})
    assert lists.aside(["999900020", "999900038", "absent"]) == {
        "999900020": ["VASSEUR ET FILS", 2],
        "999900038": ["É\u00a0'\"", None],
    }
    assert lists.aside([]) == {}
    lists.close()


def test_many_keys_are_asked_at_once(tmp_path: Path) -> None:
    lists = Lists(tmp_path / NAME)
    lists.set_aside({str(k): [k] for k in range(40_000)})
    assert len(lists.aside(str(k) for k in range(0, 40_000, 2))) == 20_000
    lists.close()


# As a table


def table(lists: Path, to: Path) -> list[dict[str, str]]:
    write_csv(lists, to)
    with to.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_a_line_for_each_field_and_one_for_an_entry_without_any(
    tmp_path: Path,
) -> None:
    changes = [("activity", "10.71C", "10.71D"), ("commune", "59350", "59512")]
    path = kept(tmp_path, [("new", entry(1)), ("field_activity", entry(2, *changes))])
    told = table(path, tmp_path / "lists.csv")
    assert Counter(one["siret"] for one in told) == {f"{1:014d}": 1, f"{2:014d}": 2}
    assert [(one["field"], one["before"], one["after"]) for one in told if one["field"]] == changes
    assert {one["kind"] for one in told} == {"new", "field_activity"}


@given(FOUND)
@settings(**SLOWLY)
def test_whatever_names_hold_the_table_is_read_again(tmp_path: Path, found: Any) -> None:
    told = table(kept(tmp_path, found), tmp_path / "lists.csv")
    assert len(told) == sum(max(1, len(one.fields)) for _kind, one in found)


@pytest.mark.parametrize("name", ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_that_a_spreadsheet_would_compute_stays_words(tmp_path: Path, name: str) -> None:
    path = kept(tmp_path, [("new", entry(1)._replace(name=name))])
    (told,) = table(path, tmp_path / "lists.csv")
    assert not told["name"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert told["name"].endswith(name)


def test_a_table_that_cannot_be_written_is_a_refusal_with_its_remedy(tmp_path: Path) -> None:
    path = kept(tmp_path, [("new", entry(1))])
    with pytest.raises(Invalid) as caught:
        write_csv(path, tmp_path / "nowhere" / "lists.csv")
    assert caught.value.remedy
