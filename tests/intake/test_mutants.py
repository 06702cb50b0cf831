"""Mutants: 500 good files changed at random here, 5 000 by `make verify-files`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_no_mutant_breaks_a_reader_and_the_sums_add_up() -> None:
    command = [sys.executable, "-m", "tests.intake.mutating", "--count", "500"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    env = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    told = json.loads(done.stdout)
    assert told["n"] == 500
    assert told["first"] == []
    assert done.returncode == told["failed"] == 0
