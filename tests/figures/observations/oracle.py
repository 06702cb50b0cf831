"""The demography of lives written a second time, day by day, in plain Python: no number stands for a day here."""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tests.factories.stocks import Life, Link

NEVER = date(9999, 1, 1)
UNKNOWN = "1900-01-01"


@dataclass(slots=True, eq=False)
class Spell:
    """One presence: from its first day until the first on which it is no longer there."""

    life: Life
    start: date
    end: date
    before: Spell | None = None
    after: Spell | None = None
    moved: bool = False  # it follows another by a move

    @property
    def is_known(self) -> bool:
        """Whether anybody knows when it began: of the others nothing is counted."""
        return self.start.isoformat() != UNKNOWN

    @property
    def last(self) -> Spell:
        return self if self.after is None else self.after.last


def later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    if day.year + months // 12 > NEVER.year:
        return NEVER
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spells(lives: Sequence[Life], links: Sequence[Link], until: date) -> list[Spell]:
    """Every presence of a known start, joined to what it follows, itself of a known start or not."""
    every = [spell for life in lives for spell in _of(life, until)]
    of: dict[str, list[Spell]] = defaultdict(list)
    for spell in every:
        of[spell.life.siret].append(spell)
    for link in links:
        if link.goes_on:
            _join([*of[link.before], *of[link.after]], link)
    for spell in every:
        _come_back(spell, every)
    for gap in range(32):
        _infer(every, gap)
    for spell in every:
        if spell.after is not None and spell.after.moved:
            spell.end = spell.after.start
    return [spell for spell in every if spell.is_known]


def _of(life: Life, until: date) -> list[Spell]:
    days = [date.fromisoformat(day) for day in life.days]
    known = until + timedelta(days=1)  # who closes tomorrow is known to have been there today
    days = [day for day in days if day <= known]
    if days and days[-1] == known and len(days) % 2:
        days.pop()
    if life.days[0] == UNKNOWN and life.created and life.created != UNKNOWN:
        days[0] = date.fromisoformat(life.created)
    ends = [*days[1:], NEVER]
    return [Spell(life, *pair) for pair in zip(days[::2], ends[::2], strict=False)]


def _join(every: Sequence[Spell], link: Link) -> None:
    day = date.fromisoformat(link.on)
    pairs = [
        (one, two)
        for one in every
        for two in every
        if (one.life.siret, two.life.siret) == (link.before, link.after)
        and one.start < two.start
        and one.end < later(two.start, 24)
        and two.start < later(one.end, 24)
    ]
    if pairs:
        one, two = min(pairs, key=lambda p: abs(p[0].end - day) + abs(p[1].start - day))
        one.after, two.before, two.moved = two, one, True


def _come_back(spell: Spell, every: Sequence[Spell]) -> None:
    own = [s for s in every if s.life is spell.life and s.start > spell.start]
    if (
        own
        and spell.after is None
        and own[0].before is None
        and own[0].start < later(spell.end, 24)
    ):
        spell.after, own[0].before = own[0], spell


def _infer(every: Sequence[Spell], gap: int) -> None:
    """Nearest pairs first, as whoever looks for the likeliest move would."""
    for one in every:
        for two in every:
            same = one.life.siren == two.life.siren and one.life.activity == two.life.activity
            free = one.after is None and two.before is None and one.life is not two.life
            near = one.end < NEVER and abs((two.start - one.end).days) == gap
            if same and free and near and one.start < two.start:
                one.after, two.before, two.moved = two, one, True


def flows(
    every: Sequence[Spell], area: Mapping[str, str], until: date
) -> dict[str, Counter[tuple[str, int]]]:
    """Each flow of each area and year."""
    told: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for spell in every:
        here = area[spell.life.commune]
        entered = spell.start - timedelta(days=1) if spell.moved else spell.start
        left = spell.end - timedelta(days=1)
        if entered <= until and (what := _entry(spell, area)):
            told[what][here, entered.year] += 1
        if spell.end < NEVER and left <= until and (what := _exit(spell, area)):
            told[what][here, left.year] += 1
            told["deaths"][here, left.year] += spell.after is None
    return told


def _entry(spell: Spell, area: Mapping[str, str]) -> str:
    """How it comes in, blank when from the same area."""
    if spell.before is None:
        return "births"
    if not spell.moved:
        return "reactivations"
    near = spell.before.is_known and area[spell.before.life.commune] == area[spell.life.commune]
    return "" if near else "arrivals"


def _exit(spell: Spell, area: Mapping[str, str]) -> str:
    """How it goes out, blank when to the same area."""
    if spell.after is None or not spell.after.moved:
        return "closures"
    near = area[spell.after.life.commune] == area[spell.life.commune]
    return "" if near else "departures"


def stock(every: Sequence[Spell], area: Mapping[str, str], year: int) -> Counter[str]:
    """Who is there when 1 January opens: there on its eve already, and on the day itself."""
    opens = date(year, 1, 1)
    there = (
        s for s in every if (s.start <= opens if s.moved else s.start < opens) and s.end > opens
    )
    return Counter(area[s.life.commune] for s in there)


def survival(
    every: Sequence[Spell], area: Mapping[str, str], year: int, after: int
) -> dict[str, tuple[int, int]]:
    """Of those born in a year, how many lived to an anniversary, out of how many, by area of birth."""
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for spell in every:
        if spell.before is None and spell.start.year == year:
            cell = told[area[spell.life.commune]]
            cell[0] += spell.last.end > later(spell.start, 12 * after)
            cell[1] += 1
    return {name: (alive, born) for name, (alive, born) in told.items()}
