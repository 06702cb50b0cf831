"""The canonical form of an act: the bytes that its hash seals, the same on every database.

An act is written as one JSON array, in UTF-8, without any white space, in the order of `FIELDS`:

* the first element is the version of this form;
* keys of organisations, people, establishments, legal units and acts are the 32 lower-case
  hexadecimal digits of their public UUID: a surrogate number may change in a restored copy, a public
  key does not;
* days are `2020-06-30`, instants `2020-06-30T07:00:00.000000Z`: UTC, always six decimals;
* money, jobs, quantities, masks and yes/no (1/0) are integers, never floating numbers;
* what is unknown is `null`, never left out;
* text is in Unicode form NFC, escaped as RFC 8785 does (only `"`, `\\` and control characters).

`record()` puts text in NFC *before* it is stored, and the form then takes it as it stands: were it
normalised here, a later edit that only swaps equivalent characters would not be seen.

The hash of an act is SHA-256 over these bytes, among which stands the hash of the act before it.
A change of this form is a new version beside this one; the golden vectors of the tests never change.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

FORM = "maillage.act/1"
GENESIS = "0" * 64
"""What the first act of a chain names as the hash before it."""

FIELDS = (
    "form",
    "prev_hash",
    "keeper",
    "seq",
    "key",
    "organisation",
    "person",
    "counterpart",
    "kind",
    "payload_version",
    "occurred_on",
    "month",
    "recorded_at",
    "establishment",
    "legal_unit",
    "commune",
    "in_qpv",
    "naf",
    "size_band",
    "segments",
    "theme",
    "scheme",
    "action_key",
    "amount_cents",
    "jobs_milli_fte",
    "quantity",
    "unit",
    "source_model",
    "source_key",
    "reverses",
    "reason_code",
    "once",
)
"""The names of the elements, in the order in which they are written."""

Value = str | int | None

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def encode(values: Sequence[Value]) -> bytes:
    """The canonical bytes of an act whose values are given in the order of `FIELDS`."""
    return _write(values).encode()


def digest(values: Sequence[Value]) -> str:
    """The hash that seals an act, in lower-case hexadecimal digits."""
    return sha256(_write(values).encode()).hexdigest()


def text(given: str) -> str:
    """The text in the one form in which it is stored and sealed.

    Raises:
        ValueError: it holds a character that no database can keep (NUL, half of a pair).
    """
    normal = unicodedata.normalize("NFC", given)
    if "\0" in normal:
        raise ValueError("a text of the ledger holds a NUL character")
    normal.encode()  # half of a surrogate pair has no bytes
    return normal


def instant(moment: datetime) -> str:
    """A moment in UTC to the microsecond, always of the same width."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
