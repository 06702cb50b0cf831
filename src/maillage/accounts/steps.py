"""The first steps of an instance: each package declares what it needs to be of use, and finds it done or not.

    steps.declare(Step("register", rank=10, title=Words(…), why=Words(…), look=…, page="register:loads"))

in `<package>/first_steps.py`, which is found by being there. Nothing is ticked by hand: a line is done when
what it speaks of is really there, and undone when it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from maillage.accounts.actors import Actor
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Found:
    """What is really there: whether it is enough, and how much, in the reader's words."""

    done: bool
    told: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the first steps: what, why, how one sees that it is done, where one does it.

    `rank` orders the lines of all packages: tens, so that another fits between two.
    """

    key: str
    rank: int
    title: Words
    why: Words
    look: Callable[[Actor], Found]
    page: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A step as the page shows it."""

    step: Step
    found: Found

    @property
    def url(self) -> str:
        """Where one does it on screen; nothing when a command does it."""
        return reverse(self.step.page) if self.step.page else ""


_declared: dict[str, Step] = {}
_looked_for: list[bool] = []


def declare(step: Step) -> Step:
    """Add a line; the same key again is the same line, said otherwise."""
    _declared[step.key] = step
    return step


def declared() -> list[Step]:
    """Every line, in order."""
    if not _looked_for:
        autodiscover_modules("first_steps")
        _looked_for.append(True)
    return sorted(_declared.values(), key=lambda step: (step.rank, step.key))


def read(actor: Actor) -> list[Line]:
    """Every line as it stands now, for this reader."""
    return [Line(step, step.look(actor)) for step in declared()]
