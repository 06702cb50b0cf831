"""`load_convention` and `export_convention`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.conventions.models import Convention
from maillage.conventions.text.reading import read
from tests.factories.conventions import MINIMAL, loaded

pytestmark = pytest.mark.django_db
TEXT = MINIMAL.replace('territory = "mel"\nkeeper', "keeper")


def run(*args: Any) -> str:
    out = StringIO()
    call_command(*(str(arg) for arg in args), stdout=out)
    return out.getvalue()


def test_a_file_is_loaded_exported_and_loaded_again(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(TEXT, encoding="utf-8")
    told = json.loads(run("load_convention", file, "--create-organisations", "--json"))
    assert told == {"convention": "test-2019", "outcome": "created"}
    file.write_text(run("export_convention", "test-2019"), encoding="utf-8")
    assert run("load_convention", file).strip() == "test-2019 unchanged"


def test_export_as_json_holds_the_same_file() -> None:
    loaded()
    whole = run("export_convention", "test-2019")
    assert json.loads(run("export_convention", "test-2019", "--json")) == {"toml": whole}
    assert read(whole).slug == "test-2019"


def test_an_unknown_convention_names_the_known_ones() -> None:
    loaded()
    with pytest.raises(CommandError, match="test-2019"):
        run("export_convention", "nothing")


def test_a_refused_file_names_line_key_reason_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(TEXT.replace("share = 33.34", "share = 30"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"c\.toml:\d+:\d+: versions\[1\]\.parties: .*96.66"):
        run("load_convention", file, "--create-organisations")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("load_convention", str(file), "--json", stdout=out)
    (problem,) = json.loads(out.getvalue())["problems"]
    assert set(problem) == {"file", "line", "column", "key", "reason", "remedy"}
    assert not Convention.objects.unscoped(reason="a test").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "mel-cma-2019.toml"), ("é".encode("cp1252"), "UTF-8"), (b"#" * 1_000_001, "trop gros")],
)
def test_a_file_that_cannot_be_taken_says_why(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "c.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=told):
        run("load_convention", file)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert run("load_convention", file, "--create-organisations").strip() == "test-2019 created"


@pytest.mark.parametrize(
    "content",
    [
        "é".encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.replace("Visiter", "Visi\\u0000ter").encode(),
        TEXT.replace("Visiter", "Visi\x00ter").encode(),
        TEXT.encode()[:400],
        b"",
        b"format = 1\n",
        TEXT.replace("share = 33.34", "share = 33,34").encode(),
    ],
    ids=["cp1252", "utf-16", "nul escaped", "nul", "truncated", "empty", "bare", "comma"],
)
def test_a_broken_file_is_refused_whole_with_exit_1(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        run("load_convention", file, "--create-organisations")
    assert refusal.value.returncode == 1
    assert str(refusal.value).strip()
    assert not Convention.objects.unscoped(reason="a test").exists()


@pytest.mark.parametrize("command", ["load_convention", "export_convention"])
def test_a_command_without_its_argument_is_misused(command: str) -> None:
    with pytest.raises(CommandError, match=r"required|requis"):
        call_command(command)
