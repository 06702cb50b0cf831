"""Events and their lists in tests, made through the product's own actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.events import actions, booking
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.vocabulary import Origin, Said
from maillage.register.models import Establishment
from tests.factories import accounts

DAY = date(2020, 3, 12)
"""The day of events of tests, unless said otherwise."""


def plan(**given: Any) -> actions.Plan:
    """A breakfast for twelve in Lille."""
    told: dict[str, Any] = {
        "kind": "breakfast",
        "title_fr": "Petit-déjeuner des artisans",
        "title_en": "Breakfast of artisans",
        "day": DAY,
        "starts_at": time(8),
        "ends_at": time(10),
        "place": "Chez Jeannot",
        "address": "1 place du Test",
        "commune": "59350",
        "seats": 12,
    }
    return actions.Plan(**(told | given))


def draft(by: Actor | None = None, **given: Any) -> Event:
    """An event that nobody else sees yet."""
    return actions.create_event(plan=plan(**given), by=by or accounts.actor())


def event(by: Actor | None = None, **given: Any) -> Event:
    """An event announced, open for registration."""
    by = by or accounts.actor()
    return actions.open_event(event=draft(by, **given), by=by)


def owner_of(found: Event) -> Actor:
    """Somebody of the organisation that holds it."""
    return accounts.actor(Role.ADVISER, found.organisation)


def attendee(establishment: Establishment | None = None, **given: Any) -> actions.Attendee:
    """Who is to come; without a firm, a person."""
    given.setdefault("name", "Ada Martin")
    return actions.Attendee(establishment=establishment, **given)


def assembly(by: Actor | None = None, **given: Any) -> Event:
    """An assembly day, announced, from nine to five."""
    told: dict[str, Any] = {"kind": "assembly", "starts_at": time(9), "ends_at": time(17)}
    return event(by, **(told | {"title_fr": "Assises de l’artisanat"} | given))


def workshop_plan(**given: Any) -> actions.WorkshopPlan:
    """A workshop of the morning for eight."""
    told: dict[str, Any] = {
        "title_fr": "Recruter et transmettre",
        "title_en": "Hire and hand over",
        "starts_at": time(10),
        "ends_at": time(11),
        "room": "Salle 1",
        "seats": 8,
    }
    return actions.WorkshopPlan(**(told | given))


def workshop(
    found: Event | None = None, *, by: Actor | None = None, once: str | None = None, **given: Any
) -> Workshop:
    """A workshop of an assembly day."""
    found = found or assembly()
    plan = workshop_plan(**given)
    return actions.add_workshop(event=found, plan=plan, by=by or owner_of(found), once=once)


def contribution(
    room: Workshop, found: Registration | None = None, *, by: Actor | None = None, **given: Any
) -> Contribution:
    """A proposal made in a workshop, by somebody of the list or by the workshop as a whole."""
    told = {"said": Said.PROPOSED, "theme": "energy", "words": "Un achat groupé"} | given
    return actions.note_contribution(
        workshop=room, told=actions.Remark(line=found, **told), by=by or owner_of(room.event)
    )


def line(
    found: Event | None = None,
    establishment: Establishment | None = None,
    *,
    once: str | None = None,
    workshops: Sequence[Workshop] = (),
    **given: Any,
) -> Registration:
    """Somebody registered online."""
    found = found or event()
    return actions.register(
        event=found,
        who=attendee(establishment, **given),
        origin=Origin.FORM,
        by=booking.themselves(found),
        workshops=workshops,
        once=once,
    )


def kept_line(owner: Organisation, place: Establishment, **given: Any) -> Registration:
    """A line of the list of an event of long ago, and what it said in a workshop, as they lie; nothing is recorded."""
    told: dict[str, Any] = {"name": "Ada", "email": "ada@a.example", "phone": "0320000000"}
    found = Event.objects.create(
        organisation=owner, created_by=Person.objects.order_by("pk")[0], kind="lunch", title_fr="Déjeuner",
        day=DAY, starts_at=time(12), ends_at=time(14), place="Ici", commune="59350", seats=10,
    )  # fmt: skip
    room = Workshop.objects.create(
        event=found, title_fr="Atelier", starts_at=time(12), ends_at=time(13), seats=5
    )
    kept = Registration.objects.create(
        event=found,
        establishment=place,
        legal_unit=place.legal_unit,
        origin=Origin.FORM,
        **(told | given),
    )
    Contribution.objects.create(
        workshop=room, line=kept, said=Said.STATED, theme="energy", words="x"
    )
    return kept


def owned(owner: Organisation, **given: Any) -> Event:
    """An event of this organisation, announced."""
    return event(accounts.actor(Role.ADVISER, owner), **given)
