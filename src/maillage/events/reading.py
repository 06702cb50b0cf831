"""Events as pages list them: filters in the address, the same list drawn on a map and handed out as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy

from maillage import figures, places
from maillage.accounts.actors import Actor
from maillage.events.indicators import CLOSING_RATE
from maillage.events.kinds import kinds
from maillage.events.models import Event, EventQuerySet, Registration
from maillage.events.models.events import at
from maillage.events.vocabulary import State
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.needs.models import Need
from maillage.needs.models.needs import NeedQuerySet

WHEN = {
    "a-venir": gettext_lazy("To come"),
    "passes": gettext_lazy("Past"),
    "tous": gettext_lazy("All days"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, from its address; what is no choice is left out."""

    when: str = "a-venir"
    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        when, kind, state = (given.get(name, "") for name in ("quand", "nature", "etat"))
        return cls(
            when=when if when in WHEN else "a-venir",
            kind=kind if kind in kinds() else "",
            state=state if state in State.values else "",
        )


def listed(rows: EventQuerySet, wanted: Wanted) -> EventQuerySet:
    """The events that a list shows: the nearest first, of those to come; the latest first otherwise."""
    today = clock.today()
    if wanted.when == "a-venir":
        rows = rows.filter(day__gte=today).order_by("day", "starts_at", "pk")
    else:
        rows = rows.order_by("-day", "-starts_at", "-pk")
    if wanted.when == "passes":
        rows = rows.filter(day__lt=today)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(at(wanted.state))
    return rows.select_related("organisation").with_counts()


def as_csv(rows: Iterable[Event]) -> tuple[Sequence[object], Iterable[Sequence[object]]]:
    """The list as a table."""
    header = (
        _("Day"), _("Begins at"), _("Kind of event"), _("Title"), _("State"), _("Place"), _("Commune"),
        _("Organisation"), _("Seats"), _("Seats taken"), _("Waiting"), _("Came"),
    )  # fmt: skip
    return header, (
        (
            one.day, f"{one.starts_at:%H:%M}", one.kind_words, one.title, one.state.label, one.place,
            places.commune_name(one.commune), str(one.organisation), one.seats,
            one.seated, one.waiting, one.came,  # type: ignore[attr-defined]
        )
        for one in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an event is: seats taken, who waits, who came, who was missed."""

    seats: int
    seated: int
    waiting: int
    came: int
    missed: int
    people: int
    firms: int

    @property
    def left(self) -> int:
        """Seats that nobody has."""
        return max(self.seats - self.seated, 0)

    @property
    def share_missed(self) -> float | None:
        """No-shows among those who had a seat; None when nobody had."""
        return self.missed / self.seated if self.seated else None


def standing_of(event: Event, lines: Sequence[Registration]) -> Standing:
    """The same, from the lines of its list that stand."""
    seated = [line for line in lines if line.seat is not None]
    came = [line for line in lines if line.came_at is not None]
    held = event.held_at is not None
    return Standing(
        seats=event.seats,
        seated=len(seated),
        waiting=sum(line.is_waiting for line in lines),
        came=len(came),
        missed=sum(line.came_at is None for line in seated) if held else 0,
        people=sum(line.people for line in came),
        firms=len({line.legal_unit_id for line in came if line.legal_unit_id}),
    )


def lines_of(event: Event, actor: Actor, text: str = "") -> list[Registration]:
    """The lines of a list that stand, seats first, narrowed to those that show these words."""
    rows = Registration.objects.visible_to(actor).standing().filter(event=event)
    lines = list(
        rows.select_related("event", "establishment__legal_unit").order_by("registered_at", "pk")
    )
    lines.sort(key=lambda line: line.seat is None)
    sought = text.casefold()
    if not sought:
        return lines
    return [
        line for line in lines if sought in f"{line.called} {line.name} {line.email}".casefold()
    ]


def district_of(event: Event) -> str | None:
    """The priority neighbourhood in which the event takes place, by name; blank outside of all, None when unknown."""
    if places.in_qpv(event.lon, event.lat, event.commune, event.day) is None:
        return None
    found = places.district_at(event.lon, event.lat, event.day)
    return found.name if found else ""


def needs_of(event: Event, actor: Actor) -> NeedQuerySet:
    """What was raised there, as far as the reader sees needs; each with where it stands, the oldest first."""
    rows = Need.objects.visible_to(actor).standing().with_state().filter(scheme=event.scheme)
    return rows.select_related("establishment__legal_unit", "organisation").order_by("pk")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the needs of an event: the figure of its referrals closed in time, and where it opens."""

    answer: figures.Answer
    query: str


def outcome_of(event: Event) -> Outcome:
    """The share of the referrals born of an event that were closed within ninety days, from its day to today."""
    kept = figures.Filter(schemes=(event.scheme,))
    period = Period(event.day, max(event.day, clock.today()))
    (answer,) = figures.answer([figures.Question(CLOSING_RATE.reference, kept, period)])
    return Outcome(answer, f"{kept.to_query()}&periode={period}")
