"""The files of a backup: what is kept, compressed, closed when a passphrase is given, and its sums."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from maillage.kernel.errors import Invalid
from maillage.site.keeping.cipher import Key

_LEVEL = 3  # nine tenths of what the highest level saves, in half its time
_GZIP = 31
PART = 1 << 18


@dataclass(frozen=True, slots=True)
class Sum:
    """How many bytes, and their SHA-256."""

    bytes: int
    sha256: str


class Tally:
    """Counts the bytes and the lines that go through it."""

    def __init__(self) -> None:
        self.bytes = self.lines = 0
        self._hash = hashlib.sha256()

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes, counted."""
        for chunk in chunks:
            self.bytes += len(chunk)
            self.lines += chunk.count(b"\n")
            self._hash.update(chunk)
            yield chunk

    def sum(self) -> Sum:
        """What went through."""
        return Sum(self.bytes, self._hash.hexdigest())

    @classmethod
    def of(cls, path: Path) -> Sum:
        """The sum of a file as it stands."""
        tally = cls()
        for _chunk in tally.over(bytes_of(path)):
            pass
        return tally.sum()


def altered(name: str) -> Invalid:
    """What is answered when a file is not the one that was written."""
    return Invalid(
        f"{name} is not as it was written: bytes were changed, lost or added.",
        remedy="Nothing was touched. Take another copy of this folder, or an earlier backup.",
    )


def inside(folder: Path, name: str) -> Path:
    """The path of a file that may lie nowhere else.

    Raises:
        Invalid: its name leads out of the folder.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Invalid(f"“{name}” leads out of its folder: nobody but a forger writes that.")
    return path


def pressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes as `gzip` writes them, without a date: the same content gives the same file."""
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        if part := press.compress(chunk):
            yield part
    yield press.flush()


def write(path: Path, chunks: Iterable[bytes]) -> Sum:
    """Write a new file to the disk, for good; its sum.

    Raises:
        OSError: there is no room, or no right to write.
    """
    tally = Tally()
    path.parent.mkdir(parents=True, exist_ok=True)
    # For the eyes of its owner: it may hold everything.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in tally.over(chunks):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return tally.sum()


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that is never seen in part, in the place of another if there is one."""
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        write(draft, chunks)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def bytes_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a part at a time."""
    with path.open("rb") as file:
        while chunk := file.read(PART):
            yield chunk


def read(path: Path, name: str, key: Key | None, wanted: Sum) -> Iterator[bytes]:
    """What is in a member.

    Raises:
        Invalid: it is not what was put there (told at the end at the latest).
    """
    tally = Tally()
    pieces = bytes_of(path)
    try:
        yield from tally.over(_unpressed(key.open(name, pieces) if key else pieces))
    except zlib.error as fault:
        raise altered(name) from fault
    if tally.sum() != wanted:
        raise altered(name)


def _unpressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What was compressed, never more than a part of it in memory."""
    press = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        left = chunk
        while left:
            yield press.decompress(left, PART)
            left = press.unconsumed_tail
    yield press.flush()


def check(path: Path, name: str, wanted: Sum) -> None:
    """See that a file is the one that was written.

    Raises:
        Invalid: it is another, or gone.
    """
    if not path.is_file():
        raise Invalid(f"{name} is missing.", remedy="Take another copy of this folder.")
    if path.stat().st_size != wanted.bytes or Tally.of(path) != wanted:
        raise altered(name)
