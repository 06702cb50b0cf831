"""The journal of retention: each time the rules were applied, what they found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock


class RetentionRun(models.Model):
    """The rules were applied once: when, asked by whom, how many rows each of them met (T76)."""

    began_at = models.DateTimeField(_("applied at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    by = models.ForeignKey(
        "accounts.Person", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    # Rows met, by the name of the rule; written with each rule, so that a killed run tells how far it went.
    detail = models.JSONField(_("rows by rule"), default=dict)

    class Meta:
        verbose_name = _("run of the retention rules")
        verbose_name_plural = _("runs of the retention rules")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}, {self.total}"

    @property
    def total(self) -> int:
        """How many rows went or were emptied."""
        return sum(self.detail.values())
