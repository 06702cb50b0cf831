"""The streets of a campaign: how far each is covered, and its doors one by one, in the order of a walk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from maillage import places
from maillage.accounts.actors import Actor
from maillage.outreach import streets
from maillage.outreach.models import Campaign, ListedFirm, Visit, ways
from maillage.outreach.streets import Number, Side
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment, Objection, Spell
from maillage.ui.charts import Door as Drawn, Sign

WORDS: dict[Sign, str | Promise] = {
    Sign.DONE: gettext_lazy("Seen"),
    Sign.AGAIN: gettext_lazy("To go back to"),
    Sign.REFUSED: pgettext_lazy("door", "Refused"),
    Sign.GONE: gettext_lazy("Closed, or not there"),
    Sign.WAITING: gettext_lazy("Not yet seen"),
    Sign.APART: gettext_lazy("Not on the list"),
}
SIDES: dict[Side, str | Promise] = {
    Side.ODD: gettext_lazy("odd"),
    Side.EVEN: gettext_lazy("even"),
    Side.NONE: gettext_lazy("no number"),
}
_SIGNS = {
    Outcome.DONE: Sign.DONE,
    Outcome.REFUSED: Sign.REFUSED,
    Outcome.CLOSED_DOWN: Sign.GONE,
    Outcome.WRONG_ADDRESS: Sign.GONE,
}


@dataclass(frozen=True, slots=True)
class Covered:
    """A street of a frozen list: how many of its firms are settled, of how many."""

    reference: str
    name: str
    town: str
    listed: int
    settled: int

    @property
    def commune(self) -> str:
        """The commune it is in."""
        return ways.split(self.reference)[0]

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return ways.split(self.reference)[1].replace(" ", "-")

    @property
    def left(self) -> int:
        """How many are still to be seen."""
        return self.listed - self.settled

    @property
    def share(self) -> float:
        """How far one is."""
        return self.settled / self.listed


def covered(campaign: Campaign, actor: Actor, commune: str = "") -> list[Covered]:
    """The streets of a list, by commune and name, those of firms without a known street last and together."""
    lines = ListedFirm.objects.visible_to(actor).filter(campaign=campaign)
    if commune:
        lines = lines.filter(commune=commune)
    waiting = lines.not_yet_seen().filter(pk=OuterRef("pk"))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = lines.annotate(waits=Exists(waiting)).order_by()
    for town, street, waits in rows.values_list("commune", "establishment__street", "waits"):
        one = counts[ways.reference(town, street)]
        one[0] += 1
        one[1] += not waits
    names = places.commune_names(ways.split(one)[0] for one in counts)
    found = []
    for reference, (listed, settled) in counts.items():
        code, name = ways.split(reference)
        found.append(Covered(reference, name.upper(), names[code], listed, settled))
    return sorted(found, key=lambda one: (not one.name, one.town, one.name))


def sign_of(outcome: str | None, place: Establishment) -> Sign:
    """How the latest attempt at a firm of a list is drawn; before any, whether it is still there to be seen."""
    if outcome:
        return _SIGNS.get(Outcome(outcome), Sign.AGAIN)
    return Sign.WAITING if place.state == Spell.State.ACTIVE else Sign.GONE


@dataclass(frozen=True)
class Door:
    """A firm at its number in a street, and what is known of it in a campaign."""

    establishment: Establishment
    line: ListedFirm | None
    outcome: str
    last_on: date | None

    @cached_property
    def number(self) -> Number:
        """Its house number."""
        return streets.number_of(self.establishment.street_number)

    @property
    def side(self) -> str:
        """Odd, even, or without a number, in words."""
        return str(SIDES[self.number.side])

    @cached_property
    def sign(self) -> Sign:
        """What is known of it."""
        if not self.outcome and self.line is None:
            return Sign.APART
        return sign_of(self.outcome, self.establishment)

    @property
    def words(self) -> str:
        """The same in words."""
        return str(WORDS[self.sign])

    @property
    def outcome_label(self) -> str:
        """How the latest attempt ended, in words; empty before the first one."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


def doors(campaign: Campaign, reference: str, actor: Actor) -> list[Door]:
    """The doors of a street in the order of a walk: firms of the list, and those that it does not hold.

    A firm that came since the list was frozen, or that its query does not aim at, stands there too, said to be off the
    list; one that objects to being prospected does not.
    """
    commune, _name = ways.split(reference)
    spelt = ways.spellings([commune]).get(reference, [])
    on_list = ListedFirm.objects.visible_to(actor).filter(campaign=campaign)
    listed = on_list.filter(establishment__commune=commune, establishment__street__in=spelt)
    lines = {
        one.legal_unit_id: one
        for one in listed.select_related("establishment__legal_unit", "adviser")
    }
    others = Establishment.objects.known().filter(
        commune=commune,
        street__in=spelt,
        state=Spell.State.ACTIVE,
        diffusion="O",
        reconciled_to=None,
    )
    others = others.exclude(
        legal_unit__in=Objection.objects.filter(until=None).values("legal_unit")
    )
    apart = list(
        others.exclude(legal_unit__in=on_list.values("legal_unit")).select_related("legal_unit")
    )
    seen = _latest(campaign, actor, [*lines, *(one.legal_unit_id for one in apart)])
    found = [
        Door(one, lines.get(one.legal_unit_id), *seen.get(one.legal_unit_id, ("", None)))
        for one in [*(line.establishment for line in lines.values()), *apart]
    ]
    found.sort(key=lambda door: door.establishment.pk)
    return streets.walk(found, lambda door: door.number)


def _latest(
    campaign: Campaign, actor: Actor, units: Sequence[int]
) -> Mapping[int, tuple[str, date]]:
    """How the latest attempt of the campaign at each firm ended, and when."""
    attempts = (
        Visit.objects.visible_to(actor).standing().filter(campaign=campaign, legal_unit__in=units)
    )
    rows = attempts.order_by("occurred_on", "id")
    return {
        unit: (outcome, day)
        for unit, outcome, day in rows.values_list("legal_unit", "outcome", "occurred_on")
    }


def drawn(found: Sequence[Door], *, may_report: bool) -> list[Drawn]:
    """The doors that have a number, as the strip draws them; each opens the form of a visit."""
    numbered = sorted((one for one in found if one.number.value), key=lambda one: one.number)
    return [
        Drawn(
            label=one.number.text,
            spoken=_("%(number)s, %(firm)s, %(state)s")
            % {
                "number": one.number.text,
                "firm": one.establishment.display_name,
                "state": one.words,
            },
            sign=one.sign,
            pair=one.number.pair,
            odd=one.number.side is Side.ODD,
            url=reverse("outreach:new_visit", args=[one.establishment.key]) if may_report else "",
        )
        for one in numbered
    ]


def streets_header() -> list[str]:
    """The columns of the streets of a campaign."""
    return [
        _("INSEE code"),
        _("Commune"),
        _("Street"),
        _("On the list"),
        _("Settled"),
        _("Left to see"),
    ]


def street_lines(rows: Sequence[Covered]) -> Iterator[list[Any]]:
    """One line a street."""
    for one in rows:
        yield [one.commune, one.town, one.name, one.listed, one.settled, one.left]


def doors_header() -> list[str]:
    """The columns of the doors of a street."""
    return [
        _("Number"), _("Side"), _("Firm"), _("SIRET"), _("Address"), _("State"), _("Last attempt"),
        _("Day"), _("Adviser"),
    ]  # fmt: skip


def lines_header() -> list[str]:
    """The columns of the firms of a list."""
    return [
        _("Firm"), _("SIRET"), _("Address"), _("INSEE code"), _("State"), _("Last attempt"), _("Day"),
        _("Adviser"),
    ]  # fmt: skip


def listed_lines(lines: Iterable[ListedFirm]) -> Iterator[list[Any]]:
    """One line a firm of a list, in its order."""
    for one in lines:
        place = one.establishment
        yield [
            place.display_name, place.siret if place.is_open else "", place.address, one.commune,
            str(WORDS[sign_of(one.last_outcome, place)]), one.last_outcome_label, one.last_on,
            one.adviser or "",
        ]  # fmt: skip


def door_lines(found: Sequence[Door]) -> Iterator[list[Any]]:
    """One line a door, in the order of the walk."""
    for one in found:
        place = one.establishment
        adviser = one.line.adviser if one.line else None
        yield [
            one.number.text, one.side, place.display_name, place.siret if place.is_open else "",
            place.address, one.words, one.outcome_label, one.last_on, adviser or "",
        ]  # fmt: skip
