"""Several publications at the same instant, and acts meanwhile, on both databases, in threads of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.test_concurrency import address
from tests.observatory.publishers import SENDINGS

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """What stands when publishers and an adviser, who began together, have ended."""
    environment = {
        **os.environ,
        "DATABASE_URL": address(tmp_path),
        "MAILLAGE_HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-m", "tests.observatory.publishers"]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_publications_at_once_follow_one_another_and_hold_what_their_heads_hold(told: Any) -> None:
    made = told["publications"]

    assert told["valid"]
    assert len(made) == len(set(SENDINGS))
    assert told["sent"][0] == told["sent"][1]  # one form sent twice publishes once
    assert [one["revises"] for one in made] == [None, made[0]["pk"], made[1]["pk"]]
    # A visit begun while the first one was computed waits for its end: it is in neither half of it.
    assert told["was_held"] == [True]
    assert (made[0]["value"], made[0]["held"]) == (4, 4)
    assert all(one["value"] == one["held"] for one in made)
    assert told["visits"] == 5
