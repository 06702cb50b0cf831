"""Desks read together: the calendar, a day at the desk, places with what they welcomed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext

from maillage import figures, places
from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Person
from maillage.desks.indicators import (
    FIRMS_WELCOMED,
    PROJECTS_MET,
    SESSIONS_HELD,
    SESSIONS_NEAR,
    WELCOMES,
    WELCOMES_NEAR,
    YOUNG_NEAR,
)
from maillage.desks.models import Place, Session, Welcome
from maillage.desks.models.places import MACHINE, PlaceQuerySet, SessionQuerySet
from maillage.desks.permissions import FIELD_ROLES, can_read_purpose
from maillage.desks.vocabulary import SessionState
from maillage.figures.answers import Answer
from maillage.kernel import clock
from maillage.kernel.periods import Period

#: How far ahead and behind the calendar looks when nobody says.
AHEAD, BEHIND = timedelta(days=60), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sessions a calendar shows; what is no day, state or key asks for nothing."""

    place: str = ""
    state: str = ""
    mine: bool = False
    first: date | None = None
    last: date | None = None


def sessions(actor: Actor, asked: Asked) -> SessionQuerySet:
    """The sessions that a calendar shows: those to come first to last, those gone by last to first."""
    rows = Session.objects.visible_to(actor).select_related("place__organisation", "holder")
    came = Count("welcomes", filter=Q(welcomes__cancelled_at__isnull=True))
    rows = rows.annotate(came=came)
    if asked.place:
        rows = rows.filter(place__key=asked.place)
    if asked.mine:
        rows = rows.filter(holder_id=actor.person_id)
    rows = _between(rows, asked)
    ahead = asked.state in {"", SessionState.PLANNED}
    if asked.state:
        rows = rows.at_state(asked.state)
    order = ("day", "starts_at", "pk") if ahead else ("-day", "-starts_at", "-pk")
    return rows.order_by(*order)


def _between(rows: SessionQuerySet, asked: Asked) -> SessionQuerySet:
    """Within the days asked for; without any, the calendar begins today, and a list of the past holds all."""
    first = asked.first or (None if asked.state or asked.last else clock.today())
    if first:
        rows = rows.filter(day__gte=first)
    return rows.filter(day__lte=asked.last) if asked.last else rows


def today_at_desk(actor: Actor) -> list[Session]:
    """The sessions that the person holds today."""
    own = Session.objects.owned_by(actor).standing().select_related("place")
    return list(own.filter(day=clock.today(), holder_id=actor.person_id).order_by("starts_at"))


def waiting(actor: Actor) -> int:
    """How many sessions of one's organisation have gone by without anybody saying whether they were held."""
    return Session.objects.owned_by(actor).at_state(SessionState.WAITING).count()


def holders(actor: Actor) -> Iterable[Person]:
    """Who may hold a desk for one's organisation."""
    members = Membership.objects.visible_to(MACHINE).current(clock.today())
    own = members.filter(organisation=actor.organisation_id, role__in=FIELD_ROLES)
    return Person.objects.filter(pk__in=own.values("person"), is_active=True).order_by("name", "pk")


def welcomes(session: Session, actor: Actor) -> list[tuple[Welcome, str]]:
    """Who was welcomed at a session, in the order of arrival, each with the purpose that this reader is told."""
    rows = Welcome.objects.visible_to(actor).filter(session=session)
    rows = rows.select_related(
        "session__place", "establishment__legal_unit", "project", "adviser"
    ).order_by("pk")
    return [(one, purpose_told(one, actor)) for one in rows]


def purpose_told(welcome: Welcome, actor: Actor) -> str:
    """What somebody came for; a difficulty is not named to a partner."""
    if can_read_purpose(actor, welcome):
        return welcome.get_purpose_display()
    return gettext("A purpose told in confidence")


def own_places(actor: Actor) -> PlaceQuerySet:
    """The places of one's organisation, those in use first."""
    return Place.objects.owned_by(actor).order_by("closed_on", "name")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place with its figures over a period."""

    place: Place
    commune: str
    district: str
    sessions: int
    welcomes: int
    query: str


@dataclass(frozen=True, slots=True)
class Whole:
    """The figures of one's desks over a period, and the same place by place."""

    period: Period
    answers: Mapping[str, Answer]
    near: Mapping[str, Answer]
    lines: list[PlaceLine]
    query: str


def overview(actor: Actor, period: Period, listed: PlaceQuerySet) -> Whole:
    """What the desks of one's organisation did: figures asked at once, split by place for those listed."""
    kept = figures.Filter(organisations=(str(actor.acting_for().key),))
    codes = (SESSIONS_HELD, WELCOMES, FIRMS_WELCOMED, PROJECTS_MET)
    near = (SESSIONS_NEAR, WELCOMES_NEAR, YOUNG_NEAR)
    asked = [figures.Question(one.reference, kept, period) for one in (*codes, *near)]
    split = [figures.Question(one.reference, kept, period, by="desk") for one in codes[:2]]
    answers = list(figures.answer([*asked, *split]))
    held, came = ({group.key: group for group in one.groups} for one in answers[-2:])
    rows = list(listed)
    named = places.communes(place.commune for place in rows)
    lines = [
        PlaceLine(
            place,
            named[place.commune].name if place.commune in named else place.commune,
            place.district(period.end),
            int(held[place.scheme].value or 0) if place.scheme in held else 0,
            int(came[place.scheme].value or 0) if place.scheme in came else 0,
            kept.narrowed(schemes=(place.scheme,)).to_query(),
        )
        for place in rows
    ]
    told = {one.code: answer for one, answer in zip((*codes, *near), answers, strict=False)}
    return Whole(
        period,
        {one.code: told[one.code] for one in codes},
        {one.code: told[one.code] for one in near},
        lines,
        f"{kept.to_query()}&periode={period}",
    )


def places_as_csv(whole: Whole) -> tuple[list[str], list[list[object]]]:
    """The places as a table, each with what the page shows of it."""
    header = [
        gettext("Place of welcome"), gettext("Address"), gettext("Commune"), gettext("Priority neighbourhood"),
        gettext("Sessions held"), gettext("Welcomes"), gettext("Closed on"),
    ]  # fmt: skip
    return header, [
        [line.place.name, line.place.address, line.commune, line.district, line.sessions, line.welcomes,
         line.place.closed_on]
        for line in whole.lines
    ]  # fmt: skip


def key_of(text: str) -> str:
    """A key as it was typed in an address; blank when it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
