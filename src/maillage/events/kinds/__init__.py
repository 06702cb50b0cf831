"""The kinds of events: each is one file of this folder, found by being there.

A kind says how it is called and what its pages offer besides seats and a list. Its code stands in the scheme of
acts for good (`event:<key>:breakfast`): it is never renamed nor given to another kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from maillage.kernel.text import Words

LONGEST_CODE = 14
"""What a scheme of an act has room for after the key of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """A kind of event, in both languages.

    `stands`: firms are met at a stand, as exhibitors or by them. `young`: pupils and students come, counted and never
    named. `walks`: along a street, with an elected artisan and the mayor, who gets a sheet afterwards.
    `workshops`: its programme has workshops, each with its seats, and what is said there is written down.
    """

    code: str
    words: Words
    stands: bool = False
    young: bool = False
    walks: bool = False
    workshops: bool = False

    def __post_init__(self) -> None:
        if not (self.code.isidentifier() and len(self.code) <= LONGEST_CODE):
            raise ValueError(f"“{self.code}” is no code of a kind of event")


@cache
def kinds() -> Mapping[str, EventKind]:
    """All kinds by code, in the order of codes.

    Raises:
        ValueError: two files give the same code.
    """
    found: dict[str, EventKind] = {}
    for module in sorted(one.name for one in iter_modules(__path__)):
        kind: EventKind = import_module(f"{__name__}.{module}").KIND
        if found.setdefault(kind.code, kind) is not kind:
            raise ValueError(f"two kinds of events are called “{kind.code}”")
    return found


def kind_of(code: str) -> EventKind:
    """The kind of this code; one that the code no longer knows is called by its code."""
    return kinds().get(code) or EventKind(code=code, words=Words(fr=code, en=code))


def choices() -> list[tuple[str, str]]:
    """Codes and words, for a form, in the reader's language."""
    return sorted(((one.code, str(one.words)) for one in kinds().values()), key=lambda one: one[1])
