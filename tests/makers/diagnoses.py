"""Objects of the routes of diagnoses."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from tests.factories import accounts, diagnoses as make, register


def establishment(owner: Organisation) -> dict[str, Any]:
    """A firm of the register, which belongs to nobody."""
    make.questionnaire()
    return {"key": register.establishment().key}


def diagnosis(owner: Organisation) -> dict[str, Any]:
    """A diagnosis made by an adviser of the organisation."""
    return {"key": make.diagnosis(accounts.actor(Role.ADVISER, owner)).key}


def step(owner: Organisation) -> dict[str, Any]:
    """A step of a plan that waits."""
    return {"key": make.step(accounts.actor(Role.ADVISER, owner)).key}


def draft(owner: Organisation) -> dict[str, Any]:
    """A questionnaire that the organisation writes."""
    return {"key": make.draft(make.editor(owner), make.text(f"d{owner.pk}")).key}


def questionnaire(owner: Organisation) -> dict[str, Any]:
    """A questionnaire that the organisation published."""
    return {"key": make.questionnaire(make.editor(owner), make.text(f"p{owner.pk}")).key}


def shipped(owner: Organisation) -> dict[str, Any]:
    """A questionnaire that comes with the product."""
    return {"code": "digital"}
