"""INSEE's files as observations read them: by name, in every form, and what is answered to another file."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maillage.figures.observations import stock
from maillage.figures.observations.engines import DuckDB, opened as engine_of
from maillage.kernel.errors import Invalid
from maillage.register import segments
from tests.factories.stocks import Life, Link, Stock, siret
from tests.figures.observations.conftest import rows_of, written

LIVES = [
    Life(
        siret(1), ("2010-03-01", "2015-06-30"), trade="1071CZ", band="01", employs_from="2012-01-01"
    ),
    Life(siret(2), ("2012-05-02",), "62498", "94.99Z", ess="O", category="9220"),
    Life(siret(3), ("1900-01-01",), created="", band="11"),
]
LINKS = [
    Link(siret(1), siret(2), "2015-07-01"),
    Link(siret(2), siret(3), "2016-07-01", goes_on=False),
]


@pytest.fixture
def files(tmp_path: Path) -> stock.Files:
    """Three lives as CSV."""
    return Stock(LIVES, LINKS).write(tmp_path / "files")


def as_parquet(path: Path) -> Path:
    """The same rows as INSEE publishes them: typed days, booleans."""
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, Any] = {}
    for name in rows[0]:
        told = [row[name] for row in rows]
        if name.startswith("date"):
            columns[name] = pa.array([date.fromisoformat(t) if t else None for t in told])
        elif set(told) <= {"true", "false"}:
            columns[name] = pa.array([t == "true" for t in told])
        else:
            columns[name] = pa.array([t or None for t in told])
    made = path.with_suffix(".parquet")
    pq.write_table(pa.table(columns), made)
    return made


def as_zip(path: Path) -> Path:
    """The same file as INSEE packs it."""
    made = path.with_suffix(".zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(path, path.name)
    return made


def as_text(path: Path) -> Path:
    """The same file under a name that says nothing."""
    return path.rename(path.with_suffix(".txt"))


FORMS: dict[str, Callable[[Path], Path]] = {
    "csv": lambda path: path, "parquet": as_parquet, "zip": as_zip, "another suffix": as_text,
}  # fmt: skip


@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_tells_the_same_in_every_form(engine: DuckDB, files: stock.Files, form: str) -> None:
    path = FORMS[form](files.establishments[0])
    told = stock.establishments(stock.opened(engine, "establishments", [path], engine.work))
    rows = sorted(told.to_pyarrow().to_pylist(), key=lambda row: str(row["unit"]))
    rows = {row["unit"]: row for row in rows}
    one, two, three = (rows[int(life.siret)] for life in LIVES)
    assert written(one["created"]) == "2010-03-01"
    assert (written(one["since"]), one["is_active"]) == ("2015-06-30", False)
    assert (one["trade"], one["band"], one["employer"], one["is_seat"]) == (
        "1071CZ",
        "01",
        "O",
        True,
    )
    assert (two["commune_code"], two["activity"], two["trade"]) == ("62498", "94.99Z", "")
    assert (written(three["created"]), written(three["since"])) == ("?", "?")
    assert one["legal_unit"] == int(LIVES[0].siren)


def test_a_stock_may_come_in_pieces(engine: DuckDB, tmp_path: Path) -> None:
    pieces = [Stock([life]).write(tmp_path / str(n)) for n, life in enumerate(LIVES)]
    paths = [path for piece in pieces for path in piece.establishments]
    told = stock.establishments(stock.opened(engine, "establishments", paths, engine.work))
    assert engine.count(told) == 3


def test_columns_are_found_by_name_and_others_are_let_be(
    engine: DuckDB, files: stock.Files
) -> None:
    path = files.establishments[0]
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*reversed(list(rows[0])), "activitePrincipaleNAF25"])
        writer.writeheader()
        writer.writerows(rows)
    told = stock.establishments(stock.opened(engine, "establishments", [path], engine.work))
    assert rows_of(told, "unit")[0] == (int(siret(1)),)


def test_periods_are_those_of_the_history_and_the_present_one(
    engine: DuckDB, files: stock.Files
) -> None:
    here = stock.establishments(
        stock.opened(engine, "establishments", files.establishments, engine.work)
    )
    history = stock.opened(engine, "history", files.history, engine.work)
    found = {
        (u, d, a) for u, d, a in rows_of(stock.periods(history, here), "unit", "start", "is_active")
    }
    one, two, three = (int(life.siret) for life in LIVES)
    assert found == {
        (one, "2010-03-01", True), (one, "2012-01-01", True), (one, "2015-06-30", False),
        (two, "2012-05-02", True), (three, "?", True),
    }  # fmt: skip


def test_a_first_hire_is_the_change_to_employer(engine: DuckDB, tmp_path: Path) -> None:
    lives = [
        Life(siret(1), ("2010-03-01",), employs_from="2012-01-01"),
        Life(siret(2), ("2010-03-01",), employs_from="2010-03-01"),
        Life(siret(3), ("2010-03-01",)),
        Life(siret(4), ("2010-03-01", "2012-01-01"), employs_from="2011-05-01"),
    ]
    files = Stock(lives).write(tmp_path)
    found = stock.hires(stock.opened(engine, "history", files.history, engine.work))
    assert rows_of(found, "unit", "on") == [
        (int(siret(1)), "2012-01-01"),
        (int(siret(4)), "2011-05-01"),
    ]


def test_only_links_in_which_something_goes_on_are_kept(engine: DuckDB, files: stock.Files) -> None:
    found = stock.successions(stock.opened(engine, "links", files.links, engine.work))
    assert rows_of(found, "predecessor", "successor", "on") == [
        (int(siret(1)), int(siret(2)), "2015-07-01")
    ]


def test_segments_are_those_of_the_rules_of_the_register(
    engine: DuckDB, files: stock.Files
) -> None:
    here = stock.establishments(
        stock.opened(engine, "establishments", files.establishments, engine.work)
    )
    units = stock.opened(engine, "units", files.units, engine.work)
    found = stock.with_segments(engine, here, units, engine.work)
    codes = {
        unit: {segment.code for segment in segments.named(mask)}
        for unit, mask in rows_of(found, "unit", "segments")
    }
    assert codes[int(siret(1))] == {"craft_rm", "craft_naf", "employer"}
    assert codes[int(siret(2))] == {"ess_sirene", "ess_legal"}
    assert codes[int(siret(3))] == {"craft_naf"}, "INSEE says no employer, whatever the band"


GIVEN_FOR = [
    ("units", "establishments", "unités légales", "établissements"),
    ("history", "establishments", "historique des établissements", "établissements"),
    ("links", "units", "liens de succession", "unités légales"),
]


@pytest.mark.parametrize(("given", "role", "said", "wanted"), GIVEN_FOR)
def test_a_file_given_for_another_is_named(
    engine: DuckDB, files: stock.Files, given: str, role: str, said: str, wanted: str
) -> None:
    with pytest.raises(Invalid) as refused:
        stock.opened(engine, role, getattr(files, given), engine.work)
    assert said in str(refused.value)
    assert wanted in str(refused.value)


def test_the_stock_given_for_its_history_lacks_the_end_of_periods(
    engine: DuckDB, files: stock.Files
) -> None:
    with pytest.raises(Invalid, match="établissements"):
        stock.opened(engine, "history", files.establishments, engine.work)


def test_a_file_without_its_header_says_which_columns_lack(
    engine: DuckDB, files: stock.Files
) -> None:
    path = files.links[0]
    path.write_text("\n".join(path.read_text().splitlines()[1:]), encoding="utf-8")
    with pytest.raises(Invalid, match="dateLienSuccession") as refused:
        stock.opened(engine, "links", [path], engine.work)
    assert "titres" in str(refused.value)


def test_a_file_that_is_not_there_is_said(engine: DuckDB, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nothing\.parquet"):
        stock.opened(engine, "units", [tmp_path / "nothing.parquet"], engine.work)


def test_a_cut_archive_is_refused(engine: DuckDB, files: stock.Files) -> None:
    packed = as_zip(files.units[0])
    packed.write_bytes(packed.read_bytes()[:60])
    with pytest.raises(Invalid, match=r"units\.zip"):
        stock.opened(engine, "units", [packed], engine.work)


def test_an_archive_of_two_tables_is_refused(engine: DuckDB, files: stock.Files) -> None:
    packed = as_zip(files.units[0])
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(files.history[0], "history.csv")
    with pytest.raises(Invalid, match="un seul CSV"):
        stock.opened(engine, "units", [packed], engine.work)


def test_a_bomb_is_refused_before_it_fills_the_disk(engine: DuckDB, tmp_path: Path) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("units.csv", "siren\n" + "000000000\n" * 3_000_000)
    with pytest.raises(Invalid, match=r"bomb\.zip"):
        stock.opened(engine, "units", [packed], engine.work)
    assert (engine.work / "bomb.csv").stat().st_size < 30_000_000


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.98])
def test_a_cut_parquet_file_is_refused(tmp_path: Path, files: stock.Files, kept: float) -> None:
    path = as_parquet(files.units[0])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with (
        pytest.raises(Invalid, match="rien n’a été remplacé") as refused,
        engine_of("duckdb", tmp_path / "work", threads=1) as engine,
    ):
        engine.count(stock.opened(engine, "units", [path], engine.work))
    assert "units" in str(refused.value)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="sqlite"), engine_of("sqlite", tmp_path / "work"):
        pass


def test_the_folder_of_work_is_emptied_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(KeyError), engine_of("duckdb", tmp_path / "work", threads=1):
        raise KeyError
    assert not (tmp_path / "work").exists()
