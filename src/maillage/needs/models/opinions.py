"""Opinions: whether a firm was contacted, and whether it helped, as the firm itself says."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.needs.models.needs import Need, owners_visible_to
from maillage.needs.vocabulary import YesNo


class OpinionQuerySet(ScopedQuerySet["Opinion"]):
    """Readings of opinions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about the needs that the actor may see."""
        return self._allow().filter(owners_visible_to(actor, "need__organisation"))


class Opinion(models.Model):
    """That a firm was asked what it thinks of the answer to its need, and what it said: once a need."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="opinions", verbose_name=_("need"))
    asked_at = models.DateTimeField(_("asked at"))
    contacted = models.CharField(
        _("somebody contacted it"), max_length=3, choices=YesNo.choices, blank=True
    )
    useful = models.CharField(_("it was useful"), max_length=3, choices=YesNo.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    told_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("told to"),
    )

    objects = ScopedManager.from_queryset(OpinionQuerySet)()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(name="needs_asked_once_a_need", fields=["need"]),
            models.CheckConstraint(
                name="needs_opinion_answered_whole",
                condition=(Q(answered_at__isnull=True) & Q(contacted="") & Q(useful=""))
                | (Q(answered_at__isnull=False) & ~Q(contacted="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.need)
