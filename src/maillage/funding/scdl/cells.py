"""Cells of lists of grants as communities write them; what is not certain is refused, never guessed.

Each function takes the text of a cell that is not blank and raises `BadCell` with the code of a reason.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from maillage.kernel import cells
from maillage.kernel.rows import BadCell, folded

#: What a grant is given in; the two together are written in either order.
CASH, KIND = "aide en numéraire", "aide en nature"
_NATURES = {
    word: meaning
    for meaning, words in {
        CASH: ("aide en numéraire", "numéraire", "aide financière", "subvention en numéraire"),
        KIND: ("aide en nature", "nature", "en nature", "subvention en nature"),
    }.items()
    for word in words
}
_BETWEEN_NATURES = re.compile(r"[;,/+|]|\bet\b", re.IGNORECASE)
_YES = frozenset(("oui", "o", "true", "vrai", "yes", "1"))
_NO = frozenset(("non", "n", "false", "faux", "no", "0", "aidesnerelevantpasduneaidedetat"))
_LOST, _LOST_AT_MOST = "\ufffd", 2
_RNA = re.compile(r"W\d{9}", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: [\d:]+)?", re.ASCII)
_DECLARED_PERIOD = re.compile(r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?", re.ASCII)
_BETWEEN_DAYS = re.compile(r"\s*(?:_|\bau\b|\bà\b|/(?=\s*\d{4}-))\s*")
_HUNDREDTHS = Decimal(100)
MILLION = 1_000_000


def day(cell: str) -> date:
    """A day, whichever end the year stands at: `2020-06-30`, `30/06/2020`, `2020/06/30`."""
    found = cell.strip()
    if match := _YEAR_FIRST.fullmatch(found):
        found = "-".join(match.groups())
    return cells.day(found)


def amount(cell: str) -> int:
    """What was granted, in cents; a grant takes nothing back."""
    found = cells.cents(cell)
    if found < 0:
        raise BadCell("", "negative_amount", cell.strip())
    return found


def rna(cell: str) -> str:
    """The number of an association in the national register: W and nine digits."""
    found = "".join(cell.split()).upper()
    if not _RNA.fullmatch(found):
        raise BadCell("", "rna", cell.strip())
    return found


def nature(cell: str) -> str:
    """In cash, in kind or both, in the words of the schema."""
    told = [part.strip() for part in _BETWEEN_NATURES.split(cell) if part.strip()]
    found = {meaning for part in told if (meaning := _meaning(part))}
    if not told or not all(map(_meaning, told)):
        raise BadCell("", "unknown_word", cell.strip())
    return ";".join(one for one in (CASH, KIND) if one in found)


@lru_cache(maxsize=1_000)
def _meaning(word: str) -> str:
    """What a word means; letters that an earlier conversion lost (U+FFFD) leave no doubt when one word alone fits."""
    plain = _plain(word)
    if plain.count(_LOST) > _LOST_AT_MOST:
        return ""
    wanted = "".join("." if letter == _LOST else re.escape(letter) for letter in plain)
    fitting = {
        meaning for known, meaning in _NATURES.items() if re.fullmatch(wanted, _plain(known))
    }
    return fitting.pop() if len(fitting) == 1 else ""


def _plain(word: str) -> str:
    return "".join(one if one == _LOST else folded(one) for one in word)


def yes_or_no(cell: str) -> bool:
    """Whether the European Commission was notified."""
    found = folded(cell)
    if found in _YES:
        return True
    if found in _NO:
        return False
    raise BadCell("", "unknown_word", cell.strip())


def share(cell: str) -> int:
    """The part of the grant that this beneficiary has, in millionths; written `0.45`, `0,45`, `45 %`, at most 1.

    Raises:
        BadCell: a number above one without a percent sign may be a percentage or a mistake: nobody guesses.
    """
    bare = re.sub(r"\s", "", cell).replace(",", ".")
    percent = bare.endswith("%")
    try:
        found = Decimal(bare.removesuffix("%"))
    except InvalidOperation as problem:
        raise BadCell("", "number", cell.strip()) from problem
    found = found / _HUNDREDTHS if percent else found
    if not (found.is_finite() and 0 < found <= 1):
        raise BadCell("", "share", cell.strip())
    millionths = found * MILLION
    if millionths != int(millionths):
        raise BadCell("", "too_precise", cell.strip())
    return int(millionths)


def period(cell: str) -> str:
    """The day or the two days of payment, as the schema writes them: `2017-03-14`, `2017-03-14/2018-03-14`.

    What the schema itself takes stays as declared, were it no day of the calendar.
    """
    found = cell.strip()
    if _DECLARED_PERIOD.fullmatch(found):
        return found
    parts = _BETWEEN_DAYS.split(found)
    if len(parts) > 2:
        raise BadCell("", "period", found)
    return "/".join(day(part).isoformat() for part in parts)
