"""Statistical secrecy: the one place that decides what may be said in public.

Each indicator declares a class; the wording shown is printed from the class's own parameters. Figures
on pages of partners are whole: masking comes after computing, for the public only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from maillage.figures.answers import Group
from maillage.figures.weighing import Profile, Weighed, minus
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

    def masks(self, held: Profile) -> bool:
        """Whether a cell held by these is masked; nothing is said of a cell that nobody holds."""
        weights = [abs(weight) for weight in held.values()]
        return self.hides(len(weights), max(weights, default=0) / (sum(weights) or 1))


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


@dataclass(frozen=True, slots=True)
class Sight:
    """One list as the public would read it, beside what the public can subtract from it."""

    rule: Class
    own: Weighed
    base: Weighed | None = None
    earlier: Sequence[tuple[date, Weighed]] = ()
    counted: bool = True

    def betrays(self, keys: Collection[str] | None = None) -> Words | None:
        """Why the whole, or some parts taken together, cannot be said; None when they can."""
        mine = self.own.over(keys)
        if self.rule.masks(mine):
            return self.rule.words
        if mine and self.base and self.rule.masks(minus(self.base.over(keys), mine)):
            return _told("ce qui manque à sa base", "what its base has more", self.rule)
        for day, other in self.earlier:
            gap = minus(mine, other.over(keys))
            if self.rule.masks(gap) or (self.counted and self._is_small(sum(gap.values()))):
                return _told(f"l’écart avec la publication du {day}",
                             f"the difference with the publication of {day}", self.rule)  # fmt: skip
        return None

    def _is_small(self, net: int) -> bool:
        return 0 < abs(net) < self.rule.threshold


def _told(fr: str, en: str, rule: Class) -> Words:
    return Words(f"{fr}\u00a0: {rule.words.fr}", f"{en}: {rule.words.en}")


Betrays = Callable[[Collection[str]], object]


def mask(groups: Sequence[Group], betrays: Betrays) -> tuple[Group, ...] | None:
    """The breakdown the public may read, or None when it has to be withheld.

    The total is published, so a single masked cell would be found by subtraction, and several give
    their sum: at least two cells are masked and what they hold together could be published; the
    smallest published cells join them until it can. When even that is impossible the whole breakdown is withheld.
    """
    hidden = {group.key for group in groups if betrays({group.key})}
    if hidden:
        candidates = [group for group in groups if group.key not in hidden and _is_held(group)]
        candidates.sort(key=lambda group: group.n)
        while len(hidden) < 2 or betrays(hidden):
            if not candidates:
                return None
            hidden.add(candidates.pop(0).key)
        if not any(_is_held(group) and group.key not in hidden for group in groups):
            return None
    return tuple(_masked(group) if group.key in hidden else group for group in groups)


def _is_held(group: Group) -> bool:
    return bool(group.n or group.denominator)


def _masked(group: Group) -> Group:
    return replace(group, value=None, n=0, numerator=None, denominator=None, masked=True)
