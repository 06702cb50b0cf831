"""Deposits of a structure: its loads of lists, with the programme that each is for."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.cohorts.importers.cohort import SOURCE
from maillage.cohorts.models import DEPOSITORS, Programme
from maillage.intake.models import Load, LoadQuerySet


def deposits_of(actor: Actor) -> LoadQuerySet:
    """The deposits of the actor's structure, the latest first."""
    every = Load.objects.filter(source=SOURCE).order_by("-pk")
    if actor.has(Role.AUDITOR):
        return every
    own = every.filter(organisation=actor.organisation_id or 0)
    return own if actor.has(*DEPOSITORS) else own.none()


def of_programme(programme: Programme, actor: Actor) -> LoadQuerySet:
    """Those for one programme."""
    return deposits_of(actor).filter(given__programme=str(programme.key))


def programme_of(load: Load, actor: Actor) -> Programme | None:
    """The programme of a deposit, where it was named by its key and the reader sees it."""
    seen = Programme.objects.visible_to(actor)
    return next((one for one in seen if str(one.key) == load.given.get("programme")), None)
