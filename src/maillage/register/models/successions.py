"""What INSEE's file of links tells: from a day on, the activity of one establishment goes on in another."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load


class SuccessionLinkQuerySet(models.QuerySet["SuccessionLink"]):
    """Readings of links of succession."""

    def known(self) -> SuccessionLinkQuerySet:
        """Those of visible loads, in the order in which they were told."""
        return self.filter(load__in=Load.objects.visible()).order_by("id")


class SuccessionLink(models.Model):
    """A link of succession between two establishments, one of which at least the register knows.

    The other may lie outside the territory: then only its SIRET is kept, for links to be followed there. A
    link is never taken back by a later file, but by undoing its load; told again otherwise, the last word counts.
    """

    load = models.ForeignKey(Load, models.PROTECT, related_name="succession_links")
    predecessor = models.ForeignKey(
        "register.Establishment", models.PROTECT, null=True, blank=True, related_name="links_after"
    )
    successor = models.ForeignKey(
        "register.Establishment", models.PROTECT, null=True, blank=True, related_name="links_before"
    )
    outside_siret = models.CharField(_("SIRET outside"), max_length=14, blank=True, default="")
    linked_on = models.DateField(_("linked on"))
    seat_transfer = models.BooleanField(_("transfer of the head office"))
    continuity = models.BooleanField(_("economic continuity"))

    objects = SuccessionLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of succession")
        verbose_name_plural = _("links of succession")
        ordering = ["id"]
        indexes = [models.Index(fields=["outside_siret"], name="register_link_outside")]

    def __str__(self) -> str:
        return f"{self.predecessor_id or '?'} → {self.successor_id or '?'} {self.linked_on}"
