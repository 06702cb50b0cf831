"""`maillage load_catalogue`: the format is told by the columns, the answer to people and to programs."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.catalogue.models import EntryVersion
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> tuple[int, str, str]:
    """Exit code, what was printed, what was said beside it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("load_catalogue", str(path), *options, stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def as_json(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code, printed, _said = run(path, "--json", *options)
    return code, json.loads(printed)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "source"),
    [
        ("a.json", make.as_json(make.service()), "di_services"),
        ("b.json", make.as_json(make.structure()), "di_structures"),
        ("c.csv", make.as_csv(make.scheme()), "aid_schemes"),
        ("d.json", b'{"items": ' + make.as_json(make.service()) + b', "total": 1}', "di_services"),
    ],
)
def test_the_format_of_a_file_is_told_by_its_columns(
    tmp_path: Path, name: str, content: bytes, source: str
) -> None:
    code, answer = as_json(written(tmp_path, name, content))
    assert (code, answer["status"], answer["source"]) == (0, "applied", source)
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (1, 1, 0)
    assert EntryVersion.objects.current().count() == 1


def test_why_a_file_is_refused_whole_is_said_once(tmp_path: Path) -> None:
    code, printed, said = run(written(tmp_path, "a.csv", b"a;b\n1;2\n"))
    assert (code, printed) == (2, "")
    assert said.count("a.csv:1") == said.count("colonnes nécessaires") == 1


def test_each_refused_line_is_told_with_its_column_its_reason_and_its_remedy(
    tmp_path: Path,
) -> None:
    content = make.as_csv(
        make.scheme(1), make.scheme(2, cibles="particuliers"), make.scheme(3, id="x")
    )
    code, answer = as_json(written(tmp_path, "aides.csv", content))
    assert (code, answer["accepted"], answer["rejected"]) == (0, 1, 2)
    told = [(one["file"], one["line"], one["column"], one["code"]) for one in answer["rejects"]]
    assert told == [("aides.csv", 3, "cibles", "not_for_firms"), ("aides.csv", 4, "id", "uuid")]
    assert all(" " in one["reason"] for one in answer["rejects"])


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    code, answer = as_json(written(tmp_path, "a.json", make.as_json(make.service())), "--dry-run")
    assert (code, answer["status"], answer["kinds"]) == (0, "dry_run", {"new": 1})
    assert not EntryVersion.objects.exists()


def test_a_file_of_no_known_format_says_which_columns_it_misses(tmp_path: Path) -> None:
    code, answer = as_json(written(tmp_path, "x.csv", b"nom,prenom\nA,B\n"))
    assert (code, answer["status"]) == (2, "refused")
    assert answer["notes"]


@pytest.mark.parametrize("content", [b"", b"[{", b"\x00\x01"])
def test_what_is_no_file_of_the_sort_is_not_taken(tmp_path: Path, content: bytes) -> None:
    code, answer = as_json(written(tmp_path, "x.json", content))
    assert (code, answer["status"]) == (2, "refused")


def test_a_file_that_is_not_there_is_not_taken(tmp_path: Path) -> None:
    code, answer = as_json(tmp_path / "nowhere.json")
    assert (code, answer["status"]) == (2, "refused")


def test_people_read_a_line_a_refusal(tmp_path: Path) -> None:
    content = make.as_json(make.service(1), make.service(2, nom="X"))
    code, printed, _said = run(written(tmp_path, "a.json", content))
    assert code == 0
    assert "2 read, 1 accepted, 1 rejected" in printed
    assert "a.json:3 nom" in printed
