"""Statistical secrecy: the one place that decides what may be said in public.

Each indicator declares a class; the wording shown is printed from the class's own parameters. Figures
on pages of partners are whole: masking comes after computing, for the public only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from maillage.figures.answers import Group
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Class:
    """A disclosure class: fewer units than `threshold`, or one unit of at least `dominance`, is masked."""

    code: str
    threshold: int
    dominance: float | None
    who: Words

    @property
    def words(self) -> Words:
        """The reason printed beside a masked cell."""
        if not self.threshold:
            return Words(fr="sans seuil", en="no threshold")
        fr = f"moins de {self.threshold} {self.who.fr}"
        en = f"fewer than {self.threshold} {self.who.en}"
        if self.dominance:
            share = round(self.dominance * 100)
            fr += f", ou une seule qui pèse {share} % ou plus"
            en += f", or a single one weighing {share}% or more"
        return Words(fr, en)

    def hides(self, n: int, dominant: float = 0.0) -> bool:
        """Whether a cell of `n` units, of which the largest weighs `dominant`, is masked. Zero is said."""
        if n == 0:
            return False
        return n < self.threshold or (self.dominance is not None and dominant >= self.dominance)


class Holder(Protocol):
    """Who holds a part of a figure: how many firms, and the share of the largest."""

    @property
    def firms(self) -> int:
        """The number of distinct firms."""

    @property
    def dominant(self) -> float:
        """The share of the largest one."""


FIRMS = Words(fr="unités", en="units")
PERSONS = Words(fr="personnes", en="persons")
CLASSES: Mapping[str, Class] = {
    c.code: c
    for c in (
        Class("open_register", 0, None, FIRMS),
        Class("legal_duty", 0, None, FIRMS),
        Class("statistical", 3, 0.85, FIRMS),
        Class("persons", 5, None, PERSONS),
        Class("survey", 5, None, PERSONS),
    )
}


def mask(
    groups: Sequence[Group],
    secrecy: Class,
    holders: Mapping[str, Holder] | None = None,
    also: Collection[str] = (),
) -> tuple[Group, ...] | None:
    """The breakdown the public may read, or None when it has to be withheld.

    The total is published, so a single masked cell would be found by subtraction: at least two cells
    are masked and together they reach the threshold (counted in firms when firms hold the figure); the smallest published cells join them until they
    do. When even that is impossible the whole breakdown is withheld. `also` names parts to hide anyway.
    """
    held = holders or {}
    units = {g.key: min(g.n, held[g.key].firms) if g.key in held else g.n for g in groups}
    dominant = {key: holder.dominant for key, holder in held.items()}
    hidden = {g.key for g in groups if secrecy.hides(units[g.key], dominant.get(g.key, 0.0))}
    hidden |= {g.key for g in groups if g.key in also}
    if hidden:
        candidates = sorted((g for g in groups if g.key not in hidden and g.n), key=lambda g: g.n)
        while not _protects([units[key] for key in hidden], secrecy):
            if not candidates:
                return None
            hidden.add(candidates.pop(0).key)
        if not any(g.n and g.key not in hidden for g in groups):
            return None
    return tuple(_masked(g) if g.key in hidden else g for g in groups)


def _protects(masked: Sequence[int], secrecy: Class) -> bool:
    return len(masked) >= 2 and sum(masked) >= secrecy.threshold


def _masked(group: Group) -> Group:
    return replace(group, value=None, n=0, numerator=None, denominator=None, masked=True)
