"""Grants that communities publish, line by line, as a file told them: a directory for whoever signs in, like the catalogue."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7

RESOURCE = "published_grants"


class PublishedGrantQuerySet(models.QuerySet["PublishedGrant"]):
    """Readings of published grants. They are for whoever signs in: nobody's records, public by law."""

    def standing(self) -> PublishedGrantQuerySet:
        """Those of a load that counts; a line that several loads tell is there once."""
        known = Load.objects.visible()
        before = PublishedGrant.objects.filter(
            mark=OuterRef("mark"), load__lt=OuterRef("load"), load__in=known
        )
        return self.filter(~Exists(before), load__in=known)


class PublishedGrant(models.Model):
    """A grant that a community published (SCDL «subventions»): nobody's act here, another body's word.

    `mark` is the same for the same line told again. `share` is the part of the amount that this
    beneficiary has, in millionths.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    load = models.ForeignKey(Load, models.PROTECT, related_name="+", verbose_name=_("load"))
    number = models.PositiveBigIntegerField(_("line of the file"))
    mark = models.CharField(_("fingerprint"), max_length=64)
    funder_name = models.CharField(_("name of the funder"), max_length=300, blank=True)
    funder_siret = models.CharField(_("SIRET of the funder"), max_length=14, blank=True)
    agreed_on = models.DateField(_("day of the agreement"))
    reference = models.CharField(_("reference of the decision"), max_length=200, blank=True)
    beneficiary_name = models.CharField(_("name of the beneficiary"), max_length=300, blank=True)
    beneficiary_siret = models.CharField(_("SIRET of the beneficiary"), max_length=14, blank=True)
    beneficiary_rna = models.CharField(_("RNA number"), max_length=10, blank=True)
    purpose = models.CharField(_("purpose"), max_length=2_000, blank=True)
    amount_cents = models.BigIntegerField(_("amount in cents"))
    share = models.PositiveIntegerField(
        _("share of the beneficiary, in millionths"), null=True, blank=True
    )
    nature = models.CharField(_("nature"), max_length=40, blank=True)
    conditions = models.CharField(_("conditions of payment"), max_length=2_000, blank=True)
    period = models.CharField(_("period of payment"), max_length=21, blank=True)
    rae = models.CharField(_("number in the repertory of aids"), max_length=50, blank=True)
    is_notified = models.BooleanField(_("notified to the European Union"), null=True, blank=True)
    scheme = models.CharField(_("scheme"), max_length=200, blank=True)

    haystack = models.TextField(_("words under which it is found"), blank=True, editable=False)

    objects = PublishedGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("published grant")
        verbose_name_plural = _("published grants")
        ordering = ("-agreed_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("load", "mark"), name="funding_line_once_a_load"),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=0), name="funding_grant_takes_nothing_back"
            ),
        )
        indexes = (
            models.Index(fields=("mark", "load"), name="funding_mark"),
            models.Index(fields=("beneficiary_siret",), name="funding_beneficiary"),
            models.Index(fields=("-agreed_on", "-id"), name="funding_newest"),
        )

    def __str__(self) -> str:
        return f"{self.beneficiary_name}, {self.agreed_on:%Y-%m-%d}"
