"""What was published: a period's figures, frozen with the heads of the chains they were computed from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from maillage.accounts.models import Organisation, Person
from maillage.kernel.identifiers import uuid7


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications are public by nature: everybody reads them."""

    def about(self, subject: str) -> PublicationQuerySet:
        """Those of one subject (`convention:mel-cma-2019`), newest first."""
        return self.filter(subject=subject).order_by("-published_at", "-id")


class Publication(models.Model):
    """A dated snapshot of figures; revised by a new one, never edited."""

    key = models.UUIDField(unique=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=80, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    published_at = models.DateTimeField()
    heads = models.JSONField()
    digest = models.CharField(max_length=64)
    revises = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    reason = models.CharField(max_length=300, blank=True, default="")  # why it revises another
    once = models.CharField(max_length=80, unique=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="figures_publication_period_in_order",
                condition=models.Q(period_end__gte=models.F("period_start")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.period_start}..{self.period_end}"


class PublishedFigure(models.Model):
    """One figure of a publication: pinned definition, filter, value, and what the public may read."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="figures")
    rank = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=90)
    filter = models.JSONField()
    by = models.CharField(max_length=30, blank=True)
    unit = models.CharField(max_length=20)
    value = models.JSONField(null=True)  # a whole number stays whole, a rate a fraction
    n = models.BigIntegerField(null=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    groups = models.JSONField(default=list)
    public = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="figures_published_rank_once", fields=["publication", "rank"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} = {self.value}"
