"""Survival curves of files: the command, with durations or with the days of a register."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.figures.methods import lives
from maillage.kernel.errors import Invalid
from tests.figures.methods.test_survival import CURVE, TREATED


def data(folder: Path, *lines: str, header: str = "time,ceased,met,kind") -> Path:
    """A file of durations."""
    path = folder / "lives.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def asked(path: Path, capsys: pytest.CaptureFixture[str], **more: Any) -> dict[str, Any]:
    """What the command answers in JSON."""
    call_command("survival", data=path, **{"time": "time", "event": "ceased", "json": True, **more})
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_command_tells_the_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = data(tmp_path, *(f"{time},{event},0,x" for time, event in TREATED))
    steps = asked(path, capsys)["steps"]
    assert [(s["time"], s["n"], s["d"], round(s["s"], 4)) for s in steps] == CURVE
    assert set(steps[0]) == {"time", "n", "d", "s", "se", "lo", "hi"}


def test_the_command_takes_entries_and_groups_and_commas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data(tmp_path, '"2,5",oui,0,a', "5,non,1,a", "3,true,2,b", "4,FALSE,0,b")
    told = asked(path, capsys, entry="met", group="kind")["groups"]
    assert [(s["time"], s["n"]) for s in told["a"]] == [(2.5, 2)]
    assert [(s["time"], s["n"]) for s in told["b"]] == [(3, 2)]


def test_an_empty_file_has_no_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(data(tmp_path), capsys) == {"steps": []}


@pytest.mark.parametrize(
    ("line", "more", "told"),
    [
        ("2,1,0,a", {"event": "gone"}, "lives.csv:1 gone"),
        ("two,1,0,a", {}, "lives.csv:2 time"),
        (",1,0,a", {}, "lives.csv:2 time"),
        ("2,perhaps,0,a", {}, "lives.csv:2 ceased"),
        ("2,1,x,a", {"entry": "met"}, "lives.csv:2 met"),
        ("2,1,2,a", {"entry": "met"}, "entrée"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, more: dict[str, Any], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        asked(data(tmp_path, line), capsys, **more)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "image.csv").write_bytes(b"\xff\xfe\x00\x80")
    for name in ("nothing.csv", "image.csv"):
        with pytest.raises(Invalid, match=name):
            lives.told(tmp_path / name, "time", "ceased")


REGISTER = {
    "time": None,
    "event": None,
    "begun": "begun",
    "ceased": "ceased",
    "extracted": date(2024, 7, 1),
}


def register(folder: Path, *lines: str) -> Path:
    """A file of days."""
    return data(folder, *lines, header="begun,ceased,kind")


def test_a_register_is_looked_at_no_later_than_its_ends_are_filed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(
        tmp_path, "2020-01-01,2022-01-01,a", "2020-01-01,,a", "2020-01-01,2024-03-01,b", "2024-02-01,,b",
    )  # fmt: skip
    told = asked(path, capsys, **REGISTER)
    assert (told["until"], told["unseen"], told["set_aside"]) == ("2024-01-01", 1, 1)
    assert [(s["time"], s["n"], s["d"]) for s in told["steps"]] == [(2, 3, 1)]
    hasty = asked(path, capsys, **REGISTER, lag=0)
    assert [(s["n"], s["d"]) for s in hasty["steps"]] == [(3, 1), (2, 1)]
    assert (hasty["until"], hasty["unseen"], hasty["set_aside"]) == ("2024-07-01", 0, 0)


def test_a_register_has_a_curve_for_each_group_and_a_first_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(
        tmp_path, "2000-01-01,2005-01-01,a", "2000-01-01,2002-01-01,a", "2004-01-01, ,b"
    )
    told = asked(path, capsys, **REGISTER, group="kind", since=date(2003, 1, 1))["groups"]
    assert [(s["time"], s["n"]) for s in told["a"]["steps"]] == [(5, 1)]
    assert told["a"]["unseen"] == 1
    assert told["b"]["steps"] == []


def test_an_empty_register_has_no_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = asked(register(tmp_path), capsys, **REGISTER)
    assert told == {"until": "2024-01-01", "unseen": 0, "set_aside": 0, "steps": []}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2020-13-01,,a", "lives.csv:2 begun"),
        (",,a", "lives.csv:2 begun"),
        ("2020-01-01,soon,a", "lives.csv:2 ceased"),
        ("2020-01-01,2019-12-31,a", "lives.csv:2 ceased"),
    ],
)
def test_a_day_that_cannot_be_understood_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        asked(register(tmp_path, line), capsys, **REGISTER)


@pytest.mark.parametrize(
    "named",
    [
        {"time": None},
        {"time": None, "event": None},
        {"begun": "begun"},
        {**REGISTER, "extracted": None},
        {**REGISTER, "entry": "met"},
        {"since": date(2003, 1, 1)},
    ],
)
def test_columns_that_tell_neither_durations_nor_days_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], named: dict[str, Any]
) -> None:
    with pytest.raises(CommandError, match="extracted"):
        asked(register(tmp_path), capsys, **named)


def test_days_are_read_at_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(tmp_path, "2020-01-01,2022-01-01,a", "2020-01-01,,a")
    columns = ["--begun", "begun", "--ceased", "ceased", "--extracted", "2024-07-01"]
    call_command("survival", "--data", str(path), *columns, "--since", "2021-01-01", "--lag", "12")
    told = capsys.readouterr().out
    assert "until: 2023-07-01" in told
    assert "n: 2" in told
    with pytest.raises(CommandError, match="extracted"):
        call_command("survival", "--data", str(path), *columns[:-1], "yesterday")
    with pytest.raises(CommandError, match="négatif"):
        call_command("survival", "--data", str(path), *columns, "--lag", "-1")
