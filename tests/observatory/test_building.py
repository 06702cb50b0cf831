"""`maillage build_observatory`: asked as an analyst asks it, refused as an analyst understands."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from maillage.figures.observations.observing import COLUMNS
from maillage.places.memory import forget
from maillage.places.models import Vintage
from tests.factories import places
from tests.factories.stocks import Life, Link, Stock, siret

pytestmark = pytest.mark.django_db

LIVES = [
    # Three bakeries of Lille, one of which left for Roubaix, then for Lens; one of Lens.
    Life(siret(1), ("2014-03-01", "2017-01-01"), "59350", trade="1071CZ", band="01"),
    Life(siret(1, 2), ("2017-01-01", "2018-06-10"), "59512", trade="1071CZ", is_seat=False),
    Life(siret(1, 3), ("2018-06-10",), "62498", trade="1071CZ", is_seat=False),
    Life(siret(2), ("2014-05-01", "2015-02-01"), "59350", trade="1071CZ"),
    Life(siret(3), ("2014-07-01",), "59298", trade="1071CZ", band="02"),  # Hellemmes, part of Lille
    Life(siret(4), ("2016-01-01",), "62498", trade="1071CZ"),
]
LINKS = [
    Link(siret(1), siret(1, 2), "2017-01-01"),
    Link(siret(1, 2), siret(1, 3), "2018-06-10"),
]


@pytest.fixture(autouse=True)
def _geography(db: None) -> None:
    """The MEL and the CALL, small."""
    places.places_loaded()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Any]:
    """The options that name the files of six lives."""
    made = Stock(LIVES, LINKS).write(tmp_path / "files")
    return {
        "units": made.units, "establishments": made.establishments, "history": made.history,
        "links": made.links, "out": tmp_path / "out",
    }  # fmt: skip


def built(files: dict[str, Any], capsys: pytest.CaptureFixture[str], **asked: Any) -> Any:
    """What the command wrote: the totals, and what it said."""
    options: dict[str, Any] = {"as_of": "2020-12-31", "json": True, **asked}
    words = [f"--as-of={options.pop('as_of')}"]
    call_command("build_observatory", *words, **files, **options)
    said = json.loads(capsys.readouterr().out)
    rows = pq.read_table(said["observations"]).to_pylist()
    totals = {
        (r["indicator"].removeprefix("register."), r["area_kind"], r["area"], r["period"]): r[
            "value"
        ]
        for r in rows
        if r["activity"] == r["segment"] == "all"
    }
    return totals, said, rows


def test_one_territory_is_observed_and_its_firms_followed_beyond_it(
    files: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    totals, said, rows = built(files, capsys, territory=["200093201"])
    assert said["rows"] == len(rows)
    assert said["history_start"] == "2003-01-01"
    assert tuple(rows[0]) == COLUMNS
    assert totals["births", "commune", "59350", "2014"] == 3, "Hellemmes is told in Lille"
    assert totals["departures", "commune", "59350", "2016"] == 1, (
        "on the eve of its opening elsewhere"
    )
    assert totals["arrivals", "commune", "59512", "2016"] == 1
    assert totals["arrivals", "epci", "200093201", "2016"] == 0, "it moved within the metropolis"
    assert totals["departures", "epci", "200093201", "2018"] == 1
    assert totals["survival_5y", "commune", "59350", "2014"] == 2 / 3, "followed as far as Lens"
    assert {area for _code, kind, area, _year in totals if kind == "epci"} == {"200093201"}
    assert min(year for *_where, year in totals) >= "2003"
    cohort = {
        row["period"]: row["status"]
        for row in rows
        if (row["indicator"], row["area"], row["segment"])
        == ("register.survival_1y", "59350", "all")
    }
    assert cohort == {"2014": "V"}
    jobs = [r for r in rows if r["indicator"] == "register.jobs_estimate" and r["segment"] == "all"]
    assert {row["status"] for row in jobs} == {"A"}, "two employers only: publishing will hide them"

    with pytest.raises(CommandError, match="historique"):
        built(files | {"history": files["establishments"]}, capsys, territory=["200093201"])
    assert pq.read_table(said["observations"]).to_pylist() == rows, "refused, it leaves what stood"
    names = {path.name for path in files["out"].iterdir()}
    assert names == {"observations.parquet", "spells.parquet", "employers.parquet"}


def test_the_whole_of_france_is_observed_with_its_moves_between_territories(
    files: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    totals, _said, rows = built(files, capsys, all=True)
    assert totals["arrivals", "epci", "246200364", "2018"] == 1
    assert totals["births", "epci", "246200364", "2016"] == 1
    assert totals["births", "department", "59", "2014"] == 3
    kinds = Counter(row["area_kind"] for row in rows)
    assert set(kinds) == {"commune", "sector", "epci", "department"}, (
        "no arrondissement is known here"
    )
    # Legal units have codes of their own, are told where their seat is, and do not move.
    assert totals["births_lu", "commune", "59350", "2014"] == 3
    assert totals["departures_lu", "commune", "59350", "2016"] == 0
    assert totals["stock_lu", "commune", "59350", "2020"] == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"territory": ["nowhere"]}, "nowhere"),
        ({"territory": ["200093201"], "engine": "abacus"}, "abacus"),
    ],
)
def test_what_nobody_knows_is_refused(
    files: dict[str, Any], capsys: pytest.CaptureFixture[str], asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        built(files, capsys, **asked)


def test_without_geography_it_says_how_to_load_it(
    files: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Vintage.objects.all().delete()
    forget()
    with pytest.raises(CommandError, match="load_places"):
        built(files, capsys, all=True)
