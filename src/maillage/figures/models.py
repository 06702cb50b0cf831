"""What was published: a period's figures, frozen with the heads of the chains they were computed from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation, Person
from maillage.kernel import clock
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
    vintage = models.ForeignKey(
        "StockVintage", on_delete=models.PROTECT, null=True, related_name="publications"
    )
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

    def observed(self) -> ObservationQuerySet:
        """What was loaded of its vintage for the territory that its subject names; nothing without one."""
        territory = self.subject.partition(":")[2]
        rows: ObservationQuerySet = Observation.objects.filter(
            vintage=self.vintage_id, territory=territory
        )
        return rows


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


HIDDEN = ("A", "B", "D", "U")
"""The statuses of which the public reads no number: too few, dominated, complementary, unobserved."""


class StockVintage(models.Model):
    """A stock of Sirene as observed: what was built of its files, until which day, for which territories."""

    key = models.UUIDField(unique=True, default=uuid7, editable=False)
    as_of = models.DateField()
    history_start = models.DateField()
    source = models.CharField(max_length=120)
    is_invented = models.BooleanField(default=False)
    territories = models.JSONField()  # the SIREN of those whose observations are loaded
    ranks = models.JSONField(default=list)  # of these among all, where all were observed
    lacking = models.JSONField(default=dict)  # by territory, the communes that trades do not serve
    files = models.JSONField(default=list)  # of INSEE, by name and size, in which it was observed
    guarded = models.JSONField(
        default=dict
    )  # by territory, the public vintages beside which it is masked
    digest = models.CharField(max_length=64)  # of the file of observations
    loaded_at = models.DateTimeField(null=True)  # once all is there

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="figures_vintage_loaded_once", fields=["digest", "territories"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of}"


class ObservationQuerySet(QuerySet["Observation"]):
    """Observations are internal: the public reads `published()`, which holds no hidden number."""

    def published(self) -> QuerySet[Observation, Any]:
        """What everybody may read: hidden cells keep their status and lose every number."""

        def unless_hidden(name: str) -> Case:
            return Case(When(status__in=HIDDEN, then=Value(None)), default=F(name))

        return self.values(
            "indicator", "version", "area_kind", "area", "period", "activity", "segment", "status",
            said=unless_hidden("value"), top=unless_hidden("numerator"),
            bottom=unless_hidden("denominator"), units=unless_hidden("n"),
        )  # fmt: skip


class Observation(models.Model):
    """One observed figure of an area over a period; `status` says what the public reads of it."""

    vintage = models.ForeignKey(StockVintage, on_delete=models.CASCADE, related_name="observations")
    territory = models.CharField(max_length=9)  # the SIREN of that for which it was loaded
    indicator = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    area_kind = models.CharField(max_length=20)
    area = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    activity = models.CharField(max_length=8)
    segment = models.CharField(max_length=30)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.BigIntegerField()
    status = models.CharField(max_length=1)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="figures_observation_once",
                fields=[
                    "vintage", "territory", "indicator", "area_kind", "area", "segment",
                    "activity", "period",
                ],
            )
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(
                name="figures_observation_of_areas",
                fields=[
                    "vintage", "territory", "indicator", "area_kind", "segment", "period", "activity"
                ],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} {self.area} {self.period} {self.status}"


class PublicationOrderQuerySet(models.QuerySet["PublicationOrder"]):
    """Orders are read by whoever may publish, whatever their organisation: a territory is published once at a time."""

    def under_way(self) -> PublicationOrderQuerySet:
        """Those that a worker has still something to do for."""
        State = PublicationOrder.State  # noqa: N806 -- a class
        return self.filter(state__in=[State.WAITING, State.RUNNING])


class PublicationOrder(models.Model):
    """What somebody asked a worker to make public: a vintage for a territory, and how far it is."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    key = models.UUIDField(unique=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=80)
    vintage = models.ForeignKey(StockVintage, on_delete=models.PROTECT, related_name="orders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey(  # what its author had read as the newest
        Publication, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("why"), max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.JSONField(default=dict)
    refusal = models.JSONField(default=dict)  # by language
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField(default=clock.real_now)  # by the machine's own time
    made = models.OneToOneField(
        Publication, on_delete=models.PROTECT, null=True, related_name="order"
    )
    once = models.CharField(max_length=80, unique=True)

    objects = PublicationOrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="figures_one_order_at_a_time",
                fields=["subject"],
                condition=Q(state="waiting") | Q(state="running"),
            ),
            models.CheckConstraint(
                name="figures_order_done_made_something",
                condition=Q(state="done", made__isnull=False) | (~Q(state="done") & Q(made=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has still something to do for it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}
