"""A seat is given once, whoever asks at the same instant: processes and threads of their own, on both databases.

`MAILLAGE_CLAIMS` claims for an eighth as many seats (40 for 5; `make verify-seats`: 400 for 50).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.test_concurrency import address

ROOT = Path(__file__).parents[2]
CLAIMS = int(os.environ.get("MAILLAGE_CLAIMS", "40"))
SEATS = CLAIMS // 8

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """What stands when all who claimed, then all who gave up, have ended."""
    environment = {
        **os.environ,
        "DATABASE_URL": address(tmp_path),
        "MAILLAGE_HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-m", "tests.events.claiming"]
    command += ["--claims", str(CLAIMS), "--seats", str(SEATS)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    sys.stderr.write(done.stdout)
    return json.loads(done.stdout)


def test_as_many_get_a_seat_as_there_are_and_those_who_wait_get_those_given_up(told: Any) -> None:
    first, second = told["first"], told["second"]
    every_seat = list(range(1, SEATS + 1))

    assert told["valid"]
    assert first["lines"] == second["lines"] == CLAIMS
    assert first["seats"] == second["seats"] == every_seat
    assert first["acts"] == second["acts"] == SEATS
    assert len(first["waiting"]) == CLAIMS - SEATS
    # Those who waited longest sit where the first ones sat, and nobody was promoted twice.
    assert second["seated"] == sorted(first["waiting"][:SEATS])
    assert second["waiting"] == first["waiting"][SEATS:]
    # The workshop has half as many seats: given to those who sit at the event, and again once these gave theirs up.
    every_room = list(range(1, max(SEATS // 2, 1) + 1))
    assert first["room"] == second["room"] == every_room
    assert set(first["in_room"]) <= set(first["seated"])
    assert set(second["in_room"]) <= set(second["seated"])
    assert (first["choices"], second["choices"]) == (CLAIMS, CLAIMS - SEATS)
    # A workshop asked for by people who all have a seat at the day: the same, and in the order in which they asked.
    first, second = told["workshop"]["first"], told["workshop"]["second"]
    assert first["seats"] == second["seats"] == every_seat
    assert sorted(first["by_turn"]) == sorted(f"n{number}@a.example" for number in range(CLAIMS))
    assert (first["seated"], first["waiting"]) == (
        first["by_turn"][:SEATS],
        first["by_turn"][SEATS:],
    )
    assert second["by_turn"] == first["waiting"]
    assert (second["seated"], second["waiting"]) == (
        first["waiting"][:SEATS],
        first["waiting"][SEATS:],
    )
