"""What INSEE's file of past periods tells beyond spells: the sign over the door, and the employer flag."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load


class PeriodQuerySet(models.QuerySet["Period"]):
    """Readings of past periods."""

    def known(self) -> PeriodQuerySet:
        """Those of visible loads, in the order in which they were told."""
        return self.filter(load__in=Load.objects.visible()).order_by("load_id", "id")


class Period(models.Model):
    """A past period of an establishment (StockEtablissementHistorique): its signs, whether it employed.

    Its state and activity are in the spells of the same load, which figures read. The last load that
    tells of an establishment tells all of its periods. Names are not versioned as facts are: they are
    wiped when the firm withdraws its diffusion, as its present ones (ADR 0009).
    """

    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="periods", db_index=False
    )
    load = models.ForeignKey(Load, models.PROTECT, related_name="periods")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    employer = models.CharField(_("employer"), max_length=1, blank=True, default="")
    trade_name = models.CharField(_("trade name"), max_length=160, blank=True, default="")
    usual_name = models.CharField(_("usual name"), max_length=100, blank=True, default="")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("past period of an establishment")
        verbose_name_plural = _("past periods of establishments")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["establishment", "load"], name="register_period_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.starts_on or '?'} {self.ends_on or '?'}"

    @property
    def sign(self) -> str:
        """What stood over the door."""
        return self.trade_name or self.usual_name
