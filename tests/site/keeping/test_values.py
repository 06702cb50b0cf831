"""The text of a value is one, whatever the database, and reads back as the value it was."""

from __future__ import annotations

import json
import math

import pytest
from django.db import connection
from hypothesis import given, strategies as st

from maillage.site.keeping import values
from maillage.site.keeping.tables import Column, Table
from tests.site.keeping.spoilt import DOCUMENTS, NUMBERS, TEXTS

ON_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="what SQLite's values become is checked against it"
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
floats = st.floats(allow_nan=False)
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(-1e15, 1e15)  # beyond, a whole number is written without its decimals
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def table(*forms: str, null: bool = True) -> Table:
    columns = tuple(Column(f"c{rank}", form, null) for rank, form in enumerate(forms))
    return Table("t", "c0", columns, "tests.t")


def through(form: str, *given: object) -> list[object]:
    """Values of one column as SQLite gives them, written in lines and read back."""
    of = table(form)
    lines = b"".join(values.lines(of, [[(value,) for value in given]]))
    return [value for batch in values.rows(of, [lines]) for (value,) in batch]


def line(form: str, value: object) -> str:
    return b"".join(values.lines(table(form), [[(value,)]])).decode()[:-1]


WRITTEN = [
    ("integer", 9223372036854775807, "9223372036854775807"),
    ("integer", None, "\\N"),
    ("boolean", 1, "t"),
    ("boolean", 0, "f"),
    ("day", "2020-02-29", "2020-02-29"),
    ("instant", "2020-06-30 07:00:00", "2020-06-30T07:00:00.000000Z"),
    ("instant", "2020-06-30 07:00:00.120000", "2020-06-30T07:00:00.120000Z"),
    ("key", "0172f3a1b2c37d4e8f90a1b2c3d4e5f6", "0172f3a1b2c37d4e8f90a1b2c3d4e5f6"),
    ("text", "a\tb\\", "a\\tb\\\\"),
    ("text", "\\N", "\\\\N"),
    ("text", "", ""),
    ("binary", b"\x00\xff", "\\\\x00ff"),
    ("number", 3.0, "3"),
    ("number", 1e15, "1e+15"),
    ("number", -12e15, "-1.2e+16"),
    ("number", 1000000000000000.5, "1.0000000000000005e+15"),
    ("number", 123456789012345.0, "123456789012345"),
    ("number", 1e-7, "1e-07"),
    ("number", math.inf, "Infinity"),
    ("number", -math.inf, "-Infinity"),
    ("json", '{"b": 1,"aa":[1.50,1e2,-0.0],"a":null}', '{"a": null, "b": 1, "aa": [1.50, 100, 0.0]}'),
    ("json", '"\\u00e9\\n"', '"é\\\\n"'),
]  # fmt: skip


@pytest.mark.parametrize(("form", "value", "text"), WRITTEN)
def test_a_value_is_written_in_its_one_form(form: str, value: object, text: str) -> None:
    assert line(form, value) == text


@pytest.mark.parametrize("form", ["text", "integer", "boolean", "day", "instant", "key", "json"])
def test_nothing_is_told_from_the_empty_text(form: str) -> None:
    assert through(form, None) == [None]
    assert through("text", "", None, "\\N") == ["", None, "\\N"]


def test_every_value_reads_back_as_sqlite_had_it() -> None:
    assert through("text", *TEXTS) == list(TEXTS)
    assert through("number", *NUMBERS) == list(NUMBERS)
    assert through("boolean", 1, None, 0) == [1, None, 0]
    assert through("binary", b"", b"\\x41\n", None) == [b"", b"\\x41\n", None]
    instants = ["2020-06-30 07:00:00", "2020-06-30 07:00:00.000001", None]
    assert through("instant", *instants) == instants


@given(st.lists(texts | st.none(), min_size=1))
def test_any_text_survives_its_line(given: list[str | None]) -> None:
    assert through("text", *given) == given


@given(floats)
def test_any_floating_number_survives(given: float) -> None:
    assert through("number", given) == [given]


@given(documents)
def test_a_document_keeps_its_meaning_and_has_one_text(document: object) -> None:
    once = values.canonical_json(json.dumps(document))
    assert json.loads(once) == document
    assert values.canonical_json(once) == once


def test_rows_are_lines_and_lines_are_rows_however_the_bytes_are_cut() -> None:
    of = table("text", "integer")
    given = [(f"a\n{n}", n) for n in range(2_500)]
    whole = b"".join(values.lines(of, [given[:1_000], given[1_000:]]))
    for size in (7, 4_096, len(whole)):
        parts = (whole[start : start + size] for start in range(0, len(whole), size))
        found = [(text, int(number)) for batch in values.rows(of, parts) for text, number in batch]
        assert found == given
    assert whole.count(b"\n") == len(given)


def test_a_line_that_is_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="cut"):
        list(values.cells([b"a\tb\nc"]))


def test_a_line_with_a_cell_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        list(values.rows(table("text", "text"), [b"a\tb\tc\n"]))


def test_an_instant_written_around_the_product_is_refused_rather_than_guessed() -> None:
    for written in ("2020-06-30", "2020-06-30T07:00:00", "2020-06-30 07:00:00+02:00"):
        with pytest.raises(ValueError, match="not an instant"):
            line("instant", written)


# What PostgreSQL itself would write.


def asked(sql: str, *given: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", given)
        return str(cursor.fetchone()[0])


@ON_POSTGRESQL
@pytest.mark.django_db
def test_documents_are_written_as_postgresql_writes_them() -> None:
    for document in (*DOCUMENTS, 1e300, 10**19, "\x1f\x7f\u2028", {"é": 1, "z": 2, "zz": 3}):
        text = json.dumps(document)
        assert values.canonical_json(text) == asked("%s::jsonb::text", text)
    for text in ("[1.50, 1e2, 1.5e-3, -0, -0.0, 1E+25]", '{"a": 1, "a": 2}'):
        assert values.canonical_json(text) == asked("%s::jsonb::text", text)


@ON_POSTGRESQL
@pytest.mark.django_db
def test_numbers_are_written_as_postgresql_writes_them() -> None:
    around = [10.0**power * factor for power in range(-8, 24) for factor in (1, -1.5, 1 / 3)]
    for number in (*NUMBERS, *around, math.inf, 1000000000000000.5, 1.7976931348623157e308):
        assert values.number(number) == asked("(%s)::float8::text", number)
