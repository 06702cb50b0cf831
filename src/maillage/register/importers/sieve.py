"""Sets that take the same memory whatever they hold, so that a national file is read in flat memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

_MIX = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


class Sieve:
    """A set of identifiers that may answer yes wrongly (one in ten thousand), never no wrongly.

    An identifier sets three bits of one word of 64; the same ones in every process, so that an import
    taken up by another process reads the same lines.
    """

    def __init__(self, bits: int = 26) -> None:
        self._mask = (1 << bits - 6) - 1
        self._words = array("Q", bytes(1 << bits - 3))

    def add(self, identifier: str) -> bool:
        """Put an identifier, made of digits, into the set; whether it was certainly new there."""
        mixed = int(identifier) * _MIX & _WORD
        at = mixed >> 20 & self._mask
        bits = 1 << (mixed >> 46 & 63) | 1 << (mixed >> 52 & 63) | 1 << (mixed >> 58)
        held = self._words[at]
        self._words[at] = held | bits
        return held & bits != bits

    def __contains__(self, identifier: str) -> bool:
        mixed = int(identifier) * _MIX & _WORD
        bits = 1 << (mixed >> 46 & 63) | 1 << (mixed >> 52 & 63) | 1 << (mixed >> 58)
        return self._words[mixed >> 20 & self._mask] & bits == bits


class Bits:
    """A set of row numbers, one bit each."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, number: int) -> bool:
        """Put a row number into the set; whether it was new there."""
        at = number >> 3
        if at >= len(self._bytes):
            self._bytes.extend(bytes(at + 4096 - len(self._bytes)))
        bit = 1 << (number & 7)
        fresh = not self._bytes[at] & bit
        self._bytes[at] |= bit
        return fresh

    def add_all(self, numbers: Iterable[int]) -> None:
        """Put row numbers into the set."""
        for number in numbers:
            self.add(number)

    def __contains__(self, number: int) -> bool:
        at = number >> 3
        return at < len(self._bytes) and bool(self._bytes[at] & 1 << (number & 7))
