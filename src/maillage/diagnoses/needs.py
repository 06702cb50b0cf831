"""Where a step of a plan may open a need: a place for the function of whoever keeps needs.

Nothing is wired until the composition root says so, and until then no page shows a button.
"""

from __future__ import annotations

from collections.abc import Callable

from maillage.accounts.actors import Actor
from maillage.diagnoses.models import PlanStep

Opener = Callable[[PlanStep, Actor], str]


def _nowhere(_step: PlanStep, _actor: Actor) -> str:
    return ""


_opener: list[Opener] = [_nowhere]


def opened_by(opener: Opener | None) -> None:
    """Hand in the function that tells at which address a need is opened from a step; None: nowhere."""
    _opener[:] = [opener or _nowhere]


def address(step: PlanStep, actor: Actor) -> str:
    """Where this reader opens a need from this step; blank when nobody keeps needs, or not for them."""
    return _opener[0](step, actor) if step.theme and step.is_waiting else ""
