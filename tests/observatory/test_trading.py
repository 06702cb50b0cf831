"""The trades of France at the terminal: what is written, told, and refused."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from tests.factories import places
from tests.factories.stocks import Life, Stock, siret

pytestmark = pytest.mark.django_db
BAKER, MASON = "1071CA", "4399CZ"
LIVES = [
    Life(siret(1), ("2010-03-01",), trade=BAKER),
    Life(siret(2), ("2012-05-02",), trade=BAKER),
    Life(siret(3), ("2012-05-02",), trade=MASON),
    Life(siret(4), ("2012-05-02", "2017-02-01"), trade=MASON),
    Life(siret(5), ("2015-01-01",), "62498", trade=BAKER, ess="O"),
]


@pytest.fixture
def _somewhere() -> None:
    places.places_loaded()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The two files of a month."""
    made = Stock(LIVES).write(tmp_path / "files")
    return ["--units", str(made.units[0]), "--establishments", str(made.establishments[0])]


def told(*words: str, **options: Any) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def france(files: list[str], out: Path, *words: str) -> str:
    """The whole of it."""
    return told("observe_france", *files, "--as-of", "2019-12-31", "--out", str(out), *words)


@pytest.mark.usefixtures("_somewhere")
def test_a_month_is_written_with_how_much_it_holds(files: list[str], tmp_path: Path) -> None:
    made = json.loads(france(files, tmp_path / "out", "--json"))
    assert made["as_of"] == "2019-12-31"
    assert made["rows"]["spells"] == 5
    for name in ("spells", "communes", "territories"):
        assert pq.read_metadata(made[name]).num_rows == made["rows"][name]
    assert not list((tmp_path / "out").glob("*.partial"))


@pytest.mark.usefixtures("_somewhere")
def test_it_says_what_it_is_doing_to_who_waits(files: list[str], tmp_path: Path) -> None:
    assert "reading the stock" in france(files, tmp_path / "out")


@pytest.mark.usefixtures("_somewhere")
def test_a_territory_tells_its_commonest_trades_when_the_last_whole_year_opened(
    files: list[str], tmp_path: Path
) -> None:
    france(files, tmp_path / "out", "--json")
    spells = tmp_path / "out" / "spells.parquet"
    made = json.loads(told("observe_territory", "mel", "--spells", str(spells), "--json"))
    assert (made["as_of"], made["year"]) == ("2019-12-31", 2019)
    assert [(row["trade"], row["active"]) for row in made["trades"]] == [(BAKER, 2), (MASON, 1)]
    assert made["trades"][0]["density"] > 0


@pytest.mark.usefixtures("_somewhere")
def test_its_tables_are_written_where_one_asks(files: list[str], tmp_path: Path) -> None:
    france(files, tmp_path / "out", "--json")
    spells = str(tmp_path / "out" / "spells.parquet")
    told("observe_territory", "246200364", "--spells", spells, "--out", str(tmp_path / "lens"))
    rows = pq.read_table(tmp_path / "lens" / "communes.parquet").to_pylist()
    assert {row["commune"] for row in rows} == {"62498"}
    assert {row["trade"] for row in rows} == {BAKER, "ess_sirene"}


def test_without_a_geography_one_is_told_what_to_load(files: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="load_places"):
        france(files, tmp_path / "out")


@pytest.mark.usefixtures("_somewhere")
@pytest.mark.parametrize(
    ("territory", "file", "said"),
    [
        ("nulle-part", "spells.parquet", "nulle-part"),
        ("mel", "communes.parquet", "observe_france"),
        ("mel", "absent.parquet", "observe_france"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    files: list[str], tmp_path: Path, territory: str, file: str, said: str
) -> None:
    france(files, tmp_path / "out", "--json")
    with pytest.raises(CommandError, match=said):
        told("observe_territory", territory, "--spells", str(tmp_path / "out" / file))


@pytest.mark.usefixtures("_somewhere")
def test_a_file_given_for_the_other_is_refused_and_nothing_is_written(
    files: list[str], tmp_path: Path
) -> None:
    swapped = [files[0], files[3], files[2], files[1]]
    with pytest.raises(CommandError, match=r"units\.csv|establishments\.csv"):
        france(swapped, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.parquet"))
