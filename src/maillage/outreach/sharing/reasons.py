"""Why a firm is better seen by one adviser: criteria with their points, which sum to the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maillage.outreach.sharing.dividing import Adviser, Line


class Criterion(StrEnum):
    """What counts for an adviser."""

    SECTOR = "sector"
    LANGUAGE = "language"
    SKILL = "skill"
    ABLE = "able"


POINTS = {
    Criterion.SECTOR: 40,
    Criterion.LANGUAGE: 30,
    Criterion.SKILL: 20,
    Criterion.ABLE: 1,
}
"""A sector outweighs any one other criterion, a language and a skill together outweigh a sector."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion that holds, and what it counts for."""

    criterion: Criterion
    points: int


def reasons(line: Line, adviser: Adviser) -> list[Reason]:
    """Every criterion that holds between a firm and an adviser; anybody is able to see any firm."""
    held = [Criterion.ABLE]
    if line.commune in adviser.communes:
        held.append(Criterion.SECTOR)
    if line.language and line.language in adviser.languages:
        held.append(Criterion.LANGUAGE)
    if knows(adviser.activities, line.activity):
        held.append(Criterion.SKILL)
    return [Reason(one, POINTS[one]) for one in Criterion if one in held]


def knows(activities: Sequence[str], activity: str) -> bool:
    """Whether an activity begins as one of those that somebody knows."""
    plain = activity.replace(".", "")
    return bool(plain) and any(plain.startswith(one) for one in activities)
