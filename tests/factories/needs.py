"""Needs and referrals of tests, made through the product's own actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions
from maillage.needs.models import CallBack, Need, Referral, RoutingRule
from maillage.needs.vocabulary import How, Origin, Theme
from maillage.register.models import Establishment
from tests.factories import accounts, register


def asked(theme: str = Theme.ONLINE, **given: Any) -> actions.Asked:
    """What a firm asks for today, unless said otherwise."""
    given.setdefault("expressed_on", clock.today())
    return actions.Asked(theme=theme, **given)


def need(
    by: Actor | None = None,
    establishment: Establishment | None = None,
    *,
    origin: Origin = Origin.DESK,
    agreed: How | None = How.TOLD,
    once: str | None = None,
    birth: actions.Birth | None = None,
    **given: Any,
) -> Need:
    """A need heard at a desk by an adviser, who may send it on."""
    return actions.hear_need(
        establishment=establishment or register.establishment(),
        asked=asked(**given),
        birth=birth or actions.Birth(origin),
        by=by or accounts.actor(),
        agreed=agreed,
        once=once,
    )


def partner(**fields: Any) -> tuple[Organisation, Actor]:
    """An organisation that answers requests, and who does there."""
    organisation = accounts.organisation("operator", **fields)
    return organisation, accounts.actor(Role.EXPERT, organisation)


def referral(
    by: Actor | None = None,
    to: Organisation | None = None,
    *,
    of: Need | None = None,
    once: str | None = None,
    **given: Any,
) -> Referral:
    """A need sent to a partner."""
    by = by or accounts.actor()
    return actions.send_referral(
        need=of or need(by, **given), partner=to or partner()[0], by=by, once=once
    )


def call_back(by: Actor | None = None, **given: Any) -> CallBack:
    """A firm heard at a visit a month ago, to be called back today."""
    by = by or accounts.actor()
    given.setdefault("expressed_on", clock.today() - timedelta(days=30))
    made = need(by, origin=Origin.VISIT, **given)
    actions.call_backs_due(by=System("tests"))
    return CallBack.objects.visible_to(System("tests")).get(need=made)


def rule(by: Actor | None = None, to: Organisation | None = None, **given: Any) -> RoutingRule:
    """A rule that sends what is asked about being online to a partner, everywhere."""
    given.setdefault("title", "Web sites")
    given.setdefault("themes", (Theme.ONLINE.value,))
    by = by or accounts.actor(Role.SERVICE_MANAGER)
    return actions.add_rule(rule=actions.Rule(**given), partner=to or partner()[0], by=by)
