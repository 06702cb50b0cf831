"""SIREN and SIRET, as INSEE writes and checks them; UUIDv7, the public key of our own records."""

from __future__ import annotations

import os
import re
import time
import uuid

LA_POSTE = "356000000"


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then chance; sorts by birth."""
    millis = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    value = (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (chance >> 68 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | chance & (1 << 62) - 1)


def digits(text: str) -> str:
    """The text without the blanks people put between groups of digits."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)


# What a doubled digit counts for, as the byte of that digit.
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def luhn(text: str) -> bool:
    """Whether the digits satisfy Luhn's sum, as SIREN and SIRET do.

    Summed as bytes: an import checks millions of them.
    """
    digits_read = text.encode()
    total = sum(digits_read[-1::-2]) + sum(digits_read[-2::-2].translate(_DOUBLED))
    return (total - 48 * len(digits_read)) % 10 == 0


def is_siren(text: str) -> bool:
    """Nine digits that satisfy Luhn's sum."""
    return len(text) == 9 and text.isascii() and text.isdigit() and luhn(text)


def is_siret(text: str) -> bool:
    """Fourteen digits that satisfy Luhn's sum; La Poste's offices satisfy a plain sum, multiple of 5."""
    if not (len(text) == 14 and text.isascii() and text.isdigit()):
        return False
    if luhn(text):
        return True
    return text.startswith(LA_POSTE) and sum(map(int, text)) % 5 == 0


def spaced_siret(text: str) -> str:
    """`123 456 789 00012`, the way a SIRET is read aloud."""
    return f"{text[:3]} {text[3:6]} {text[6:9]} {text[9:]}" if len(text) == 14 else text
