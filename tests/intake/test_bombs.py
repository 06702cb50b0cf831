"""Bombs: refused in less than two seconds of work, in the child, while this process keeps its size."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from maillage.intake.reading.limits import Limits, Refused
from maillage.intake.reading.parent import events
from maillage.intake.tables import CannotTake, Understanding
from tests.intake import files
from tests.intake.bombs import BOMBS, Bomb
from tests.intake.specimen import HEADER, IMPORTER, row

SECONDS = 2.0
# Of address space, so of memory too: what the system counts for a child begins with its parent's.
SMALL = Limits(memory=300 << 20)

# Whoever serves pages loads none of what reads files.
SERVE = """
import sys
import django
django.setup()
from django.urls import get_resolver
list(get_resolver().url_patterns)
import maillage.intake.reading.parent, maillage.intake.tables
print(sorted(m for m in ("pyarrow", "python_calamine", "maillage.intake.reading.books", "pandas")
             if m in sys.modules))
"""


def worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_there_are_at_least_25_of_them() -> None:
    assert len(BOMBS) >= 25
    assert len({bomb.label for bomb in BOMBS}) == len(BOMBS)


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda b: b.label)
def test_a_bomb_is_refused_quickly_and_hurts_nobody(bomb: Bomb, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(bomb.make())
    own, before = megabytes(), worked()

    with pytest.raises(CannotTake) as refused:
        list(Understanding(bomb.name, IMPORTER).rows(events(path, bomb.name, SMALL)))

    assert refused.value.remark.code in bomb.codes
    assert worked() - before <= SECONDS
    assert megabytes() - own <= 40


def test_the_process_that_serves_pages_loads_no_reader() -> None:
    done = subprocess.run([sys.executable, "-c", SERVE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_child_that_stays_silent_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(files.as_csv([HEADER, row(1)]))

    with pytest.raises(Refused) as refused:
        list(events(path, "a.csv", Limits(silent_seconds=0.0)))

    assert refused.value.code == "too_slow"


def test_a_child_without_time_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(files.as_json([HEADER, *(row(n) for n in range(60_000))]))

    with pytest.raises(Refused) as refused:
        list(events(path, "a.json", Limits(cpu_seconds=0)))

    assert refused.value.code in {"too_slow", "memory"}


def test_a_child_without_memory_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(files.as_json([HEADER, *(row(n) for n in range(60_000))]))

    with pytest.raises(Refused) as refused:
        list(events(path, "a.json", Limits(memory=10 << 20)))  # less than it holds by then

    assert refused.value.code == "memory"


def test_a_reading_left_halfway_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(files.as_csv([HEADER, *(row(n) for n in range(20_000))]))

    reading = events(path, "a.csv")
    assert next(reading)[0] == "said"
    before = worked()
    reading.close()

    assert worked() > before  # it was ended and waited for


def test_what_a_broken_child_says_is_not_believed(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")
    for said in ("not JSON", "{}", "[]"):
        monkeypatch.setattr(sys, "executable", str(_speaker(tmp_path, said)))
        with pytest.raises(Refused) as refused:
            list(events(path, "a.csv"))
        assert refused.value.code == "crashed"


def _speaker(folder: Path, said: str) -> Path:
    script = folder / "speaker"
    script.write_text(f"#!/bin/sh\necho '{said}'\n")
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("name", ["absent.csv", "absent.xlsx"])
def test_a_file_that_is_not_there_is_a_refusal(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        list(events(tmp_path / name, name))

    assert refused.value.code == "unreadable"


def test_a_folder_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        list(events(tmp_path, "a.csv"))

    assert refused.value.code == "unreadable"
