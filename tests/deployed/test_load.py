"""Many advisers report at the same time: no error, nothing lost, on both databases (the long size: `make verify-load`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deployed.loading import Told, posted
from tests.deployed.running import Instance, free_port

pytestmark = pytest.mark.deployed

ADVISERS, SECONDS, EVERY = 4, 3.0, 0.5
COUNT = """
import django; django.setup()
from maillage.outreach.models import Visit
print(Visit.objects.unscoped(reason="a test").count())
"""


def load(instance: Instance) -> tuple[Told, int]:
    """What came of it, and how many visits the database holds more."""
    people = json.loads(instance.run("tests.deployed.loading", str(ADVISERS)).splitlines()[-1])
    port, before = free_port(), int(instance.run_code(COUNT))
    with instance.served(port):
        told = posted(port, people, SECONDS, EVERY)
    return told, int(instance.run_code(COUNT)) - before


def judge(told: Told, recorded: int) -> None:
    assert told.errors == 0, told.statuses
    assert recorded == told.statuses[302] == ADVISERS * SECONDS / EVERY


def test_no_visit_fails_on_sqlite(tmp_path: Path) -> None:
    instance = Instance(tmp_path, "")
    instance.run("maillage", "migrate", "--verbosity", "0")
    judge(*load(instance))


def test_no_visit_fails_on_postgresql(instance: Instance) -> None:
    judge(*load(instance))


def test_a_share_of_answers_came_within_the_slowest_of_them() -> None:
    told = Told(seconds=[0.1 * rank for rank in range(100, 0, -1)])
    told.statuses.update({302: 98, 500: 1, "TimeoutError": 1})
    assert told.within(0.95) == pytest.approx(9.5)
    assert told.within(1) == pytest.approx(10)
    assert told.errors == 2
