"""Conditions in words: what an entry asks, and what is known of the firm beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, ngettext

from maillage.catalogue import areas
from maillage.catalogue.conditions import Conditions, Known, Verdict
from maillage.catalogue.vocabulary import CRITERIA, Criterion, Moment, State
from maillage.register import activities, criteria
from maillage.ui import formats

#: Areas are named one by one up to so many; activities, whose names are long, up to fewer.
NAMED, NAMED_ACTIVITIES = 12, 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion of an entry in words; with a firm, what is known of it and what it says."""

    criterion: Criterion
    wanted: str
    known: str = ""
    state: State | None = None

    @property
    def label(self) -> str:
        """What it is about."""
        return str(CRITERIA[self.criterion])

    @property
    def icon(self) -> str:
        """The state as the design system draws it."""
        return icon_of(self.state or State.UNKNOWN)

    @property
    def answer(self) -> str:
        """The state in words."""
        return told_state(self.state or State.UNKNOWN)


def icon_of(state: State) -> str:
    """The state of the design system that a verdict is drawn as."""
    return {State.MET: "done", State.NOT_MET: "late"}.get(state, "waiting")


def told_state(state: State) -> str:
    """What a criterion, or all of them, say of the firm."""
    return {
        State.MET: _("Met"),
        State.NOT_MET: _("Not met"),
        State.UNKNOWN: _("To be asked"),
    }[state]


class Names:
    """Names of areas and of sorts of firm, looked up once for a page."""

    def __init__(self, asked: Iterable[Conditions], firm: Known | None = None) -> None:
        every = list(asked)
        told = {code for one in every for code in (*one.areas, *one.areas_out)}
        self._areas = areas.names(told | ({firm.commune} - {""} if firm else set()))
        codes = {code for one in every for code in one.segments}
        self._segments = {one.code: str(one.label) for one in criteria.coded(codes)}

    def areas(self, codes: Sequence[str]) -> str:
        """Areas by their names, the first ones when they are many."""
        return _some([self._areas.get(code, code) for code in codes], NAMED)

    def segments(self, codes: Iterable[str]) -> str:
        """Sorts of firm by their names."""
        return ", ".join(self._segments.get(code, code) for code in codes)


def _some(words: Sequence[str], most: int) -> str:
    """Words between commas, the first ones and how many more when they are many."""
    more = len(words) - most
    shown = ", ".join(words[:most])
    if more <= 0:
        return shown
    rest = ngettext("%(count)s more", "%(count)s more", more) % {"count": more}
    return f"{shown}, {rest}"


def wanted(asked: Conditions, criterion: Criterion, names: Names) -> str:
    """What an entry asks under a criterion."""
    return _WANTED[criterion](asked, names)


def _validity(asked: Conditions, _names: Names) -> str:
    if asked.valid_from and asked.valid_until:
        told = _("from %(first)s to %(last)s")
    elif asked.valid_from:
        told = _("from %(first)s")
    else:
        told = _("until %(last)s")
    days = {"first": asked.valid_from, "last": asked.valid_until}
    return told % {name: formats.day(day) if day else "" for name, day in days.items()}


def _area(asked: Conditions, names: Names) -> str:
    if not asked.everywhere and not asked.areas:
        inside = _("Not said")
    else:
        inside = _("everywhere") if asked.everywhere else names.areas(asked.areas)
    return _but(inside, names.areas(asked.areas_out))


def _but(inside: str, out: str) -> str:
    return _("%(inside)s, but not %(out)s") % {"inside": inside, "out": out} if out else inside


def _activity(asked: Conditions, _names: Names) -> str:
    inside = _activities(asked.activities) or _("all")
    if asked.is_priority and asked.activities:
        inside = _("first of all %(activities)s") % {"activities": inside}
    return _but(inside, _activities(asked.activities_out))


def _activities(codes: Sequence[str]) -> str:
    return _some([_labelled(code) for code in codes], NAMED_ACTIVITIES)


def _labelled(code: str) -> str:
    label = activities.label(code)
    return code if label == code else f"{code} ({label})"


def _headcount(asked: Conditions, _names: Names) -> str:
    return _between(asked.headcount_min, asked.headcount_max)


def _between(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return _("%(least)s to %(most)s") % {"least": least, "most": most}
    if least is not None:
        return _("at least %(number)s") % {"number": least}
    return _("at most %(number)s") % {"number": most}


def _age(asked: Conditions, _names: Names) -> str:
    told = []
    if asked.age_min is not None:
        told.append(
            ngettext("at least %(years)s year", "at least %(years)s years", asked.age_min)
            % {"years": asked.age_min}
        )
    if asked.age_max is not None:
        told.append(
            ngettext("less than %(years)s year", "less than %(years)s years", asked.age_max)
            % {"years": asked.age_max}
        )
    return ", ".join(told)


_WANTED: Mapping[Criterion, Callable[[Conditions, Names], str]] = {
    Criterion.VALIDITY: _validity,
    Criterion.AREA: _area,
    Criterion.ACTIVITY: _activity,
    Criterion.HEADCOUNT: _headcount,
    Criterion.LEGAL_FORM: lambda asked, _names: _but(
        ", ".join(asked.legal_forms) or _("all"), ", ".join(asked.legal_forms_out)
    ),
    Criterion.SEGMENTS: lambda asked, names: names.segments(asked.segments),
    Criterion.AGE: _age,
    Criterion.QPV: lambda _asked, _names: _("in a priority neighbourhood"),
    Criterion.MOMENT: lambda asked, _names: ", ".join(
        str(Moment(one).label) for one in asked.moments
    ),
    Criterion.OTHER: lambda asked, _names: asked.other,
}


def known(firm: Known, criterion: Criterion, names: Names) -> str:
    """What is known of the firm under a criterion; blank when nothing is, or nothing can be."""
    if criterion is Criterion.AREA:
        return names.areas([firm.commune]) if firm.commune else ""
    return _KNOWN[criterion](firm)


def _in_qpv(firm: Known) -> str:
    if firm.in_qpv is None:
        return ""
    return _("in a priority neighbourhood") if firm.in_qpv else _("outside priority neighbourhoods")


def _crew(firm: Known) -> str:
    if firm.headcount is None:
        return ""
    low, high = firm.headcount
    return str(low) if low == high else _between(low, high)


_KNOWN: Mapping[Criterion, Callable[[Known], str]] = {
    Criterion.VALIDITY: lambda firm: formats.day(firm.day),
    Criterion.ACTIVITY: lambda firm: _labelled(firm.activity) if firm.activity else "",
    Criterion.HEADCOUNT: _crew,
    Criterion.LEGAL_FORM: lambda firm: firm.legal_form,
    Criterion.SEGMENTS: lambda _firm: "",
    Criterion.AGE: lambda firm: formats.day(firm.opened_on) if firm.opened_on else "",
    Criterion.QPV: _in_qpv,
    Criterion.MOMENT: lambda _firm: "",
    Criterion.OTHER: lambda _firm: "",
}


def told(asked: Conditions, verdicts: Iterable[Verdict], firm: Known, names: Names) -> list[Asked]:
    """The verdicts on a firm, each with what is asked and what is known."""
    return [
        Asked(
            one.criterion,
            wanted(asked, one.criterion, names),
            known(firm, one.criterion, names),
            one.state,
        )
        for one in verdicts
    ]
