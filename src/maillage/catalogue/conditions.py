"""Whether a firm may have an entry, criterion by criterion, on the facts of one day. Pure: no database.

What is not known of the firm, or not said by the entry, is told as such: it shuts no door and opens none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from maillage.catalogue.codes import begins, within
from maillage.catalogue.vocabulary import Criterion, Moment, State
from maillage.register.rules import years_before

#: A firm is being created for so many years, as the register's own criterion of young firms reads it.
YOUNG = 3
#: Only a partner's list tells of them: a firm that none names may be one all the same.
TOLD_BY_LISTS = frozenset({"ess_listed", "micro_listed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a firm on a day; None, or nothing, where it is not known."""

    day: date
    commune: str = ""
    areas: frozenset[str] = frozenset()  # its commune, intercommunality, département, region
    activity: str = ""
    headcount: tuple[int, int] | None = None
    legal_form: str = ""
    segments: frozenset[str] | None = None
    opened_on: date | None = None
    in_qpv: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an entry asks of a firm; what it asks nothing about is left as it is here."""

    valid_from: date | None = None
    valid_until: date | None = None
    everywhere: bool = False
    areas: tuple[str, ...] = ()
    areas_out: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()  # beginnings of NAF codes
    activities_out: tuple[str, ...] = ()
    is_priority: bool = False  # these activities come first, the others are not shut out
    headcount_min: int | None = None
    headcount_max: int | None = None
    legal_forms: tuple[str, ...] = ()  # beginnings of legal categories
    legal_forms_out: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()  # one of them is enough
    age_min: int | None = None  # whole years
    age_max: int | None = None
    qpv_only: bool = False
    moments: tuple[str, ...] = ()
    other: str = ""  # in words: somebody has to ask


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one criterion says of a firm."""

    criterion: Criterion
    state: State


def _state(answer: bool | None) -> State:
    return State.UNKNOWN if answer is None else State.MET if answer else State.NOT_MET


def _open(asked: Conditions, firm: Known) -> bool:
    begun = asked.valid_from is None or asked.valid_from <= firm.day
    return begun and (asked.valid_until is None or firm.day <= asked.valid_until)


def _area(asked: Conditions, firm: Known) -> bool | None:
    if firm.areas & set(asked.areas_out):
        return False
    if asked.everywhere:
        return True if firm.areas or not asked.areas_out else None
    if not asked.areas or not firm.areas:
        return None
    return bool(firm.areas & set(asked.areas))


def _activity(asked: Conditions, firm: Known) -> bool | None:
    code = firm.activity.replace(".", "")
    if asked.activities_out and begins(code, _bare(asked.activities_out)):
        return False
    inside = begins(code, _bare(asked.activities))
    if inside is False and asked.is_priority:
        return None
    return None if asked.activities_out and not code else inside


def _bare(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.replace(".", "") for code in codes)


def _legal_form(asked: Conditions, firm: Known) -> bool | None:
    if asked.legal_forms_out and begins(firm.legal_form, asked.legal_forms_out):
        return False
    if asked.legal_forms_out and not firm.legal_form:
        return None
    return begins(firm.legal_form, asked.legal_forms)


def _segments(asked: Conditions, firm: Known) -> bool | None:
    if firm.segments is None:
        return None
    if firm.segments & set(asked.segments):
        return True
    return None if TOLD_BY_LISTS & set(asked.segments) else False


def _age(asked: Conditions, firm: Known) -> bool | None:
    if firm.opened_on is None:
        return None
    old = asked.age_min is None or firm.opened_on <= years_before(firm.day, asked.age_min)
    young = asked.age_max is None or firm.opened_on > years_before(firm.day, asked.age_max)
    return old and young


def _moment(asked: Conditions, firm: Known) -> bool | None:
    told = [_MOMENTS[Moment(one)](firm) for one in asked.moments]
    return True if True in told else None if None in told else False


def _young(firm: Known) -> bool | None:
    return _age(Conditions(age_max=YOUNG), firm)


# A firm of the register is no project any more, and may always grow; whether it changes hands is not told.
_MOMENTS: Mapping[Moment, Callable[[Known], bool | None]] = {
    Moment.PROJECT: lambda _firm: False,
    Moment.CREATION: _young,
    Moment.FIRST_HIRE: lambda firm: within(firm.headcount, None, 0),
    Moment.GROWTH: lambda _firm: True,
    Moment.TRANSMISSION: lambda _firm: None,
}

Asks = Callable[[Conditions], object]
Reads = Callable[[Conditions, Known], bool | None]
# Whether the entry asks anything of this kind, and what the firm answers.
_READ: Mapping[Criterion, tuple[Asks, Reads]] = {
    Criterion.VALIDITY: (lambda c: c.valid_from or c.valid_until, _open),
    Criterion.AREA: (lambda c: not c.everywhere or c.areas_out, _area),
    Criterion.ACTIVITY: (lambda c: c.activities or c.activities_out, _activity),
    Criterion.HEADCOUNT: (
        lambda c: c.headcount_min is not None or c.headcount_max is not None,
        lambda c, firm: within(firm.headcount, c.headcount_min, c.headcount_max),
    ),
    Criterion.LEGAL_FORM: (lambda c: c.legal_forms or c.legal_forms_out, _legal_form),
    Criterion.SEGMENTS: (lambda c: c.segments, _segments),
    Criterion.AGE: (lambda c: c.age_min is not None or c.age_max is not None, _age),
    Criterion.QPV: (lambda c: c.qpv_only, lambda _c, firm: firm.in_qpv),
    Criterion.MOMENT: (lambda c: c.moments, _moment),
    Criterion.OTHER: (lambda c: c.other, lambda _c, _firm: None),
}


def judge(asked: Conditions, firm: Known) -> list[Verdict]:
    """What each criterion that an entry asks about says of a firm."""
    return [
        Verdict(criterion, _state(read(asked, firm)))
        for criterion, (asks, read) in _READ.items()
        if asks(asked)
    ]


def overall(verdicts: Iterable[Verdict]) -> State:
    """No as soon as one criterion says no; yes when all do; else somebody has to ask."""
    states = {one.state for one in verdicts}
    if State.NOT_MET in states:
        return State.NOT_MET
    return State.UNKNOWN if State.UNKNOWN in states else State.MET
