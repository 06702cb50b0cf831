"""An invented stock of some départements: nobody outside, nothing unknown, the same for the same seed."""

# ruff: noqa: S608 -- names of our own files and columns

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command

from maillage.kernel.errors import Invalid
from maillage.places.sources import department_of
from maillage.site.stock import columns
from maillage.site.stock.making import make
from maillage.site.stock.views import Plan
from tests.site.stock.test_making import content

AS_OF = date(2020, 6, 30)
SIZE = 2_000
NORTH = ("59", "62")


def asked(folder: Path, query: str) -> list[Any]:
    """What a query says of the establishments of a stock."""
    return duckdb.sql(query.format(f"'{folder}/StockEtablissement_utf8.parquet'")).fetchall()


def communes(folder: Path) -> dict[str, int]:
    """How many establishments stand in each commune."""
    return dict(asked(folder, "SELECT codeCommuneEtablissement, count(*) FROM {} GROUP BY 1"))


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand establishments of two départements."""
    out = tmp_path_factory.mktemp("north")
    make(Plan(SIZE, 7, AS_OF, NORTH), out, threads=2)
    return out


def test_all_stand_inside_the_departments_asked_for(north: Path) -> None:
    told = communes(north)
    assert sum(told.values()) == SIZE
    assert {department_of(code) for code in told} == set(NORTH)


def test_their_past_addresses_stand_inside_too(north: Path) -> None:
    kept = asked(
        north,
        "SELECT count(*) FROM {} e ANTI JOIN "
        f"'{north}/StockEtablissementHistorique_utf8.parquet' h USING (siret)",
    )
    assert kept == [(0,)], "who has a history stands in the stock"


def test_the_largest_town_of_them_has_the_most(north: Path) -> None:
    told = communes(north)
    assert max(told, key=lambda code: told[code]) == "59350"
    assert told["59350"] < SIZE / 5, "and leaves some to the others"


@pytest.mark.parametrize(
    ("department", "starts"), [("2A", "2A"), ("75", "751"), ("974", "974"), ("48", "48")]
)
def test_one_department_however_its_codes_are_written(
    department: str, starts: str, tmp_path: Path
) -> None:
    make(Plan(1_000, 1, AS_OF, (department,)), tmp_path)
    told = communes(tmp_path)
    assert sum(told.values()) == 1_000
    assert {code[: len(starts)] for code in told} == {starts}


def test_the_same_seed_makes_the_same_content_whoever_counts(north: Path, tmp_path: Path) -> None:
    make(Plan(SIZE, 7, AS_OF, NORTH), tmp_path / "again", threads=1)
    assert content(tmp_path / "again") == content(north)


def test_the_order_and_repetition_of_departments_change_nothing(
    north: Path, tmp_path: Path
) -> None:
    make(Plan(SIZE, 7, AS_OF, ("62", "59", "62")), tmp_path / "turned")
    assert content(tmp_path / "turned") == content(north)


def test_another_seed_or_another_place_makes_another(north: Path, tmp_path: Path) -> None:
    make(Plan(SIZE, 8, AS_OF, NORTH), tmp_path / "seed")
    make(Plan(SIZE, 7, AS_OF, ("59",)), tmp_path / "place")
    assert content(tmp_path / "seed") != content(north)
    assert content(tmp_path / "place") != content(north)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (("99",), "99"),
        (("59", "XX"), "XX"),
        (("20",), "20"),
        (("59 62",), "59 62"),
        (("2a",), "2a"),
    ],
)
def test_an_unknown_department_is_named_and_nothing_is_written(
    wanted: tuple[str, ...], named: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match=f"{named}\\.") as refused:
        make(Plan(SIZE, 1, AS_OF, wanted), tmp_path)
    assert "2A" in str(refused.value.remedy)
    assert list(tmp_path.iterdir()) == []


def test_those_that_are_known_are_not_named_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        make(Plan(SIZE, 1, AS_OF, ("62", "XX", "YY")), tmp_path)
    assert "XX, YY" in str(refused.value)
    assert "62" not in str(refused.value)


class TestTheCommand:
    def said(self, out: Path, *more: str) -> dict[str, Any]:
        told = StringIO()
        call_command(
            "make_stock", "--units", "1000", "--out", str(out), "--as-of", "2020-06-30", "--json",
            *more, stdout=told,
        )  # fmt: skip
        return json.loads(told.getvalue())

    def test_it_names_four_files_of_the_departments(self, tmp_path: Path) -> None:
        files = self.said(tmp_path, "--department", *NORTH)["files"]
        assert sorted(Path(one).stem for one in files) == sorted(columns.NAMES)
        assert all(Path(one).is_file() for one in files)
        assert {department_of(code) for code in communes(tmp_path)} == set(NORTH)

    def test_it_makes_what_its_seed_says(self, tmp_path: Path) -> None:
        for name, seed in (("first", "5"), ("again", "5"), ("other", "6")):
            self.said(tmp_path / name, "--department", "62", "--seed", seed)
        assert content(tmp_path / "first") == content(tmp_path / "again")
        assert content(tmp_path / "first") != content(tmp_path / "other")

    def test_without_a_department_it_is_the_whole_country(self, tmp_path: Path) -> None:
        self.said(tmp_path)
        assert len({department_of(code) for code in communes(tmp_path)}) > 60

    def test_an_unknown_department_is_refused_in_words(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="XX") as refused:
            self.said(tmp_path / "out", "--department", "59", "XX")
        assert "2A" in str(refused.value)
        assert not list(tmp_path.glob("out/*"))
