"""Good files in every clothing: the same rows come out, as plain text, with their lines."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.intake.reading import child, kinds, parent
from maillage.intake.reading.books import plain
from maillage.intake.reading.limits import Limits, Meter, Refused
from maillage.intake.reading.sources import Source
from maillage.intake.reading.texts import separator_of
from tests.intake import files

HEADER = ["Nom", "Ville", "Montant"]
ROWS = [HEADER, ["Boulangerie É", "Lille", "1,5"], ["L’Œuvre", "Roubaix", "12"]]


def told(content: bytes, name: str, limits: Limits | None = None) -> list[tuple]:
    """The events of a reading in this process."""
    source = Source(name, lambda: io.BytesIO(content), limits or Limits())
    return list(child.read(source, Meter(source.limits)))


def rows(events: list[tuple]) -> list[list[str]]:
    return [list(event[2]) for event in events if event[0] == "row"]


def lines(events: list[tuple]) -> list[int]:
    return [event[1] for event in events if event[0] == "row"]


def said(events: list[tuple]) -> dict:
    return {k: v for event in events if event[0] == "said" for k, v in event[1].items()}


def tables(events: list[tuple]) -> list[tuple]:
    return [tuple(event[1:]) for event in events if event[0] == "table"]


def refused(content: bytes, name: str, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as why:
        told(content, name, limits)
    return why.value.code


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_csv_is_read_in_each_encoding_and_separator_which_are_said(
    separator: str, encoding: str, found: str, ends: str
) -> None:
    events = told(files.as_csv(ROWS, separator, encoding, ends), "a.csv")

    assert rows(events) == ROWS
    assert lines(events) == [1, 2, 3]
    assert said(events) == {"kind": "csv", "encoding": found, "separator": separator}


def test_a_line_is_that_where_its_row_begins() -> None:
    content = b'a;b\n"deux\nlignes";1\n\n;;\nc;2\n'

    assert lines(told(content, "a.csv")) == [1, 2, 6]


@pytest.mark.parametrize(
    ("head", "separator"),
    [
        (["a;b;c", "1;2;3"], ";"),
        (["a,b,c", "1,2,3"], ","),
        (["a;b", "1,5;2,5", "1,5;3,5"], ";"),
        (['"a;b",c', '"1;2",3'], ","),
        (["a\tb", "1,2\t3"], "\t"),
        (["seul", "1"], ";"),
        (["Titre", "a;b;c", "1;2;3"], ";"),
    ],
)
def test_the_separator_is_the_one_that_cuts_all_lines_alike(
    head: list[str], separator: str
) -> None:
    assert separator_of(head) == separator


def test_without_a_line_there_is_no_separator() -> None:
    with pytest.raises(Refused):
        separator_of([])


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_csv_a_machine_writes_comes_back(body: list[list[str]]) -> None:
    table = [["x", "y"], *body]

    found = rows(told(files.as_csv(table, ";"), "a.csv"))

    assert found == [row for row in table if any(row)]


def test_xlsx_gives_days_in_iso_form_and_codes_in_digits() -> None:
    when = dt.date(2019, 5, 2)
    table = [HEADER, ["A", when, 35600000000048], ["B", None, 1.5], ["C", "x", -3]]

    events = told(files.as_xlsx(("Actes", table)), "a.xlsx")

    assert rows(events) == [
        HEADER,
        ["A", "2019-05-02", "35600000000048"],
        ["B", "", "1.5"],
        ["C", "x", "-3"],
    ]
    assert tables(events) == [("Actes", None)]
    assert said(events)["sheets"] == ["Actes"]


def test_each_sheet_is_a_table_and_lines_are_those_of_the_sheet() -> None:
    parts = files.workbook_parts(
        {"Vide": files.sheet_of(""), "Bas": files.sheet_xml([["a"], ["b"]], first=5)}
    )

    events = told(files.as_zip(*parts), "a.xlsx")

    assert [name for name, _header in tables(events)] == ["Vide", "Bas"]
    assert lines(events) == [5, 6]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("x", "x"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (12.0, "12"),
        (35600000000048.0, "35600000000048"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (1e22, "1e+22"),
        (-0.0, "0"),
        (dt.date(2019, 5, 2), "2019-05-02"),
        (dt.datetime(2019, 5, 2), "2019-05-02"),  # noqa: DTZ001 -- spreadsheets know no zone
        (dt.datetime(2019, 5, 2, 10, 30), "2019-05-02T10:30:00"),  # noqa: DTZ001 -- as above
        (dt.time(10, 30), "10:30:00"),
        (b"abc", "abc"),
        ([1, "a"], '[1, "a"]'),
        ({"a": dt.date(2019, 5, 2)}, '{"a": "2019-05-02"}'),
        (dt.timedelta(days=1), "1 day, 0:00:00"),
    ],
)
def test_a_value_becomes_plain_text(value: object, text: str) -> None:
    assert plain(value) == text


def test_parquet_gives_plain_text_and_ranks() -> None:
    table = [["siret", "jour", "note"], [35600000000048, dt.date(2019, 5, 2), "é"], [1, None, None]]

    events = told(files.as_parquet(table), "a.parquet")

    assert rows(events) == [["35600000000048", "2019-05-02", "é"], ["1", "", ""]]
    assert lines(events) == [1, 2]
    assert tables(events) == [("", ["siret", "jour", "note"])]


@pytest.mark.parametrize(
    ("text", "header", "found"),
    [
        ('[{"a": 1, "b": "x"}]', ["a", "b"], [["1", "x"]]),
        ('[{"a": 1}, {"b": 2}]', ["a", "b"], [["1", ""], ["", "2"]]),
        ('{"n": 1, "list": [{"a": null}]}', ["a"], [[""]]),
        ('{"list": [{"a": true, "b": false}]}', ["a", "b"], [["true", "false"]]),
        ('[{"a": {"b": {"c": 1}}}]', ["a.b.c"], [["1"]]),
        ('[{"a": [1, {"b": 2}]}]', ["a"], [['["1", {"b": "2"}]']]),
        ('[{"a": 4.90E+13, "b": 0123456789}]', None, None),
        ('[{"a": 4.90E+13}]', ["a"], [["4.90E+13"]]),
        ('[{"a": 1.10}]', ["a"], [["1.10"]]),
        ('[{"a": ' + "9" * 5000 + "}]", ["a"], [["9" * 5000]]),
        ('[{"a": NaN}]', ["a"], [["NaN"]]),
        ('\ufeff[{"a": "é"}]', ["a"], [["é"]]),
        ('  {"x": {}, "y": [1], "z": [{"a": 1}]}  ', ["a"], [["1"]]),
    ],
)
def test_json_becomes_rows_with_numbers_as_they_are_written(text: str, header, found) -> None:
    if header is None:
        assert refused(text.encode(), "a.json") == "json"
        return
    events = told(text.encode(), "a.json")

    assert tables(events) == [("", header)]
    assert rows(events) == found


def test_lines_of_json_are_those_of_the_file_or_ranks_when_they_are_shared() -> None:
    spread = '[\n{"a": 1},\n\n{"a": 2}\n]'
    packed = '[{"a": 1}, {"a": 2}]'

    assert lines(told(spread.encode(), "a.json")) == [2, 4]
    assert lines(told(packed.encode(), "a.json")) == [1, 2]


def test_ndjson_gives_one_row_a_line() -> None:
    events = told(b'{"a": 1}\n\n {"a": 2, "b": 3}\n', "a.ndjson")

    assert rows(events) == [["1", ""], ["2", "3"]]
    assert lines(events) == [1, 3]


def test_geojson_keeps_outlines_exact() -> None:
    shape = files.square(3.123456789012345, 50.6)
    events = told(
        files.geojson([({"code": "QP059001", "n": 1}, shape), ({"code": "x"}, None)]), "a.geojson"
    )

    assert tables(events)[0][1] == ["geometry", "code", "n"]
    first, second = rows(events)
    assert json.loads(first[0]) == shape
    assert first[1:] == ["QP059001", "1"]
    assert second == ["", "x", ""]


def test_each_member_of_a_zip_is_a_table_with_its_name() -> None:
    archive = files.as_zip(
        ("dossier/a.csv", files.as_csv(ROWS)),
        ("__MACOSX/a.csv", b"\0"),
        (".DS_Store", b"\0"),
        ("b.xlsx", files.as_xlsx(("Un", ROWS))),
        ("c.json", files.as_json(ROWS)),
        ("d.parquet", files.as_parquet(ROWS)),
    )

    events = told(archive, "tout.zip")

    assert [name for name, _header in tables(events)] == [
        "dossier/a.csv",
        "b.xlsx/Un",
        "c.json",
        "d.parquet",
    ]
    assert len(rows(events)) == 3 + 3 + 2 + 2


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.CSV", ".csv"),
        ("x/y/b.Xlsx", ".xlsx"),
        ("c:\\d\\e.json", ".json"),
        (".csv", ""),
        ("none", ""),
        ("a.", "."),
    ],
)
def test_the_ending_of_a_name_is_found_wherever_it_comes_from(name: str, suffix: str) -> None:
    assert kinds.suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(cells=5), "too_many_cells"),
        (Limits(file_bytes=10), "too_big"),
        (Limits(field=3), "giant_cell"),
    ],
)
def test_each_limit_refuses(limits: Limits, code: str) -> None:
    assert refused(files.as_csv(ROWS), "a.csv", limits) == code


def test_what_a_zip_opens_to_is_counted_over_each_member() -> None:
    archive = files.as_zip(("a.csv", files.as_csv(ROWS) * 100))

    assert refused(archive, "a.zip", Limits(open_bytes=1000)) == "too_big"
    assert refused(archive, "a.zip", Limits(ratio=2, ratio_from=100)) == "bomb"


def test_json_is_limited_in_size_and_depth() -> None:
    content = json.dumps([{"a": {"b": {"c": [[[1]]]}}}]).encode()

    assert refused(content, "a.json", Limits(tree_bytes=10)) == "too_big"
    assert refused(content, "a.json", Limits(depth=2)) == "too_deep"
    deep = json.dumps([{"a": [[[[1]]]]}]).encode()
    assert refused(deep, "a.json", Limits(depth=3)) == "too_deep"
    assert rows(told(deep, "a.json", Limits(depth=4)))


def test_rows_travel_in_blocks_and_nothing_is_lost_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    table = [["n", "texte"], *([str(n), "é" * (n % 50)] for n in range(1_234))]
    path.write_bytes(files.as_csv(table))

    events = list(parent.events(path, "a.csv"))

    blocks = [event[1] for event in events if event[0] == "rows"]
    assert [cells for block in blocks for _line, cells in block] == table
    assert max(map(len, blocks)) <= 500
    assert all(
        isinstance(cell, str) for block in blocks for _line, cells in block for cell in cells
    )


def test_the_child_speaks_json_on_its_own_as_well(tmp_path: Path, capsys, monkeypatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(files.as_csv(ROWS))
    monkeypatch.setattr(child, "confine", lambda _limits: None)

    child.main(str(path), "a.csv", "{}")

    lines_said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one[0] for one in lines_said] == ["said", "said", "table", "rows", "done"]
    assert lines_said[-1][1] == {"rows": 3}


def test_a_child_confines_itself(monkeypatch) -> None:
    asked = {}
    monkeypatch.setattr(
        child.resource, "setrlimit", lambda what, limits: asked.update({what: limits})
    )

    child.confine(Limits(memory=5, cpu_seconds=6))

    r = child.resource
    assert asked == {
        r.RLIMIT_AS: (5, 5),
        r.RLIMIT_CPU: (6, 6),
        r.RLIMIT_FSIZE: (0, 0),
        r.RLIMIT_CORE: (0, 0),
    }


def test_running_out_of_memory_is_a_refusal(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a")

    def starved(_source, _meter):
        raise MemoryError
        yield

    monkeypatch.setattr(child, "read", starved)

    assert list(child.answer(path, "a.csv", Limits())) == [("refused", "memory", 0, "", "")]


TOML = """
territory = "mel"
drawn = 2026-01-02
doubt = "x"

[elsewhere]
a = 1

[[sector]]
key = "a"
communes = ["59350",
  "59512"]

[[sector]] # a word
key = "b"
share = 1.10
communes = []
"""


def test_toml_gives_a_row_for_each_value_of_a_list_and_says_of_each_what_stands_above() -> None:
    events = told(TOML.encode(), "a.toml")

    assert tables(events)[0][1] == ["territory", "drawn", "doubt", "key", "communes", "share"]
    assert rows(events) == [
        ["mel", "2026-01-02", "x", "a", "59350", ""],
        ["mel", "2026-01-02", "x", "a", "59512", ""],
        ["mel", "2026-01-02", "x", "b", "", "1.10"],
    ]
    assert lines(events) == [11, 12, 14]


@pytest.mark.parametrize(
    ("text", "header", "found"),
    [
        ("[[a]]\nb = 1\n", ["b"], [["1"]]),
        ("\ufeff[[a]]\r\nb = 'é'\r\n", ["b"], [["é"]]),
        ("a = [{b = true}, {b = false}]", ["b"], [["true"], ["false"]]),
        ("[[a]]\nb.c = 1\n", ["b.c"], [["1"]]),
        ("[[a]]\nb = [1, 2]\nc = [3]\n", ["b", "c"], [["[1, 2]", "[3]"]]),
        ("[[a]]\nb = [[1], [2]]\n", ["b"], [["[1]"], ["[2]"]]),
        ("[[a]]\nb = [{c = 1}, {c = 2}]\n", ["b.c"], [["1"], ["2"]]),
        ("[[a]]\nb = 07:32:00\n", ["b"], [["07:32:00"]]),
    ],
)
def test_toml_becomes_rows(text: str, header, found) -> None:
    events = told(text.encode(), "a.toml")

    assert tables(events) == [("", header)]
    assert rows(events) == found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"a = 1\n", "no_list"),
        (b"a = []\n", "no_list"),
        (b"a = [1, 2]\n", "no_list"),
        (b"a = \n", "toml"),
        (b"[[a]]\nb = 1\nb = 2\n", "toml"),
        (b"a = " + b"9" * 5000, "toml"),
        ("[[a]]\nb = 'é'".encode("cp1252"), "encoding"),
        (b"a = " + b"[" * 5_000 + b"]" * 5_000, "too_deep"),
        (b"[[a]]\nb = " + b"[" * 60 + b"]" * 60, "too_deep"),
        (b"SIRET;Jour\n1;2\n", "toml"),
        (b"PK\x03\x04", "other_content"),
    ],
)
def test_what_is_no_toml_of_rows_is_refused(content: bytes, code: str) -> None:
    assert refused(content, "a.toml") == code


def test_the_line_of_bad_toml_is_told() -> None:
    with pytest.raises(Refused) as wrong:
        told(b"[[a]]\nb = 1\nc = oui\n", "a.toml")

    assert (wrong.value.code, wrong.value.line) == ("toml", 3)


def test_what_a_child_loads_is_compiled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is loaded before the child gives up writing, and beside the bytecode of the parent."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")

    list(parent.events(tmp_path / "a.csv", "a.csv"))

    assert {path.name.split(".")[0] for path in (tmp_path / "bytecode").rglob("*.pyc")} >= {
        "limits",
        "texts",
    }
