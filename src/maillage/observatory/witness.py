"""How far each chain of acts went, with the name of the organisation that keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class Head:
    """The last act of a chain: whose, under which key, how many acts before it, its hash."""

    name: str
    keeper: str
    seq: int
    hash: str


def named(heads: Iterable[Sequence[Any]]) -> list[Head]:
    """Heads as kept, each with the name of its keeper; a keeper who is gone stays a key."""
    rows = [(str(keeper), int(seq), str(hash_)) for keeper, seq, hash_ in heads]
    known = Organisation.objects.filter(key__in=[keeper for keeper, _seq, _hash in rows])
    names = {str(key): name for key, name in known.values_list("key", "name")}
    return [Head(names.get(keeper, ""), keeper, seq, hash_) for keeper, seq, hash_ in rows]
