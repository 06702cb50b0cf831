"""The demography of a small register: the published cases, drawn ones, and files that cannot be read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.figures.observations import small
from maillage.figures.observations.calendar import number
from maillage.kernel.errors import Invalid

SHARED = Path(__file__).resolve().parents[4] / "shared" / "reference" / "demography"
AS_OF = date(2021, 12, 31)


def register(folder: Path, *lines: str, header: str = "unit,created,ceased,reactivated") -> Path:
    """A register in one file."""
    path = folder / "register.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def years(path: Path, as_of: date = AS_OF) -> dict[str, Any]:
    """What is told of each year."""
    told: dict[str, Any] = small.told(small.read(path), as_of)["years"]
    return told


def test_the_reference_register_is_told_as_it_was_by_hand() -> None:
    if not SHARED.exists():
        pytest.skip("the reference cases are not beside the project")
    expected = json.loads((SHARED / "toy_expected.json").read_text(encoding="utf-8"))
    told = years(SHARED / "toy_register.csv")
    assert told["2015"]["stock"] == expected["stock_2015_01_01"]
    assert told["2015"]["births"] == expected["births_2015"]
    assert told["2015"]["creation_rate_insee"] == 5 / 2
    assert told["2017"]["reactivations"] == expected["reactivated_within_24_months_is_not_birth"]
    assert told["2017"]["births"] == expected["reactivated_after_24_months_is_birth_2017"]
    for years_after in (3, 5):
        survival = expected[f"survival_{years_after}y_cohort_2015"]
        found = told["2015"]["survival"][str(years_after)]
        assert (found["alive"], found["rate"]) == (survival["alive"], survival["rate"])


LIVES = (
    "bakery,2015-03-01,,",
    "garage,2014-01-01,2015-06-30,",
    "salon,2013-01-01,2015-12-31,2017-06-01",
    "forge,2012-01-01,2014-06-01,2017-01-15",
    "kiosk,2014-12-31,2015-01-01,",
    "mill,2015-02-28,2020-02-28,",
)


@pytest.mark.parametrize(
    ("year", "what", "units"),
    [
        ("2015", "stock", ["garage", "salon"]),
        ("2015", "births", ["bakery", "mill"]),
        ("2015", "closures", ["garage", "salon"]),
        ("2015", "deaths", ["garage"]),
        ("2014", "closures", ["forge", "kiosk"]),
        ("2014", "deaths", ["forge", "kiosk"]),
        ("2016", "stock", ["bakery", "mill"]),
        ("2017", "births", ["forge"]),
        ("2017", "reactivations", ["salon"]),
        ("2018", "stock", ["bakery", "forge", "mill", "salon"]),
        ("2020", "closures", ["mill"]),
        ("2021", "stock", ["bakery", "forge", "salon"]),
    ],
)
def test_each_year_names_whom_it_counts(
    tmp_path: Path, year: str, what: str, units: list[str]
) -> None:
    assert years(register(tmp_path, *LIVES))[year][what] == units


def test_who_ceases_on_an_anniversary_did_not_reach_it(tmp_path: Path) -> None:
    survival = years(register(tmp_path, *LIVES))["2015"]["survival"]
    assert survival["5"] == {"cohort": 2, "alive": ["bakery"], "rate": 0.5}
    assert survival["3"]["alive"] == ["bakery", "mill"]


def test_a_stop_of_less_than_two_years_is_no_end(tmp_path: Path) -> None:
    survival = years(register(tmp_path, *LIVES))["2013"]["survival"]
    assert survival["3"]["alive"] == ["salon"], "stopped on that anniversary, back since"
    assert survival["5"]["alive"] == ["salon"]


def test_a_cohort_that_is_not_observed_yet_has_no_rate(tmp_path: Path) -> None:
    told = years(register(tmp_path, *LIVES), date(2018, 12, 30))
    assert told["2017"]["survival"]["1"] == {"cohort": 1, "alive": None, "rate": None}
    assert (
        years(register(tmp_path, *LIVES), date(2018, 12, 31))["2017"]["survival"]["1"]["rate"] == 1
    )


def test_nobody_to_begin_with_makes_no_rate(tmp_path: Path) -> None:
    told = years(register(tmp_path, "bakery,2015-03-01,,"))
    assert told["2015"]["creation_rate_insee"] is None
    assert told["2015"]["birth_rate_eurostat"] == 1
    assert told["2016"]["creation_rate_insee"] == 0


def test_what_happens_after_the_last_day_is_not_known(tmp_path: Path) -> None:
    told = years(register(tmp_path, "bakery,2015-03-01,2022-02-01,", "late,2022-03-01,,"))
    assert max(told) == "2021"
    assert told["2021"] == told["2021"] | {"stock": ["bakery"], "births": [], "closures": []}


def test_stocks_and_flows_agree_year_after_year(tmp_path: Path) -> None:
    told = years(register(tmp_path, *LIVES))
    for year in range(2012, 2021):
        now, following = told[str(year)], told[str(year + 1)]
        came = len(now["births"]) + len(now["reactivations"])
        assert len(following["stock"]) == len(now["stock"]) + came - len(now["closures"])


@pytest.mark.parametrize("shift", [4, 8, 28])
def test_moving_every_day_by_whole_leap_cycles_moves_every_figure(
    tmp_path: Path, shift: int
) -> None:
    def later(line: str) -> str:
        name, *days = line.split(",")
        return ",".join([name, *(f"{int(d[:4]) + shift}{d[4:]}" if d else "" for d in days)])

    before = years(register(tmp_path, *LIVES))
    after = years(register(tmp_path, *map(later, LIVES)), AS_OF.replace(year=AS_OF.year + shift))
    assert {str(int(year) + shift): told for year, told in before.items()} == after


def test_a_unit_that_ceased_twice_takes_two_lines(tmp_path: Path) -> None:
    told = years(register(tmp_path, "forge,2012-01-01,2013-01-01,2013-06-01", "forge,,2016-03-01,"))
    assert told["2016"]["deaths"] == ["forge"]
    assert told["2013"]["reactivations"] == ["forge"]


def test_periods_are_read_as_days(tmp_path: Path) -> None:
    path = register(tmp_path, "salon,2013-01-01,2015-12-31,2017-06-01")
    days = [date(2013, 1, 1), date(2015, 12, 31), date(2017, 6, 1)]
    assert small.read(path) == [("salon", number(d), n != 1) for n, d in enumerate(days)]


def test_the_first_file_may_begin_with_a_mark_and_more_columns(tmp_path: Path) -> None:
    path = register(
        tmp_path, "bakery,Lille,2015-03-01,,", header="\ufeffunit,town,created,ceased,reactivated"
    )
    assert small.read(path) == [("bakery", number(date(2015, 3, 1)), True)]


@pytest.mark.parametrize(
    ("header", "line", "told"),
    [
        ("unit,created", "a,2015-01-01", "ceased"),
        ("name,created,ceased", "a,2015-01-01,", "unit"),
        ("unit,created,ceased", "a,01/02/2015,", "register.csv:2 created"),
        ("unit,created,ceased", "a,2015-02-30,", "2015-02-30"),
        ("unit,created,ceased", "a,,", "register.csv:2 unit"),
        ("unit,created,ceased", ",2015-01-01,", "register.csv:2 unit"),
        ("unit,created,ceased", "a,2015-01-01,2014-01-01", "register.csv:2 ceased"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_its_line_and_column(
    tmp_path: Path, header: str, line: str, told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        small.read(register(tmp_path, line, header=header))
    assert told in str(refused.value)
    assert "AAAA-MM-JJ" in str(refused.value)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "image.csv").write_bytes(b"\xff\xfe\x00\x80")
    for name in ("nothing.csv", "image.csv"):
        with pytest.raises(Invalid, match=name):
            small.read(tmp_path / name)


def test_the_command_answers_in_words_and_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(tmp_path, *LIVES)
    call_command("demography", register=path, as_of=AS_OF, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["as_of"] == "2021-12-31"
    assert told["years"]["2015"]["births"] == ["bakery", "mill"]
    call_command("demography", register=path, as_of=AS_OF)
    assert "births:" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nothing"):
        call_command("demography", register=tmp_path / "nothing.csv", as_of=AS_OF)


def test_a_life_of_one_day_counts_once_in_and_once_out(tmp_path: Path) -> None:
    day = date(2016, 2, 29)
    told = years(register(tmp_path, f"kiosk,{day},{day + timedelta(1)},", "mill,2015-01-01,,"))
    assert (told["2016"]["births"], told["2016"]["deaths"]) == (["kiosk"], ["kiosk"])
    assert told["2017"]["stock"] == ["mill"]
