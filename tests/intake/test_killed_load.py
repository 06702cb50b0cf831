"""Every load killed with SIGKILL at any statement, on the database under test: taken up, it ends as a whole one.

In CI one kill of each importer on each database; `make verify-kill` makes two hundred on each. Set MAILLAGE_SEED
to make the same kills again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maillage.intake.declared import importers
from tests.intake import killing
from tests.register.test_killed_import import Instance

KILLS = int(os.environ.get("MAILLAGE_KILLS", len(killing.CASES)))
SEED = os.environ.get("MAILLAGE_SEED", "20261126")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Any:
    """What the process that kills has seen."""
    instance = Instance(tmp_path_factory.mktemp("killed") / "home", bare=True)
    words = ["-m", "tests.intake.killing", "--kills", str(KILLS), "--seed", SEED]
    done = subprocess.run(
        [sys.executable, *words], env=instance.environment, capture_output=True, text=True,
        check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    instance.drop()
    assert done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_killed_load_that_is_taken_up_ends_where_a_whole_one_ends(seen: Any) -> None:
    assert seen["wrong"] == []


@pytest.mark.slow
@pytest.mark.django_db
def test_the_kills_fell_while_each_load_ran(seen: Any) -> None:
    """A kill drawn beyond the end of what was left to do is none: most must have struck."""
    assert set(seen["kills"]) == {case.name for case in killing.CASES}
    assert all(seen["kills"].values())
    assert sum(seen["kills"].values()) > KILLS * 0.6
    assert all(statements > 20 for statements in seen["statements"].values())


def test_every_importer_is_killed() -> None:
    """A new one says in `killing.CASES` how it is played, and what it leaves."""
    assert {case.source for case in killing.CASES} == set(importers())


class TestTheKiller:
    """What kills is itself looked at: a killer that never struck would prove nothing."""

    def test_it_ends_the_process_at_the_statement_drawn_and_at_no_other(self) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            counter = killing.Counter(until=3)
            for _ in range(5):
                counter(lambda: os.write(writing, b"."))
            os._exit(0)
        os.close(writing)
        _pid, status = os.waitpid(pid, 0)
        with os.fdopen(reading, "rb") as told:
            assert told.read() == b"..", "the third was never sent"
        assert os.WTERMSIG(status) == signal.SIGKILL

    def test_it_strikes_nobody_when_it_is_only_counting(self) -> None:
        counter = killing.Counter()
        assert [counter(lambda: "done") for _ in range(4)] == ["done"] * 4
        assert counter.seen == 4

    @pytest.mark.django_db(transaction=True)
    def test_commits_count_as_statements_do(self) -> None:
        from django.db import connection, transaction

        counter = killing.Counter()
        with counter.listening():
            with transaction.atomic():
                connection.cursor().execute("SELECT 1")
            seen = counter.seen
        connection.cursor().execute("SELECT 1")
        assert counter.seen == seen >= 2, "nothing is counted once it is over"
