"""How long a row is kept, what in it tells of somebody, and what becomes of it then.

Each package says it of its own models in `retention.py` (`KEPT`); a model that is not named there, or
a text that is not classed, fails the tests. Acts are never touched: they hold no name, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """After so long since an instant of the row, it goes, or loses what told of somebody.

    `name` is permanent: the journal of runs counts under it. `since` names a date or an instant of the
    model; `only` narrows to some rows; `empties` says what the fields become (the row goes without).
    `rows` narrows further what a filter cannot say: it is handed the rows and the limit. `also` is handed the rows
    just before, for what they have outside the database.
    """

    name: str
    words: Words
    after: timedelta
    since: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)
    empties: Mapping[str, Any] | None = None
    rows: Callable[[Any, Any], Any] | None = None
    also: Callable[[Any], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a model, why, until when.

    `personal`: the fields that may tell of somebody (`a b c`); `plain`: the texts that tell of nobody.
    `firm`: the path from a row to its legal unit; when that firm is erased, the fields of `erased`
    become what it says, or the row goes when it says nothing. `holding` finds the rows that hold a firm
    without pointing to it: it is handed the rows and the `Subject`.
    """

    why: Words
    personal: str = ""
    plain: str = ""
    rules: tuple[Rule, ...] = ()
    firm: str = ""
    erased: Mapping[str, Any] | None = None
    holding: Callable[[Any, Subject], Any] | None = None

    @property
    def classed(self) -> frozenset[str]:
        """Every field that was thought of."""
        return frozenset((*self.personal.split(), *self.plain.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A firm that is to be forgotten: its rows and places, and what its traces may bear."""

    units: tuple[int, ...]
    places: tuple[int, ...]
    siren: str
    names: tuple[str, ...]


def years(number: int) -> timedelta:
    """So many years of 365 days."""
    return timedelta(days=365 * number)


PUBLIC = Words(
    fr="Tant que l’instance existe\u00a0: information publique ou de l’institution, sur personne.",
    en="As long as the instance: public or institutional information, about nobody.",
)
PROOF = Words(
    fr="Tant que l’instance existe\u00a0: preuve de ce qui a été fait, sans nom ni texte.",
    en="As long as the instance: proof of what was done, with neither name nor text.",
)
PASSING = Words(
    fr="Le temps d’un travail de la machine.", en="For the time of a task of the machine."
)
