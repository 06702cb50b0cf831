"""Visits drawn by lot to be called back: who was drawn from whom, by which seed, what the firms said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.vocabulary import Checked

READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)


def _own(actor: Actor, path: str) -> Q:
    """Those of one's own organisation; auditors and the machine, all."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return Q()
    if not actor.has(*READERS):
        return Q(pk__in=())
    return Q(**{path: actor.organisation_id})


class ControlQuerySet(ScopedQuerySet["Control"]):
    """Readings of controls."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation; an auditor reads all."""
        return self._allow().filter(_own(actor, "organisation"))


class Control(models.Model):
    """A sample of the visits of a period, drawn by a seed that is kept: the same seed draws it again."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    seed = models.BigIntegerField(_("seed"))
    population = models.PositiveIntegerField(_("visits of the period"))
    drawn_at = models.DateTimeField(_("drawn at"), default=clock.now)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn by")
    )
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[ControlQuerySet] = scoped_manager(ControlQuerySet)

    class Meta:
        verbose_name = _("control of visits")
        verbose_name_plural = _("controls of visits")
        ordering = ("-drawn_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="outreach_control_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"

    @property
    def scheme(self) -> str:
        """What the acts of its call-backs name."""
        return f"control:{self.key}"


class ControlledVisitQuerySet(ScopedQuerySet["ControlledVisit"]):
    """Readings of the visits drawn."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the controls of one's own organisation; an auditor reads all."""
        return self._allow().filter(_own(actor, "control__organisation"))


class ControlledVisit(models.Model):
    """A visit drawn, and what its firm said when somebody other than its author called."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    control = models.ForeignKey(
        Control, models.PROTECT, related_name="lines", verbose_name=_("control")
    )
    visit = models.ForeignKey(
        "outreach.Visit", models.PROTECT, related_name="+", verbose_name=_("visit")
    )
    outcome = models.CharField(_("outcome"), max_length=15, choices=Checked.choices, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("called back by"),
    )

    objects = ScopedManager.from_queryset(ControlledVisitQuerySet)()

    class Meta:
        verbose_name = _("controlled visit")
        verbose_name_plural = _("controlled visits")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("control", "visit"), name="outreach_controlled_visit_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.control_id}, {self.visit_id}"


def with_progress(controls: ControlQuerySet) -> ControlQuerySet:
    """With how many visits were drawn, and how many are still to be called back."""
    return controls.annotate(
        drawn=Count("lines"), waiting=Count("lines", filter=Q(lines__outcome=""))
    )


def sample(visits: Sequence[int], size: int, seed: int) -> list[int]:
    """So many of the visits, the same ones for the same seed, in the order drawn."""
    chance = random.Random(seed)  # noqa: S311 -- kept, so that anybody may draw again
    return chance.sample(sorted(visits), k=min(size, len(visits)))
