"""Objects of the routes of needs and referrals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.needs import actions, following
from maillage.needs.models import Synonym, ThemeTree
from maillage.needs.purposes import OPINION
from maillage.needs.tree import document
from maillage.post import links
from tests.factories import accounts, needs as make, register


def establishment(owner: Organisation) -> dict[str, Any]:
    """A firm of the register, which belongs to nobody."""
    return {"key": register.establishment().key}


def need(owner: Organisation) -> dict[str, Any]:
    """A need that an adviser of the organisation heard."""
    return {"key": make.need(accounts.actor(Role.ADVISER, owner)).key}


def sent(owner: Organisation) -> dict[str, Any]:
    """A need that the organisation sent to a partner."""
    return {"key": make.referral(accounts.actor(Role.ADVISER, owner)).key}


def received(owner: Organisation) -> dict[str, Any]:
    """A need that a partner sent to the organisation."""
    accounts.person(Role.ADVISER, owner)
    return {"key": make.referral(to=owner).key}


def link(owner: Organisation) -> dict[str, Any]:
    """The link by which a firm follows a request that the organisation heard."""
    by = accounts.actor(Role.ADVISER, owner)
    address = following.hand_link(make.need(by), by)
    return {"token": address.rstrip("/").split("/")[-2]}


def call(owner: Organisation) -> dict[str, Any]:
    """A firm that the organisation is to call back."""
    return {"key": make.call_back(accounts.actor(Role.ADVISER, owner)).key}


def opinion(owner: Organisation) -> dict[str, Any]:
    """The link by which a firm says what it thinks."""
    heard = make.need(accounts.actor(Role.ADVISER, owner))
    address = links.make(OPINION, subject=str(heard.key), lasting=timedelta(days=1))
    return {"token": address.rstrip("/").split("/")[-2]}


def term(owner: Organisation) -> dict[str, Any]:
    """A term that the organisation keeps."""
    by = accounts.actor(Role.ADVISER, owner)
    return {"key": actions.keep_term(term="vitrine", theme="online", by=by).key}


def synonym(owner: Organisation) -> dict[str, Any]:
    """A synonym that a choice of the organisation proposed."""
    sent = make.referral(accounts.actor(Role.ADVISER, owner), words="Je veux un site")
    return {"key": Synonym.objects.visible_to(System("tests")).get(need=sent.need).key}


def rule(owner: Organisation) -> dict[str, Any]:
    """A routing rule of the organisation."""
    return {"key": make.rule(accounts.actor(Role.OFFICER, owner)).key}


def tree(owner: Organisation) -> dict[str, Any]:
    """The tree that ships: everybody's."""
    return {"number": document.FIRST}


def theme(owner: Organisation) -> dict[str, Any]:
    """A theme of the draft that is being written."""
    tables = document.written(document.shipped())
    ThemeTree.objects.get_or_create(number=2, defaults={"families": tables})
    return {"code": "energy"}


def family(owner: Organisation) -> dict[str, Any]:
    """A family of the same draft."""
    theme(owner)
    return {"code": "life"}
