"""A keeper settles drifts: acts recorded anew with the late news, or left as they are, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from maillage import register
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.drift.looking import change_of
from maillage.ledger.drift.models import NEWS, Drift, Requalification
from maillage.ledger.models import Act
from maillage.ledger.permissions import can_settle_drift
from maillage.ledger.reasons import LATE_NEWS
from maillage.ledger.recording import action, requalify
from maillage.ledger.subjects import FACTS

STEP = 500  # acts recorded anew in one transaction


@transaction.atomic
def settle(
    *,
    sign: str,
    corrects: bool,
    reason: str,
    by: Actor,
    once: UUID,
    acts: Iterable[UUID] | None = None,
) -> Requalification:
    """Decide on all the acts that changed in the same way, or on some of them; said twice, decided once.

    Acts that are corrected are recorded anew by `carry_out`, step by step.

    Raises:
        NotAllowed: the actor does not decide for the organisation that keeps them.
        Invalid: no reason is given, or no act is chosen.
        Conflict: somebody decided meanwhile, or the register came back.
    """
    if not can_settle_drift(by):
        raise NotAllowed(_("Only an officer or a service manager corrects acts together."))
    everyones = Requalification.objects.visible_to(NEWS)
    if sent := everyones.filter(once=once).first():
        return sent
    if not reason.strip():
        message = _("Say why.")
        raise Invalid(message, fields={"reason": message})
    own = Drift.objects.visible_to(by).filter(keeper=by.organisation_id, sign=sign, decision=None)
    chosen = own if acts is None else own.filter(act__key__in=list(acts))
    return _decide(chosen, corrects, reason.strip()[:300], by, once)


def _decide(
    chosen: QuerySet[Drift], corrects: bool, reason: str, by: Actor, once: UUID
) -> Requalification:
    first = chosen.first()
    if first is None:
        raise decided_meanwhile()
    decision = Requalification.objects.create(
        keeper=by.acting_for(),
        by=by.person,
        corrects=corrects,
        reason=reason,
        change=first.change,
        acts=0,
        once=once,
    )
    decision.acts = chosen.update(decision=decision, settled_at=None if corrects else clock.now())
    if not decision.acts:
        raise decided_meanwhile()
    decision.save(update_fields=["acts"])
    return decision


def decided_meanwhile() -> Conflict:
    """Nothing waits any more of what was chosen."""
    return Conflict(
        _("These acts no longer wait for a decision."),
        remedy=_("Open the page again to see what was decided."),
    )


@action
def carry_out(decision: Requalification) -> bool:
    """Record anew the next acts of a decision; whether there may be more. Safe to run twice.

    An act that was cancelled meanwhile is left, and so is one that the register again tells as it was.
    """
    every = Drift.objects.visible_to(NEWS)
    waiting = every.filter(decision=decision, settled_at=None).select_for_update(of=("self",))
    step = list(waiting.order_by("act_id")[:STEP])
    acts = Act.objects.visible_to(NEWS).effective()
    rows = list(
        acts.filter(pk__in=[drift.act_id for drift in step])
        .order_by("pk")
        .values("key", "establishment_id", "occurred_on", *FACTS)
    )
    facts = register.facts_by_day((row["establishment_id"], row["occurred_on"]) for row in rows)
    differing = [
        row["key"]
        for row in rows
        if change_of(row, facts.get((row["establishment_id"], row["occurred_on"])))
    ]
    by = Actor(person=decision.by, organisation=decision.keeper)
    if differing:
        requalify(differing, by=by, reason_code=LATE_NEWS)
    every.filter(pk__in=[drift.pk for drift in step]).update(settled_at=clock.now())
    return len(step) == STEP


def unfinished() -> Iterable[Requalification]:
    """Decisions of which acts are still to be recorded anew."""
    every = Requalification.objects.visible_to(NEWS)
    return every.filter(drifts__settled_at=None).distinct().order_by("pk")
