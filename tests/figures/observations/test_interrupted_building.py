"""A building that is killed or lacks room leaves what stood before, and can be made again to the same observations."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maillage.figures.observations import building, opening
from maillage.figures.observations.engines import whole
from maillage.kernel.errors import Invalid
from tests.figures.observations.interrupted import order

ROOT = Path(__file__).parents[3]
LONG = bool(os.environ.get("MAILLAGE_BUILDINGS"))
STEPS = (1, 2, 3, 4, 5, 6) if LONG else (3, 6)
ROOMS = (1_000, 3_000, 10_000, 20_000, 30_000) if LONG else (20_000,)
NAMES = ("observations.parquet", opening.FILE, opening.EMPLOYERS)


def run(folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """The building in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "tests.figures.observations.interrupted", str(folder), *what],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "maillage.site.settings", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )  # fmt: skip


def told(path: Path) -> list[tuple[Any, ...]]:
    """Every row of a file, whatever their order."""
    return sorted(map(repr, pq.read_table(path).to_pylist()))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """What an uninterrupted building writes."""
    folder = tmp_path_factory.mktemp("right")
    building.build(order(folder))
    return {name: told(folder / "out" / name) for name in NAMES}


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_is_made_again_as_if_nothing_had_happened(
    step: int, tmp_path: Path, right: dict[str, list[tuple[Any, ...]]]
) -> None:
    done = run(tmp_path, "die", str(step))
    assert done.returncode == -signal.SIGKILL, done.stderr[-500:]
    assert not (tmp_path / "out" / "observations.parquet").exists(), "whole or not at all"
    building.build(order(tmp_path))
    assert {name: told(tmp_path / "out" / name) for name in NAMES} == right
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == set(NAMES), "neither a working folder nor half a file"


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_without_room_it_says_so_in_a_sentence_and_replaces_nothing(
    room: int, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "observations.parquet").write_bytes(b"those of last month")
    done = run(tmp_path, "room", str(room))
    assert done.returncode == 3, done.stderr[-500:]
    assert "rien n’a été remplacé" in done.stdout
    assert "Traceback" not in done.stderr
    assert (out / "observations.parquet").read_bytes() == b"those of last month"
    left = {path.name for path in out.iterdir()}
    assert left <= set(NAMES)


# A file that appears whole, or not at all


def test_a_file_written_to_its_end_takes_its_name(tmp_path: Path) -> None:
    with whole(tmp_path / "told.parquet") as staged:
        staged.write_bytes(b"all of it")
        assert not (tmp_path / "told.parquet").exists()
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [
        ("told.parquet", b"all of it")
    ]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [(OSError(28, "No space left on device"), Invalid), (KeyError("x"), KeyError)],
)
def test_a_file_that_is_not_written_to_its_end_leaves_what_stood_there(
    tmp_path: Path, fault: Exception, seen: type[Exception]
) -> None:
    (tmp_path / "told.parquet").write_bytes(b"before")

    def half() -> None:
        with whole(tmp_path / "told.parquet") as staged:
            staged.write_bytes(b"half")
            raise fault

    with pytest.raises(seen):
        half()
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [
        ("told.parquet", b"before")
    ]


def test_when_nothing_is_written_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "told.parquet").write_bytes(b"before")
    with whole(tmp_path / "told.parquet"):
        pass
    assert (tmp_path / "told.parquet").read_bytes() == b"before"
