"""The public key and the name of what a figure counts, per key column of the relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage import register
from maillage.accounts.actors import Actor
from maillage.figures.definitions import Indicator
from maillage.kernel.text import Words
from maillage.ledger.models import Act

MASKED = Words(fr="Ligne masquée, qui compte", en="Masked line, which counts")


@dataclass(frozen=True, slots=True)
class Name:
    """How a unit is known: a permanent public key, a label and an address when there is a page."""

    key: str
    label: str = ""
    url: str = ""


Namer = Callable[[Iterable[Any], Actor], dict[Any, Name]]


def _firms(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    return {
        key: Name(str(firm.key), firm.label)
        for key, firm in register.names_of_legal_units(ids).items()
    }


def _establishments(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    return {
        key: Name(str(place.key), place.label)
        for key, place in register.names_of_establishments(ids).items()
    }


def _acts(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    acts = Act.objects.unscoped(reason="only their public keys: the lines are masked apart")
    keys = acts.filter(id__in=list(ids)).values_list("id", "key")
    return {row: Name(str(key)) for row, key in keys}


NAMERS: dict[str, Namer] = {
    "legal_unit_id": _firms,
    "establishment_id": _establishments,
    "id": _acts,
}


def name_units(column: str, namer: Namer) -> None:
    """Declare how the values of a key column of a package's own relation are named."""
    NAMERS[column] = namer


def named(indicator: Indicator, ids: Sequence[Any], actor: Actor) -> dict[Any, Name]:
    """The name of each unit; one whose namer says nothing keeps its own value as key."""
    namer = NAMERS.get(indicator.key)
    names = namer(ids, actor) if namer else {}
    return {unit: names.get(unit, Name(str(unit))) for unit in ids}
