"""What a passphrase closes: Argon2id makes the key, ChaCha20-Poly1305 closes each piece of a file.

Each file of a backup has a key of its own, drawn from the passphrase, the salt of the backup and the
file's name, so that no file can stand for another. A file is cut in pieces of 64 KiB, each closed
under its rank and whether it is the last one: a piece moved, lost or added does not open. The
libraries do all of the arithmetic; the construction is that of the STREAM paper (Hoang, Reyhanitabar,
Rogaway, Vizár, 2015).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from maillage.kernel.errors import Invalid

PIECE = 1 << 16
_TAG = 16
SHORTEST = 12


def passphrase(file: Path | None, told: str) -> str:
    """The passphrase of a file, or else the one the environment tells; empty: none is wanted.

    Raises:
        Invalid: the file cannot be read, or the passphrase is too short to protect anything.
    """
    if file is not None:
        try:
            told = file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as fault:
            raise Invalid(f"The passphrase could not be read from {file}: {fault}.") from fault
    if (file or told) and len(told) < SHORTEST:
        raise Invalid(
            "The passphrase is too short.", remedy=f"Choose at least {SHORTEST} characters."
        )
    return told


def salt() -> str:
    """The salt of a new backup."""
    return secrets.token_hex(16)


class Key:
    """What a passphrase opens of one backup."""

    def __init__(self, words: str, salt: str) -> None:
        self.salt = salt
        self._secret = hash_secret_raw(
            words.encode(), bytes.fromhex(salt), time_cost=3, memory_cost=1 << 16, parallelism=4,
            hash_len=32, type=Type.ID,
        )  # fmt: skip

    def close(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces of a file, closed."""
        box = self._box(name)
        for rank, (piece, last) in enumerate(_pieces(chunks, PIECE)):
            yield box.encrypt(_nonce(rank, last=last), piece, None)

    def open(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The content of a file that was closed.

        Raises:
            Invalid: another passphrase closed it, or somebody altered it.
        """
        box = self._box(name)
        for rank, (piece, last) in enumerate(_pieces(chunks, PIECE + _TAG)):
            try:
                yield box.decrypt(_nonce(rank, last=last), piece, None)
            except InvalidTag as fault:
                raise Invalid(
                    f"{name} does not open: this is not its passphrase, or it was altered."
                ) from fault

    def _box(self, name: str) -> ChaCha20Poly1305:
        drawn = HKDF(SHA256(), 32, salt=None, info=f"maillage.backup/1 {name}".encode())
        return ChaCha20Poly1305(drawn.derive(self._secret))


def _nonce(rank: int, *, last: bool) -> bytes:
    return rank.to_bytes(11, "big") + bytes([last])


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of one size, the last of which says so; there is at least one."""
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) > size:
            piece, held = held[:size], held[size:]
            yield piece, False
    yield held, True
