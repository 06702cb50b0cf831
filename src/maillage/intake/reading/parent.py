"""The safe side of a reading: starts the child, takes its rows, ends it when it stays silent.

    for event in events(path, name):      # said, table, rows
        …

Whatever happens to the child (no memory left, no time left, killed) is a refusal of the file, in words.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from maillage.intake.reading.limits import Limits, Refused

_BLOCK = 1 << 16
_LONGEST = 64 << 20  # characters of one line of the child
PASSED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
# One thread and the system's own allocator: what the limit of memory counts is what is used.
QUIET = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


def events(path: Path, name: str, limits: Limits | None = None) -> Iterator[list[Any]]:
    """What a child reads of a file, as it comes.

    Raises:
        Refused: the file is refused whole; rows given before are to be forgotten.
    """
    allowed = limits or Limits()
    child = _start(path, name, allowed)
    try:
        for line in _lines(child, allowed.silent_seconds):
            event = _understood(line)
            if event[0] == "refused":
                code, at, column, value = event[1:]
                raise Refused(str(code), line=int(at), column=str(column), value=str(value))
            if event[0] == "done":
                return
            yield event
        raise Refused(how_it_died(child.wait()))
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def passed() -> dict[str, str]:
    """What a child needs of the machine to start; nothing of the instance, no secret."""
    return {name: os.environ[name] for name in PASSED if name in os.environ}


def isolated() -> list[str]:
    """Our own interpreter, deaf to the environment; where this one keeps its bytecode, it is told by word."""
    kept = ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
    return [sys.executable, "-I", *kept]


def _start(path: Path, name: str, limits: Limits) -> subprocess.Popen[bytes]:
    told = json.dumps(asdict(limits))
    command = [*isolated(), "-m", "maillage.intake.reading.child", str(path), name, told]
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and module; the name is data
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=passed() | QUIET,
    )


def _lines(child: subprocess.Popen[bytes], silent_seconds: float) -> Iterator[bytes]:
    if child.stdout is None:
        return
    pipe, begun = child.stdout.fileno(), bytearray()
    while True:
        if not select.select([pipe], [], [], silent_seconds)[0]:
            raise Refused("too_slow")
        block = os.read(pipe, _BLOCK)
        if not block:
            return
        begun += block
        if b"\n" in block:
            *whole, rest = begun.split(b"\n")
            begun = bytearray(rest)
            yield from map(bytes, whole)
        elif len(begun) > _LONGEST:
            raise Refused("memory")


def _understood(line: bytes) -> list[Any]:
    try:
        event = json.loads(line)
    except ValueError as problem:
        raise Refused("crashed") from problem
    if not isinstance(event, list) or not event:
        raise Refused("crashed")
    return event


def how_it_died(code: int) -> str:
    """No memory left, unless the time was up: a library that cannot allocate ends its process."""
    if code == -signal.SIGXCPU:
        return "too_slow"
    return "memory" if code < 0 else "crashed"
