"""Steps of a project: supported, created, lent to, each on a day."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.desks.models.places import Place, owners_visible_to
from maillage.desks.models.welcomes import Project
from maillage.desks.vocabulary import Audience, Stage
from maillage.kernel.identifiers import uuid7


class StepQuerySet(ScopedQuerySet["Step"]):
    """Readings of the steps of projects."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the projects that the actor reads."""
        return self._allow().filter(owners_visible_to(actor, "project__organisation"))

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(cancelled_at__isnull=True)


class Step(models.Model):
    """What became of a project on a day (*étape d'un projet*): support began, a firm was created, a loan was granted."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="steps", verbose_name=_("project leader")
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    on = models.DateField(_("day"))
    amount_cents = models.BigIntegerField(_("amount in cents"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("written down by"),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(StepQuerySet)()

    class Meta:
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of projects")
        ordering = ("on", "id")
        constraints = (
            models.CheckConstraint(
                name="desks_step_amount_is_of_a_loan",
                condition=Q(amount_cents__isnull=True) | Q(stage="loan", amount_cents__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.on}"


class AwarenessQuerySet(ScopedQuerySet["Awareness"]):
    """Readings of awareness sessions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "place__organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(place__organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)


class Awareness(models.Model):
    """Young people told of starting a firm (*sensibilisation de jeunes*): how many, never who."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("place of welcome")
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("held by")
    )
    day = models.DateField(_("day"))
    audience = models.CharField(_("age band"), max_length=10, choices=Audience.choices)
    school = models.CharField(_("school or group"), max_length=120, blank=True)
    young = models.PositiveIntegerField(_("young people present"))
    partners = models.CharField(_("partners present"), max_length=200, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("reason of cancelling"), max_length=40, blank=True)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(AwarenessQuerySet)()

    class Meta:
        verbose_name = _("awareness session")
        verbose_name_plural = _("awareness sessions")
        ordering = ("-day", "-id")
        constraints = (
            models.CheckConstraint(
                name="desks_awareness_somebody_came", condition=Q(young__gte=1, young__lte=2000)
            ),
            models.CheckConstraint(
                name="desks_awareness_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.place}, {self.day}"
