"""A closed file opens whole with its passphrase, and not otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.kernel.errors import Invalid
from maillage.site.keeping import cipher
from maillage.site.keeping.cipher import PIECE, Key

WORDS = "correct horse battery"
SALT = "00" * 16
CLOSED = PIECE + 16


@pytest.fixture(scope="module")
def key() -> Key:
    return Key(WORDS, SALT)


def closed(key: Key, content: bytes, name: str = "a") -> bytes:
    return b"".join(key.close(name, [content]))


def opened(key: Key, given: bytes, name: str = "a") -> bytes:
    return b"".join(key.open(name, [given]))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_what_was_closed_opens(key: Key, size: int) -> None:
    content = bytes(size)

    assert opened(key, closed(key, content)) == content
    assert len(closed(key, content)) == size + 16 * max(1, -(-size // PIECE))


def test_pieces_do_not_depend_on_how_bytes_come(key: Key) -> None:
    content = bytes(range(256)) * 600
    parts = (content[start : start + 999] for start in range(0, len(content), 999))

    assert b"".join(key.close("a", parts)) == closed(key, content)


def test_the_content_cannot_be_read_in_the_file(key: Key) -> None:
    assert b"confidential" not in closed(key, b"confidential" * 50)


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a bit changed": lambda b: b[:70] + bytes([b[70] ^ 1]) + b[71:],
    "the last piece cut": lambda b: b[: 2 * CLOSED],
    "the last byte cut": lambda b: b[:-1],
    "everything cut": lambda b: b[:0],
    "two pieces exchanged": lambda b: b[CLOSED : 2 * CLOSED] + b[:CLOSED] + b[2 * CLOSED :],
    "a piece told twice": lambda b: b[:CLOSED] + b,
    "a piece lost": lambda b: b[CLOSED:],
    "bytes added": lambda b: b + b"\0",
    "another file added": lambda b: b + b,
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_closed_file_that_was_touched_does_not_open(
    key: Key, tamper: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Invalid, match="altered"):
        opened(key, tamper(closed(key, bytes(2 * PIECE + 100))))


def test_a_file_does_not_stand_for_another(key: Key) -> None:
    with pytest.raises(Invalid, match="b does not open"):
        opened(key, closed(key, b"x", "a"), "b")


@pytest.mark.parametrize("other", [Key("correct horse batterz", SALT), Key(WORDS, "01" * 16)])
def test_another_passphrase_or_another_salt_does_not_open(key: Key, other: Key) -> None:
    with pytest.raises(Invalid, match="passphrase"):
        opened(other, closed(key, b"x"))


def test_each_backup_has_a_salt_of_its_own() -> None:
    assert cipher.salt() != cipher.salt()
    assert len(bytes.fromhex(cipher.salt())) == 16


def test_the_passphrase_is_that_of_the_file_or_else_of_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text("le mot de passe é\n", encoding="utf-8")

    assert cipher.passphrase(file, "of the environment") == "le mot de passe é"
    assert cipher.passphrase(None, "of the environment") == "of the environment"
    assert cipher.passphrase(None, "") == ""


@pytest.mark.parametrize("written", [b"", b"\n", b"short\n", b"elevenchars"])
def test_a_passphrase_that_protects_nothing_is_refused(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "words"
    file.write_bytes(written)

    with pytest.raises(Invalid, match="at least 12"):
        cipher.passphrase(file, "")
    with pytest.raises(Invalid, match="at least 12"):
        cipher.passphrase(None, "short")


def test_a_passphrase_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xff\xfe" * 20)

    for file in (tmp_path / "nowhere", tmp_path / "latin"):
        with pytest.raises(Invalid, match="could not be read"):
            cipher.passphrase(file, "of the environment")
