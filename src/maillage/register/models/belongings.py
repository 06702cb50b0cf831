"""That a firm belongs to a segment because a partner's list tells of it: which list, since when, until when."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel import clock
from maillage.register.models.firms import LegalUnit


class BelongingQuerySet(models.QuerySet["Belonging"]):
    """Readings of what lists tell."""

    def known(self, at: datetime | None = None) -> BelongingQuerySet:
        """What was known at `at`, now by default: told by then, and not yet taken back."""
        instant = at or clock.now()
        standing = Q(ended_at=None) | Q(ended_at__gt=instant)
        return self.filter(standing, made_at__lte=instant)


class Belonging(models.Model):
    """A firm belongs to a segment, as a line of a list recognised as it tells; taken back, the row stays and is dated.

    `origin` and `because` are the keys of the list and of the recognition, which the register does not know more of.
    """

    legal_unit = models.ForeignKey(
        LegalUnit, models.PROTECT, related_name="belongings", verbose_name=_("firm")
    )
    bit = models.PositiveSmallIntegerField(_("bit of the criterion"))
    origin = models.UUIDField(_("list"))
    because = models.UUIDField(_("recognition"))
    since = models.DateField(_("on the list of"))
    made_at = models.DateTimeField(_("told at"), default=clock.now)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = BelongingQuerySet.as_manager()

    class Meta:
        verbose_name = _("belonging to a segment")
        verbose_name_plural = _("belongings to segments")
        ordering = ("id",)
        indexes = (models.Index(fields=("origin", "because"), name="register_belonging_origin"),)
        constraints = (
            models.UniqueConstraint(
                fields=("because",),
                condition=Q(ended_at=None),
                name="register_belonging_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("made_at")),
                name="register_belonging_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.legal_unit_id} {self.bit}"
