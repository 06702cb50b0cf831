"""Events and their lists in tests, made through the product's own actions."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.events import actions, booking
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Origin
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


def line(
    found: Event | None = None,
    establishment: Establishment | None = None,
    *,
    once: str | None = None,
    **given: Any,
) -> Registration:
    """Somebody registered online."""
    found = found or event()
    return actions.register(
        event=found,
        who=attendee(establishment, **given),
        origin=Origin.FORM,
        by=booking.themselves(found),
        once=once,
    )


def kept_line(owner: Organisation, place: Establishment, **given: Any) -> Registration:
    """A line of the list of an event of long ago, written as it lies; nothing is recorded."""
    told: dict[str, Any] = {"name": "Ada", "email": "ada@a.example", "phone": "0320000000"}
    found = Event.objects.create(
        organisation=owner, created_by=Person.objects.order_by("pk")[0], kind="lunch", title_fr="Déjeuner",
        day=DAY, starts_at=time(12), ends_at=time(14), place="Ici", commune="59350", seats=10,
    )  # fmt: skip
    return Registration.objects.create(
        event=found,
        establishment=place,
        legal_unit=place.legal_unit,
        origin=Origin.FORM,
        **(told | given),
    )


def owned(owner: Organisation, **given: Any) -> Event:
    """An event of this organisation, announced."""
    return event(accounts.actor(Role.ADVISER, owner), **given)
