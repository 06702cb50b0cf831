"""How a person becomes a token: the recipe, version 1 (ADR 0039). Pure; the browser follows the same one.

HMAC-SHA-256, under the key of a programme, of three lines of text after the name of the recipe: the name, the first name
and the day of birth. Names are brought down to the letters a to z first, so that case, accents, hyphens, apostrophes,
blanks and particles written apart do not matter. `tests/cohorts/vectors.json` holds what both languages have to give; no
expression here says "blank" in the way of its language, which the other one reads otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import date

from maillage.kernel.rows import BadCell

VERSION = 1
NAME = "maillage-cohort/1"
#: The shortest key that is taken, in bytes.
SHORTEST = 32
EARLIEST = date(1900, 1, 1)

# Letters that Unicode does not take apart.
_OPENED = str.maketrans({
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
})  # fmt: skip
# Blanks, those that take no room too, as they come with a text that was copied.
_BLANK = r"\t-\r \u00ad\u1680\u200b-\u200f\u2028\u2029\u2060\ufeff"
_BETWEEN = re.compile(rf"[{_BLANK}\-'.,()\u2010-\u2015\u2018\u2019\u02bc`·]+")
_AROUND = re.compile(f"^[{_BLANK}]+|[{_BLANK}]+$")
_AFTER = re.compile(rf"([^()]+)\(([^()]+)\)[{_BLANK}]*")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.+Z-]*)?")
_FRENCH = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})(?: [0-9:]+)?")
_WORDS = re.compile(r"([0-9]{1,2})(?:er)? +([a-z]+)\.? +([0-9]{4})")
_SHORT = re.compile(r"[0-9]{1,2}[/. -][0-9]{1,2}[/. -][0-9]{2}")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip


def _opened(text: str) -> str:
    """Without accents, in lower case, ligatures opened."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M")
    return bare.lower().translate(_OPENED)


def plain_name(text: str) -> str:
    """A family name as it is compared: letters a to z. A particle written after it, in brackets, goes before.

    Raises:
        BadCell: nothing is left of it, or it holds what is no Latin letter.
    """
    if after := _AFTER.fullmatch(text):
        text = f"{after[2]} {after[1]}"
    return _letters(text)


def plain_first_name(text: str) -> str:
    """A first name as it is compared: of several parted by commas, as registers write them, the first one.

    Raises:
        BadCell: as `plain_name` says.
    """
    return _letters(text.partition(",")[0])


def _letters(text: str) -> str:
    found = _BETWEEN.sub("", _opened(text))
    if not found:
        raise BadCell("", "blank")
    if not re.fullmatch("[a-z]{1,200}", found):
        raise BadCell("", "letters")
    return found


def birth_day(text: str, today: date) -> date:
    """A day of birth: `1985-03-02`, `02/03/1985`, `2 mars 1985`.

    Raises:
        BadCell: it is no day, its year has two digits, or nobody of today was born then.
    """
    found = _AROUND.sub("", _opened(text))
    if _SHORT.fullmatch(found):
        raise BadCell("", "short_year")
    try:
        told = date(*_parts(found))
    except ValueError as problem:
        raise BadCell("", "serial_day" if _SERIAL.fullmatch(found) else "date") from problem
    if not EARLIEST <= told <= today:
        raise BadCell("", "implausible_day")
    return told


def _parts(found: str) -> tuple[int, int, int]:
    if match := _ISO.fullmatch(found.upper()):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _FRENCH.fullmatch(found):
        return int(match[3]), int(match[2]), int(match[1])
    if (match := _WORDS.fullmatch(found)) and match[2] in _MONTHS:
        return int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1])
    raise ValueError(found)


def token(key: bytes, *, name: str, first_name: str, born: date) -> str:
    """The token of a person, 64 hexadecimal digits.

    Raises:
        BadCell: a name is none.
    """
    told = "\n".join((NAME, plain_name(name), plain_first_name(first_name), born.isoformat()))
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


def fingerprint(key: bytes) -> str:
    """By what a key is recognised without being told: 16 hexadecimal digits."""
    return hmac.new(key, f"{NAME}\nfingerprint".encode(), hashlib.sha256).hexdigest()[:16]
