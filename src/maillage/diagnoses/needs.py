"""Where a step of a plan opens a need: what a diagnosis advises becomes a request like any other."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.diagnoses.models import PlanStep
from maillage.needs.permissions import can_hear_need


def address(step: PlanStep, actor: Actor) -> str:
    """Where this reader writes down the need of a step; blank when it has no theme, is settled, or not for them."""
    if not (step.theme and step.is_waiting and can_hear_need(actor)):
        return ""
    firm = step.of.establishment
    opening = reverse("needs:new_need", kwargs={"key": firm.key})
    return f"{opening}?{urlencode({'theme': step.theme})}"
