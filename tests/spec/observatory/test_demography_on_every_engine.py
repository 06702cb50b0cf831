"""The demography of one drawn table on every engine: the application's own database (SQLite, PostgreSQL), DuckDB and Spark.

firm | where           | began      | ceased     | again      | what it tells of the MEL
A    | Lille           | 2012-03-01 |            |            | there all along
B    | Lille           | 2014-05-01 | 2016-01-01 | 2017-06-01 | born in 2014, closed on the last day of 2015, reactivated in 2017
C    | Lille           | 2013-02-01 | 2014-03-01 | 2016-03-01 | back after exactly 24 months: born a second time
D    | Lille           | 2012-01-15 | 2016-09-10 |            | moves to Roubaix (D2), which is within: nothing comes or goes
D2   | Roubaix         | 2016-09-10 |            |            | its other address
E    | Lille           | 2012-06-01 | 2017-04-01 |            | moves to Lens (E2): a departure
E2   | Lens            | 2017-04-01 |            |            | outside
F    | Roubaix         | 2016-02-29 | 2018-12-31 |            | born on a leap day
G    | Lens            | 2012-01-01 | 2018-05-01 |            | moves to Roubaix (G2): an arrival
G2   | Roubaix         | 2018-05-01 |            |            | its other address
H    | Lille, unknown  |            | 2015-01-01 |            | nobody knows when it began: in no stock
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from maillage import places
from maillage.figures.observations import building
from maillage.kernel import clock
from tests.factories import places as geography, register as firms
from tests.factories.stocks import Life, Link, Stock, siret
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

MEL, AS_OF = "200093201", date(2020, 12, 31)
UNKNOWN = "1900-01-01"
DRAWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "A": ("59350", ("2012-03-01",)),
    "B": ("59350", ("2014-05-01", "2016-01-01", "2017-06-01")),
    "C": ("59350", ("2013-02-01", "2014-03-01", "2016-03-01")),
    "D": ("59350", ("2012-01-15", "2016-09-10")),
    "D2": ("59512", ("2016-09-10",)),
    "E": ("59350", ("2012-06-01", "2017-04-01")),
    "E2": ("62498", ("2017-04-01",)),
    "F": ("59512", ("2016-02-29", "2018-12-31")),
    "G": ("62498", ("2012-01-01", "2018-05-01")),
    "G2": ("59512", ("2018-05-01",)),
    "H": ("59350", (UNKNOWN, "2015-01-01")),
}
MOVES = {"D": "D2", "E": "E2", "G": "G2"}
NAMES = ("stock", "births", "reactivations", "arrivals", "closures", "departures", "deaths")
EXPECTED = {  # year → as NAMES
    2012: (0, 3, 0, 0, 0, 0, 0),
    2013: (3, 1, 0, 0, 0, 0, 0),
    2014: (4, 1, 0, 0, 1, 0, 1),
    2015: (4, 0, 0, 0, 1, 0, 0),
    2016: (3, 2, 0, 0, 0, 0, 0),
    2017: (5, 0, 1, 0, 0, 1, 0),
    2018: (5, 0, 0, 1, 1, 0, 1),
    2019: (5, 0, 0, 0, 0, 0, 0),
    2020: (5, 0, 0, 0, 0, 0, 0),
}
Told = dict[int, dict[str, Any]]


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    geography.places_loaded()


def check(told: Told) -> None:
    """What an engine tells is what was drawn, and its rate is that of its parts."""
    counts = {year: tuple(told[year].get(name, 0) for name in NAMES) for year in EXPECTED}
    assert counts == EXPECTED
    for year, (stock, births, *_others) in EXPECTED.items():
        rate = told[year].get("creation_rate_insee")
        assert rate == (pytest.approx(births / stock, rel=1e-9) if stock else None), year


def by_files(folder: Path, engine: str) -> Told:
    """The table as INSEE's files, observed on an engine of files."""
    numbers = {letter: rank for rank, letter in enumerate(sorted({one[0] for one in DRAWN}), 1)}
    sirets = {name: siret(numbers[name[0]], len(name)) for name in DRAWN}
    lives = [
        Life(sirets[name], days, where, is_seat=len(name) == 1)
        for name, (where, days) in DRAWN.items()
    ]
    links = [Link(sirets[one], sirets[two], DRAWN[two][1][0]) for one, two in MOVES.items()]
    order = building.Order(
        files=Stock(lives, links).write(folder), areas=places.areas_on(AS_OF), out=folder / "out",
        as_of=AS_OF, history_start=date(2012, 1, 1), kinds=("epci",), engine=engine,
        only=frozenset(places.perimeter(MEL, AS_OF).communes),
    )  # fmt: skip
    found: Told = {year: {} for year in EXPECTED}
    for row in pq.read_table(building.build(order)).to_pylist():
        if row["activity"] == row["segment"] == "all" and len(row["period"]) == 4:
            found[int(row["period"])][row["indicator"].removeprefix("register.")] = row["value"]
    return found


def test_on_duckdb(tmp_path: Path) -> None:
    check(by_files(tmp_path, "duckdb"))


@pytest.mark.spark
def test_on_spark(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="run by make test-spark")
    check(by_files(tmp_path, "spark"))


def test_on_the_application_s_own_database(capsys: pytest.CaptureFixture[str]) -> None:
    """Told by two loads, the second of which says again what the first said: on whichever database runs the tests."""
    made = {}
    first, second = firms.load_active(), firms.load_active()
    undone = firms.load_active(state="undone", undone_at=noon("2020-01-02"))
    for name, (where, days) in DRAWN.items():
        unit = made[name[0]].legal_unit if name[0] in made else firms.legal_unit()
        place = made[name] = firms.establishment(legal_unit=unit, commune=where, spelled=False)
        opened = None if days[0] == UNKNOWN else date.fromisoformat(days[0])
        for load in (first, second):
            for rank, day in enumerate(days):
                firms.spell(
                    place, load=load, commune=where, opened_on=opened, state="F" if rank % 2 else "A",
                    starts_on=None if day == UNKNOWN else date.fromisoformat(day),
                )  # fmt: skip
    firms.spell(made["A"], load=undone, state="F", starts_on=date(2015, 1, 1))
    for one, two in MOVES.items():
        opens = date.fromisoformat(DRAWN[two][1][0])
        firms.succession(made[one], made[two], linked_on=opens)
    with clock.at(noon("2020-12-31")):
        asked = ["--loaded", "mel", "--as-of", "2020-12-31", "--since", "2012", "--json"]
        for _again in range(2):
            call_command("demography", *asked)
    said = json.loads(capsys.readouterr().out.splitlines()[0])
    check({
        int(year): {code.removeprefix("register."): value for code, value in told.items()}
        for year, told in said["years"].items()
    })  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--loaded", "nowhere"], "nowhere"),
        (["--loaded", "mel", "--register", "r.csv"], "not allowed"),
        ([], "required"),
    ],
)
def test_what_cannot_be_told_is_refused(asked: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("demography", *asked, "--as-of", "2020-12-31", "--json")


def test_a_register_that_holds_nothing_tells_no_year(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demography", "--loaded", "mel", "--as-of", "2020-12-31", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "as_of": "2020-12-31",
        "territory": "Métropole Européenne de Lille",
        "years": {},
    }
