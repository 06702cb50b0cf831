"""Four workers, kills and cuts: nothing lost, nothing doubled but what is shown as uncertain.

`MAILLAGE_OUTBOX=2000` is the long size.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.db import connection

from tests.ledger.test_concurrency import address
from tests.post import smtp

MESSAGES = int(os.environ.get("MAILLAGE_OUTBOX", "40"))
SEED = 20200630
ROOT = Path(__file__).parents[2]


def rough(chance: random.Random) -> Any:
    """A server that breaks one conversation in eight, at any step."""
    together = Lock()

    def choose(step: str) -> str:
        with together:
            if step == "ehlo" or chance.random() > 1 / (8 * len(smtp.STEPS)):
                return ""
            return smtp.CUT if step == "body" else chance.choice((smtp.CUT, smtp.HALF, "451 later"))

    return choose


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_workers_killed_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with smtp.server() as server:
        server.choose = rough(random.Random(SEED))  # noqa: S311 -- a seeded walk
        done = subprocess.run(
            [sys.executable, "-m", "tests.post.workers", str(MESSAGES), str(SEED)],
            env=os.environ
            | {
                "DATABASE_URL": address(tmp_path),
                "MAILLAGE_HOME": str(tmp_path),
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": str(server.port),
            },
            cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    copies = Counter(taken.id.strip("<>").partition("@")[0] for taken in server.taken)
    wrong = {
        key: (state, copies[key])
        for key, state in told["stands"].items()
        if copies[key] not in {"sent": (1,), "uncertain": (0, 1)}.get(state, ())
    }
    assert len(told["stands"]) == MESSAGES
    assert wrong == {}
    assert set(copies) <= set(told["stands"])
    assert told["kills"] >= 2, connection.vendor
