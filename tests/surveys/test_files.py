"""The two commands on files: what they answer, what they write, and each bad input with its remedy."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.surveys.estimation import columns
from maillage.surveys.estimation.columns import Table

FRAME = [
    *({"id": f"a{n}", "area": "a", "size": "small" if n % 2 else "large", "staff": n} for n in range(60)),
    *({"id": f"b{n}", "area": "b", "size": "small" if n % 4 else "large", "staff": 3 * n} for n in range(40)),
]  # fmt: skip
MEAN = '[[estimate]]\nkind = "mean"\ny = "staff"\n'
DRAW = '[design]\nstrata = "area"\n[sample]\nsize = 20\n'


class Files:
    """A folder of files given to the commands, and what they answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str, rows: list[dict[str, Any]]) -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def text(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def estimate(self, capsys: pytest.CaptureFixture[str], design: str, **given: Path) -> Any:
        options = [word for name, path in given.items() for word in (f"--{name}", str(path))]
        call_command(
            "estimate_survey", *options, "--design", str(self.text("d.toml", design)), "--json"
        )
        return json.loads(capsys.readouterr().out)

    def draw(self, design: str, seed: str = "2026") -> list[dict[str, str]]:
        out = self.folder / "drawn.csv"
        call_command(
            "draw_sample",
            *("--frame", str(self.table("frame.csv", FRAME))),
            *("--design", str(self.text("d.toml", design)), "--seed", seed, "--out", str(out)),
        )
        with out.open(encoding="utf-8") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture
def given(tmp_path: Path) -> Files:
    return Files(tmp_path)


class TestDraw:
    """`draw_sample`: the lines of the frame that are asked, with what they stand for."""

    def test_each_stratum_gives_its_share_with_its_weight(self, given: Files) -> None:
        rows = given.draw(DRAW)
        assert Counter(row["area"] for row in rows) == {"a": 12, "b": 8}
        assert {(row["area"], row["weight"], row["fpc"]) for row in rows} == {
            ("a", "5.0", "60"),
            ("b", "5.0", "40"),
        }

    def test_the_columns_of_the_frame_are_kept_and_its_order(self, given: Files) -> None:
        rows = given.draw(DRAW)
        places = [[str(one["id"]) for one in FRAME].index(row["id"]) for row in rows]
        assert places == sorted(places)
        assert list(rows[0]) == ["id", "area", "size", "staff", "weight", "fpc"]

    def test_a_seed_gives_one_sample_and_another_another(self, given: Files) -> None:
        first = given.draw(DRAW)
        assert given.draw(DRAW) == first
        assert given.draw(DRAW, seed="2027") != first

    def test_neyman_asks_more_where_firms_differ_more(self, given: Files) -> None:
        rows = given.draw(DRAW + 'allocation = "neyman"\nspread = "staff"\n')
        assert Counter(row["area"] for row in rows)["b"] > 10

    def test_without_strata_the_frame_is_one(self, given: Files) -> None:
        rows = given.draw('[sample]\nsize = 10\nmethod = "systematic"\n')
        assert {row["fpc"] for row in rows} == {"100"}

    def test_the_command_says_how_the_sample_was_shared_out(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given.draw(DRAW)
        assert capsys.readouterr().out.splitlines() == ["a: 12 / 60", "b: 8 / 40"]

    def test_it_says_the_same_as_json(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        frame, design = given.table("f.csv", FRAME), given.text("d.toml", DRAW)
        options = ["--frame", str(frame), "--design", str(design), "--seed", "1"]
        call_command("draw_sample", *options, "--out", str(given.folder / "s.csv"), "--json")
        assert json.loads(capsys.readouterr().out)["strata"] == [
            {"stratum": "a", "drawn": 12, "units": 60},
            {"stratum": "b", "drawn": 8, "units": 40},
        ]

    def test_a_plan_without_a_draw_is_refused(self, given: Files) -> None:
        with pytest.raises(CommandError, match=r"\[sample\]"):
            given.draw(MEAN)

    def test_a_draw_larger_than_the_frame_writes_nothing(self, given: Files) -> None:
        with pytest.raises(CommandError, match="parmi 100"):
            given.draw(DRAW.replace("20", "101"))
        assert not (given.folder / "drawn.csv").exists()

    def test_a_folder_that_is_not_there_is_said(self, given: Files) -> None:
        frame, design = given.table("f.csv", FRAME), given.text("d.toml", DRAW)
        out = given.folder / "none" / "out.csv"
        with pytest.raises(CommandError, match="écrit"):
            call_command("draw_sample", "--frame", str(frame), "--design", str(design), "--seed", "1", "--out", str(out))  # fmt: skip


class TestEstimate:
    """`estimate_survey`: a sample alone, or with its answers and its frame."""

    def test_a_census_is_the_truth(self, given: Files, capsys: pytest.CaptureFixture[str]) -> None:
        frame = given.table("frame.csv", FRAME)
        answer = given.estimate(capsys, MEAN, frame=frame, sample=frame)
        (row,) = answer["estimates"]
        true = sum(int(str(one["staff"])) for one in FRAME) / 100
        assert (row["est"], row["se"], row["n"]) == (pytest.approx(true), 0, 100)
        assert answer["weights"]["sum"] == 100

    def test_weights_and_populations_come_from_the_frame(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given.draw(DRAW)
        capsys.readouterr()
        rows = [{"id": row["id"]} for row in given.draw(DRAW)]
        capsys.readouterr()
        answer = given.estimate(
            capsys,
            '[design]\nstrata = "area"\n' + MEAN,
            frame=given.table("frame.csv", FRAME),
            sample=given.table("sample.csv", rows),
        )
        weights = answer["weights"]
        assert (weights["n"], weights["sum"], weights["min"], weights["max"]) == (20, 100, 5, 5)

    def test_only_those_who_answered_are_counted_for_all(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sample = [dict(row, pw=1) for row in FRAME]
        answers = [{"id": row["id"], "mood": "good" if n % 3 else "bad"} for n, row in enumerate(FRAME) if n % 2]  # fmt: skip
        answer = given.estimate(
            capsys,
            '[design]\nstrata = "area"\nweight = "pw"\n[[estimate]]\nkind = "proportion"\ny = "mood"\n',
            sample=given.table("sample.csv", sample),
            answers=given.table("answers.csv", answers),
        )
        assert answer["weights"]["n"] == 50
        assert answer["weights"]["sum"] == pytest.approx(100)
        shares = {row["category"]: row["est"] for row in answer["estimates"]}
        assert shares == {"bad": pytest.approx(0.34), "good": pytest.approx(0.66)}

    def test_margins_are_counted_in_the_frame(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sample = [dict(row, pw=2) for n, row in enumerate(FRAME) if n % 3]
        design = (
            '[design]\nweight = "pw"\n[calibration]\nmargins = [ { column = "area" }, { column = "size" } ]\n'
            '[[estimate]]\nkind = "total"\ny = "staff"\nby = ["area"]\n'
        )
        answer = given.estimate(
            capsys, design,
            frame=given.table("frame.csv", FRAME), sample=given.table("sample.csv", sample),
        )  # fmt: skip
        assert answer["weights"]["sum"] == pytest.approx(100)
        assert answer["weights"]["converged"] is True
        assert [row["domain"] for row in answer["estimates"]] == ["a", "b"]
        assert "raking" in answer["weights"]["report"][-1]

    def test_a_blank_is_no_zero(self, given: Files, capsys: pytest.CaptureFixture[str]) -> None:
        rows = [{"id": n, "y": "" if n % 2 else n, "z": "NA" if n < 4 else 1} for n in range(12)]
        sample = given.table("s.csv", rows)
        design = (
            '[[estimate]]\nkind = "mean"\ny = "y"\n[[estimate]]\nkind = "ratio"\ny = "y"\nx = "z"\n'
        )
        mean, ratio = given.estimate(capsys, design, sample=sample)["estimates"]
        assert (mean["est"], mean["n"]) == (pytest.approx(5), 6)
        assert (ratio["est"], ratio["n"]) == (pytest.approx(7), 4)
        assert mean["hidden"] is True

    def test_nothing_to_estimate_is_said_in_its_place(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [{"id": n, "y": "", "zero": 0, "one": 1} for n in range(6)]
        design = '[[estimate]]\nkind = "mean"\ny = "y"\n[[estimate]]\nkind = "ratio"\ny = "one"\nx = "zero"\n'
        found = given.estimate(capsys, design, sample=given.table("s.csv", rows))["estimates"]
        assert [(row["est"], row["hidden"], row["reason"]) for row in found] == [
            (None, True, "rien à estimer")
        ] * 2

    def test_keys_stand_as_documented(
        self, given: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = given.estimate(capsys, MEAN + 'by = ["area", "size"]\n', sample=given.table("s.csv", FRAME))  # fmt: skip
        assert set(answer["weights"]) == {"n", "sum", "min", "max", "g_min", "g_max", "converged", "report"}  # fmt: skip
        assert set(answer["estimates"][0]) == {
            "kind", "y", "by", "domain", "category", "est", "se", "lo", "hi", "n", "n_eff", "n_kish", "deff", "cv", "hidden", "reason",
        }  # fmt: skip
        assert answer["estimates"][0]["domain"] == "a × large"

    def test_a_person_reads_lines(self, given: Files, capsys: pytest.CaptureFixture[str]) -> None:
        sample, design = given.table("s.csv", FRAME), given.text("d.toml", MEAN)
        call_command("estimate_survey", "--sample", str(sample), "--design", str(design))
        head, mean = capsys.readouterr().out.splitlines()
        assert head.startswith("100 réponses")
        assert mean.startswith("mean staff: 41.1 ±")


MARGIN = '[calibration]\nmethod = "{}"\nmargins = [ {} ]\n'
AREA = '{ column = "area", totals = { a = 60, b = 40 } }'

# what is asked of the frame as a sample, words of the refusal
REFUSED = [
    (MARGIN.format("raking", AREA + ', { column = "size", totals = { small = 70, large = 31 } }'), "100, size 101"),
    (MARGIN.format("raking", '{ column = "area", totals = { a = 60, b = 30, c = 10 } }'), "c"),
    (MARGIN.format("raking", '{ column = "area", totals = { a = 100 } }'), "«\u00a0b\u00a0»"),
    (MARGIN.format("raking", '{ column = "zone", totals = { a = 100 } }'), "zone"),
    (MARGIN.format("raking", '{ column = "area" }'), "totaux"),
    (MARGIN.format("poststratify", AREA + ', { column = "size", totals = { small = 60, large = 40 } }'), "une seule"),
    ('[calibration]\nmethod = "linear"\n', "aucun total"),
    ('[calibration]\nmethod = "linear"\ntotals = { sizebig = 3 }\n', "sizebig"),
    ('[calibration]\nmethod = "logit"\nbounds = [0.9, 1.1]\ntotals = { "(Intercept)" = 300 }\n', "1.1"),
    ('[[estimate]]\nkind = "mean"\ny = "size"\n', "s.csv:2 size"),
    ('[[estimate]]\nkind = "mean"\ny = "turnover"\n', "id, area, size, staff"),
    ('[design]\nweight = "staff"\n', "positif"),
    ('[design]\nstrata = "id"\nsingle_psu = "refuse"\n', "a0"),
    ('[nonresponse]\nresponded = "size"\n', "ni 0 ni 1"),
]  # fmt: skip


@pytest.mark.parametrize(("design", "said"), REFUSED)
def test_what_cannot_be_done_exits_with_the_reason(
    given: Files, capsys: pytest.CaptureFixture[str], design: str, said: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        given.estimate(capsys, design, sample=given.table("s.csv", FRAME))
    assert said in str(refusal.value)
    assert refusal.value.returncode == 1
    assert capsys.readouterr().out == ""


class TestTables:
    """Files as they come, and what is wrong with them."""

    def test_semicolons_decimal_commas_and_a_byte_order_mark(self, given: Files) -> None:
        path = given.text("s.csv", "\ufeffid;y\n1;2,5\n2;3\n")
        assert columns.read(path).numbers("y").tolist() == [2.5, 3.0]

    # the file, words of the refusal
    BROKEN = [("", "aucune ligne"), ("id,y\n", "aucune ligne"), ("id,y\n1,2\n3\n", "bad.csv:3 a 1 cellules")]  # fmt: skip

    @pytest.mark.parametrize(("text", "said"), BROKEN)
    def test_a_broken_file_is_told_by_its_line(self, given: Files, text: str, said: str) -> None:
        with pytest.raises(Exception, match=said):
            columns.read(given.text("bad.csv", text))

    def test_a_file_that_is_not_there_or_not_text(self, given: Files) -> None:
        for path in (given.folder / "none.csv", given.folder / "bytes.csv"):
            (given.folder / "bytes.csv").write_bytes(b"id,y\n\xff\xfe,1\n")
            with pytest.raises(Exception, match="UTF-8"):
                columns.read(path)

    def test_an_identifier_twice_or_of_nobody_is_named(self) -> None:
        sample = Table("s.csv", {"id": ["1", "2"]}, 2)
        twice = Table("a.csv", {"id": ["1", "1"]}, 2)
        stranger = Table("a.csv", {"id": ["1", "9"]}, 2)
        with pytest.raises(Exception, match="1 y est deux fois"):
            columns.joined(sample, twice, None)
        with pytest.raises(Exception, match=r"a\.csv:3 id.*9 n’est pas dans s\.csv"):
            columns.joined(sample, stranger, None)
        with pytest.raises(Exception, match=r"s\.csv:3 id.*2 n’est pas dans f\.csv"):
            columns.joined(sample, None, Table("f.csv", {"id": ["1"]}, 1))

    def test_the_sample_speaks_before_the_answers_and_the_frame(self) -> None:
        sample = Table("s.csv", {"id": ["1", "2"], "size": ["x", "y"]}, 2)
        answers = Table("a.csv", {"id": ["2"], "size": ["z"], "mood": ["good"]}, 1)
        frame = Table("f.csv", {"id": ["2", "1"], "mood": ["?", "?"], "area": ["b", "a"]}, 2)
        found = columns.joined(sample, answers, frame).columns
        assert found == {
            "id": ["1", "2"],
            "size": ["x", "y"],
            "mood": ["", "good"],
            "answered": ["0", "1"],
            "area": ["a", "b"],
        }

    def test_yes_and_no_in_both_languages(self) -> None:
        table = Table("s.csv", {"ok": ["1", "oui", "Yes", "0", "non", ""]}, 6)
        assert table.flags("ok").tolist() == [True, True, True, False, False, False]
