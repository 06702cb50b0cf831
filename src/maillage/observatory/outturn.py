"""What a convention promised beside what the acts show: the reading behind dashboard, bilan, publication.

The text is the one in force at the end of the period, as known at the as-of; its promises pin the
version of an indicator and say what counts. Nothing here computes a figure: figures are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maillage import figures
from maillage.conventions import progress, states
from maillage.conventions.models import Convention, Target, Version
from maillage.conventions.progress import TOLERANCE, Promise, lifetime, question_of
from maillage.conventions.readings import fetch_agreed
from maillage.figures import Definition, Filter, Indicator, Question
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words

__all__ = [
    "TOLERANCE",
    "Promise",
    "Text",
    "charged",
    "chosen",
    "due_elapsed",
    "question",
    "question_of",
    "read",
]

NO_TEXT = Words(
    fr="Aucun texte de cette convention n’était en vigueur à cette date.",
    en="No text of this convention was in force on that date.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """The text in force, and when it was read: which period, as known when."""

    convention: Convention
    version: Version
    period: Period
    as_of: datetime
    life: Period

    @property
    def day(self) -> date:
        """The day the reading speaks of: the end of the period, or the as-of's day when earlier."""
        return min(self.period.end, clock.local_day(self.as_of))

    @property
    def elapsed(self) -> float:
        """The share of the convention's own life gone by."""
        return self.life.elapsed(self.day)

    @property
    def is_whole(self) -> bool:
        """Whether everything since the first day is read, so that promises can be held to their pace."""
        return self.period.start <= self.life.start

    @property
    def action_keys(self) -> tuple[str, ...]:
        """The permanent keys of the actions of the text."""
        return tuple(action.key for action in self.version.actions.all())


def read(
    convention: Convention, *, period: Period | None = None, at: datetime | None = None
) -> Text:
    """The text of a convention in force at the end of a period (by default its own life), with its lines.

    Raises:
        Invalid: no text was in force then, as far as was known.
    """
    text = chosen(convention, period=period, at=at)
    fetch_agreed(text.version)
    return text


def chosen(
    convention: Convention, *, period: Period | None = None, at: datetime | None = None
) -> Text:
    """Which text that is; its lines are not fetched yet.

    Raises:
        Invalid: no text was in force then, as far as was known.
    """
    as_of = at or clock.now()
    versions = sorted(convention.versions.all(), key=lambda version: version.number)
    end = min(period.end, clock.local_day(as_of)) if period else clock.local_day(as_of)
    version = states.in_force(versions, end, as_of)
    if version is None:
        raise Invalid(
            NO_TEXT, remedy=Words("Choisissez une date plus tardive.", "Choose a later date.")
        )
    life = lifetime(versions, version)
    return Text(convention, version, period or life, as_of, life)


def due_elapsed(target: Target, text: Text) -> float:
    """The share gone by, on the text's day, of the time that a promise has."""
    return progress.due_elapsed(target, text.life, text.day)


def charged(text: Text, code: str, by: str = "") -> Question:
    """A figure over what is charged to the convention: its money, its actions."""
    definition = figures.get(code)
    everything = Filter(action_keys=text.action_keys, schemes=(text.convention.scheme,))
    return Question(definition.reference, _about(definition, everything), text.period, by)


def _about(definition: Definition, everything: Filter) -> Filter:
    """Acts are found by the action they are charged to, what is derived from a text by its scheme."""
    sides = (
        (definition,)
        if isinstance(definition, Indicator)
        else (definition.numerator, definition.denominator)
    )
    by_charge = all("action_keys" in figures.accepted(side) for side in sides)
    return everything.taking(("action_keys",) if by_charge else figures.accepted(definition))


def question(
    code: str,
    *,
    convention: Convention | None = None,
    territory: str = "",
    period: Period | None = None,
    by: str = "",
    at: datetime | None = None,
) -> Question:
    """The question a person asks at a terminal or by an address, about a convention or a territory.

    About a convention, it is what its target on that indicator says counts; failing a target, the acts
    charged to its actions when the figure can be so read.

    Raises:
        Invalid: an unknown indicator, or no text in force then.
    """
    definition = figures.get(code)
    if convention is None:
        return Question(definition.reference, Filter(territory=territory), period, by)
    text = read(convention, period=period, at=at)
    named = [t for t in text.version.targets.all() if t.indicator == definition.code]
    asked = (
        question_of(named[0], text.period, by) if named else charged(text, definition.reference, by)
    )
    if not territory:
        return asked
    return Question(asked.indicator, asked.filter.narrowed(territory=territory), asked.period, by)
