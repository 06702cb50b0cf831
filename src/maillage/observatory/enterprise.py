"""The sheet of a firm: who it is by the register, and all that partners did, as one reader may know it.

Names, streets and positions of a firm of partial diffusion are not even stored (`register`), so nothing
here could show them. Acts stand in one timeline, masked where the reader has no right to their record;
confidential notes are never on this page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import ledger, register
from maillage.accounts.actors import Actor
from maillage.accounts.permissions import can_erase
from maillage.accounts.roles import Role
from maillage.diagnoses.permissions import can_diagnose
from maillage.funding.reading import Grant, given_to
from maillage.kernel import clock
from maillage.ledger import Entry, Timeline
from maillage.lists.lines import Mention, mentions
from maillage.needs.permissions import can_hear_need
from maillage.observatory.kinds import Kind, Stretch, hiring_in_words, kinds_of, told_of
from maillage.outreach.models import VisitPhoto
from maillage.outreach.permissions import can_report_visit
from maillage.places import communes
from maillage.register.knowledge import FirmName
from maillage.register.models import Establishment, LegalUnit, Objection, Period, Spell
from maillage.register.permissions import can_hand_out
from maillage.register.succession import Continuation

#: Who reads what partners did with a firm they can name; everybody else reads what Sirene publishes.
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)

SHOWN = 30

#: The newest acts of those it took over from; each firm's sheet has them all.
BEFORE = 10

#: The newest photographs of its visits; the page of each visit has its own.
PHOTOS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """An establishment with its periods, the segments it is in and why, where it stands, what can be done."""

    establishment: Establishment
    stretches: Sequence[Stretch]
    visit_url: str = ""
    need_url: str = ""
    hours_url: str = ""
    signs: Sequence[Period] = ()
    links: Sequence[Continuation] = ()
    now_at: FirmName | None = None  # where its activity goes on today, farther than its links tell
    kinds: Sequence[Kind] = ()
    hiring: str = ""
    diagnosis_url: str = ""
    catalogue_url: str = ""

    @property
    def position(self) -> str:
        """What is known of its position, in words."""
        place = self.establishment
        if place.legal_unit.is_erased:
            return _("Erased with who the firm is.")
        if not place.is_open:
            return _("Not shown: the firm asked INSEE for partial diffusion.")
        if place.lon is None or place.lat is None:
            return _("The register gives none: its commune stands for it.")
        return _("Given by the register.")


@dataclass(frozen=True, slots=True)
class Told:
    """One act of the timeline, with the acts that cancelled it or that it cancels."""

    entry: Entry
    cancellations: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What partners did with the firms whose activity goes on in this one, which keep their acts."""

    firms: Sequence[LegalUnit]
    timeline: Timeline
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reader is shown of a firm."""

    unit: LegalUnit
    places: Sequence[Place]
    count: int
    timeline: Timeline | None = None
    told: Sequence[Told] = ()
    mentions: Sequence[Mention] = ()
    grants: Sequence[Grant] = ()
    photos: Sequence[VisitPhoto] = ()
    before: Before | None = None
    erase_url: str = ""
    hand_out_url: str = ""
    objection: Objection | None = None
    may_read_erasures: bool = False


def can_read_timeline(actor: Actor) -> bool:
    """Advisers, officers, service managers and auditors read what partners did with a firm.

    The public, elected members and the other roles read what Sirene publishes of it: a sheet names a
    firm, and a sole trader is a person.
    """
    return actor.has(*READERS)


def visible_units(actor: Actor) -> QuerySet[LegalUnit]:
    """The firms that a known load tells of.

    Those without a number (added by hand, or erased) are for those who work in the field, and for whoever may
    have to erase them.
    """
    known = Establishment.objects.known().filter(legal_unit=OuterRef("pk"))
    units = LegalUnit.objects.filter(Exists(known))
    reads_all = can_read_timeline(actor) or can_erase(actor)
    return units if reads_all else units.filter(siren__isnull=False)


def unit_of(key: UUID, actor: Actor) -> LegalUnit:
    """The firm of a sheet's address.

    Raises:
        Http404: no such firm, or not for this reader.
    """
    unit = visible_units(actor).filter(key=key).first()
    if unit is None:
        raise Http404
    return unit


def unit_of_establishment(key: UUID, actor: Actor) -> LegalUnit:
    """The firm whose establishment this is; one added by hand leads to the one it was matched with.

    Raises:
        Http404: no such establishment, or not for this reader.
    """
    places = Establishment.objects.select_related("legal_unit", "reconciled_to__legal_unit")
    place = places.filter(key=key).first()
    if place is None:
        raise Http404
    return unit_of((place.reconciled_to or place).legal_unit.key, actor)


def sheet_of(unit: LegalUnit, actor: Actor, page: int = 1) -> Sheet:
    """The sheet of a firm for a reader, in as many queries whatever it holds."""
    every = Establishment.objects.known().of(unit)
    shown = list(every.select_related("legal_unit").order_by("state", "-is_headquarters", "siret"))
    signs = register.signs_of(place.pk for place in shown[:SHOWN])
    links = register.continuations(place.pk for place in shown[:SHOWN])
    heirs = _heirs(shown[:SHOWN], links)
    read = told_of(shown[:SHOWN], actor)
    places = [
        Place(
            place,
            stretches,
            signs=signs.get(place.pk, ()),
            links=links.get(place.pk, ()),
            now_at=heirs.get(place.pk),
            kinds=kinds_of(place, stretches, read),
            hiring=hiring_in_words(read.hirings.get(place.pk)),
            **_doors(place, actor),
        )
        for place, stretches in _with_stretches(shown[:SHOWN])
    ]
    sheet = Sheet(
        unit,
        places,
        len(shown),
        erase_url=_erase_url(unit, actor),
        hand_out_url=_hand_out_url(unit, actor),
        objection=_objection(unit, actor),
        may_read_erasures=actor.has(Role.ADMINISTRATOR, Role.AUDITOR),
    )
    if not can_read_timeline(actor):
        return sheet
    return _with_acts(sheet, [one.establishment for one in places], links, actor, page)


def _with_acts(
    sheet: Sheet,
    places: Sequence[Establishment],
    links: Mapping[int, Sequence[Continuation]],
    actor: Actor,
    page: int,
) -> Sheet:
    """What those who read the acts of a firm find on its sheet too."""
    acts = ledger.timeline(sheet.unit, actor, page)
    if acts.page > acts.pages:
        acts = ledger.timeline(sheet.unit, actor, acts.pages)
    return replace(
        sheet,
        timeline=acts,
        told=together(acts),
        mentions=mentions((place.pk for place in places), actor),
        grants=given_to(places),
        photos=_photos(places, actor),
        before=_before(sheet.unit, links, actor),
    )


def _photos(places: Sequence[Establishment], actor: Actor) -> Sequence[VisitPhoto]:
    """What one's own organisation photographed there, whatever others share; images are read when they are drawn."""
    rows = VisitPhoto.objects.visible_to(actor).at(places).told()
    return list(rows.select_related("visit__establishment__legal_unit")[:PHOTOS])


def _before(
    unit: LegalUnit, links: Mapping[int, Sequence[Continuation]], actor: Actor
) -> Before | None:
    """The newest acts of those it took over from; an erased firm is not found through who followed it."""
    if not any(link.takes_over and link.goes_on for found in links.values() for link in found):
        return None
    taken = register.taken_over(links, clock.today())
    known = Establishment.objects.known().filter(pk__in=taken).exclude(legal_unit=unit)
    told = known.select_related("legal_unit").order_by("legal_unit__name", "siret")
    places = [place for place in told if not place.legal_unit.is_erased]
    acts = ledger.timeline_of_places(places, actor, size=BEFORE)
    firms = list({place.legal_unit_id: place.legal_unit for place in places}.values())
    return Before(firms, acts, together(acts)) if acts.total else None


def _heirs(
    places: Sequence[Establishment], links: Mapping[int, Sequence[Continuation]]
) -> dict[int, FirmName]:
    """In which firm the activity of each place goes on today, when more links than its own lead there."""
    heirs = register.successors(links, clock.today()) if links else {}
    told = {
        place: {link.other.pk for link in found if link.other} for place, found in links.items()
    }
    away = {p: heir for p, heir in heirs.items() if heir != p and heir not in told[p]}
    names = register.names_of_establishments(away.values()) if away else {}
    return {place.pk: names[away[place.pk]] for place in places if away.get(place.pk) in names}


def _erase_url(unit: LegalUnit, actor: Actor) -> str:
    if unit.is_erased or actor.is_system or not can_erase(actor):
        return ""
    return reverse("observatory:erase", kwargs={"key": unit.key})


def _hand_out_url(unit: LegalUnit, actor: Actor) -> str:
    if unit.is_erased or not can_hand_out(actor):
        return ""
    return reverse("observatory:firm_access", kwargs={"key": unit.key})


def _objection(unit: LegalUnit, actor: Actor) -> Objection | None:
    """That it wants to be prospected no more, told to whoever might."""
    return unit.objections.filter(until=None).first() if can_read_timeline(actor) else None


def _doors(place: Establishment, actor: Actor) -> dict[str, str]:
    """What the reader may begin from the door of a place, each with its address."""
    return {
        "visit_url": _visit_url(place, actor),
        "hours_url": _hours_url(place, actor),
        "need_url": _need_url(place, actor),
        "diagnosis_url": _diagnosis_url(place, actor),
        "catalogue_url": _catalogue_url(place, actor),
    }


def _visit_url(place: Establishment, actor: Actor) -> str:
    if not can_report_visit(actor) or not _is_there(place):
        return ""
    return reverse("outreach:new_visit", kwargs={"key": place.key})


def _hours_url(place: Establishment, actor: Actor) -> str:
    """Where to note when it is open, for whoever goes and sees firms."""
    if not can_report_visit(actor) or not _is_there(place):
        return ""
    return reverse("outreach:opening_hours", kwargs={"key": place.key})


def _need_url(place: Establishment, actor: Actor) -> str:
    """Where to write down what it asks for, for whoever hears firms."""
    if not can_hear_need(actor) or not _is_there(place):
        return ""
    return reverse("needs:new_need", kwargs={"key": place.key})


def _diagnosis_url(place: Establishment, actor: Actor) -> str:
    if not can_diagnose(actor) or not _is_there(place):
        return ""
    return reverse("diagnoses:new_pass", kwargs={"key": place.key})


def _catalogue_url(place: Establishment, actor: Actor) -> str:
    """Where the catalogue is judged on it, for whoever signed in."""
    if actor.is_anonymous or not _is_there(place):
        return ""
    return reverse("catalogue:for_firm", kwargs={"key": place.key})


def _is_there(place: Establishment) -> bool:
    return place.state == Spell.State.ACTIVE and not place.reconciled_to_id


def _with_stretches(
    places: Sequence[Establishment],
) -> list[tuple[Establishment, Sequence[Stretch]]]:
    spells: dict[int, list[Spell]] = defaultdict(list)
    known = Spell.objects.known().filter(establishment__in=[place.pk for place in places])
    for spell in known.order_by("id"):
        spells[spell.establishment_id].append(spell)
    codes = {spell.commune for found in spells.values() for spell in found}
    names = {code: commune.name for code, commune in communes(filter(None, codes)).items()}
    return [
        (
            place,
            [
                replace(stretch, commune=names.get(stretch.commune, stretch.commune))
                for stretch in stretches_of(spells[place.pk])
            ],
        )
        for place in places
    ]


def stretches_of(spells: Iterable[Spell]) -> list[Stretch]:
    """Periods as known today, from spells in the order they were learnt.

    A later spell speaks for every day from its start on, so it replaces what was said of those days.
    """
    standing: list[Spell] = []
    for spell in spells:
        standing = [s for s in standing if _start(s) < _start(spell)]
        standing.append(spell)
    told: list[Stretch] = []
    for spell in standing:
        new = Stretch(
            since=spell.starts_on,
            until=None,
            state=spell.state,
            commune=spell.commune,
            activity=spell.activity,
            segments=spell.segments,
        )
        if told and replace(new, since=told[-1].since) == told[-1]:
            continue
        if told:
            told[-1] = replace(told[-1], until=new.since)
        told.append(new)
    return told


def _start(spell: Spell) -> date:
    return spell.starts_on or date.min


def together(entries: Iterable[Entry]) -> list[Told]:
    """Entries in their order, each cancellation beside the act it cancels when both are on the page."""
    listed = list(entries)
    shown = {entry.key for entry in listed if entry.key and entry.state == "cancelled"}
    cancelling: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in listed:
        if entry.state == "cancels" and entry.other in shown:
            cancelling[entry.other].append(entry)
    nested = {id(entry) for found in cancelling.values() for entry in found}
    return [
        Told(entry, tuple(cancelling.get(entry.key, ())) if entry.key else ())
        for entry in listed
        if id(entry) not in nested
    ]
