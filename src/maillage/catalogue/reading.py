"""The catalogue as pages show it: filters in the address, entries judged on a firm, what has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.catalogue import areas, telling
from maillage.catalogue.conditions import Known, Verdict, judge, overall
from maillage.catalogue.models import EntryVersion, EntryVersionQuerySet, holding
from maillage.catalogue.permissions import can_add_entry
from maillage.catalogue.vocabulary import OFFERED, Flag, Moment, State
from maillage.kernel import clock
from maillage.ledger import themes
from maillage.places import UnknownTerritory, fold

#: What a firm may have comes first.
ORDER = (State.MET, State.UNKNOWN, State.NOT_MET)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, from its address; what is no choice is left out."""

    text: str = ""
    theme: str = ""
    moment: str = ""
    sort: str = ""
    area: str = ""
    flag: str = ""
    mine: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        theme, moment = given.get("theme", ""), given.get("moment", "")
        sort, flag = given.get("sorte", ""), given.get("a-verifier", "")
        return cls(
            text=given.get("q", "").strip()[:100],
            theme=themes.followed(theme) if themes.find(theme) else "",
            moment=moment if moment in Moment.values else "",
            sort=sort if sort in OFFERED else "",
            area=given.get("territoire", "").strip()[:60],
            flag=flag if flag in Flag.values else "",
            mine=given.get("gardees", "") == "oui",
        )

    def as_query(self) -> str:
        """The same address again."""
        told = {
            "q": self.text, "theme": self.theme, "moment": self.moment, "sorte": self.sort,
            "territoire": self.area, "a-verifier": self.flag, "gardees": "oui" if self.mine else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True)
class Found:
    """The entries of a list, and why the area that was named could not be read, if so."""

    rows: EntryVersionQuerySet
    problem: str = ""


def entries(wanted: Wanted, actor: Actor) -> Found:
    """The services and schemes of the catalogue, as filtered."""
    rows, today = _named(EntryVersion.objects.offered(), wanted), clock.today()
    if wanted.flag:
        rows = rows.flagged(wanted.flag, today)
    if wanted.mine:
        rows = rows.kept_by(actor)
    rows = rows.order_by("title", "pk")
    if not wanted.area:
        return Found(rows)
    try:
        return Found(rows.covering(areas.codes_of(wanted.area, today)))
    except UnknownTerritory as refusal:
        return Found(rows.none(), str(refusal))


def _named(rows: EntryVersionQuerySet, wanted: Wanted) -> EntryVersionQuerySet:
    """Those of a sort, a theme, a moment, that have every word that was typed."""
    if wanted.sort:
        rows = rows.filter(entry__sort=wanted.sort)
    if wanted.theme:
        rows = rows.filter(holding("themes", *themes.leading_to(wanted.theme)))
    if wanted.moment:
        rows = rows.filter(holding("moments", wanted.moment))
    for word in fold(wanted.text).split():
        rows = rows.filter(haystack__contains=word)
    return rows


def themes_offered() -> list[tuple[str, str]]:
    """What entries may answer, in words."""
    open_ones = {code: one for code, one in themes.themes().items() if one.ended_on is None}
    told = ((code, str(one.words)) for code, one in open_ones.items())
    return sorted(told, key=lambda one: one[1])


def counts_to_check(actor: Actor) -> list[tuple[Flag, int]]:
    """How many of the entries that the actor may set right have to be looked at again, by reason, if any."""
    if not can_add_entry(actor):
        return []
    rows, today = EntryVersion.objects.offered().kept_by(actor), clock.today()
    told = [(flag, rows.flagged(flag, today).count()) for flag in Flag]
    return [(flag, number) for flag, number in told if number]


def told_overall(state: State) -> str:
    """What all criteria together say of a firm, in words."""
    return {
        State.MET: _("Every condition is met"),
        State.UNKNOWN: _("Conditions to be asked"),
        State.NOT_MET: _("Not for this firm"),
    }[state]


@dataclass(frozen=True)
class Judged:
    """An entry judged on a firm: what each criterion says, and all of them together."""

    version: EntryVersion
    verdicts: Sequence[Verdict]
    state: State
    asked: Sequence[telling.Asked] = ()

    @property
    def icon(self) -> str:
        """The state as the design system draws it."""
        return telling.icon_of(self.state)

    @property
    def answer(self) -> str:
        """The state in words."""
        return told_overall(self.state)

    @cached_property
    def open_questions(self) -> list[telling.Asked]:
        """The criteria that somebody has to ask about."""
        return [one for one in self.asked if one.state is State.UNKNOWN]

    @cached_property
    def against(self) -> list[telling.Asked]:
        """The criteria that say no."""
        return [one for one in self.asked if one.state is State.NOT_MET]


def judged(versions: Iterable[EntryVersion], firm: Known) -> list[Judged]:
    """Entries judged on a firm, those it may have first, then in the order of names."""
    found = []
    for version in versions:
        verdicts = judge(version.conditions, firm)
        found.append(Judged(version, verdicts, overall(verdicts)))
    return sorted(found, key=lambda one: (ORDER.index(one.state), one.version.title))


def in_words(some: Sequence[Judged], firm: Known) -> list[Judged]:
    """The same with their criteria in words; names are looked up once for all."""
    names = telling.Names((one.version.conditions for one in some), firm)
    return [
        Judged(
            one.version, one.verdicts, one.state,
            telling.told(one.version.conditions, one.verdicts, firm, names),
        )
        for one in some
    ]  # fmt: skip


def asked_of(version: EntryVersion) -> list[telling.Asked]:
    """What an entry asks of firms, in words, whoever the firm."""
    conditions = version.conditions
    names = telling.Names([conditions])
    return [
        telling.Asked(one.criterion, telling.wanted(conditions, one.criterion, names))
        for one in judge(conditions, Known(day=clock.today()))
    ]


def as_csv(rows: EntryVersionQuerySet, today: date) -> tuple[list[str], list[list[Any]]]:
    """The list as a table."""
    header = [
        _("Name"), _("Sort"), _("Provider"), _("Themes"), _("Moments of a firm’s life"), _("Areas"),
        _("Fees"), _("Telephone"), _("E-mail address"), _("Page"), _("Open from"), _("Open until"),
        _("Up to date on"), _("Source"), _("Identifier"), _("To check"),
    ]  # fmt: skip
    return header, [_line(one, today) for one in rows]


def _line(one: EntryVersion, today: date) -> list[Any]:
    entry = one.entry
    return [
        one.title, str(entry.get_sort_display()), one.provided, ", ".join(one.theme_words),
        ", ".join(str(Moment(code).label) for code in one.moments),
        _("everywhere") if one.everywhere else " ".join(one.areas), str(one.get_fees_display()),
        one.phone, one.email, one.link, one.valid_from, one.valid_until, one.told_on, one.told_by,
        entry.source_id, ", ".join(str(flag.label) for flag in one.flags(today)),
    ]  # fmt: skip
