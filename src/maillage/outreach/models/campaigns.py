"""Campaigns: a query on the register, frozen into a list of firms that advisers go and see."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.models.visits import Visit, VisitQuerySet, owners_visible_to
from maillage.outreach.vocabulary import SETTLED, Outcome


class State(models.TextChoices):
    """Where a campaign stands; always computed from its dates, never chosen."""

    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    FROZEN = "frozen", pgettext_lazy("campaign", "List frozen")
    UNDER_WAY = "under_way", pgettext_lazy("campaign", "Under way")
    CLOSED = "closed", pgettext_lazy("campaign", "Closed")


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Readings of campaigns."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and of the organisations that share their visits."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those that the actor's organisation runs."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def open_on(self, day: date) -> Self:
        """Those whose list is frozen and whose days include `day`."""
        return self.filter(frozen_at__isnull=False, starts_on__lte=day, ends_on__gte=day)


class Campaign(models.Model):
    """A round of prospecting by one organisation (*campagne de prospection*)."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=120, validators=[MinLengthValidator(1)])
    territory = models.CharField(_("territory"), max_length=40)
    action_key = models.CharField(_("action of a convention"), max_length=60, blank=True)
    communes = models.JSONField(_("communes"), default=list, blank=True)
    segments = models.BigIntegerField(_("segments"), default=0)
    streets = models.JSONField(_("streets"), default=list, blank=True)
    activities = models.JSONField(_("activities"), default=list, blank=True)
    sizes = models.JSONField(_("headcount bands"), default=list, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    frozen_at = models.DateTimeField(_("list frozen at"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[CampaignQuerySet] = scoped_manager(CampaignQuerySet)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="outreach_campaign_dates_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scheme(self) -> str:
        """How the campaign is written in the acts it brings about."""
        return f"campaign:{self.key}"

    @property
    def is_systematic(self) -> bool:
        """Every active firm of its places is to be seen: the query asks for nothing else (*visite systématique*)."""
        return not (self.segments or self.activities or self.sizes)

    @property
    def state(self) -> State:
        """Where the campaign stands today."""
        if self.frozen_at is None:
            return State.DRAFT
        today = clock.today()
        if today < self.starts_on:
            return State.FROZEN
        return State.UNDER_WAY if today <= self.ends_on else State.CLOSED


class ListedFirmQuerySet(ScopedQuerySet["ListedFirm"]):
    """Readings of frozen lists."""

    def visible_to(self, actor: Actor) -> Self:
        """The lines of the campaigns that the actor may see."""
        return self._allow().filter(owners_visible_to(actor, "campaign__organisation"))

    def _attempts(self) -> VisitQuerySet:
        everyones = Visit.objects.unscoped(reason="the state of a line that its reader may see")
        return everyones.standing().filter(
            campaign=OuterRef("campaign"), legal_unit=OuterRef("legal_unit")
        )

    def not_yet_seen(self) -> Self:
        """The firms still to approach: no attempt of the campaign settled the matter."""
        return self.exclude(Exists(self._attempts().filter(outcome__in=SETTLED)))

    def with_last_attempt(self) -> Self:
        """Each line with the outcome and day of the latest attempt of its campaign."""
        latest = self._attempts().order_by("-occurred_on", "-id")
        return self.annotate(
            last_outcome=Subquery(latest.values("outcome")[:1]),
            last_on=Subquery(latest.values("occurred_on")[:1]),
        )

    def assigned_to(self, actor: Actor) -> Self:
        """The lines given to the person."""
        return self.filter(adviser_id=actor.person_id)


class ListedFirm(models.Model):
    """A firm of a frozen list, and the adviser who goes and sees it."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    rank = models.PositiveIntegerField(_("rank"))
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("adviser"),
    )

    objects: ClassVar[ListedFirmQuerySet] = scoped_manager(ListedFirmQuerySet)

    class Meta:
        verbose_name = _("listed firm")
        verbose_name_plural = _("listed firms")
        ordering = ["campaign", "rank"]
        constraints = [
            models.UniqueConstraint(name="outreach_listed_once", fields=["campaign", "legal_unit"]),
            models.UniqueConstraint(name="outreach_listed_rank", fields=["campaign", "rank"]),
        ]
        indexes = [models.Index(name="outreach_listed_adviser", fields=["adviser", "campaign"])]

    # Annotated by `with_last_attempt()`.
    last_outcome: str | None
    last_on: date | None

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.rank}"

    @property
    def last_outcome_label(self) -> str:
        """How the latest attempt ended, in words; empty before the first one."""
        return str(Outcome(self.last_outcome).label) if self.last_outcome else ""
