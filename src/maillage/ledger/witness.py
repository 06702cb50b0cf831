"""The outside witness: the vector of heads, written where the database's master cannot reach.

One line a keeper: its public key, the number of acts in its chain, the hash of the last one. Printed
in each report, sent by post, kept in another house: any copy of any day lets anyone verify that the
chain of today still begins with that of then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from maillage.ledger import canonical
from maillage.ledger.models import Head


class Witness(NamedTuple):
    """How far a keeper's chain went at some moment, and the hash it had there."""

    keeper: str
    seq: int
    hash: str


def heads() -> list[Witness]:
    """The vector of heads of this moment, in the order of keepers."""
    rows = Head.objects.filter(seq__gt=0).order_by("keeper__key")
    return [
        Witness(str(key), seq, hash_)
        for key, seq, hash_ in rows.values_list("keeper__key", "seq", "hash")
    ]


def render(vector: Iterable[Witness], at: datetime) -> str:
    """The vector as a text file that a person can read aloud and `parse` can read back."""
    lines = [f"# maillage heads {canonical.instant(at)}"]
    lines += [f"{keeper} {seq} {hash_}" for keeper, seq, hash_ in vector]
    return "\n".join(lines) + "\n"


def keep(vector: Iterable[Witness], at: datetime, path: Path) -> Path:
    """Write the vector to a new file; an earlier witness is never overwritten.

    Raises:
        FileExistsError: that file already holds a vector.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(render(vector, at))
    return path


def parse(text: str) -> list[Witness]:
    """Read a vector back, as `heads` writes it: lines, or JSON.

    Raises:
        ValueError: the text is no vector of heads; the message says which line.
    """
    if text.lstrip().startswith("{"):
        return [_read(f"{h['keeper']} {h['seq']} {h['hash']}") for h in _listed(json.loads(text))]
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    found = [_read(line) for line in lines if line and not line.startswith("#")]
    if not found and not any(line.startswith("# maillage heads") for line in lines):
        raise ValueError("no head in this file")
    return found


def _listed(document: Any) -> list[dict[str, Any]]:
    listed = document.get("heads")
    if not isinstance(listed, list) or not all(
        isinstance(head, dict) and head.keys() >= {"keeper", "seq", "hash"} for head in listed
    ):
        raise ValueError("no list of heads in this file")
    return listed


_LINE = re.compile(r"(?P<keeper>[0-9a-fA-F-]{32,36}) (?P<seq>\d{1,18}) (?P<hash>[0-9a-f]{64})")


def _read(line: str) -> Witness:
    if not (match := _LINE.fullmatch(line)):
        raise ValueError(f"“{line}” is no head: keeper, number of acts, hash")
    return Witness(str(UUID(match["keeper"])), int(match["seq"]), match["hash"])
