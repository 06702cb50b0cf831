"""Legal units and establishments: the register of firms, in two times.

The door of the package. Everything else reads the register through these names; they are resolved at
first use because the framework imports this module before its models exist.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maillage.register.actions import (
        add_provisional as add_provisional,
        reconcile as reconcile,
    )
    from maillage.register.finding import Hit as Hit, search as search
    from maillage.register.knowledge import (
        data_day as data_day,
        establishments_by_siret as establishments_by_siret,
        known_since as known_since,
        loads_known as loads_known,
        loads_stamp as loads_stamp,
        names_of_establishments as names_of_establishments,
        names_of_legal_units as names_of_legal_units,
        signs_of as signs_of,
    )
    from maillage.register.readings import (
        Facts as Facts,
        facts as facts,
        facts_by_day as facts_by_day,
    )
    from maillage.register.succession import (
        continuations as continuations,
        successors as successors,
        taken_over as taken_over,
    )

_DOOR = {
    "Facts": "readings",
    "facts": "readings",
    "facts_by_day": "readings",
    "Hit": "finding",
    "search": "finding",
    "add_provisional": "actions",
    "reconcile": "actions",
    "loads_known": "knowledge",
    "known_since": "knowledge",
    "data_day": "knowledge",
    "establishments_by_siret": "knowledge",
    "loads_stamp": "knowledge",
    "names_of_legal_units": "knowledge",
    "names_of_establishments": "knowledge",
    "signs_of": "knowledge",
    "continuations": "succession",
    "successors": "succession",
    "taken_over": "succession",
}

__all__ = [
    "Facts",
    "add_provisional",
    "continuations",
    "data_day",
    "establishments_by_siret",
    "facts",
    "facts_by_day",
    "known_since",
    "loads_known",
    "loads_stamp",
    "names_of_establishments",
    "names_of_legal_units",
    "reconcile",
    "signs_of",
    "successors",
    "taken_over",
]


def __getattr__(name: str) -> Any:
    """The public readings and actions, loaded when first asked for."""
    if name not in _DOOR:
        raise AttributeError(name)
    return getattr(import_module(f"maillage.register.{_DOOR[name]}"), name)
