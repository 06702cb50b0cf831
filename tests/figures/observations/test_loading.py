"""What is loaded of a file of observations: the closed list, read again slowly; and all of it, whatever cut it short."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from maillage import places
from maillage.figures.models import Observation, StockVintage
from maillage.figures.observations import closed_list, lacking, loading, opening
from maillage.figures.observations.closed_list import DIVISION, TABLES, TRADE, PublicTable
from maillage.kernel import clock
from maillage.register import activities
from tests.factories import observed as make
from tests.spec.drawn import noon

AREAS = {
    "commune": ["59350", "59512"], "sector": ["mel-nord"], "epci": [make.MEL], "qpv": ["QP059001"],
}  # fmt: skip
LAST = 2020


def is_listed(row: Mapping[str, Any], areas: Mapping[str, Collection[str]]) -> bool:
    """Whether some table of the closed list declares a row."""
    return any(_is_of(table, row, areas) for table in TABLES)


def _is_of(
    table: PublicTable, row: Mapping[str, Any], areas: Mapping[str, Collection[str]]
) -> bool:
    kind, activity, period = row["area_kind"], row["activity"], row["period"]
    if kind not in table.area_kinds or row["area"] not in areas.get(kind, ()):
        return False
    if row["indicator"] not in table.indicators or row["segment"] not in table.segments:
        return False
    if ("-" in period) is not table.monthly:
        return False
    if table.last and int(period[:4]) <= LAST - table.last:
        return False
    if table.detail == DIVISION:
        return activity == "all" or len(activity) == 2
    if table.detail == TRADE:
        return activity != "all" and len(activity) > 2
    return bool(activity == "all")


def drawn(seed: int, of: Collection[PublicTable] = TABLES) -> list[make.Row]:
    """Rows of every kind, most of them next to what is published."""
    chance = random.Random(seed)  # noqa: S311 -- a test draws, nothing is hidden
    codes = sorted({code for table in of for code in table.indicators})
    kinds = {**AREAS, "department": ["59"], "arrondissement": ["595"]}
    rows = []
    for _ in range(6_000):
        kind = chance.choice(sorted(kinds))
        area = chance.choice([*kinds[kind], make.CALL, "62498", "59350"])
        year = chance.choice((2009, 2010, 2011, 2019, 2020))
        period = chance.choice((str(year), str(year), f"{year}-03"))
        rows.append(
            make.row(
                chance.choice([*codes, "register.unheard"]), kind, area, period, 1.0, 1,
                activity=chance.choice(("all", "all", "10", "10.71C")),
                segment=chance.choice(("all", "all", "craft_rm", "ess_sirene", "employer")),
            )
        )  # fmt: skip
    return rows


def place(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a row stands."""
    names = ("indicator", "area_kind", "area", "period", "activity", "segment")
    return tuple(row[name] for name in names)


@pytest.mark.parametrize("areas", [AREAS, {"epci": [make.MEL]}, {}], ids=["all", "whole", "none"])
def test_the_condition_keeps_what_a_slow_reading_of_the_declarations_keeps(
    areas: Mapping[str, Collection[str]], tmp_path: Path
) -> None:
    rows = drawn(5)
    path = make.written(tmp_path / "observations.parquet", rows)
    kept = sorted(place(row) for row in loading._read(path, closed_list.condition(areas, LAST)))
    assert kept == sorted(place(row) for row in rows if is_listed(row, areas))
    assert bool(kept) is bool(areas)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.code)
def test_each_table_alone_keeps_its_own_rows(table: PublicTable, tmp_path: Path) -> None:
    rows = drawn(6, [table])
    path = make.written(tmp_path / "observations.parquet", rows)
    kept = sorted(place(row) for row in loading._read(path, table.condition(AREAS, LAST)))
    assert kept == sorted(place(row) for row in rows if _is_of(table, row, AREAS))
    assert kept


@pytest.mark.parametrize("code", ["", "59'350", "x) OR (1=1", "a b", "59350;", "--", "\u00a0"])
def test_a_code_that_is_none_is_never_put_into_a_question(code: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        closed_list.condition({**AREAS, "commune": ["59350", code]}, LAST)


def test_codes_of_communes_of_corsica_and_keys_of_sectors_are_codes() -> None:
    told = closed_list.condition({"commune": ["2A004"], "sector": ["mel-nord"]}, LAST)
    assert "'2A004'" in told
    assert "'mel-nord'" in told


def test_secret_indicators_are_read_in_tables_with_the_two_segments_that_secrecy_knows() -> None:
    for table in TABLES:
        if set(table.indicators) & closed_list.STATISTICAL:
            assert set(table.segments) <= {"all", "craft_rm"}, table.code


@pytest.fixture
def _somewhere(db: None) -> Any:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def kept() -> tuple[Any, ...]:
    """Everything that a load leaves."""
    vintage = StockVintage.objects.get()
    names = ["territory", "indicator", "area_kind", "area", "segment", "activity", "period"]
    rows = Observation.objects.order_by(*names).values_list(*names, "value", "n", "status")
    spells = loading.spells_of(vintage)
    found = spells.read_bytes() if spells.is_file() else b""
    return list(rows), vintage.ranks, vintage.lacking, vintage.loaded_at, found


class Killed(BaseException):
    """What no code can catch by mistake."""


STEPS = {
    "before the first row": (loading, "_load", 0),
    "between two territories": (loading, "_load", 1),
    "in the midst of rows": (Observation.objects, "bulk_create", 2),
    "while looking for what lacks": (loading, "_lacking", 0),
    "while copying spells": (loading.shutil, "copyfile", 0),
    "when all but the last word is written": (StockVintage, "save", 1),
}


@pytest.mark.usefixtures("_somewhere")
@pytest.mark.parametrize("step", STEPS)
def test_a_load_killed_at_any_step_ends_as_one_that_was_not(
    step: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path / "home"
    rows = [*make.observations(make.MEL), *make.observations(make.CALL)]
    path = make.written(tmp_path / "observations.parquet", rows)
    path.with_name(opening.FILE).write_bytes(b"spells")
    asked = loading.Loading(
        path=path, as_of=make.AS_OF, history_start=make.AS_OF, source="Sirene", is_invented=False,
        territories=[make.MEL, make.CALL],
    )  # fmt: skip
    monkeypatch.setattr(loading, "CHUNK", 100)
    loading.load(asked)
    whole = kept()
    StockVintage.objects.all().delete()
    owner, name, after = STEPS[step]
    real, calls = getattr(owner, name), []

    def cut(*args: Any, **told: Any) -> Any:
        calls.append(name)
        if len(calls) > after:
            raise Killed
        return real(*args, **told)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, cut)
        with pytest.raises(Killed):
            loading.load(asked)
    assert not StockVintage.objects.filter(loaded_at__isnull=False).exists()
    loading.load(asked)
    assert kept() == whole
    assert whole[4] == b"spells"


@pytest.mark.usefixtures("_somewhere")
class TestWhatLacks:
    def test_nothing_of_the_basket_concludes_nothing(self) -> None:
        assert lacking.found({"59350": 1000.0}, []) == {}
        assert lacking.found({"59350": 1000.0}, [("59350", "62.01Z", 4)]) == {}
        assert lacking.found({"59350": 1000.0}, [("59350", "10.71C", 0)]) == {}
        assert lacking.found({"59350": 1000.0}, [("59350", "10.71C", 4)], basket=()) == {}

    def test_no_outline_concludes_nothing(self) -> None:
        assert lacking.found({"01001": 1000.0}, [("01001", "10.71C", 4)]) == {}

    def test_trades_that_nobody_practises_are_not_in_the_basket_that_is_told(self) -> None:
        told = lacking.found({"59350": 9000.0, "59512": 9000.0}, [("59350", "10.71C", 4)])
        assert told["basket"] == ["10.71C"]

    def test_a_neighbour_outside_serves_but_is_not_judged(self) -> None:
        told = lacking.found({"59350": 9000.0}, [("59350", "10.71C", 4), ("62498", "96.02A", 2)])
        assert set(told["basket"]) == {"10.71C", "96.02A"}
        judged = {one["code"] for one in told["communes"]} | set(told["untold"])
        assert judged <= {"59350"}

    def test_whatever_moves_says_how_many_are_listed(self) -> None:
        told = lacking.found(
            {"59350": 9000.0, "59512": 0.0}, [("59350", "10.71C", 4), ("59350", "96.02A", 1)]
        )
        assert {"minutes", "quarter"} <= {one["what"] for one in told["moves"]}
        assert all(0 <= one["listed"] <= 2 for one in told["moves"])
        assert "59512" not in {one["code"] for one in told["communes"]}, "nobody lives there"

    def test_a_centre_is_inside_its_commune_and_absent_without_an_outline(self) -> None:
        found = places.centres(["59350", "59350", "01001"])
        assert set(found) == {"59350"}
        assert places.locate(*found["59350"]) == "59350"
        assert places.centres([]) == {}


def test_an_activity_is_named_with_or_without_its_dot_and_by_its_code_when_unknown() -> None:
    assert activities.label("10.71C") == activities.label("1071C") != "10.71C"
    assert activities.label("99.99X") == "99.99X"
