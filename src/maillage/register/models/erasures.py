"""Who was erased: a fingerprint by which a later load or a restored backup knows them again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock


class Erasure(models.Model):
    """A firm was erased: when, asked by whom, why. Its SIREN is kept as a salted fingerprint only.

    The fingerprint knows a firm again when its number is given; it gives no number back to who reads it,
    but there are only a thousand million numbers to try: it is as private as a backup.
    """

    digest = models.CharField(_("fingerprint"), max_length=64)
    salt = models.CharField(_("salt"), max_length=32)
    unit_key = models.UUIDField(_("firm"))
    at = models.DateTimeField(_("erased at"), default=clock.now)
    by = models.ForeignKey(
        "accounts.Person", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("unit_key",), name="register_erasure_once"),)

    def __str__(self) -> str:
        return f"{self.unit_key}, {self.at:%Y-%m-%d}"
