"""Where bytes come from: a file, or a member of a zip, counted as they are read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from maillage.intake.reading.limits import Limits, Refused

_BLOCK = 1 << 16
# Whatever a damaged archive makes the library raise: wrong places, unknown methods, impossible sizes.
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OverflowError, ValueError, KeyError,
    struct.error,
)  # fmt: skip


class Counted(io.RawIOBase):
    """A stream that refuses to give more than it may, whatever its size was said to be."""

    def __init__(self, stream: IO[bytes], at_most: int, packed: int, limits: Limits) -> None:
        super().__init__()
        self._stream = stream
        self._at_most = at_most
        self._packed = packed
        self._limits = limits
        self.given = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Give the next bytes.

        Raises:
            Refused: there are too many, or they were packed too tightly to be honest.
        """
        try:
            block = self._stream.read(min(len(buffer), _BLOCK))
        except BROKEN_ZIP as problem:
            raise Refused("broken_zip") from problem
        self.given += len(block)
        if self.given > self._at_most:
            raise Refused("too_big", value=str(self._at_most >> 20))
        if self._packed and self.given > max(
            self._limits.ratio_from, self._limits.ratio * self._packed
        ):
            raise Refused("bomb")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close what it reads too."""
        self._stream.close()
        super().close()


@dataclass(frozen=True)
class Source:
    """Something that can be read from its beginning, several times if need be."""

    name: str
    stream: Callable[[], IO[bytes]]
    limits: Limits
    packed: int = 0  # compressed bytes, for a member of a zip

    def open(self, at_most: int = 0) -> io.BufferedReader:
        """The bytes, counted."""
        allowed = at_most or (self.limits.open_bytes if self.packed else self.limits.file_bytes)
        return io.BufferedReader(Counted(self.stream(), allowed, self.packed, self.limits), _BLOCK)

    def head(self) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(512)

    def whole(self, at_most: int = 0) -> bytes:
        """All of it, in memory."""
        with self.open(at_most) as stream:
            return stream.read()


def members(source: Source) -> Iterator[Source]:
    """The files in a zip, in its order; what Macs add beside each file is passed over.

    Raises:
        Refused: it is no readable zip, is locked, or holds too many files or another archive.
    """
    with open_zip(source) as archive:
        names = [info for info in archive.infolist() if not info.is_dir()]
        if len(names) > source.limits.members:
            raise Refused("too_many_members", value=str(source.limits.members))
        kept = [info for info in names if not info.filename.startswith(("__MACOSX/", "."))]
        if not kept:
            raise Refused("empty")
        for info in kept:
            yield _inside(archive, info, source.limits)


def _inside(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> Source:
    if info.flag_bits & 1:
        raise Refused("locked")
    return Source(info.filename, _member(archive, info), limits, packed=max(info.compress_size, 1))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def stream() -> IO[bytes]:
        try:
            return archive.open(info)
        except BROKEN_ZIP as problem:
            raise Refused("broken_zip") from problem
        except RuntimeError as problem:  # how zipfile says that a password is needed
            raise Refused("locked") from problem

    return stream


@contextmanager
def open_zip(source: Source) -> Iterator[zipfile.ZipFile]:
    """The archive, its table of contents read.

    Raises:
        Refused: it is truncated or damaged.
    """
    with source.stream() if not source.packed else io.BytesIO(source.whole()) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (*BROKEN_ZIP, OSError) as problem:
            raise Refused("broken_zip") from problem
        with archive:
            yield archive


def weigh(source: Source, archive: zipfile.ZipFile) -> None:
    """Decompress every member once, counting, before another library trusts the archive.

    Raises:
        Refused: it opens to more than is read.
    """
    left = source.limits.open_bytes
    for info in archive.infolist():
        with _inside(archive, info, source.limits).open(max(left, 1)) as stream:
            while block := stream.read(_BLOCK):
                left -= len(block)
