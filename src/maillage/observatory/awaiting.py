"""Loaded vintages as their publishers see them: territory by territory, what waits, what is public, who may publish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maillage import places
from maillage.accounts.actors import Actor
from maillage.conventions.permissions import EDITORS
from maillage.figures.models import Publication, PublicationOrder, StockVintage
from maillage.observatory import carrying_out, observed, permissions
from maillage.places.perimeters import Perimeter


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory of a vintage: its newest publication of it, the order under way, whether the reader publishes it."""

    perimeter: Perimeter
    publication: Publication | None
    is_newest: bool
    order: PublicationOrder | None
    may_publish: bool


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A vintage with its territories."""

    vintage: StockVintage
    territories: Sequence[Territory]


def loaded() -> Any:
    """The vintages that were loaded to the end, the newest first."""
    whole = StockVintage.objects.filter(loaded_at__isnull=False)
    return whole.defer("lacking", "ranks").order_by("-as_of", "-pk")


def told(vintages: Iterable[StockVintage], actor: Actor) -> list[Awaiting]:
    """Some vintages, each with its territories: as many questions whatever their number."""
    rows = list(vintages)
    sirens = sorted({one for vintage in rows for one in vintage.territories})
    subjects = [observed.subject_of(one) for one in sirens]
    published: dict[tuple[str, int | None], Publication] = {}
    newest: dict[str, Publication] = {}
    every = Publication.objects.filter(subject__in=subjects).defer("heads")
    for one in every.order_by("published_at", "id"):
        published[one.subject, one.vintage_id] = newest[one.subject] = one
    orders = {one.subject: one for one in PublicationOrder.objects.under_way()}
    holders = permissions.holders(sirens)
    mine = {0, actor.organisation_id} if actor.has(*EDITORS) else set()

    def territory(vintage: StockVintage, siren: str) -> Territory:
        subject = observed.subject_of(siren)
        made = published.get((subject, vintage.pk))
        return Territory(
            perimeter=places.perimeter(siren, vintage.as_of),
            publication=made,
            is_newest=made is not None and newest[subject] == made,
            order=orders.get(subject),
            may_publish=holders[siren] in mine,
        )

    return [Awaiting(one, [territory(one, siren) for siren in one.territories]) for one in rows]


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its page tells it."""

    order: PublicationOrder

    @property
    def state(self) -> str:
        """How far it is, in words."""
        return str(carrying_out.STATES[self.order.state])

    @property
    def step(self) -> str:
        """What the worker is doing."""
        return str(carrying_out.STEPS.get(self.order.progress.get("step", ""), ""))

    @property
    def done(self) -> float | None:
        """The share of the step that is done, where it has parts."""
        of = self.order.progress.get("of")
        return self.order.progress["done"] / of if of else None

    @property
    def is_silent(self) -> bool:
        """Whether nobody has said a word about it for a while."""
        return carrying_out.is_silent(self.order)

    def refusal(self, language: str) -> str:
        """Why nothing was published."""
        told: dict[str, str] = self.order.refusal
        return told.get(language[:2]) or next(iter(told.values()), "")
