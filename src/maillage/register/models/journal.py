"""What a load leaves besides spells: the identities still to be written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load


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
