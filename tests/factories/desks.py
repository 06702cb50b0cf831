"""Desks in tests: places, sessions, people welcomed, through the product's own actions."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from maillage.accounts import actors
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.actions import Facts, Group, Hours, Leader, Where
from maillage.desks.models import Awareness, Place, Project, Session, Step, Welcome
from maillage.kernel import clock
from maillage.register.models import Establishment
from tests.factories import accounts, register

LILLE = "59350"


def manager_of(owner: Organisation | None) -> Actor:
    """Who opens places for an organisation."""
    return accounts.actor(Role.SERVICE_MANAGER, owner)


def place(owner: Organisation | None = None, **told: Any) -> Place:
    """A resource space in Lille."""
    told = {"name": "Espace Moulins", "commune": LILLE, "address": "1 rue d’Arras"} | told
    return actions.open_place(where=Where(**told), by=manager_of(owner))


def session(
    by: Actor | None = None, at: Place | None = None, day: date | None = None, **hours: Any
) -> Session:
    """A morning at the desk, today, held by an adviser of the organisation of the place."""
    by = by or accounts.actor(Role.ADVISER, at.organisation if at else None)
    at = at or place(by.organisation)
    told: dict[str, Any] = {
        "first": day or clock.today(),
        "starts_at": time(9),
        "ends_at": time(12),
    }
    told |= hours
    assert by.person is not None
    return actions.plan_sessions(place=at, holder=by.person, hours=Hours(**told), by=by)[0]


def holder(of: Session) -> Actor:
    """Who holds a session."""
    member = of.holder.memberships.select_related("person", "organisation").get()
    return actors.of(member)


def facts(purpose: str = "start_up", *themes: str, **told: Any) -> Facts:
    """What somebody came for."""
    return Facts(purpose=purpose, themes=themes, **told)


def welcome(
    at: Session | None = None,
    firm: Establishment | None = None,
    purpose: str = "first_hire",
    *themes: str,
    by: Actor | None = None,
    **more: Any,
) -> Welcome:
    """A firm welcomed at a desk."""
    at = at or session(by)
    told = {name: more.pop(name) for name in ("minutes", "may_transmit") if name in more}
    return actions.welcome_firm(
        session=at,
        establishment=firm or register.establishment(),
        facts=facts(purpose, *themes, **told),
        by=by or holder(at),
        **more,
    )


def leader(
    at: Session | None = None,
    project: Project | None = None,
    *,
    by: Actor | None = None,
    **told: Any,
) -> Welcome:
    """Somebody with a project welcomed at a desk."""
    at = at or session(by)
    more = {name: told.pop(name) for name in ("once",) if name in told}
    return actions.welcome_leader(
        session=at,
        facts=facts(told.pop("purpose", "start_up")),
        project=project,
        leader=None if project else Leader(**({"name": "Inès Faure"} | told)),
        by=by or holder(at),
        **more,
    )


def project(by: Actor | None = None, **told: Any) -> Project:
    """A project leader met at a desk."""
    found = leader(by=by, **told).project
    assert found is not None
    return found


def firm_of(found: Project, **facts: Any) -> Establishment:
    """A firm created in the commune of a project a month after its welcome."""
    born = found.last_met_on + timedelta(days=30)
    given: dict[str, Any] = {
        "created_on": born,
        "trade_name": found.name.upper(),
        "size_band": "00",
    }
    facts = given | facts
    return register.establishment(**facts)


def step(found: Project, stage: str = "support", on: date | None = None, **more: Any) -> Step:
    """A step of a project, today."""
    by = actors.of(
        next(
            member
            for member in found.organisation.memberships.select_related("person", "organisation")
            if member.role in {Role.ADVISER, Role.SERVICE_MANAGER}
        )
    )
    return actions.note_step(project=found, stage=stage, on=on or clock.today(), by=by, **more)


def young(by: Actor | None = None, at: Place | None = None, **told: Any) -> Awareness:
    """A class of twenty-four told of starting a firm."""
    by = by or accounts.actor(Role.ADVISER, at.organisation if at else None)
    more = {name: told.pop(name) for name in ("once",) if name in told}
    given: dict[str, Any] = {"day": clock.today(), "audience": "high", "young": 24}
    return actions.tell_young(
        place=at or place(by.organisation), group=Group(**(given | told)), by=by, **more
    )


def kept_welcome(owner: Organisation, firm: Establishment) -> Welcome:
    """A welcome of long ago, written as it lies; nothing is recorded."""
    someone = Person.objects.order_by("pk")[0]
    day = clock.today() - timedelta(days=1)
    where = Place.objects.create(organisation=owner, name="Espace", commune=LILLE)
    held = Session.objects.create(
        place=where, holder=someone, day=day, starts_at=time(9), ends_at=time(12)
    )
    met = Project.objects.create(
        organisation=owner, name="Inès Faure", noted_at=clock.now(), last_met_on=day,
        establishment=firm, linked_at=clock.now(),
    )  # fmt: skip
    Step.objects.create(project=met, stage="support", on=day)
    Awareness.objects.create(
        place=where, held_by=someone, day=day, audience="high", young=24, reported_at=clock.now()
    )
    return Welcome.objects.create(
        session=held, adviser=someone, establishment=firm, purpose="first_hire",
        reported_at=clock.now(),
    )  # fmt: skip
