"""The workshops of an event as pages show them: the programme, who is for which, what was said; the list and the report on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from maillage import figures
from maillage.accounts import identity
from maillage.accounts.actors import Actor
from maillage.events import reading
from maillage.events.acts import SOURCE_CONTRIBUTION
from maillage.events.indicators import CONTRIBUTIONS
from maillage.events.models import (
    Choice,
    Contribution,
    Event,
    Registration,
    Workshop,
    WorkshopQuerySet,
)
from maillage.kernel import clock, invented
from maillage.kernel.periods import Period
from maillage.needs.models import Need
from maillage.ui import formats
from maillage.ui.reports import Block, Emblem, Heading, KeyFigure, Note, Paragraph, Report, Table


def programme(event: Event, rows: WorkshopQuerySet) -> list[Workshop]:
    """The workshops of an event, in the order of the day; none that was cancelled."""
    held = rows.standing().filter(event=event).with_counts()
    return list(held.select_related("event"))


def announced(event: Event) -> list[Workshop]:
    """The programme of an event that everybody reads."""
    return programme(event, Workshop.objects.published())


def who_is_for(workshop: Workshop, actor: Actor) -> list[Choice]:
    """Who chose a workshop: those with a seat, then those who wait, first come first."""
    rows = Choice.objects.visible_to(actor).standing().filter(workshop=workshop)
    rows = rows.select_related("line__establishment__legal_unit").order_by("asked_at", "pk")
    return sorted(rows, key=lambda one: one.seat is None)


def speakers(workshop: Workshop, actor: Actor) -> list[Registration]:
    """Who may have said something there: who chose it, and whoever was present at the event."""
    chose = Choice.objects.visible_to(actor).standing().filter(workshop=workshop)
    rows = Registration.objects.visible_to(actor).standing().filter(event=workshop.event_id)
    rows = rows.filter(Q(pk__in=chose.values("line")) | Q(came_at__isnull=False))
    return list(rows.select_related("establishment__legal_unit").order_by("registered_at", "pk"))


def said_in(workshop: Workshop, actor: Actor) -> list[tuple[Contribution, Need | None]]:
    """What was said in a workshop, each with the need that was made of it, as far as the reader sees needs."""
    rows = Contribution.objects.visible_to(actor).standing().filter(workshop=workshop)
    told = list(rows.select_related("workshop__event", "line__establishment__legal_unit"))
    needs = (
        Need.objects.visible_to(actor)
        .standing()
        .filter(source_model=SOURCE_CONTRIBUTION, source_key__in=[str(one.key) for one in told])
    )
    made = {need.source_key: need for need in needs}
    return [(one, made.get(str(one.key))) for one in told]


def paper_list(event: Event, actor: Actor) -> Report:
    """The list to print and have signed: everybody who is expected, then workshop by workshop."""
    lines = [line for line in reading.lines_of(event, actor) if not line.is_waiting]
    return _paper(event, _("List to sign"), list(_to_sign(event, lines, actor)))


def _to_sign(event: Event, lines: Sequence[Registration], actor: Actor) -> Iterator[Block]:
    yield Heading(_("Everybody expected"))
    yield from _signed([(line, line.seat) for line in lines])
    rows = Choice.objects.visible_to(actor).standing().filter(workshop__event=event)
    of_room: dict[int, list[Choice]] = defaultdict(list)
    for one in rows.filter(seat__isnull=False).select_related("line__establishment__legal_unit"):
        of_room[one.workshop_id].append(one)
    for workshop in programme(event, Workshop.objects.visible_to(actor)):
        yield Heading(titled(workshop))
        seats = sorted(of_room[workshop.pk], key=lambda one: one.seat or 0)
        yield from _signed([(one.line, one.seat) for one in seats])


def _signed(lines: Sequence[tuple[Registration, int | None]]) -> Iterator[Block]:
    if not lines:
        yield Paragraph(_("Nobody is on the list yet."))
        return
    header = [_("Firm or person"), _("Name"), _("Seat"), _("Signature")]
    cells = [
        [line.called, line.name, formats.number(seat) if seat else "", ""] for line, seat in lines
    ]
    yield Table(_("Who is expected"), header, cells, frozenset({2}))


@dataclass(frozen=True, slots=True)
class Told:
    """What was said at an event, workshop by workshop, and how much of it the ledger counts."""

    event: Event
    counted: figures.Answer
    workshops: Sequence[Workshop]
    words: Mapping[int, Sequence[Contribution]]


def told_at(event: Event, actor: Actor) -> Told:
    """What was said at an event, as the organisation that held it reads it."""
    kept, day = figures.Filter(schemes=(event.scheme,)), Period(event.day, event.day)
    (counted,) = figures.answer([figures.Question(CONTRIBUTIONS.reference, kept, day)])
    rows = Contribution.objects.visible_to(actor).standing().filter(workshop__event=event)
    words: dict[int, list[Contribution]] = defaultdict(list)
    for one in rows.select_related("workshop__event"):
        words[one.workshop_id].append(one)
    workshops = programme(event, Workshop.objects.visible_to(actor))
    return Told(event, counted, workshops, words)


def proceedings(told: Told) -> Report:
    """What leaves the house after an assembly day: what was said and proposed, without saying by whom."""
    return _paper(told.event, _("What was said in the workshops"), list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    code, day = told.counted.definition.code, told.event.day
    number = formats.number(int(told.counted.value or 0))
    yield KeyFigure(_("Contributions"), number, code, on=day)
    for workshop in told.workshops:
        yield Heading(titled(workshop))
        if words := told.words.get(workshop.pk):
            header = [_("What it is about"), _("What it is"), _("In their words")]
            yield Table(_("What was said"), header, [_quoted(one) for one in words])
        else:
            yield Paragraph(_("Nothing was written down."))
    yield Note(
        _(
            "Who said it stays with the organisation; what was told in confidence is counted, not quoted."
        )
    )


def _quoted(one: Contribution) -> list[str]:
    if one.is_sensitive:
        return [_("Told in confidence"), one.get_said_display(), "—"]
    return [one.theme_words, one.get_said_display(), one.words or "—"]


def titled(workshop: Workshop) -> str:
    """A workshop on one line: when, what, in which room."""
    hours = f"{formats.clock_time(workshop.begins)}–{formats.clock_time(workshop.ends)}"
    return ", ".join(filter(None, [f"{hours}. {workshop.title}", workshop.room]))


def _paper(event: Event, title: str, blocks: list[Block]) -> Report:
    face = identity.current()
    return Report(
        title=title,
        subtitle=f"{event.title}, {formats.day(event.day)}. {event.organisation}.",
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=clock.now(),
        blocks=blocks,
        demo=invented.label(),
        emblem=Emblem(*identity.logo(), face.name) if face.logo_digest else None,
    )
