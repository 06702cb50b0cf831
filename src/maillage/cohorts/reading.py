"""What pages of a programme show: the funnel, whole or as a structure may read it; a structure's own figures and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext

from maillage import figures, places
from maillage.accounts.actors import Actor
from maillage.cohorts.indicators import (
    COHORT,
    CREATED,
    EMPLOYED,
    FUNNEL,
    LENT,
    LOANS,
    QPV,
    STAGE,
    SUPPORTED,
    UNKNOWN_PERSONS,
    WELCOMED,
)
from maillage.cohorts.models import CohortLine, CohortLineQuerySet, Programme
from maillage.cohorts.permissions import can_read_whole
from maillage.figures.answers import Answer
from maillage.figures.publication import disclosed
from maillage.figures.secrecy import CLASSES
from maillage.kernel import clock
from maillage.kernel.periods import Period

#: What a funnel is split by, beside its stages.
SPLITS = {"commune": "commune", "qpv": QPV, "annee": COHORT, "structure": "organisation"}
OWN = (WELCOMED, SUPPORTED, CREATED, EMPLOYED, LOANS, LENT, UNKNOWN_PERSONS)
BESIDE = (LOANS, LENT, UNKNOWN_PERSONS)
_RULE = CLASSES[FUNNEL.disclosure]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure as its reader may read it; None is masked."""

    label: str
    value: int | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as its reader may read it."""

    label: str
    value: int | None
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """The funnel of a programme over a period: stages, one more breakdown, what several structures told."""

    period: Period
    by: str
    entered: int | None
    stages: Sequence[Part]
    parts: Sequence[Part]
    overlap: int | None
    beside: Sequence[Told]
    is_whole: bool
    as_of: datetime

    @property
    def is_empty(self) -> bool:
        """Nobody entered, as far as this reader may know, and nothing else is counted."""
        return not self.entered and not any(one.value for one in self.beside)


def funnel(programme: Programme, actor: Actor, period: Period, by: str) -> Funnel:
    """The funnel of a programme: to the unit for who answers for it.

    For a structure, of whole years, as of last month, masked and in fives: two days that differ by one person of its own,
    or two months, would say whether another structure had told of that person.
    """
    is_whole = can_read_whole(actor, programme)
    period = period if is_whole else _whole_years(period)
    split = SPLITS.get(by, SPLITS["commune"])
    if not is_whole and split == "organisation":
        split = SPLITS["commune"]
    kept = figures.Filter(schemes=(programme.scheme,))
    splits = (STAGE, split, "organisation")
    asked = [figures.Question(FUNNEL.reference, kept, period, by=one) for one in splits]
    asked += [figures.Question(one.reference, kept, period) for one in BESIDE]
    at = None if is_whole else _last_month()
    stages, parts, structures, *beside = figures.answer(asked, at)
    return Funnel(
        period=period,
        by=next(word for word, code in SPLITS.items() if code == split),
        entered=_value(stages, is_whole),
        stages=_parts(stages, is_whole),
        parts=_parts(parts, is_whole),
        overlap=_overlap(structures, is_whole),
        beside=[_told(one, is_whole) for one in beside],
        is_whole=is_whole,
        as_of=at or clock.now(),
    )


def _whole_years(period: Period) -> Period:
    return Period(date(period.start.year, 1, 1), date(period.end.year, 12, 31))


def _last_month() -> datetime:
    """The last instant of the month before: nobody tries one person after another against it."""
    first = clock.today().replace(day=1)
    return datetime.combine(first, time(), tzinfo=clock.PARIS) - timedelta(microseconds=1)


def _value(answer: Answer, is_whole: bool) -> int | None:
    if not is_whole and answer.definition is not FUNNEL:
        return _count(disclosed(answer)["value"])
    return _count(answer.value) if is_whole else _fives(answer.value)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _fives(value: Any) -> int | None:
    """Persons whom others told too, as a structure may know them: by whole fives, none and few alike.

    Each count by itself, none hidden for the sake of another: a part that vanished would tell of the one that it protects.
    """
    return int(value or 0) // _RULE.threshold * _RULE.threshold or None


def _parts(answer: Answer, is_whole: bool) -> list[Part]:
    """The parts of a figure; those that a structure may not know are not even named: one more would tell of its own."""
    whole = _value(answer, is_whole)
    read = _count if is_whole else _fives
    told = [(one.label, read(one.value)) for one in answer.groups]
    return [
        Part(label, value, _share(value, whole))
        for label, value in told
        if is_whole or value is not None
    ]


def _share(value: int | None, whole: int | None) -> float | None:
    return None if value is None or not whole else value / whole


def _overlap(answer: Answer, is_whole: bool) -> int | None:
    """Persons told more than once over, however few for who reads the whole; by whole fives for the others."""
    return answer.overlap if is_whole else _fives(answer.overlap)


def _told(answer: Answer, is_whole: bool) -> Told:
    return Told(str(answer.definition.label), _value(answer, is_whole), answer.definition is LENT)


def own_figures(programme: Programme, actor: Actor, period: Period) -> list[Told]:
    """What a structure's own lists count, to the unit: by the day of each step, never by what others told."""
    kept = figures.Filter(schemes=(programme.scheme,), organisations=(str(actor.acting_for().key),))
    asked = [figures.Question(one.reference, kept, period) for one in OWN]
    return [_told(one, is_whole=True) for one in figures.answer(asked)]


def own_lines(programme: Programme, actor: Actor) -> CohortLineQuerySet:
    """The lines of a programme that a structure handed in and that stand, the latest first."""
    own = CohortLine.objects.owned_by(actor).standing().filter(programme=programme)
    return own.select_related("pseudonym").order_by("-on", "-pk")


def as_table(programme: Programme, actor: Actor) -> tuple[list[str], Iterator[list[object]]]:
    """These lines as they were received, the person by the mark of a pseudonym in place of the token."""
    header = [
        gettext("Deposit"), gettext("Line"), gettext("Person"), gettext("Stage"), gettext("Day"), gettext("Amount in euros"),
        gettext("Commune"), gettext("Name of the commune"), gettext("In a priority neighbourhood"), gettext("SIRET"),
    ]  # fmt: skip
    rows = list(own_lines(programme, actor))
    names = places.commune_names(one.commune for one in rows if one.commune)
    near = {True: gettext("yes"), False: gettext("no"), None: ""}
    words = {stage.code: str(stage.words) for stage in programme.every_stage}
    return header, (
        [
            one.load_id, one.number, str(one.pseudonym.key)[-8:] if one.pseudonym else "", words.get(one.stage, one.stage),
            one.on, None if one.amount_cents is None else one.amount_cents / 100, one.commune, names.get(one.commune, ""),
            near[one.in_qpv], one.siret,
        ]
        for one in rows
    )  # fmt: skip
