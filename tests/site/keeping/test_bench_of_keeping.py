"""The bench compares what it says it does, or says that it cannot."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bench import keeping, measure
from tests.site.keeping.conftest import Kept
from tests.site.keeping.instances import Place, at, rows

pytestmark = pytest.mark.usefixtures("anywhere")


def test_what_the_shell_of_sqlite_wrote_is_the_instance(kept: Kept, tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        assert not os.environ.get("CI"), "CI has the shell of SQLite"
        pytest.skip("the shell of SQLite is not on this machine (Debian: apt-get install sqlite3)")
    with at(kept.place):
        keeping._dump(tmp_path / "dump")
        acts = rows("ledger_act", "hash", "ORDER BY id")
    with at(Place(tmp_path / "other")) as place:
        keeping._load(tmp_path / "dump", place)
        assert rows("ledger_act", "hash", "ORDER BY id") == acts


def test_without_the_shell_of_sqlite_there_is_nothing_to_compare_with(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = measure.Report("keeping")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with at(kept.place):
        keeping.measures(told)

    assert "no sqlite3 shell" in told.lines[0]
