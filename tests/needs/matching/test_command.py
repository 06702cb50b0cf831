"""`maillage match_needs` and `maillage remind`, as a program calls them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from maillage.kernel import clock
from tests.factories import needs as make

NEEDS = """id;theme;text;commune;activity;headcount;craft
n1;online;Un site vitrine;59350;10.71C;2;oui
n2;premises;Plus grand;62498;;;
n3;energy;Mon four;59350;10.71C;40;oui
"""
SERVICES = """id;themes;text;areas;headcount_max;craft_only;delay_days;capacity;load
s1;online|digital;Site vitrine;59;;oui;3;10;2
s2;premises;Locaux;;;;;;
s3;energy;Four;59|62;10;;;;
"""


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def match(folder: Path, needs: str = NEEDS, services: str = SERVICES, *options: str) -> dict:
    out = StringIO()
    files = (written(folder, "n.csv", needs), written(folder, "s.csv", services))
    call_command(
        "match_needs",
        "--needs",
        str(files[0]),
        "--services",
        str(files[1]),
        "--json",
        *options,
        stdout=out,
    )
    return json.loads(out.getvalue())


def test_each_proposal_says_why_and_needs_that_nothing_answers_are_listed(tmp_path: Path) -> None:
    told = match(tmp_path)
    assert [(one["need"], one["service"]) for one in told["proposals"]] == [
        ("n1", "s1"),
        ("n2", "s2"),
    ]
    for one in told["proposals"]:
        assert one["score"] == sum(reason["points"] for reason in one["reasons"])
    assert told["unanswered"] == ["n3"], "forty people are too many for it"
    assert told["rejects"] == []


def test_a_wrong_line_is_told_with_its_place_and_the_others_are_matched(tmp_path: Path) -> None:
    bad = NEEDS + "n4;online;;59350;;many;\nn1;online;;59350;;;\n"
    told = match(tmp_path, bad)
    assert [(one["line"], one["column"]) for one in told["rejects"]] == [
        (5, "headcount"),
        (6, ""),
    ]
    assert {one["need"] for one in told["proposals"]} == {"n1", "n2"}


def test_terms_of_advisers_find_the_theme_that_was_not_said(tmp_path: Path) -> None:
    needs = "id;theme;text;commune\nn1;;Je voudrais un SITE VITRINE;59350\n"
    assert match(tmp_path, needs)["proposals"] == []
    terms = written(tmp_path, "t.csv", "term;theme\nsite vitrine;online\n")
    told = match(tmp_path, needs, SERVICES, "--terms", str(terms))
    assert [one["service"] for one in told["proposals"]] == ["s1"]


@pytest.mark.parametrize("needs", ["", "nothing;else\n1;2\n"])
def test_a_file_that_is_none_is_refused_whole(tmp_path: Path, needs: str) -> None:
    with pytest.raises(CommandError) as refused:
        match(tmp_path, needs)
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    services = written(tmp_path, "s.csv", SERVICES)
    with pytest.raises(CommandError) as refused:
        call_command(
            "match_needs", "--needs", str(tmp_path / "no.csv"), "--services", str(services)
        )
    assert "no.csv" in str(refused.value)


@pytest.mark.django_db
def test_remind_says_what_it_did_and_does_it_once() -> None:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        make.referral()
    told = []
    for _ in range(2):
        with clock.at(clock.parse_instant("2020-06-12T10:00")):
            out = StringIO()
            call_command("remind", "--json", stdout=out)
            told.append(json.loads(out.getvalue()))
    assert told == [{"expired": 0, "reminded": 1}, {"expired": 0, "reminded": 0}]
