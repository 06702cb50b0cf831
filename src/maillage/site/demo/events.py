"""Events of the story: breakfasts, the wednesdays of proximity, the assembly day of the seeds, fairs, pupils who visit.

Played through the package's own actions: announced five weeks before, registered for online and by advisers until the
day, some giving up, who came ticked that morning, a few needs raised. What was planned during the lockdown is cancelled.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions, booking
from maillage.events.actions import writing
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import How, Origin, Why
from maillage.needs.actions import Asked
from maillage.needs.vocabulary import Theme
from maillage.outreach.models import Visit
from maillage.register.models import Establishment
from maillage.site.demo import neighbourhoods, workshops
from maillage.site.demo.field import LOCKDOWN, colleagues

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

AHEAD = timedelta(days=35)
REPLAYED = System("the demonstration plays its events")
THEMES = (Theme.ONLINE, Theme.RECRUIT, Theme.ENERGY, Theme.CASH, Theme.PREMISES, Theme.DIGITAL)


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the story: its kind, its words, its day and place, its seats, how many come without any."""

    kind: str
    fr: str
    en: str
    day: date
    place: str
    commune: str
    seats: int
    begins: time = time(8)
    lasts: int = 2
    young: int = 0
    in_neighbourhood: bool = False


TOLD = (
    Told("breakfast", "Petit-déjeuner chez Jeannot", "Breakfast at Jeannot’s", date(2019, 9, 12), "Chez Jeannot", "59350", 12),
    Told("lunch", "Déjeuner des artisans de Roubaix", "Lunch of the artisans of Roubaix", date(2019, 10, 17), "Salle du Sartel", "59512", 16, time(12)),
    Told("awareness", "Les métiers d’art au collège", "Crafts at the secondary school", date(2019, 11, 7), "Collège du quartier", "59512", 0, time(14), 2, 27, in_neighbourhood=True),
    Told("fair", "Salon des métiers et de l’artisanat", "Fair of trades and crafts", date(2019, 11, 21), "Halle aux sucres", "59350", 40, time(9), 9),
    Told("breakfast", "Petit-déjeuner de Tourcoing", "Breakfast of Tourcoing", date(2019, 12, 5), "Maison de l’emploi", "59599", 12),
    Told("street_walk", "Mercredi de la proximité, rue commerçante", "Wednesday of proximity, a shopping street", date(2020, 1, 15), "Rue commerçante", "59512", 0, time(9), 3, in_neighbourhood=True),
    Told("assembly", "Assises de l’artisanat et de la proximité", "Assembly of crafts and proximity", date(2020, 2, 6), "Hôtel de la métropole", "59350", 30, time(9), 8),
    Told("breakfast", "Petit-déjeuner du numérique", "Breakfast about digital tools", date(2020, 4, 2), "Chez Jeannot", "59350", 12),
    Told("street_walk", "Mercredi de la proximité, centre de Tourcoing", "Wednesday of proximity, centre of Tourcoing", date(2020, 6, 10), "Place centrale", "59599", 0, time(9), 3),
    Told("breakfast", "Petit-déjeuner de la reprise", "Breakfast of the recovery", date(2020, 7, 9), "Chez Jeannot", "59350", 6),
    Told("lunch", "Déjeuner des artisans de Tourcoing", "Lunch of the artisans of Tourcoing", date(2020, 7, 16), "Maison de l’emploi", "59599", 16, time(12)),
)  # fmt: skip


def write_calendar(story: Story) -> None:
    """Each event announced, registered for week after week, then lived, cancelled, or still to come."""
    for told in TOLD:
        story.on(told.day - AHEAD, 9, lambda t=told: _announce(story, t))  # type: ignore[misc]
        for week in range(1, 5):
            day = told.day - AHEAD + timedelta(days=7 * week)
            story.on(day, 12, lambda t=told, w=week: _register(t, w))  # type: ignore[misc]
        if told.day in LOCKDOWN:
            story.on(LOCKDOWN.start, 9, lambda t=told: _cancel(t))  # type: ignore[misc]
        else:
            story.on(told.day, 20, lambda t=told: _live(story, t))  # type: ignore[misc]


def _chance(told: Told, what: str) -> random.Random:
    return random.Random(f"events {told.fr} {what}")  # noqa: S311 -- an invented story, not a secret


def _team(story: Story) -> list[Actor]:
    return colleagues(story.partners["cma"], Role.ADVISER)


def _announce(story: Story, told: Told) -> None:
    by = _team(story)[0]
    plan = actions.Plan(
        kind=told.kind,
        title_fr=told.fr,
        title_en=told.en,
        about_fr="Rencontrer ses pairs, ses élus et qui peut aider. Chaque préoccupation reçoit une réponse.",
        about_en="Meet peers, elected artisans and who can help. Each concern is answered.",
        day=told.day,
        starts_at=told.begins,
        ends_at=time(told.begins.hour + told.lasts),
        place=told.place,
        commune=told.commune,
        seats=told.seats,
        guide="Camille Artisan" if told.kind == "street_walk" else "",
        mayor="Dominique Maire" if told.kind == "street_walk" else "",
        partners=(story.partners["mel"],),
        **(neighbourhoods.point_in(told.commune) if told.in_neighbourhood else {}),
    )
    made = actions.create_event(plan=plan, by=by, once=f"demo-event-{told.day}")
    workshops.prepare(made, by)
    actions.open_event(event=made, by=by)


def _event(told: Told) -> Event | None:
    rows = Event.objects.visible_to(REPLAYED).select_related("organisation")
    found = rows.filter(once=f"demo-event-{told.day}").first()
    return found if found and found.cancelled_at is None else None


def _register(told: Told, week: int) -> None:
    event = _event(told)
    if event is None or not event.takes_registrations:
        return
    chance = _chance(told, f"week {week}")
    for firm in _known(told, chance, max(told.seats // 3, 2)):
        who = actions.Attendee(
            establishment=firm, name="Responsable", email=f"e{firm.pk}@entreprise.example"
        )
        rooms = workshops.drawn(event, chance)
        booking.book(event, who, f"demo-{event.key}-{firm.pk}", rooms)
    seated = Registration.objects.visible_to(REPLAYED).filter(event=event).seated()
    for line in seated.select_related("event__organisation"):
        if chance.random() < 0.06:
            booking.give_up(line)


def _known(told: Told, chance: random.Random, number: int) -> list[Establishment]:
    """Firms of the commune that somebody of the chamber has visited, drawn from the seed."""
    visits = Visit.objects.visible_to(REPLAYED).standing().filter(occurred_on__lt=told.day)
    near = visits.filter(establishment__commune=told.commune, establishment__state="A")
    known = Establishment.objects.known().filter(reconciled_to=None)
    firms = known.filter(pk__in=near.values("establishment")).select_related("legal_unit")
    found = list(firms.order_by("pk"))
    return chance.sample(found, k=min(number, len(found)))


def _cancel(told: Told) -> None:
    if event := _event(told):
        by = colleagues(event.organisation, Role.ADVISER)[0]
        actions.cancel_event(event=event, why=Why.HEALTH, by=by)


def _live(story: Story, told: Told) -> None:
    event, chance = _event(told), _chance(told, "day")
    if event is None:
        return
    by = chance.choice(_team(story))
    actions.hold_event(event=event, by=by)
    seated = Registration.objects.visible_to(REPLAYED).filter(event=event).seated()
    came = [
        actions.note_present(line=line, how=How.LIST, by=by)
        for line in seated.select_related("event__organisation")
        if chance.random() < 0.78
    ]
    came += _arrivals(event, told, chance, by)
    _raise(came, chance, by)
    workshops.live(event, came, by)
    writing.thank(event=event)


def _arrivals(event: Event, told: Told, chance: random.Random, by: Actor) -> list[Registration]:
    """Who came without a seat: a class, the firms of the street, those met at a stand."""
    if told.young:
        pupils = actions.Walker(name="Classe de troisième", people=told.young)
        actions.note_arrival(event=event, who=pupils, how=How.PAPER, by=by)
        return []
    number = 8 if event.of_kind.walks or event.of_kind.stands else 1
    origin = Origin.STAND if event.of_kind.stands else Origin.DOOR
    listed = Registration.objects.visible_to(REPLAYED).filter(event=event).values("establishment")
    taken = set(listed.values_list("establishment", flat=True))
    firms = [one for one in _known(told, chance, number) if one.pk not in taken]
    return [
        actions.note_arrival(
            event=event, who=actions.Walker(establishment=firm), by=by, origin=origin
        )
        for firm in firms
    ]


def _raise(came: Sequence[Registration], chance: random.Random, by: Actor) -> None:
    """A third of those who came raise something, which becomes a need."""
    for line in came:
        if line.establishment is not None and chance.random() < 0.35:
            asked = Asked(chance.choice(THEMES).value, line.event.day)
            actions.raise_concern(line=line, asked=asked, agreed=chance.random() < 0.8, by=by)
