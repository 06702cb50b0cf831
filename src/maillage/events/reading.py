"""Events as pages list them: filters in the address, the same list drawn on a map and handed out as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from maillage import places
from maillage.accounts.actors import Actor
from maillage.events.kinds import kinds
from maillage.events.models import Event, EventQuerySet, Registration
from maillage.events.models.events import at
from maillage.events.vocabulary import State
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.needs.models import Need
from maillage.needs.models.needs import NeedQuerySet
from maillage.ui import formats
from maillage.ui.charts import Shape, commune_map
from maillage.ui.charts.maps import quintiles

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
    commune: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        when, kind, state = (given.get(name, "") for name in ("quand", "nature", "etat"))
        return cls(
            when=when if when in WHEN else "a-venir",
            kind=kind if kind in kinds() else "",
            state=state if state in State.values else "",
            commune=_code(given.get("commune", "")),
        )

    def address(self, **changed: str) -> str:
        """The same list with something changed, as the end of an address."""
        said = {
            "quand": self.when,
            "nature": self.kind,
            "etat": self.state,
            "commune": self.commune,
        }
        return urlencode({name: value for name, value in (said | changed).items() if value})


def _code(text: str) -> str:
    """The text, when it may be the code of a commune."""
    return text if len(text) == 5 and text.isascii() and text.isalnum() else ""


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
    if wanted.commune:
        rows = rows.filter(commune=wanted.commune)
    return rows.select_related("organisation").with_counts()


def map_of(rows: EventQuerySet, territory: str, address: str) -> SafeString | str:
    """How many of the events take place in each commune of a territory; nothing where no outline is loaded."""
    counts = Counter(rows.order_by().values_list("commune", flat=True))
    codes = _ground(territory, clock.today()) | set(counts)
    outlines = places.outlines(codes)
    if not (outlines and counts):
        return ""
    names = places.commune_names(outlines)
    shapes = [
        Shape(
            names[code],
            shape.rings,
            counts[code],
            formats.number(counts[code]),
            f"?{address}&commune={code}" if counts[code] else "",
            labelled=bool(counts[code]),
        )
        for code, shape in outlines.items()
    ]
    limits = sorted({1, *quintiles(list(counts.values()))[-3:]})
    return commune_map(shapes, title=_("Events by commune"), bounds=limits, name="events")


def _ground(territory: str, day: date) -> set[str]:
    try:
        return set(places.perimeter(territory, day).communes) if territory else set()
    except (Invalid, places.UnknownTerritory):
        return set()


def communes_in(actor: Actor) -> list[tuple[str, str]]:
    """The communes where there is an event that the actor reads, by name."""
    codes = set(Event.objects.visible_to(actor).order_by().values_list("commune", flat=True))
    return sorted(((code, places.commune_name(code)) for code in codes), key=lambda one: one[1])


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
