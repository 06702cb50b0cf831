"""Campaigns and visits of tests, made through the product's own actions."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import uuid4

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act, ActQuerySet
from maillage.needs.models import Need
from maillage.outreach import actions
from maillage.outreach.actions.campaigns import Plan
from maillage.outreach.actions.firms import Sign
from maillage.outreach.actions.visits import VisitFacts
from maillage.outreach.actions.walks import Walk
from maillage.outreach.models import (
    Campaign,
    Control,
    FollowedFirm,
    Guide,
    KeptRound,
    ProvisionalFirm,
    StreetWalk,
    Visit,
    VisitPhoto,
)
from maillage.outreach.vocabulary import Mode, Outcome
from maillage.register.models import Establishment, LegalUnit, Spell
from tests.factories import accounts, pictures, places, register

_numbers = itertools.count(1)


def facts(**given: Any) -> VisitFacts:
    """A visit done today, unless said otherwise."""
    given.setdefault("mode", Mode.VISIT)
    given.setdefault("outcome", Outcome.DONE)
    given.setdefault("occurred_on", clock.today())
    return VisitFacts(**given)


def visit(
    by: Actor | None = None,
    establishment: Establishment | None = None,
    *,
    campaign: Campaign | None = None,
    note: str = "",
    note_level: str = "",
    heard: actions.Heard | None = None,
    once: str | None = None,
    **given: Any,
) -> Visit:
    """A visit reported by an adviser, to a craft bakery of Lille."""
    return actions.report_visit(
        establishment=establishment or register.establishment(),
        facts=facts(**given),
        by=by or accounts.actor(),
        campaign=campaign,
        note=note,
        note_level=note_level,
        heard=heard,
        once=once,
    )


def photo(by: Actor | None = None, of: Visit | None = None, data: bytes = b"") -> VisitPhoto:
    """A photograph that an adviser adds to a visit of theirs."""
    by = by or accounts.actor()
    of = of or visit(by)
    return actions.add_photo(visit=of, data=data or pictures.png(), once=str(uuid4()), by=by)


def acts_of(visit: Visit) -> ActQuerySet:
    """The acts of a visit and of the needs heard at it, in the order of their chain."""
    born = Need.objects.unscoped(reason="tests").heard_in("outreach.visit", visit.key)
    keys = [str(visit.key), *(str(key) for key in born.values_list("key", flat=True))]
    every = Act.objects.unscoped(reason="tests read everything")
    of_both = every.filter(source_model__in=("outreach.visit", "needs.need"), source_key__in=keys)
    return of_both.order_by("seq")


def plan(**given: Any) -> Plan:
    """A campaign of the year around today over the whole MEL."""
    today = clock.today()
    given.setdefault("title", f"Campaign {next(_numbers)}")
    given.setdefault("territory", "mel")
    given.setdefault("starts_on", date(today.year, 1, 1))
    given.setdefault("ends_on", date(today.year, 12, 31))
    return Plan(**given)


def draft(by: Actor | None = None, **given: Any) -> Campaign:
    """A campaign whose list is not frozen; the geography must be loaded (`places_loaded`)."""
    places.places_loaded()
    return actions.create_campaign(
        plan=plan(**given), by=by or accounts.actor(Role.SERVICE_MANAGER)
    )


def campaign(by: Actor | None = None, **given: Any) -> Campaign:
    """A campaign whose list is frozen over the firms that the register knows."""
    by = by or accounts.actor(Role.SERVICE_MANAGER)
    return actions.freeze_campaign(campaign=draft(by, **given), by=by)


def firm_added_by_hand(by: Actor | None = None, **given: Any) -> ProvisionalFirm:
    """A firm that the register does not know."""
    given.setdefault("name", "Atelier du Coin")
    given.setdefault("commune", "59350")
    by = by or accounts.actor()
    place = actions.add_unknown_firm(sign=Sign(**given), by=by)
    return ProvisionalFirm.objects.visible_to(by).get(establishment=place)


def many_firms(count: int) -> None:
    """As many firms of one street of Lille, written in bulk."""
    sample = Spell.objects.get(establishment=register.establishment())
    units = LegalUnit.objects.bulk_create(LegalUnit(name=f"Firm {n}") for n in range(1, count))
    sites = Establishment.objects.bulk_create(
        Establishment(legal_unit=unit, commune="59350", street="RUE DE LILLE") for unit in units
    )
    Spell.objects.bulk_create(
        Spell(
            establishment=site,
            legal_unit=site.legal_unit,
            load=sample.load,
            starts_on=sample.starts_on,
            state="A",
            commune="59350",
        )
        for site in sites
    )


def kept_round(adviser: Actor | None = None, firms: int = 0, **plan: Any) -> KeptRound:
    """The round of today of an adviser to whom so many more firms, east of each other, are given."""
    adviser = adviser or accounts.actor()
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    for rank in range(firms):
        register.establishment(lon=3.0573 + rank / 1000, lat=50.6292, trade_name=f"FIRM {rank}")
    given = campaign(manager, **plan)
    assert adviser.person is not None
    actions.assign(campaign=given, adviser=adviser.person, by=manager)
    return actions.plan_round(campaign=given, day=clock.today(), by=adviser)


def followed(
    by: Actor | None = None, place: Establishment | None = None, **given: Any
) -> FollowedFirm:
    """A firm in the portfolio of an adviser, talked to every three months."""
    facts: dict[str, Any] = {"family": "crafts", "every": 3} | given
    return actions.follow_firm(
        establishment=place or register.establishment(), by=by or accounts.actor(), **facts
    )


def draft_guide(by: Actor | None = None, kind: str = "grid") -> Guide:
    """The draft of an organisation's grid, or of its points, as they ship with the product."""
    return actions.begin_guide(kind=kind, by=by or accounts.actor(Role.SERVICE_MANAGER))


def guides(by: Actor) -> tuple[Guide, Guide]:
    """The grid and the points of the actor's organisation, in use."""
    is_manager = by.has(Role.SERVICE_MANAGER)
    manager = by if is_manager else accounts.actor(Role.SERVICE_MANAGER, by.organisation)
    grid, points = (
        actions.publish_guide(guide=draft_guide(manager, kind), by=manager)
        for kind in ("grid", "points")
    )
    return grid, points


def heard(by: Actor, **answers: Any) -> actions.Heard:
    """Answers to the grid in use: rent late and cash short, unless said otherwise."""
    grid = Guide.objects.visible_to(by).in_use("grid") or guides(by)[0]
    return actions.Heard(grid, answers or {"rent": ["late"], "treasury": ["short"]})


def told_in_confidence(
    by: Actor | None = None, establishment: Establishment | None = None, **answers: Any
) -> Visit:
    """A visit at which difficulties were told."""
    by = by or accounts.actor()
    return visit(by, establishment, heard=heard(by, **answers))


def walk(by: Actor | None = None, **given: Any) -> StreetWalk:
    """A walk of today up the rue de Gand, with an elected artisan and a mayor."""
    by = by or accounts.actor()
    facts: dict[str, Any] = {
        "streets": ("59350 rue de gand",), "day": clock.today(), "adviser": by.person,
        "artisan": "Paule Vasseur", "mayor": "Jean Delmotte",
    }  # fmt: skip
    once = given.pop("once", None)
    return actions.prepare_walk(plan=Walk(**facts | given), by=by, once=once)


def control(by: Actor, visits: int = 1, **given: Any) -> Control:
    """So many visits done today by advisers of the manager's organisation, all drawn."""
    for _turn in range(visits):
        visit(accounts.actor(Role.ADVISER, by.organisation))
    given.setdefault("size", visits)
    return actions.draw_control(days=Period(clock.today(), clock.today()), by=by, **given)
