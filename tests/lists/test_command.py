"""`maillage load_list`: loaded and compared at once, told to people and to programs."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.lists.models import Comparison
from tests.factories import accounts, lists as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    path = tmp_path / "adherents.csv"
    path.write_bytes(make.file())
    return path


def run(path: Path, *options: str, **given: str) -> tuple[int, str, str]:
    """Exit code, what was printed, what was said beside it."""
    out, err = StringIO(), StringIO()
    asked: list[str] = []
    for name, value in (make.GIVEN | given).items():
        asked += [f"--{name}", value]
    try:
        call_command("load_list", str(path), *asked, *options, stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def as_json(path: Path, *options: str, **given: str) -> tuple[int, dict[str, Any]]:
    code, printed, _said = run(path, "--json", *options, **given)
    return code, json.loads(printed)


def test_a_list_is_loaded_and_looked_for_in_the_register(spreadsheet: Path) -> None:
    accounts.organisation()
    make.bakery()
    code, answer = as_json(spreadsheet)
    assert code == 0
    assert (answer["status"], answer["read"], answer["accepted"]) == ("applied", 2, 2)
    assert answer["lines"] == {
        "lines": 2, "linked": 1, "to_review": 0, "unlinked": 1, "waiting": 0,
    }  # fmt: skip
    assert Comparison.objects.get().stage == "done"


def test_how_far_it_is_is_told_beside_the_answer(spreadsheet: Path) -> None:
    accounts.organisation()
    code, printed, said = run(spreadsheet)
    assert code == 0
    assert "reading: 0" in said
    assert "writing: 2" in said
    assert "2 lignes\u00a0: 0 reconnues, 0 à vérifier, 2 introuvables." in printed


def test_a_dry_run_writes_nothing(spreadsheet: Path) -> None:
    accounts.organisation()
    code, answer = as_json(spreadsheet, "--dry-run")
    assert (code, answer["status"], answer["kinds"]) == (0, "dry_run", {"new": 2})
    assert not make.lines().exists()


def test_the_organisation_that_holds_it_is_named_when_there_are_several(spreadsheet: Path) -> None:
    one, _two = accounts.organisation(), accounts.organisation()
    code, answer = as_json(spreadsheet)
    assert (code, answer["status"]) == (2, "refused")
    code, _answer = as_json(spreadsheet, "--organisation", one.name)
    assert code == 0
    assert make.the_list().organisation == one


@pytest.mark.parametrize("missing", ["holder", "list", "day", "purpose"])
def test_what_is_not_said_of_the_list_is_asked_for(spreadsheet: Path, missing: str) -> None:
    accounts.organisation()
    code, answer = as_json(spreadsheet, **{missing: ""})
    assert (code, answer["status"]) == (2, "refused")
    assert missing in answer["notes"][0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    accounts.organisation()
    code, answer = as_json(tmp_path / "nowhere.csv")
    assert (code, answer["status"]) == (2, "refused")


def test_loaded_again_nothing_is_written_twice(spreadsheet: Path) -> None:
    accounts.organisation()
    as_json(spreadsheet)
    code, answer = as_json(spreadsheet, day="2019-09-01")
    assert (code, answer["kinds"]) == (0, {"unchanged": 2})
    assert make.lines().count() == 2
