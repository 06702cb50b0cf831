"""The safe side of a pouring: one big table as a stream of CSV, opened and unpacked by a confined child."""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from maillage.intake.reading.limits import MEGABYTE, Refused
from maillage.intake.reading.parent import QUIET, how_it_died, isolated, passed

_CHILD = Path(__file__).with_name("pouring.py")


@dataclass(frozen=True, slots=True)
class Pouring:
    """The hard limits of one pouring: a national file holds ten gigabytes, its longest line a thousand bytes."""

    memory: int = 256 * MEGABYTE  # address space of the child
    cpu_seconds: int = 1_800
    silent_seconds: float = 30
    open_bytes: int = 100 << 30
    ratio: int = 200  # decompressed to compressed, past `ratio_from`
    ratio_from: int = 8 * MEGABYTE
    line: int = MEGABYTE
    # Of Parquet, whose groups of rows unfold in memory; a footer's promise may only refuse.
    parquet_memory: int = 1024 * MEGABYTE
    rows: int = 500_000_000
    columns: int = 500
    cells: int = 10_000_000_000

    def told(self, path: Path) -> str:
        """What the child is told of them, for this file."""
        limits = asdict(self)
        limits["is_parquet"] = int(_head(path) == b"PAR1")
        if limits["is_parquet"]:
            limits["memory"] = self.parquet_memory
        return json.dumps(limits)


def _head(path: Path) -> bytes:
    """The first four bytes of a plain file; what does not open is left to the child to say."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(4)
    except OSError:
        return b""


class Poured(io.RawIOBase):
    """What a child reads of a file, as it comes.

    Reading raises `Refused` when the file is refused, wherever the child was: bytes given before are to be forgotten.
    """

    def __init__(self, path: Path, limits: Pouring | None = None) -> None:
        super().__init__()
        self._limits = limits or Pouring()
        told = self._limits.told(path)
        self._child = subprocess.Popen(  # noqa: S603 -- our own interpreter and module; the path is data
            [*isolated(), "-S", str(_CHILD), str(path.absolute()), told],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=passed() | QUIET,
        )
        self._ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Give the next bytes.

        Raises:
            Refused: the child refused the file, died or stays silent.
        """
        if self._ended or self._child.stdout is None:
            return 0
        pipe = self._child.stdout.fileno()
        if not select.select([pipe], [], [], self._limits.silent_seconds)[0]:
            raise Refused("too_slow")
        given = os.readv(pipe, [buffer])
        if not given:
            self._end()
        return given

    def _end(self) -> None:
        said = self._child.stderr.read().decode() if self._child.stderr else ""
        code = self._child.wait()
        self._ended = True
        if code or said != "done":
            raise Refused(said if said.isidentifier() and not code else how_it_died(code))

    def close(self) -> None:
        """End the child, whatever it was doing."""
        if not self.closed:
            self._child.kill()
            self._child.wait()
            for channel in (self._child.stdout, self._child.stderr):
                if channel:
                    channel.close()
        super().close()
