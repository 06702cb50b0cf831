"""Good files changed at random, each read in a process of its own: no crash, and the sums add up.

    python -m tests.intake.mutating --seed 7 --count 5000

Prints one JSON line {goal, n, failed, seconds, seed, versions} and exits 1 when one failed. Readers are
loaded once, then each mutant is read by a fork, which may die of it without harm.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from maillage.intake.reading import books, child, parent, texts, tomls, trees  # noqa: F401 -- loaded before forks
from maillage.intake.reading.limits import Limits, Refused
from maillage.intake.reasons import FILES, ROWS
from maillage.intake.tables import CannotTake, Remark, Understanding
from tests.intake import files
from tests.intake.specimen import HEADER, IMPORTER, row

LIMITS = Limits(memory=1 << 30, cpu_seconds=20, rows=5_000, open_bytes=64 << 20)
_ROWS = [HEADER, *(row(n) for n in range(12))]
SEEDS: dict[str, bytes] = {
    "actes.csv": files.as_csv(_ROWS),
    "virgules.csv": files.as_csv(_ROWS, ",", "cp1252", "\n"),
    "utf16.csv": files.as_csv(_ROWS, "\t", "utf-16"),
    "actes.json": files.as_json(_ROWS, "lignes"),
    "actes.ndjson": files.as_ndjson(_ROWS),
    "actes.toml": files.as_toml(_ROWS),
    "actes.geojson": files.geojson(
        (dict(zip(HEADER, row(n), strict=True)), files.square(3.0, 50.6)) for n in range(6)
    ),
    "actes.xlsx": files.as_xlsx(("Notice", [["Lisez-moi"]]), ("Actes", _ROWS)),
    "actes.parquet": files.as_parquet(_ROWS),
    "actes.zip": files.as_zip(("a.csv", files.as_csv(_ROWS)), ("b.json", files.as_json(_ROWS))),
}
NASTY = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b'"',
    b";",
    b",",
    b"\t",
    b"4,9E+13",
    b"{",
    b"[",
    b"]",
    b"}",
    b"\\u0000",
    b"\\ud800",
    b"<",
    b"&",
    b"PK\x03\x04",
    b"PAR1",
    b"1e400",
    b"0000-00-00",
    b"[ND]",
    b"\x1a",
    "\u202f".encode(),
    "é".encode("cp1252"),
    b"=1+1",
    b"null",
)


def _flip(chance: random.Random, content: bytearray) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _cut(chance: random.Random, content: bytearray) -> None:
    del content[chance.randrange(len(content)) :]


def _drop(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    del content[at : at + chance.randrange(1, 40)]


def _repeat(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    content[at:at] = content[at : at + chance.randrange(1, 400)] * chance.randrange(1, 5)


def _insert(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    content[at:at] = chance.choice(NASTY) * chance.choice((1, 1, 1, 50))


def _overwrite(chance: random.Random, content: bytearray) -> None:
    nasty = chance.choice(NASTY)
    at = chance.randrange(len(content))
    content[at : at + len(nasty)] = nasty


def _noise(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    content[at : at + 16] = chance.randbytes(16)


CHANGES: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _flip,
    _cut,
    _drop,
    _repeat,
    _insert,
    _overwrite,
    _noise,
)


def mutant(seed: int, number: int) -> tuple[str, bytes]:
    """The name and the content of a mutant: the same for the same numbers."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 -- the same for the same numbers
    name, content = chance.choice(sorted(SEEDS.items()))
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if changed:
            chance.choice(CHANGES)(chance, changed)
    if chance.random() < 0.05:
        name = chance.choice(sorted(SEEDS))
    return name, bytes(changed)


def verdict(path: Path, name: str) -> str:
    """What is wrong with how a file was read; blank when nothing is."""
    reading = Understanding(name, IMPORTER)
    try:
        told = list(reading.rows(_events(path, name)))
    except Crashed:
        return "the reader crashed"
    except CannotTake as refused:
        remark = refused.remark
        return "" if FILES[remark.code].fr in str(refused) and remark.file == name else str(remark)
    refused_rows = [one for one in told if isinstance(one, Remark)]
    if len(told) != reading.read:
        return f"{len(told)} told of {reading.read} read"
    for one in refused_rows:
        if not (
            one.file == name
            and one.line
            and one.code in ROWS
            and (one.column or one.code in _WHOLE)
        ):
            return str(one)
    return ""


_WHOLE = {"cells", "duplicate"}  # reasons that speak of the row, not of a column


def _events(path: Path, name: str) -> Iterator[list[object]]:
    """What a fork reads, through a pipe; its death is a refusal, as the parent has it."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        _speak(path, name, into)
    os.close(into)
    try:
        with os.fdopen(out, "rb") as pipe:
            for line in pipe:
                event = json.loads(line)
                if event[0] == "refused":
                    raise Refused(event[1], line=event[2], column=event[3], value=event[4])
                if event[0] == "done":
                    return
                yield event
    finally:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    raise Crashed if status == 1 else Refused("memory")


class Crashed(Exception):  # noqa: N818 -- the name says what happened
    """The readers raised what they do not refuse with: a defect."""


def _speak(path: Path, name: str, into: int) -> None:
    """In the fork: tell what is read, and never come back."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        child.confine(LIMITS)
        with os.fdopen(into, "w") as pipe:
            for event in child.answer(path, name, LIMITS):
                pipe.write(json.dumps(event) + "\n")
        code = 0
    finally:
        os._exit(code)


def warm_up(folder: Path) -> None:
    """Load every reader once, before the first fork."""
    for name, content in SEEDS.items():
        path = folder / "seed"
        path.write_bytes(content)
        list(child.answer(path, name, Limits()))


def run(seed: int, count: int) -> dict[str, object]:
    """Read so many mutants."""
    begun, failed = time.monotonic(), []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        warm_up(folder)
        path = folder / "mutant"
        for number in range(count):
            name, content = mutant(seed, number)
            path.write_bytes(content)
            if wrong := verdict(path, name):
                failed.append({"number": number, "name": name, "wrong": wrong[:300]})
    versions = {one: version(one) for one in ("pyarrow", "python-calamine")}
    return {
        "goal": "files",
        "n": count,
        "failed": len(failed),
        "seconds": round(time.monotonic() - begun, 1),
        "seed": seed,
        "versions": versions | {"python": platform.python_version()},
        "first": failed[:5],
    }


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=20260630)
    asked.add_argument("--count", type=int, default=5_000)
    given = asked.parse_args()
    found = run(given.seed, given.count)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 1 if found["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
