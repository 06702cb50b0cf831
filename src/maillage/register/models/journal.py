"""What a load leaves besides spells: the lines it refused and the identities still to be written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.register.models.time import Load


class RejectQuerySet(models.QuerySet["Reject"]):
    """Readings of refused and doubtful lines."""

    def refused(self) -> RejectQuerySet:
        """Lines that were not taken."""
        return self.filter(is_warning=False)

    def doubtful(self) -> RejectQuerySet:
        """Lines that were taken with a warning."""
        return self.filter(is_warning=True)


class Reject(models.Model):
    """One line of a file that was refused, or taken with a warning: where, and why."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="rejects")
    file = models.CharField(_("file"), max_length=200)
    line = models.PositiveBigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True, default="")
    code = models.CharField(_("reason"), max_length=40)
    value = models.CharField(_("value read"), max_length=60, blank=True, default="")
    is_warning = models.BooleanField(_("warning"), default=False)

    objects = RejectQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused line")
        verbose_name_plural = _("refused lines")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.column} {self.code}"


class PendingChange(models.Model):
    """New names and address of a known firm, written once the load is active, then forgotten.

    Identities are not versioned, so that a withdrawn diffusion cannot come back from the past.
    """

    class Target(models.TextChoices):
        LEGAL_UNIT = "u", _("legal unit")
        ESTABLISHMENT = "e", _("establishment")

    load = models.ForeignKey(Load, models.CASCADE, related_name="pending")
    target = models.CharField(_("target"), max_length=1, choices=Target.choices)
    target_id = models.BigIntegerField(_("target key"))
    fields = models.JSONField(_("fields"))
    withdraws = models.BooleanField(_("withdraws the diffusion"), default=False)

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.target}{self.target_id}"
