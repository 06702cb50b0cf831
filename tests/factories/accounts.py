"""Organisations and people, valid with the least said. Everybody's tests start from here."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.test import Client

from maillage.accounts import actors
from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Organisation, Person, Share
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock

_numbers = itertools.count(1)

# Memberships of tests began before anything that a test plays.
LONG_AGO = date(2000, 1, 1)


def organisation(kind: str = "chamber", **fields: Any) -> Organisation:
    """A partner; a chamber unless said otherwise."""
    number = next(_numbers)
    fields.setdefault("name", f"Organisation {number}")
    return Organisation.objects.create(kind=kind, **fields)


def person(
    role: Role = Role.ADVISER,
    organisation: Organisation | None = None,
    *,
    perimeter: str = "",
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
    password: str | None = None,
    **fields: Any,
) -> Person:
    """Somebody with one membership (of a new organisation when none is given)."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("name", f"Person {number}")
    someone = Person.objects.create_user(password=password, **fields)
    membership(
        someone,
        organisation or globals()["organisation"](),
        role,
        perimeter=perimeter,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return someone


def membership(
    person: Person, organisation: Organisation, role: Role = Role.ADVISER, **fields: Any
) -> Membership:
    """One more membership of a person."""
    fields.setdefault("starts_on", LONG_AGO)
    return Membership.objects.create(person=person, organisation=organisation, role=role, **fields)


def actor(
    role: Role = Role.ADVISER, organisation: Organisation | None = None, **fields: Any
) -> Actor:
    """Somebody acting for an organisation (a new one when none is given)."""
    someone = person(role, organisation, **fields)
    return actors.of(
        someone.memberships.select_related("person", "organisation").get()  # type: ignore[misc]
    )


def signed_in(
    client: Client,
    role: Role = Role.ADVISER,
    organisation: Organisation | None = None,
    **fields: Any,
) -> Actor:
    """The same, signed in on this client."""
    someone = actor(role, organisation, **fields)
    assert someone.person is not None
    client.force_login(someone.person)
    return someone


def share(
    owner: Organisation,
    to: Organisation,
    resource: str,
    sensitivity: Sensitivity = Sensitivity.PARTNERS,
    **fields: Any,
) -> Share:
    """The owner opens one class of one resource to another, for the year around today."""
    today = clock.today()
    fields.setdefault("purpose", "Follow the convention together")
    fields.setdefault("starts_on", today - timedelta(days=180))
    fields.setdefault("until", today + timedelta(days=180))
    return Share.objects.create(
        owner=owner, to=to, resource=resource, sensitivity=sensitivity, **fields
    )
