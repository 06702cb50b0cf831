"""`maillage protect_table`: its files, its answer, and what it says of files that do not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

TABLE = """area,size,value,n,largest
Lille,small,30,2,20
Lille,big,120,9,40
Roubaix,small,80,12,12
Roubaix,big,60,7,20
Lens,small,45,6,15
Lens,big,90,8,30
"""
TREES = {
    "area": {"Lille": "all", "Roubaix": "all", "Lens": "all"},
    "size": {"small": "all", "big": "all"},
}


def asked(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    table: str = TABLE,
    trees: Any = TREES,
    rules: str = "",
) -> dict[str, Any]:
    """What the command answers."""
    paths = {
        "table": folder / "t.csv",
        "hierarchies": folder / "h.json",
        "rules": folder / "r.toml",
    }
    paths["table"].write_text(table, encoding="utf-8")
    told = trees if isinstance(trees, str) else json.dumps(trees)
    paths["hierarchies"].write_text(told, encoding="utf-8")
    paths["rules"].write_text(rules, encoding="utf-8")
    call_command("protect_table", json=True, **paths)
    out = capsys.readouterr().out
    answer: dict[str, Any] = json.loads(out)
    return answer


def statuses(answer: dict[str, Any]) -> dict[str, str]:
    """The status of each cell."""
    return {"·".join(cell["key"].values()): cell["status"] for cell in answer["cells"]}


def test_every_cell_has_a_status_and_what_an_attacker_finds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(tmp_path, capsys)
    found = statuses(answer)
    assert len(found) == 12, "totals were summed"
    assert found["Lille·small"] == "A"
    assert sum(status == "D" for status in found.values()) == 3
    for cell in answer["cells"]:
        if cell["status"] == "V":
            assert cell["lo"] == cell["hi"]
        else:
            assert cell["lo"] < cell["hi"]
    assert answer["audit"] == {
        "mode": "exact",
        "safe": True,
        "A": 1,
        "B": 0,
        "D": 3,
        "V": 8,
        "narrow": [],
    }


def test_dominance_and_thresholds_are_asked_in_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert statuses(asked(tmp_path, capsys, rules="threshold = 2"))["Lille·small"] == "V"
    found = statuses(asked(tmp_path, capsys, rules="threshold = 2\ndominance = 66"))
    assert found["Lille·small"] == "B"
    assert set(
        statuses(asked(tmp_path, capsys, rules="threshold = 0\ndominance = 0")).values()
    ) == {"V"}
    assert asked(tmp_path, capsys, rules='mode = "fast"')["audit"]["mode"] == "fast"


def test_columns_have_the_names_one_gives_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = TABLE.replace("value,n,largest", "CA,NB,MAX")
    rules = '[columns]\nvalue = "CA"\nunits = "NB"\nlargest = "MAX"'
    assert statuses(asked(tmp_path, capsys, table, rules=rules))["Lille·small"] == "A"


def test_units_one_by_one_make_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        f"{area},{size},{n}"
        for area in TREES["area"]
        for size in TREES["size"]
        for n in (4, 5, 6, 7)
    ]
    answer = asked(tmp_path, capsys, "area,size,value\n" + "\n".join(lines))
    assert set(statuses(answer).values()) == {"V"}
    answer = asked(tmp_path, capsys, "area,size,value\n" + "\n".join(lines[2:]))
    assert statuses(answer)["Lille·small"] == "A"


def test_with_nothing_shown_nothing_bounds_what_is_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(tmp_path, capsys, "area,size,value\nLille,small,9\nLens,big,11\n")
    assert {cell["hi"] for cell in answer["cells"]} == {None}
    assert answer["audit"]["safe"]


def test_french_numbers_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = TABLE.replace("120,9,40", '"1 200,5",9,40')
    answer = asked(tmp_path, capsys, table, rules="threshold = 0")
    told = {"·".join(cell["key"].values()): cell["lo"] for cell in answer["cells"]}
    assert told["Lille·big"] == 1200.5


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table": TABLE.replace("area,", "town,")}, "t.csv:1 area"),
        ({"table": TABLE.replace(",value", ",amount")}, "t.csv:1 value"),
        ({"table": TABLE.replace("120,9", "lots,9")}, "t.csv:3 value"),
        ({"table": TABLE.replace("120,9", "-4,9")}, "positives"),
        ({"table": TABLE.replace("Lens,big", "Paris,big")}, "Paris"),
        ({"table": TABLE + "all,all,425,44,40\n"}, "manque le total"),
        ({"table": TABLE + "Lens,big,90,8,30\n"}, "deux fois"),
        ({"trees": "not json"}, "h.json"),
        ({"trees": []}, "parent"),
        ({"trees": {"area": ["Lille"]}}, "parent"),
        (
            {"trees": {**TREES, "area": {"Lille": "Lens", "Lens": "Lille", "Roubaix": "all"}}},
            "lui-même",
        ),
        ({"rules": "threshold ="}, "r.toml"),
        ({"rules": "treshold = 3"}, "threshold"),
        ({"rules": 'threshold = "three"'}, "nombre"),
    ],
)
def test_what_does_not_fit_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        asked(tmp_path, capsys, **changed)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("table", "hierarchies", "rules"):
        paths = {
            "table": tmp_path / "t.csv",
            "hierarchies": tmp_path / "h.json",
            "rules": tmp_path / "r.toml",
        }
        paths["table"].write_text(TABLE)
        paths["hierarchies"].write_text(json.dumps(TREES))
        paths["rules"].write_text("")
        paths[name].unlink()
        with pytest.raises(CommandError, match=paths[name].name):
            call_command("protect_table", json=True, **paths)
