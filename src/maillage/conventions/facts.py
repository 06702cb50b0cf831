"""The acts from which states are computed, read from the ledger as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from maillage import ledger
from maillage.conventions.acts import TURNS
from maillage.conventions.models import Convention
from maillage.conventions.states import Fact

_REASON = "states of conventions and actions are the same for every reader"


def facts_of(conventions: Iterable[Convention], known: datetime) -> Mapping[str, list[Fact]]:
    """The standing turns of these conventions and of their actions, in one query.

    Keys are action keys (`mel-cma-2019/4.1`) and, for a convention as a whole, `convention:<slug>`.
    """
    schemes = [convention.scheme for convention in conventions]
    rows = (
        ledger.Act.objects.unscoped(reason=_REASON)
        .effective(known)
        .filter(scheme__in=schemes, kind__in=TURNS)
        .exclude(scheme="")  # said, so that SQLite takes the index of acts that have one
        .values_list("scheme", "action_key", "kind", "occurred_on", "pk")
    )
    found: dict[str, list[Fact]] = defaultdict(list)
    for scheme, action_key, kind, on, pk in rows:
        found[action_key or scheme].append(Fact(kind, on, pk))
    return found
