"""An indicator is data: what is counted, by which rule, on which date, under which secrecy.

Declared once beside the domain that knows it (`<app>/indicators.py`). From this one declaration come
the value, the list of what it counts, the breakdowns, the reference page and the SQL.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeVar

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    Rule = Callable[[ir.Table], ir.BooleanValue]
else:
    Rule = Callable[..., Any]


class SegmentLike(Protocol):
    """A segment of the register, known here by its permanent bit only."""

    @property
    def bit(self) -> int:
        """The rank of the segment's bit in the mask an act carries."""


ZERO = Words(fr="Rien ne compte : 0.", en="Nothing counts: 0.")
NOTHING_MEASURED = Words(
    fr="Rien n’est mesuré : sans objet, jamais 0.", en="Nothing is measured: n/a, never 0."
)
NOT_APPLICABLE = Words(
    fr="Dénominateur nul : sans objet, jamais 0.", en="Zero denominator: n/a, never 0."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A count of distinct things, or a sum over things, among the rows of one relation.

    `key` is the column whose distinct values are the counted units; with a `measure`, the units are the
    summands and the figure is the sum of that column. `date` is the column of days the period applies
    to; without one, the relation is a stock read at the end of the period. What is `held` tells, where
    the acts of several partners stand beside one another, who is known to whom: on pages that read across, partners ask it
    of their `own` acts, or not at all (`apart`: even their own would tell it); auditors read the whole.
    """

    code: str
    version: int
    owner: str
    label: Words
    words: Words
    unit: str
    key: str
    relation: str = "acts"
    measure: str | None = None
    kinds: tuple[str, ...] = ()
    where: Rule | None = None
    date: str | None = "occurred_on"
    alias: str = ""
    dimensions: tuple[str, ...] = ()
    disclosure: str = "statistical"
    subset_of: str = ""
    null_rule: Words = ZERO
    valid_from: str = "2019-01-01"
    held: Literal["", "own", "apart"] = ""

    @property
    def reference(self) -> str:
        """The permanent name of this version: `outreach.firms_prospected@1`."""
        return f"{self.code}@{self.version}"

    def part(self, code: str, label: Words, words: Words, where: Rule) -> Self:
        """The first version of a figure that counts some of what this one counts, read, dated, split and told alike.

        `where` says these units whole: it stands in the place of this one's own rule.
        """
        return replace(
            self, code=code, version=1, alias="", label=label, words=words, where=where, subset_of=self.code
        )  # fmt: skip

    @property
    def summed(self) -> str | None:
        """The column whose sum is the figure; None when units are counted, or their middle is taken."""
        return self.measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Median(Indicator):
    """The middle of what is measured over the counted units: as many measure less as measure more.

    Half way between the two middle ones where units are even in number. A unit whose `measure` is not known
    yet is no part of it; `censored` counts those, to be read beside it: a short delay means little while most
    still wait.
    """

    censored: Indicator | None = None
    null_rule: Words = NOTHING_MEASURED

    @property
    def summed(self) -> None:
        """Nothing is added up."""
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Two figures, one over the other; both open. A zero denominator is n/a.

    `numerator_takes` and `denominator_takes` name the filter dimensions each side receives (None: all),
    since the firms of a register know nothing of campaigns.
    """

    code: str
    version: int
    owner: str
    label: Words
    words: Words
    numerator: Indicator
    denominator: Indicator
    unit: str = "ratio"
    numerator_takes: tuple[str, ...] | None = None
    denominator_takes: tuple[str, ...] | None = None
    alias: str = ""
    dimensions: tuple[str, ...] = ()
    disclosure: str = "statistical"
    null_rule: Words = NOT_APPLICABLE
    valid_from: str = "2019-01-01"

    @property
    def reference(self) -> str:
        """The permanent name of this version."""
        return f"{self.code}@{self.version}"


Definition = Indicator | Rate


D = TypeVar("D", bound=Definition)


@dataclass(slots=True)
class Registry:
    """Every released version of every indicator, found by code, `code@version` or permanent alias."""

    versions: dict[str, dict[int, Definition]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def declare(self, definition: D) -> D:
        """Enter one definition.

        Raises:
            ValueError: this version, or this alias for another code, is declared already.
        """
        versions = self.versions.setdefault(definition.code, {})
        if definition.version in versions and versions[definition.version] != definition:
            raise ValueError(f"{definition.reference} is declared twice")
        alias = definition.alias
        if alias and self.aliases.setdefault(alias, definition.code) != definition.code:
            raise ValueError(f"the alias {alias} names two indicators")
        versions[definition.version] = definition
        return definition

    def get(self, reference: str) -> Definition:
        """The definition named by a code or alias (its newest version) or by `code@version`.

        Raises:
            Invalid: no such indicator, with the nearest codes.
        """
        code, _, version = reference.partition("@")
        versions = self.versions.get(self.aliases.get(code, code))
        if versions and not version:
            return versions[max(versions)]
        if versions and version.isdigit() and int(version) in versions:
            return versions[int(version)]
        raise Invalid(
            Words(f"Indicateur inconnu\u00a0: {reference}.", f"Unknown indicator: {reference}."),
            remedy=Words(
                f"Les plus proches\u00a0: {', '.join(self.nearest(code))}.",
                f"Nearest: {', '.join(self.nearest(code))}.",
            ),
        )

    def nearest(self, code: str) -> list[str]:
        """The three codes most like the one typed."""
        return difflib.get_close_matches(code, self.versions, n=3, cutoff=0.0)

    def all(self) -> list[Definition]:
        """Every version of every definition, by code then version."""
        return [v for code in sorted(self.versions) for _, v in sorted(self.versions[code].items())]

    def newest(self) -> list[Definition]:
        """The newest version of every definition, by code."""
        return [versions[max(versions)] for _, versions in sorted(self.versions.items())]


REGISTRY = Registry()


def in_segment(table: ir.Table, segment: SegmentLike) -> ir.BooleanValue:
    """The rows of firms that carry this segment, by the rule of the segment's own version."""
    return (table.segments & (1 << segment.bit)) != 0


declare = REGISTRY.declare
get = REGISTRY.get
