"""A national file in Parquet is poured as CSV by the confined child, or refused in words."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from random import Random

import pyarrow as arrow
import pytest
from hypothesis import given, settings, strategies as st
from pyarrow import parquet

from maillage.intake.reading.limits import Refused
from maillage.intake.reading.poured import Poured, Pouring
from maillage.register.importers.stock import StockFile
from maillage.register.rejects import REASONS, CannotTake
from tests.factories import register as firms


def written(folder: Path, table: arrow.Table, **how: object) -> Path:
    parquet.write_table(table, folder / "s.parquet", **how)
    return folder / "s.parquet"


def rows_of(path: Path, limits: Pouring | None = None) -> list[list[str]]:
    with Poured(path, limits) as stream:
        text = io.TextIOWrapper(io.BufferedReader(stream), "utf-8", newline="")
        return list(csv.reader(text, strict=True))


def code_of(path: Path, limits: Pouring | None = None) -> str:
    with pytest.raises(Refused) as refused:
        rows_of(path, limits)
    return refused.value.code


def test_cells_come_out_as_the_csv_of_insee_has_them(tmp_path: Path) -> None:
    table = arrow.table(
        {
            "siren": ["005520135", None],
            "dateDebut": [date(2008, 1, 1), None],
            "dateCreationEtablissement": [datetime(1999, 12, 31), datetime(2020, 2, 29)],  # noqa: DTZ001
            "etablissementSiege": [True, False],
            "anneeEffectifsEtablissement": arrow.array([2021, None], arrow.int64()),
            "x": arrow.array([704123.25, None], arrow.float64()),
        }
    )

    assert rows_of(written(tmp_path, table)) == [
        table.column_names,
        ["005520135", "2008-01-01", "1999-12-31", "true", "2021", "704123.25"],
        ["", "", "2020-02-29", "false", "", ""],
    ]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        min_size=20,
        max_size=60,
    )
)
@settings(max_examples=8)  # a child each: many texts at once say as much
def test_any_text_comes_out_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    table = arrow.table({"a": arrow.array(texts, arrow.string()), "b": ["x"] * len(texts)})

    found = rows_of(written(tmp_path_factory.mktemp("t"), table))

    assert found[1:] == [[text, "x"] for text in texts]


def test_few_bytes_that_hold_many_rows_are_refused_while_they_unfold(tmp_path: Path) -> None:
    same = arrow.table({"a": arrow.array(["x" * 1000] * 300_000).dictionary_encode()})
    path = written(tmp_path, same.cast(arrow.schema([("a", arrow.string())])))
    assert path.stat().st_size < 100_000

    assert code_of(path, Pouring(open_bytes=4 << 20)) == "too_big"
    assert code_of(path, Pouring(rows=299_999)) == "too_many_rows"
    assert code_of(path, Pouring(cells=299_999)) == "too_many_cells"


def test_what_unfolds_beyond_the_memory_of_the_child_is_refused(tmp_path: Path) -> None:
    huge = "x" * (64 << 20)
    path = written(tmp_path, arrow.table({"a": [huge] * 8}), compression="zstd")
    assert path.stat().st_size < 1 << 20

    assert code_of(path, Pouring(parquet_memory=600 << 20)) in {"memory", "giant_cell"}


def test_a_footer_that_claims_fewer_rows_than_it_holds_admits_nothing_more(tmp_path: Path) -> None:
    """The rows that come are counted, whatever the footer promises."""
    path = written(tmp_path, arrow.table({"a": list(range(1_000))}), row_group_size=100)

    assert len(rows_of(path, Pouring(rows=1_000))) == 1_001
    assert code_of(path, Pouring(rows=999)) == "too_many_rows"


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, arrow.table({f"c{n}": [1] for n in range(501)}))

    assert code_of(path) == "too_many_columns"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    path = written(tmp_path, arrow.table({"a": [str(n) for n in range(10_000)]}))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    assert code_of(path) == "broken_parquet"


def test_a_list_in_a_cell_is_refused(tmp_path: Path) -> None:
    assert code_of(written(tmp_path, arrow.table({"a": [[1, 2]]}))) == "broken_parquet"


def test_every_damaged_byte_is_a_refusal_or_rows(tmp_path: Path) -> None:
    good = written(tmp_path, arrow.table({"a": [str(n) for n in range(500)]})).read_bytes()
    chance = Random(11)  # noqa: S311
    for _ in range(12):
        broken = bytearray(good)
        broken[chance.randrange(4, len(broken))] ^= 1 << chance.randrange(8)
        (tmp_path / "s.parquet").write_bytes(broken)
        found = "rows"
        with Poured(tmp_path / "s.parquet") as stream:
            try:
                stream.readall()
            except Refused as refused:
                found = refused.code
        assert found in {"rows", *REASONS}


def test_a_file_given_in_place_of_another_says_so(tmp_path: Path) -> None:
    units = arrow.Table.from_pylist([firms.unit_row(1)])
    with (
        pytest.raises(CannotTake) as refused,
        StockFile(written(tmp_path, units), "establishments").open(),
    ):
        raise AssertionError

    assert refused.value.remark.code == "swapped"


def test_columns_that_are_needed_and_missing_are_named(tmp_path: Path) -> None:
    table = arrow.Table.from_pylist([firms.establishment_row(1)]).drop_columns(["dateDebut"])
    with (
        pytest.raises(CannotTake) as refused,
        StockFile(written(tmp_path, table), "establishments").open(),
    ):
        raise AssertionError

    assert (refused.value.remark.code, refused.value.remark.column) == (
        "missing_columns",
        "dateDebut",
    )
