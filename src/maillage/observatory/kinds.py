"""The segments of a place on its sheet: each with its rule, where that comes from, and since when, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from maillage import register
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.lists.models import READERS, PartnerList
from maillage.register import criteria
from maillage.register.hiring import Hiring, hirings
from maillage.register.models import Belonging, Establishment
from maillage.register.rules import Age, Bands, Listed, Seen
from maillage.register.segments import Segment
from maillage.ui.formats import day


@dataclass(frozen=True, slots=True)
class Kind:
    """A segment a place is in: its rule, what told so, and since when as far as is known."""

    segment: Segment
    origin: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days during which an establishment did not change, as known today."""

    since: date | None
    until: date | None
    state: str
    commune: str
    activity: str
    segments: int


@dataclass(frozen=True, slots=True)
class Told:
    """What is read once for all the places of a sheet."""

    today: date
    data_day: date | None
    lists: Sequence[Segment]
    belongings: Mapping[int, Belonging]
    names: Mapping[str, str]
    hirings: Mapping[int, Hiring]


def told_of(places: Iterable[Establishment], actor: Actor) -> Told:
    """What the places of one firm are in, but for their own facts; lists only to who works with firms."""
    listed = list(places)
    units = {place.legal_unit_id for place in listed}
    known = Belonging.objects.known().filter(legal_unit__in=units if actor.has(*READERS) else ())
    belongings = {one.bit: one for one in known.order_by("-since", "-id")}
    held = PartnerList.objects.visible_to(actor)
    origins = held.filter(key__in=[one.origin for one in belongings.values()])
    names = {str(one.key): str(one) for one in origins} if belongings else {}
    return Told(
        clock.today(), register.data_day(clock.now()), criteria.published(),
        belongings, names, hirings(listed),
    )  # fmt: skip


def kinds_of(place: Establishment, stretches: Sequence[Stretch], told: Told) -> list[Kind]:
    """Every segment of a place today; what is read on the day is not said of a closed one."""
    if not stretches:
        return []
    last = stretches[-1]
    mask = last.segments | sum(1 << bit for bit in told.belongings)
    seen = Seen(mask, last.activity, place.size_band, place.created_on, told.today)
    every = [*criteria.DECLARED, *told.lists]
    among = [one for one in every if last.state == "A" or one.read is None]
    return [_kind(one, place, stretches, told) for one in criteria.of_day(seen, among)]


def _kind(segment: Segment, place: Establishment, stretches: Sequence[Stretch], told: Told) -> Kind:
    rule = segment.read
    if isinstance(rule, Listed):
        return _by_list(segment, told)
    if isinstance(rule, Age):
        born = day(place.created_on) if place.created_on else ""
        return Kind(segment, _("Created on %(day)s by Sirene; read today.") % {"day": born})
    if isinstance(rule, Bands):
        return Kind(segment, _band(place))
    if rule is not None:
        origin = _("Read on its activity, %(code)s.") % {"code": stretches[-1].activity}
        return Kind(segment, origin, _since(stretches, activity=stretches[-1].activity))
    return Kind(segment, _by_sirene(told), _since(stretches, mask=segment.mask))


def _band(place: Establishment) -> str:
    if place.size_year:
        return _("Headcount band of %(year)s by Sirene.") % {"year": place.size_year}
    return _("Headcount band by Sirene, of a year it does not tell.")


def _by_sirene(told: Told) -> str:
    if told.data_day is None:
        return _("Told in the field.")
    return _("Sirene files of %(day)s.") % {"day": day(told.data_day)}


def _by_list(segment: Segment, told: Told) -> Kind:
    belonging = told.belongings[segment.bit]
    name = told.names.get(str(belonging.origin))
    if name is None:
        return Kind(segment, _("A partner’s list, which you may not read."), belonging.since)
    return Kind(segment, _("List: %(name)s.") % {"name": name}, belonging.since)


def _since(stretches: Sequence[Stretch], *, mask: int = 0, activity: str = "") -> date | None:
    """The first day of the last stretches that all carry the bit, or all have the activity."""
    first = None
    for stretch in reversed(stretches):
        if not (stretch.segments & mask if mask else stretch.activity == activity):
            break
        first = stretch.since
    return first


def hiring_in_words(hiring: Hiring | None) -> str:
    """Since when the place employs, and what tells so."""
    if hiring is None:
        return ""
    if hiring.on is None:
        return (
            _("Employer by Sirene; no loaded history tells since when.") if hiring.employs else ""
        )
    words = {"day": day(hiring.on)}
    if hiring.at_birth:
        told = _("Employer since it was created on %(day)s, by its history in Sirene.") % words
    else:
        told = _("First hire on %(day)s, by its history in Sirene.") % words
    # Named apart: what gathers the strings to translate does not look into an f-string.
    nobody = _("It employs nobody today.")
    return told if hiring.employs else f"{told} {nobody}"
