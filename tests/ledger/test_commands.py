"""The two commands: heads kept outside the database, chains verified against them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from maillage import ledger
from maillage.kernel import clock
from maillage.ledger import witness
from maillage.ledger.models import Head
from tests.doors import unseal
from tests.factories import ledger as factory
from tests.ledger.tampering import kept, tamper

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(*args, stdout=out, stderr=StringIO())
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    except CommandError as refused:
        return refused.returncode, str(refused)
    return 0, out.getvalue()


def verdict(*args: str) -> tuple[int, dict[str, Any]]:
    code, out = run("verify_ledger", "--json", *args)
    return code, json.loads(out)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_heads_are_printed_and_written_to_a_new_file(home: Path) -> None:
    act = factory.acts(3)[-1]
    code, out = run("heads")
    assert code == 0
    (file,) = (home / "heads").iterdir()
    assert file.read_text() == out
    assert out.splitlines()[1] == f"{act.keeper.key} 3 {act.hash}"


def test_heads_in_json_name_the_file(home: Path) -> None:
    act = factory.act()
    code, out = run("heads", "--json", "--to", str(home / "deep" / "witness.txt"))
    told = json.loads(out)
    assert code == 0
    assert told["file"] == str(home / "deep" / "witness.txt")
    assert told["heads"] == [{"keeper": str(act.keeper.key), "seq": 1, "hash": act.hash}]


def test_an_earlier_witness_is_never_overwritten(home: Path) -> None:
    factory.act()
    file = home / "witness.txt"
    assert run("heads", "--to", str(file))[0] == 0
    before = file.read_text()
    code, message = run("heads", "--to", str(file))
    assert (code, file.read_text()) == (1, before)
    assert "not written" in message


def test_valid_chains_exit_0() -> None:
    factory.acts(2)
    code, told = verdict()
    assert code == 0
    assert told == {"valid": True, "acts": 2, "chains": 1, "sealed": True, "broken": []}
    assert "Nothing was edited" in run("verify_ledger")[1]


def test_a_touched_act_exits_1_and_is_named() -> None:
    factory.acts(3)
    tamper("UPDATE ledger_act SET amount_cents = 1 WHERE seq = 2")
    code, told = verdict()
    act = kept()[1]
    assert (code, told["valid"]) == (1, False)
    assert told["broken"] == [
        {"keeper": str(act.keeper.key), "seq": 2, "key": str(act.key), "what": "edited"}
    ]
    code, words = run("verify_ledger")
    assert code == 1
    assert str(act.key) in words


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_tail_cut_with_its_head_exits_1_with_the_witness(form: str, home: Path) -> None:
    factory.acts(4)
    file = home / "witness"
    file.write_text(run("heads", *(["--json"] if form == "json" else []))[1])
    assert verdict("--heads", str(file))[0] == 0
    tamper("DELETE FROM ledger_act WHERE seq > 2")
    Head.objects.update(seq=2, hash=kept()[1].hash)
    assert verdict()[0] == 0
    code, told = verdict("--heads", str(file))
    assert (code, told["broken"][0]["what"]) == (1, "cut")


BAD_FILES = ["", "nonsense", "# maillage heads\nnonsense", '{"heads": 3}', '{"heads": [{}]}', "{"]


@pytest.mark.parametrize("text", BAD_FILES)
def test_a_file_that_holds_no_heads_exits_2(text: str, home: Path) -> None:
    file = home / "witness"
    file.write_text(text)
    code, message = run("verify_ledger", "--heads", str(file))
    assert code == 2
    assert str(file) in message


def test_a_missing_or_unreadable_file_exits_2(home: Path) -> None:
    assert run("verify_ledger", "--heads", str(home / "none"))[0] == 2
    (home / "latin").write_bytes(b"\xff\xfe")
    assert run("verify_ledger", "--heads", str(home / "latin"))[0] == 2


def test_an_open_table_exits_1_and_is_closed_again() -> None:
    factory.act()
    unseal()
    code, told = verdict()
    assert (code, told["sealed"], told["broken"]) == (1, False, [])
    ledger.assert_sealed()
    assert verdict()[0] == 0


def test_the_witness_of_an_empty_ledger_reads_back() -> None:
    assert witness.parse(witness.render([], clock.now())) == []


def test_a_witness_saved_by_a_word_processor_reads_back() -> None:
    """With a byte-order mark, other line ends and capital letters in the keys."""
    factory.act()
    (head,) = ledger.heads()
    text = f"\ufeff# maillage heads\r\n{head.keeper.upper()} {head.seq} {head.hash}\r\n"
    assert witness.parse(text) == [head]
