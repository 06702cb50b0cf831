"""The activities that a chamber counts as craft: lists that it publishes, each version for good."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation, Person
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

FIRST_BIT, LAST_BIT = 32, 61
"""The bits that lists take, one a version, never given back."""


class CraftListQuerySet(models.QuerySet["CraftList"]):
    """Readings of published lists."""

    def latest_of_each(self) -> CraftListQuerySet:
        """The last version of each chamber's list."""
        last = CraftList.objects.filter(organisation=OuterRef("organisation")).order_by("-number")
        return self.filter(pk=Subquery(last.values("pk")[:1]))


class CraftList(models.Model):
    """A version of the list of activities that a chamber counts as craft; published, it never changes.

    Its `bit` is a criterion of its own (ADR 0024): a figure that names it reads these very codes, for ever.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("chamber")
    )
    number = models.PositiveIntegerField(_("version"))
    bit = models.PositiveSmallIntegerField(_("bit of the criterion"), unique=True)
    since = models.DateField(_("counts as craft since"))
    codes = models.JSONField(_("activity codes"))
    because = models.CharField(_("why"), max_length=300)
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    published_by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    once = models.UUIDField(_("idempotency key"), unique=True)

    objects = CraftListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of craft activities")
        verbose_name_plural = _("lists of craft activities")
        ordering = ("organisation", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "number"), name="register_craft_list_version_once"
            ),
            models.CheckConstraint(
                condition=Q(bit__gte=FIRST_BIT, bit__lte=LAST_BIT), name="register_craft_list_bit"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="register_craft_list_why"),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.number}"
