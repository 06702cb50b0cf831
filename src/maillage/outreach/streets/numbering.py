"""House numbers: odd or even, bis and ter after their number, and the order in which one meets the doors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

_SPELT = re.compile(
    r"\s*0*(?P<number>[0-9]{1,6})[\s.-]*(?:(?P<more>bis|ter|quater|quinquies|[a-z])(?![a-z]))?", re.IGNORECASE | re.ASCII
)  # fmt: skip
#: INSEE writes B, T, Q for bis, ter, quater. A plain letter keeps its place in the alphabet, C too: INSEE writes it for
#: quinquies, and nothing tells that one from the C that follows 12 B.
_RANKS = {letter: rank for rank, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=1)} | {
    "bis": 2, "ter": 3, "t": 3, "quater": 4, "q": 4, "quinquies": 5, "": 0,
}  # fmt: skip


class Side(StrEnum):
    """The side of a street on which a door is."""

    ODD = "odd"
    EVEN = "even"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """A house number as it is sorted: 12, 12 bis, 12 ter, 14; 0 when there is none."""

    value: int = 0
    rank: int = 0
    text: str = ""

    @property
    def side(self) -> Side:
        """Odd on one side, even on the other; without a number, on none that is known."""
        if not self.value:
            return Side.NONE
        return Side.ODD if self.value % 2 else Side.EVEN

    @property
    def pair(self) -> int:
        """How far along the street: 1 faces 2, 3 faces 4."""
        return (self.value + 1) // 2


def number_of(text: str) -> Number:
    """A number as an address has it: «12 bis», «12B», «012», «12-14» (its first)."""
    found = _SPELT.match(text)
    if not found:
        return Number(text=text.strip())
    more = (found["more"] or "").lower()
    return Number(int(found["number"]), _RANKS[more], text.strip())


def walk(doors: Iterable[T], number: Callable[[T], Number]) -> list[T]:
    """The doors of a street in the order of one walk: up the odd side, back down the even one, then the others.

    Several at one number keep the order in which they come, on either side.
    """
    sides: dict[Side, list[T]] = {side: [] for side in Side}
    for door in doors:
        sides[number(door).side].append(door)
    return [
        *sorted(sides[Side.ODD], key=number),
        *sorted(sides[Side.EVEN], key=number, reverse=True),
        *sorted(sides[Side.NONE], key=number),
    ]
