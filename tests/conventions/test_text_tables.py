"""What any text in TOML is read by: every problem found and placed, nothing guessed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from maillage.conventions.text.problems import TextRefused
from maillage.conventions.text.tables import LARGEST, Reader
from maillage.kernel.text import Words

TEXT = """
code = "one"
number = 3
title = { fr = "Un", en = "One" }
items = [1]
"""


class Strict(Reader):
    """A document of one of each."""

    def document(self, tables: dict[str, Any]) -> tuple[str, int, Words, list[Any]]:
        self.only(tables, ("code", "number", "title", "items"), ())
        return (
            self.code(tables, ()),
            self.number(tables, "number", (), range(1, 6)),
            self.words(tables.get("title"), ("title",)),
            self.items(tables, "items", ()),
        )


def read(text: str) -> Any:
    reader = Strict()
    return reader.read(text, reader.document, file="a.toml")


def test_a_text_that_holds_is_read() -> None:
    assert read(TEXT) == ("one", 3, Words("Un", "One"), [1])


# what is written | line | reason
REFUSED = {
    "a code with a capital": ('"one"', '"One"', 2, "small letters"),
    "a code that is a number": ('"one"', "1", 2, "small letters"),
    "a code too long": ('"one"', f'"{"a" * 31}"', 2, "small letters"),
    "a number out of range": ("number = 3", "number = 6", 3, "from 1 to 5"),
    "a truth for a number": ("number = 3", "number = true", 3, "from 1 to 5"),
    "words in one language": (', en = "One"', "", 4, "Words are missing"),
    "words of blanks": ('"One"', '"  "', 4, "Words are missing"),
    "words that are a text": ('{ fr = "Un", en = "One" }', '"Un"', 4, "Words are missing"),
    "an empty list": ("[1]", "[]", 5, "At least one"),
    "a key that means nothing": ("number = 3", "number = 3\nnumbers = 4", 4, "not known"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "why"), REFUSED.values(), ids=REFUSED)
def test_each_problem_is_told_at_its_line(old: str, new: str, line: int, why: str) -> None:
    with translation.override("en"), pytest.raises(TextRefused) as refused:
        read(TEXT.replace(old, new, 1))
    (problem,) = refused.value.problems
    assert problem.line == line
    with translation.override("en"):
        assert why in str(problem.reason)


def test_problems_stand_in_the_order_of_the_text() -> None:
    with pytest.raises(TextRefused) as refused:
        read('items = []\ncode = "A"\n')
    placed = [one.line for one in refused.value.problems]
    assert placed == sorted(placed)
    assert len(placed) == 4


def test_what_is_no_toml_is_told_with_its_line_and_what_is_too_long_is_not_read() -> None:
    with pytest.raises(TextRefused) as refused:
        read('code = "one"\nnumber = \n')
    assert refused.value.problems[0].line == 2
    with pytest.raises(TextRefused):
        read("#" * (LARGEST + 1))


def test_a_table_is_expected_where_one_is_read() -> None:
    reader = Strict()
    assert reader.table([], ("x",)) == {}
    assert [problem.where for problem in reader.problems] == ["x"]
