"""A convention as its signatories wrote it: plain values, equal when they say the same.

The database, the TOML file and the editing pages all speak through these values, so a text read, signed,
exported and loaded again is one and the same (`docs/adr/0010-convention-versions.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


def up_to(most: int) -> dict[str, int]:
    """The longest text that an instance keeps in a field."""
    return {"most": most}


def between(low: int, high: int) -> dict[str, tuple[int, int]]:
    """The whole numbers that an instance keeps in a field."""
    return {"bounds": (low, high)}


class TargetKind(StrEnum):
    """What the parties promise: at least so much, exactly to reach so much, or only to watch."""

    FLOOR = "floor"
    TARGET = "target"
    MONITOR = "monitor"


class Outcome(StrEnum):
    """What is known of an assembly's vote: only said to come, of principle, or on the text itself."""

    ANNOUNCED = "announced"
    PRINCIPLE = "principle"
    APPROVED = "approved"


class Basis(StrEnum):
    """What the entry rests on: the signed text, a public source, or a convention whose text is lost."""

    SIGNED_TEXT = "signed_text"
    PUBLIC_SOURCE = "public_source"
    UNSCANNED = "unscanned"


@dataclass(frozen=True, slots=True)
class OrganisationText:
    """An organisation named by the file, with what it takes to find or create it."""

    short_name: str = field(metadata=up_to(40))
    name: str = field(default="", metadata=up_to(200))
    kind: str = ""
    siren: str = ""


@dataclass(frozen=True, slots=True)
class PartyText:
    """A signatory and its share of the amount in basis points (None: not known)."""

    organisation: str
    share_bp: int | None = None


@dataclass(frozen=True, slots=True)
class DeliberationText:
    """The vote of one assembly on the convention or its amendment."""

    organisation: str
    decided_on: date | None = None
    number: str = field(default="", metadata=up_to(60))
    reference: str = field(default="", metadata=up_to(300))
    outcome: Outcome = Outcome.APPROVED
    source: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class TargetText:
    """A promise: an indicator version, a filter in its own dimensions, an amount in its unit, a day."""

    code: str
    kind: TargetKind
    indicator: str = field(metadata=up_to(80))
    version: int = field(default=1, metadata=between(1, 999))
    filter: dict[str, Any] = field(default_factory=dict)
    amount: int | None = field(default=None, metadata=between(1, 10**15))
    by_on: date | None = None
    words: str = ""
    source: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ActionText:
    """One thing the parties said they would do; `key` is its permanent name in every act charged to it."""

    code: str
    title: str = field(metadata=up_to(300))
    key: str = field(default="", metadata=up_to(60))
    words: str = ""
    pilot: str = ""
    partners: tuple[str, ...] = ()
    starts_on: date | None = None
    due_on: date | None = None
    steps: tuple[str, ...] = ()
    source: str = ""
    doubt: str = ""
    targets: tuple[TargetText, ...] = ()


@dataclass(frozen=True, slots=True)
class AxisText:
    """A strand of the convention: the actions that serve one aim."""

    code: str
    title: str = field(metadata=up_to(300))
    words: str = ""
    source: str = ""
    doubt: str = ""
    actions: tuple[ActionText, ...] = ()
    targets: tuple[TargetText, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetText:
    """Money promised by a funder for a year (no funder or no year: the source does not say)."""

    amount_cents: int
    funder: str = ""
    year: int | None = field(default=None, metadata=between(1990, 2100))
    source: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class VersionText:
    """The text of the convention (number 0) or as one amendment left it (1, 2…)."""

    number: int = field(default=0, metadata=between(0, 999))
    signed: bool = False
    signed_on: date | None = None
    effective_on: date | None = None
    effective_until: date | None = None
    amount_cents: int | None = None
    announced_actions: int | None = field(default=None, metadata=between(0, 999))
    basis: Basis = Basis.SIGNED_TEXT
    words: str = ""
    source: str = ""
    doubt: str = ""
    parties: tuple[PartyText, ...] = ()
    deliberations: tuple[DeliberationText, ...] = ()
    axes: tuple[AxisText, ...] = ()
    targets: tuple[TargetText, ...] = ()
    budget: tuple[BudgetText, ...] = ()

    def actions(self) -> Iterator[ActionText]:
        """Every action of the text, axis by axis."""
        for axis in self.axes:
            yield from axis.actions

    def all_targets(self) -> Iterator[TargetText]:
        """Every promise of the text: of the convention, of its axes, of its actions."""
        yield from self.targets
        for axis in self.axes:
            yield from axis.targets
        for action in self.actions():
            yield from action.targets


@dataclass(frozen=True, slots=True)
class ConventionText:
    """A convention and all its versions, as one file holds it."""

    slug: str
    title: str = field(metadata=up_to(200))
    keeper: str
    territory: str = field(default="", metadata=up_to(40))
    predecessor: str = ""
    source: str = ""
    doubt: str = ""
    organisations: tuple[OrganisationText, ...] = ()
    versions: tuple[VersionText, ...] = ()

    def organisations_named(self) -> Iterator[str]:
        """Every organisation the text leans on, as the file writes it, with repeats."""
        yield self.keeper
        for version in self.versions:
            yield from (p.organisation for p in version.parties)
            yield from (d.organisation for d in version.deliberations)
            yield from (b.funder for b in version.budget if b.funder)
            for action in version.actions():
                yield from filter(None, (action.pilot, *action.partners))
            for target in version.all_targets():
                yield from target.filter.get("organisations", ())
                yield from target.filter.get("counterparts", ())
