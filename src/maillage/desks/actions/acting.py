"""From a welcome or a project to its acts: what must stand in the ledger, and how to get there without an edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.desks.acts import (
    CREATION_TOLD,
    FIRM_CREATED,
    FIRM_WELCOMED,
    LOAN_GRANTED,
    PROJECT_SUPPORTED,
    PROJECT_WELCOMED,
    SOURCE_PROJECT,
    SOURCE_WELCOME,
)
from maillage.desks.models import Project, Welcome
from maillage.desks.models.places import MACHINE
from maillage.desks.vocabulary import Stage
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs.actions import Asked, Birth, settle_heard
from maillage.needs.vocabulary import Origin

KINDS = {
    Stage.SUPPORT: PROJECT_SUPPORTED,
    Stage.CREATION: CREATION_TOLD,
    Stage.LOAN: LOAN_GRANTED,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as the records call for it."""

    kind: str
    occurred_on: date
    scheme: str = ""
    theme: str = ""
    quantity: int | None = None
    establishment_id: int | None = None
    person_id: int | None = None
    amount_cents: int | None = None

    @classmethod
    def of(cls, act: Act) -> Wanted:
        """What an act of the ledger says, in the same terms."""
        return cls(**{field.name: getattr(act, field.name) for field in fields(cls)})


def settle_welcome(welcome: Welcome, *, by: Actor, reason: str) -> None:
    """Reverse the acts of a welcome that no longer hold, record those that are missing; the same for its needs."""
    if welcome.project is not None:
        settle_project(welcome.project, by=by, reason=reason)
        return
    wanted = [] if welcome.cancelled_at else [_of_welcome(welcome, FIRM_WELCOMED)]
    about = {"establishment": welcome.establishment}
    _settle(wanted, SOURCE_WELCOME, str(welcome.key), about, by, reason)
    if welcome.themes or welcome.version > 1:
        _settle_needs(welcome, by, reason)


def settle_project(project: Project, *, by: Actor, reason: str) -> None:
    """The same for all that one organisation knows of a project; acts of other organisations are theirs."""
    welcomes = project.welcomes.filter(cancelled_at__isnull=True)
    rows = welcomes.select_related("session__place").order_by("session__day", "pk")
    wanted = [_of_welcome(one, PROJECT_WELCOMED) for one in rows]
    wanted += _of_steps(project)

    def about(act: Wanted) -> dict[str, Any]:
        if (
            act.establishment_id is not None
        ):  # the facts of the firm itself, as the register tells them
            return {"establishment": act.establishment_id}
        return {"commune": project.commune, "in_qpv": project.in_qpv(act.occurred_on)}

    _settle(wanted, SOURCE_PROJECT, project.pseudonym, about, by, reason)


def _of_steps(project: Project) -> list[Wanted]:
    """Each step told; once the firm is known, its creation is that of the register, told once."""
    steps = project.steps.filter(cancelled_at__isnull=True).order_by("on", "pk")
    firm = project.establishment
    acts = [
        Wanted(
            KINDS[Stage(step.stage)].name,
            step.on,
            person_id=step.noted_by_id,
            amount_cents=step.amount_cents,
        )
        for step in steps
        if firm is None or step.stage != Stage.CREATION
    ]
    if firm is not None and project.linked_at is not None:
        day = min(firm.created_on or clock.local_day(project.linked_at), clock.today())
        acts.append(
            Wanted(FIRM_CREATED.name, day, establishment_id=firm.pk, person_id=project.linked_by_id)
        )
    return acts


def _of_welcome(welcome: Welcome, kind: ledger.Kind) -> Wanted:
    return Wanted(
        kind.name,
        welcome.session.day,
        welcome.session.place.scheme,
        welcome.purpose,
        welcome.minutes,
        welcome.establishment_id,
        welcome.adviser_id,
    )


def _settle(
    wanted: Sequence[Wanted], model: str, key: str, about: Any, by: Actor, reason: str
) -> None:
    missing = list(wanted)
    acts = Act.objects.visible_to(MACHINE).of_source(model, key).effective()
    for act in acts.filter(keeper=by.acting_for()).order_by("pk"):
        if (same := Wanted.of(act)) in missing:
            missing.remove(same)
        else:
            ledger.reverse(act, by=by, reason_code=reason)
    for one in missing:
        _record(one, (model, key), about(one) if callable(about) else about, by)


def _record(one: Wanted, source: tuple[str, str], about: dict[str, Any], by: Actor) -> None:
    ledger.record(
        ledger.kinds()[one.kind],
        by=by,
        person=Person.objects.get(pk=one.person_id) if one.person_id else None,
        occurred_on=one.occurred_on,
        source=source,
        scheme=one.scheme,
        theme=one.theme,
        quantity=one.quantity,
        unit="minute" if one.quantity is not None else "",
        amount_cents=one.amount_cents,
        **about,
    )


def _settle_needs(welcome: Welcome, by: Actor, reason: str) -> None:
    if welcome.establishment is None:
        return
    heard = () if welcome.cancelled_at else welcome.themes
    settle_heard(
        establishment=welcome.establishment,
        wanted=[Asked(theme, welcome.session.day) for theme in heard],
        birth=Birth(
            Origin.DESK,
            SOURCE_WELCOME,
            str(welcome.key),
            welcome.session.place.scheme,
            heard_by=welcome.adviser,
        ),
        by=by,
        agreed=welcome.may_transmit,
        reason=reason,
    )
