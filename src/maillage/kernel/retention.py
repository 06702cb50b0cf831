"""How long a row is kept, what in it tells of somebody, and what becomes of it then.

Each package says it of its own models in `retention.py` (`KEPT`); a model that is not named there, or
a text that is not classed, fails the tests. Acts are never touched: they hold no name, no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from maillage.kernel.text import Words


class Whose(Enum):
    """Of whom a record may tell."""

    FIRM = Words(fr="de l’entreprise", en="the firm")
    MEMBER = Words(fr="d’une personne d’une organisation", en="a person of an organisation")
    CORRESPONDENT = Words(fr="d’un correspondant", en="a correspondent")
    PROJECT = Words(fr="d’un porteur de projet", en="a project leader")


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

    Every field that can hold words or a position stands in one of three classes (`a b c`). `personal`: it
    may tell of somebody, `whose`. `typed`: people type it about something else, and may name a firm there.
    `plain`: it tells of nobody.

    Which rows an erased firm meets: those of `firm`, the path from a row to its legal unit; those that
    `holding` finds, handed the rows and the `Subject`; those whose fields of `bearing` name it. In these the
    fields of `erased` become what it says, or the row goes when it says nothing; `also` is handed them just
    before. In `typed` texts, wherever they are, only its names and numbers are struck out.
    """

    why: Words
    personal: str = ""
    whose: Whose | None = None
    typed: str = ""
    plain: str = ""
    rules: tuple[Rule, ...] = ()
    firm: str = ""
    erased: Mapping[str, Any] | None = None
    holding: Callable[[Any, Subject], Any] | None = None
    bearing: str = ""
    also: Callable[[Any], None] | None = None

    @property
    def classed(self) -> list[str]:
        """Every field that was thought of; twice when it stands in two classes."""
        return [*self.personal.split(), *self.typed.split(), *self.plain.split()]

    @property
    def is_emptied(self) -> bool:
        """Whether rows are emptied or go when a firm is erased."""
        return bool(self.firm or self.holding or self.bearing)

    @property
    def is_erased(self) -> bool:
        """Whether erasing a firm looks into it, be it to strike its name out."""
        return self.is_emptied or bool(self.typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A folder of the instance whose files tell of somebody: as `Rule`, for what is in no table.

    A file goes once it is so old, or when the firm that its `text` names is erased.
    """

    name: str
    folder: str
    name_of: Words
    why: Words
    words: Words
    whose: Whose
    after: timedelta
    text: Callable[[Path], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A firm that is to be forgotten: its rows, places and public keys, and what its traces may bear."""

    units: tuple[int, ...]
    places: tuple[int, ...]
    keys: tuple[str, ...]
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
DECIDED = Words(
    fr="Tant que l’instance existe\u00a0: ce qu’une organisation a décidé, que des chiffres comptent ou que d’autres lisent.",
    en="As long as the instance: what an organisation decided, which figures count or others read.",
)
PASSING = Words(
    fr="Le temps d’un travail de la machine.", en="For the time of a task of the machine."
)
