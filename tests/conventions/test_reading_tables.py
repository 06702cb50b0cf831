"""Tables of a text read strictly: every limit on both sides, every problem at once, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.conventions.text.problems import TextRefused
from maillage.conventions.text.tables import LARGEST, LONGEST_WORDS, Reader
from maillage.kernel.text import Words


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Reasons with a number in them are written when they are noted."""
    with translation.override("en"):
        yield


def refused(reader: Reader) -> list[tuple[tuple[str | int, ...], str]]:
    """Where each problem is, and why, in English."""
    return [(problem.path, str(problem.reason)) for problem in reader.problems]


@pytest.mark.parametrize("code", ["a", "a1", "visit_done", "a" * 30, "z_"])
def test_a_code_that_holds(code: str) -> None:
    reader = Reader()
    assert reader.code({"code": code}, ("kind", 2)) == code
    assert reader.problems == []


@pytest.mark.parametrize(
    "code", ["", "A", "1a", "_a", "é", "a-b", "a b", "a\n", "a" * 31, 3, None, ["a"], True]
)
def test_a_code_that_does_not(code: Any) -> None:
    reader = Reader()
    assert reader.code({"code": code}, ("kind", 2)) == ""
    assert refused(reader) == [
        (("kind", 2, "code"), "A code is made of small letters, digits and _.")
    ]


@pytest.mark.parametrize("given_", [1, 3, 5])
def test_a_number_within_its_range(given_: int) -> None:
    reader = Reader()
    assert reader.number({"n": given_}, "n", (), range(1, 6)) == given_
    assert reader.problems == []


@pytest.mark.parametrize("given_", [0, 6, -1, 2.0, "3", True, None, [3]])
def test_a_number_without_it_is_told_with_its_ends_and_read_as_the_least(given_: Any) -> None:
    reader = Reader()
    assert reader.number({"n": given_}, "n", ("scale",), range(1, 6)) == 1
    ((path, reason),) = refused(reader)
    assert path == ("scale", "n")
    assert "from 1 to 5" in reason


@pytest.mark.parametrize(
    ("fr", "en", "held"),
    [
        ("Un", "One", Words("Un", "One")),
        ("  Un \n", " One", Words("Un", "One")),
        ("u" * LONGEST_WORDS, "o", Words("u" * LONGEST_WORDS, "o")),
        ("u" * (LONGEST_WORDS + 1), "o", None),
        ("", "One", None),
        ("Un", " \t", None),
        ("Un", None, None),
        (1, 2, None),
    ],
)
def test_words_stand_in_both_languages_or_are_refused(fr: Any, en: Any, held: Words | None) -> None:
    reader = Reader()
    told = {"fr": fr, "en": en}
    assert reader.words(told, ("title",)) == (held or Words("", ""))
    assert bool(reader.problems) is (held is None)


@pytest.mark.parametrize("given_", [None, "Un", [], 3, {}])
def test_words_are_a_table(given_: Any) -> None:
    reader = Reader()
    assert reader.words(given_, ("title",)) == Words("", "")
    assert "fr = “…”" in str(reader.problems[0].remedy)


@pytest.mark.parametrize(("given_", "held"), [([1], True), ([[]], True), ([], False), ({}, False), ("ab", False), (None, False)])  # fmt: skip
def test_a_list_holds_one_thing_at_least(given_: Any, held: bool) -> None:
    reader = Reader()
    assert reader.items({"items": given_}, "items", ()) == (given_ if held else [])
    assert bool(reader.problems) is not held


def test_a_key_that_means_nothing_is_told_with_the_nearest_that_does() -> None:
    reader = Reader()
    reader.only({"title": 1, "titel": 2, "zzz": 3}, ("title", "code"), ("part",))
    near = {problem.path[-1]: str(problem.remedy) for problem in reader.problems}
    assert near == {"titel": "Nearest: title.", "zzz": "Nearest: title, code."}


@given(names=st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), unique=True, max_size=8))
@settings(max_examples=50)
def test_each_strange_key_is_told_once_and_no_other(names: list[str]) -> None:
    known = names[::2]
    reader = Reader()
    reader.only(dict.fromkeys(names, 1), known, ())
    assert [problem.path for problem in reader.problems] == [(name,) for name in names[1::2]]


def read(text: str) -> Any:
    """A text of two codes and a number."""
    reader = Reader()

    def document(tables: dict[str, Any]) -> tuple[str, str, int]:
        return (
            reader.code(tables, ()),
            reader.named(tables.get("kind"), ("kind",)),
            reader.number(tables, "n", (), range(1, 10)),
        )

    return reader.read(text, document, file="a.toml")


def test_all_that_is_wrong_is_told_at_once_line_by_line() -> None:
    assert read('code = "a"\nkind = "b"\nn = 3\n') == ("a", "b", 3)
    with pytest.raises(TextRefused) as problems:
        read('n = 30\n\nkind = "B"\ncode = "A"\n')
    assert [problem.line for problem in problems.value.problems] == [1, 3, 4]


@pytest.mark.parametrize(
    ("text", "line"), [("code = ", 1), ('code = "a"\ncode = "b"\n', 2), ("\n\n[x", 3), ("a = [[[", 1)]
)  # fmt: skip
def test_what_is_no_toml_is_one_problem_at_its_line(text: str, line: int) -> None:
    with pytest.raises(TextRefused) as problems:
        read(text)
    (problem,) = problems.value.problems
    assert problem.line == line
    assert str(problem.reason).startswith("The text is not TOML")


def test_a_text_is_read_to_its_limit_and_no_further() -> None:
    body = 'code = "a"\nkind = "b"\nn = 3\n#'
    assert read(body + "x" * (LARGEST - len(body))) == ("a", "b", 3)
    with pytest.raises(TextRefused) as problems:
        read(body + "x" * (LARGEST - len(body) + 1))
    assert [str(one.reason) for one in problems.value.problems] == ["The text is too long."]


def test_a_text_nested_without_end_is_refused_and_not_a_fault() -> None:
    with pytest.raises(TextRefused):
        read("a = " + "[" * 50_000 + "]" * 50_000)
