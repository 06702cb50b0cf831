"""The trades of France from a month's stock: against a table drawn by hand, plain Python, and SQL by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from bench.peers import national
from maillage.figures.observations import compact, france, trades
from maillage.figures.observations.stock import Files
from maillage.kernel.errors import Invalid
from tests.factories.stocks import Life, Stock, siret
from tests.figures.observations.test_building import AS_OF, COMMUNES, EDGES, areas
from tests.figures.observations.test_stock_files import as_parquet

MEL, CALL = "200093201", "246200364"
BAKER, MASON = "1071CA", "4399CZ"
NEVER = date(9999, 12, 31)
YEARS = range(AS_OF.year - compact.YEARS + 1, AS_OF.year + 1)
Rows = list[dict[str, Any]]


def read(path: Path) -> Rows:
    """A file's rows."""
    rows: Rows = pq.read_table(path).to_pylist()
    return rows


def made(lives: list[Life], folder: Path, **told: Any) -> france.France:
    """What is observed of a few lives."""
    files = Stock(lives).write(folder / "files")
    month = compact.Month(
        files=files, areas=areas(), as_of=AS_OF, out=folder / "out", threads=1, **told
    )
    return france.observed(month)


DRAWN = """
2010-01-01            | 1071CA | 59350 |   | told: created on the first day of the first year
2009-12-31            | 1071CA | 59350 |   | told: was there when the first year opened
2008-05-01 2010-01-01 | 1071CA | 59350 |   |
2008-05-01 2010-01-02 | 1071CA | 59350 |   | told: was there on the first day only
2016-02-29 2019-02-28 | 1071CA | 59512 |   | told: did not last three years, whose anniversary is a 28 February
2016-02-29 2019-03-01 | 1071CA | 59512 |   | told: lasted three years
2018-06-01            |        | 59350 | O | told: of the social economy
2018-06-01            | 4399CZ | 59009 | O | told: of both, counted in both
2018-06-01            |        | 59350 |   |
1900-01-01            | 1071CA | 59350 |   |
2021-01-01            | 1071CA | 59350 |   |
2018-06-01            | 1071CA | 59183 |   | told: elsewhere
2018-06-01            | 1071CA | 99999 |   |
"""


def drawn_by_hand() -> list[Life]:
    """The lives of the table."""
    lives = []
    for number, line in enumerate(DRAWN.strip().splitlines(), start=1):
        days, trade, commune, ess, _ = (cell.strip() for cell in line.split("|"))
        lives.append(
            Life(siret(number), tuple(days.split()), commune, trade=trade, ess=ess)
        )  # fmt: skip
    return [*lives, replace(lives[0], siret=siret(99), is_seat=False)]


def test_only_the_seats_of_craft_or_of_the_social_economy_that_the_years_saw_are_kept(
    tmp_path: Path,
) -> None:
    kept = read(made(drawn_by_hand(), tmp_path).spells)
    assert len(kept) == DRAWN.count("told: ")
    assert kept == sorted(kept, key=lambda r: (r["epci"], r["commune"], r["trade"], r["born"]))


LINES = """
bakers of Lille, 2010   | 59350 | 1071CA     | 2010 | 2 | 1 | 1
bakers of Lille, 2011   | 59350 | 1071CA     | 2011 | 2 | 0 | 0
bakers of Roubaix, 2016 | 59512 | 1071CA     | 2016 | 0 | 2 | 0
bakers of Roubaix, 2019 | 59512 | 1071CA     | 2019 | 2 | 0 | 2
social, Lille           | 59350 | ess_sirene | 2018 | 0 | 1 | 0
social, Villeneuve      | 59009 | ess_sirene | 2019 | 1 | 0 | 0
masons, Villeneuve      | 59009 | 4399CZ     | 2019 | 1 | 0 | 0
nobody                  | 59350 | 4399CZ     | 2019 | - | - | -
gone                    | 59512 | 1071CA     | 2020 | - | - | -
"""


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_trade_of_a_commune_is_told_year_by_year(line: str, tmp_path: Path) -> None:
    _, commune, trade, year, *counts = (cell.strip() for cell in line.split("|"))
    found = [
        row for row in read(made(drawn_by_hand(), tmp_path).communes)
        if (row["commune"], row["trade"], row["year"]) == (commune, trade, int(year))
    ]  # fmt: skip
    expected = [] if counts[0] == "-" else [tuple(map(int, counts))]
    assert [(r["active"], r["creations"], r["cessations"]) for r in found] == expected


def test_a_territory_has_its_rates_its_density_and_the_communes_without(tmp_path: Path) -> None:
    rows = read(made(drawn_by_hand(), tmp_path).territories)
    (told,) = [r for r in rows if (r["epci"], r["trade"], r["year"]) == (MEL, BAKER, 2016)]
    assert (told["active"], told["creations"], told["creation_rate"]) == (2, 2, 1.0)
    assert told["survival_3y"] == 0.5
    assert told["density"] == pytest.approx(2 / 30_000 * 1_000)
    assert told["communes_without"] == 2  # of Lille, Roubaix and Villeneuve, Lille has some
    (last,) = [r for r in rows if (r["epci"], r["trade"], r["year"]) == (MEL, MASON, 2018)]
    assert (last["creations"], last["survival_3y"], last["creation_rate"]) == (1, None, None)


def test_the_densest_is_ranked_first_equals_share_a_rank_and_who_has_none_is_not_ranked() -> None:
    import pyarrow as pa

    told = pa.table({
        "epci": ["a", "b", "c", "d", "a"], "trade": ["x", "x", "x", "x", "y"],
        "year": pa.array([2020] * 5, pa.int16()), "active": [2, 5, 2, 0, 1],
        "density": [0.2, 0.5, 0.2, 0.0, 0.1],
    })  # fmt: skip
    assert trades.ranked(told)["rank"].to_pylist() == [2, 1, 2, None, 1]


def drawn(seed: int, number: int = 600) -> list[Life]:
    """Lives of one spell at most, on the edges of years and of Februaries more often than not."""
    chance = random.Random(seed)  # noqa: S311 -- a test draws, nothing is hidden

    def day(first: int, last: int) -> date:
        year = chance.randint(first, last)
        if chance.random() < 0.4:
            return date.fromisoformat(f"{year}{chance.choice((*EDGES, '-02-28'))}")
        return date(year, 1, 1) + timedelta(chance.randint(0, 364))

    lives = []
    for unit in range(1, number):
        born = day(AS_OF.year - 14, AS_OF.year)
        closed = born + timedelta(chance.choice((0, 1, 200, 365, 1095, 1096, 1097, 1826, 1827)))
        is_closed = chance.random() < 0.5 and closed <= AS_OF
        days = (born.isoformat(), closed.isoformat()) if is_closed else (born.isoformat(),)
        lives.append(
            Life(
                siret(unit), days, chance.choice(tuple(COMMUNES)),
                trade=chance.choice(("", BAKER, MASON)), ess=chance.choice(("", "", "O")),
                is_seat=chance.random() < 0.8,
            )
        )  # fmt: skip
    return lives


def practised(lives: list[Life]) -> Iterator[tuple[str, str, date, date]]:
    """Who practised which trade where, from its first day to its last."""
    for life in lives:
        born = date.fromisoformat(life.days[0])
        last = date.fromisoformat(life.days[1]) - timedelta(1) if len(life.days) > 1 else NEVER
        for trade in (life.trade, "ess_sirene" if life.ess else ""):
            if trade and life.is_seat and last >= born:
                yield life.commune, trade, born, last


@pytest.mark.parametrize("seed", range(4))
def test_communes_and_territories_are_those_that_plain_python_counts(
    seed: int, tmp_path: Path
) -> None:
    lives = drawn(seed)
    told: Counter[tuple[str, str, int, str]] = Counter()
    for commune, trade, born, last in practised(lives):
        for where in (commune, COMMUNES[commune]):
            for year in YEARS:
                told[where, trade, year, "active"] += born < date(year, 1, 1) <= last
                told[where, trade, year, "creations"] += born.year == year
                told[where, trade, year, "cessations"] += last.year == year
    files = made(lives, tmp_path)
    for path, where in ((files.communes, "commune"), (files.territories, "epci")):
        found = {
            (row[where], row["trade"], row["year"], name): row[name]
            for row in read(path)
            for name in ("active", "creations", "cessations")
        }
        named = set(COMMUNES) if where == "commune" else set(COMMUNES.values())
        wanted = {key: n for key, n in told.items() if key[0] in named and n}
        assert {key: n for key, n in found.items() if n} == wanted
    assert files.rows["spells"] > 100


@pytest.mark.parametrize("seed", range(2))
def test_sql_written_by_hand_finds_the_same_sums(seed: int, tmp_path: Path) -> None:
    files = Stock(drawn(seed)).write(tmp_path / "files")
    folder, theirs = tmp_path / "stock", tmp_path / "theirs"
    folder.mkdir()
    theirs.mkdir()
    as_parquet(files.units[0]).rename(folder / national.UNITS)
    as_parquet(files.establishments[0]).rename(folder / national.PLACES)
    national.write_places(folder, areas())
    national.duckdb(folder, theirs, AS_OF, 1)
    parquet = Files((folder / national.UNITS,), (folder / national.PLACES,), ())
    month = compact.Month(files=parquet, areas=areas(), as_of=AS_OF, out=tmp_path / "ours")
    france.observed(month)
    assert national.sums(tmp_path / "ours") == national.sums(theirs)


@pytest.mark.parametrize("epci", [MEL, CALL])
def test_a_territory_alone_is_what_the_whole_tells_of_it(epci: str, tmp_path: Path) -> None:
    files = made(drawn(1), tmp_path)
    alone = france.of_territory(files.spells, epci, france.territories_of(areas()))
    assert alone.communes.to_pylist() == [r for r in read(files.communes) if r["epci"] == epci]
    whole = [{n: v for n, v in r.items() if n != "rank"} for r in read(files.territories)]
    assert alone.territories.to_pylist() == [r for r in whole if r["epci"] == epci]


def test_pieces_of_the_whole_are_whole_territories_and_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = made(drawn(2), tmp_path / "once")
    monkeypatch.setattr(trades, "_BATCH", 1)
    pieces = list(trades.batches(compact.slice_of(once.spells)))
    assert [set(piece["epci"].to_pylist()) for piece in pieces] == [
        {epci} for epci in sorted(set(COMMUNES.values()))
    ]
    again = made(drawn(2), tmp_path / "again")
    assert read(again.territories) == read(once.territories)
    assert read(again.communes) == read(once.communes)


def test_nobody_at_all_makes_empty_tables(tmp_path: Path) -> None:
    files = made([Life(siret(1), ("2018-01-01",))], tmp_path)
    assert dict(files.rows) == {"spells": 0, "communes": 0, "territories": 0}
    assert read(files.communes) == read(files.territories) == []


@pytest.mark.parametrize("content", [b"", b"siret;siren\n", None])
def test_another_file_is_refused_with_what_to_give(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    if content is None:
        import pyarrow as pa

        pq.write_table(pa.table({"siret": ["1"]}), path)
    else:
        path.write_bytes(content)
    with pytest.raises(Invalid, match=r"other\.parquet.*observe_france"):
        france.of_territory(path, MEL, {})


@pytest.mark.spark
def test_spark_and_duckdb_keep_the_same_spells(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="run by make test-spark")
    here = made(drawn(3), tmp_path / "duckdb")
    there = made(drawn(3), tmp_path / "spark", engine="spark")
    assert read(here.communes) == read(there.communes)
    assert read(here.territories) == read(there.territories)
