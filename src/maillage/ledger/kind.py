"""The kinds of acts: permanent names, declared by the packages that record them in their `acts.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from django.utils.module_loading import import_string

from maillage.kernel.text import Words

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

Subject: TypeAlias = Literal["establishment", "none"]


@dataclass(frozen=True, slots=True)
class Line:
    """What a reader who may see the source of an act is told of it."""

    title: str
    url: str = ""
    detail: str = ""
    who: str = ""


Presenter: TypeAlias = "Callable[[Sequence[str], Actor], Mapping[str, Line]]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act. Its name, `app.noun_participle`, is in every recorded act: never renamed nor reused.

    `subject` says whether such an act is about an establishment; `sensitive` masks its line for those
    who have no share of the difficulties; `present` names the function that turns the keys of source
    records into lines, for all acts of a page at once, and only those that the reader may see.
    `from_past` says that such acts may be taken over from a file kept before the instance.
    """

    name: str
    words: Words
    subject: Subject = "establishment"
    sensitive: bool = False
    present: str = ""
    payload_version: int = 1
    from_past: bool = False


_NAME = re.compile(r"[a-z]+\.[a-z][a-z0-9]*(_[a-z0-9]+)+")
_declared: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind known to the ledger.

    Raises:
        ValueError: the name is not of the form `app.noun_participle`, or is another kind's.
    """
    if not _NAME.fullmatch(kind.name) or len(kind.name) > 60:
        raise ValueError(f"“{kind.name}” is no name of a kind: app.noun_participle")
    if _declared.setdefault(kind.name, kind) != kind:
        raise ValueError(f"the kind “{kind.name}” is declared twice")
    return kind


def kinds() -> dict[str, Kind]:
    """All declared kinds by name, in the order of names."""
    return dict(sorted(_declared.items()))


def find(name: str) -> Kind | None:
    """The kind of this name, None when the code no longer knows it."""
    return _declared.get(name)


@cache
def presenter(path: str) -> Presenter:
    """The function that a kind names, imported the first time a line of that kind is shown."""
    return cast("Presenter", import_string(path))
