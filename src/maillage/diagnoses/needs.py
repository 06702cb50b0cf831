"""The needs that steps of plans opened: what a diagnosis advises becomes a request like any other, and keeps its trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.diagnoses.acts import SOURCE_STEP
from maillage.diagnoses.models import PlanStep
from maillage.needs.models import Need
from maillage.needs.permissions import can_hear_need


def address(step: PlanStep, actor: Actor) -> str:
    """Where this reader writes down the need of a step; blank when it is settled, or not for them."""
    if not (step.is_waiting and can_hear_need(actor)):
        return ""
    return reverse("diagnoses:open_need", kwargs={"key": step.key})


def opened(steps: Iterable[PlanStep], actor: Actor) -> Mapping[str, Need]:
    """By the key of a step, the need that it opened and that nobody took back, where the actor reads it."""
    keys = [str(step.key) for step in steps]
    rows = Need.objects.visible_to(actor).with_state().standing()
    born = rows.filter(source_model=SOURCE_STEP, source_key__in=keys)
    return {need.source_key: need for need in born.order_by("id")}
