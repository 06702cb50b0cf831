"""The best whole: no adviser beyond their time, the sum of the points greatest; the same question has the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from maillage.needs.matching import assign
from maillage.outreach.sharing.loading import capacities
from maillage.outreach.sharing.reasons import Reason, reasons


@dataclass(frozen=True, slots=True)
class Line:
    """A firm to be seen: where, what it does, the language that is asked for there."""

    key: int
    commune: str
    activity: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody who goes and sees firms: where, in which languages, what they know, how much time they have."""

    key: int
    communes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    activities: tuple[str, ...] = ()
    hours: int = 0
    load: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """A firm given to an adviser, and why."""

    line: Line
    adviser: Adviser
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """The sum of its reasons."""
        return sum(one.points for one in self.reasons)


@dataclass(frozen=True)
class Proposal:
    """Who would see whom; those whom nobody has time for."""

    given: Sequence[Given]
    left: Sequence[Line] = field(default_factory=tuple)

    @property
    def digest(self) -> str:
        """What tells it from another: the same pairs, the same digest."""
        pairs = sorted((one.line.key, one.adviser.key) for one in self.given)
        return sha256(repr(pairs).encode()).hexdigest()[:16]


def propose(lines: Sequence[Line], advisers: Sequence[Adviser]) -> Proposal:
    """A share of the lines, read in their order, so that a street stays with one adviser as far as it can."""
    room = capacities(len(lines), [one.hours for one in advisers], [one.load for one in advisers])
    why = [[tuple(reasons(line, adviser)) for adviser in advisers] for line in lines]
    scores = [[sum(one.points for one in pair) for pair in row] for row in why]
    columns = assign(scores, room) if lines and advisers else [-1] * len(lines)
    given, left = [], []
    for rank, column in enumerate(columns):
        if column < 0:
            left.append(lines[rank])
        else:
            given.append(Given(lines[rank], advisers[column], why[rank][column]))
    return Proposal(given, left)
