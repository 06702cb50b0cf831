"""Portfolios: firms that one adviser follows, how often, and who followed them before."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.figures.methods.exposure import months_before
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.ledger.models import Act, ActQuerySet
from maillage.outreach.vocabulary import CONTACTS

#: Those who follow firms.
FOLLOWERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


class Family(models.TextChoices):
    """Why a firm is followed by one and the same adviser."""

    KEY_ACCOUNT = "key_account", pgettext_lazy("portfolio", "Key account")
    SOCIAL = "social", pgettext_lazy("portfolio", "Social and solidarity economy")
    INDUSTRY = "industry", pgettext_lazy("portfolio", "Industry")
    FARMING = "farming", pgettext_lazy("portfolio", "Agriculture")
    CRAFTS = "crafts", pgettext_lazy("portfolio", "Crafts")


class Every(models.IntegerChoices):
    """How often a firm of a portfolio is talked to, in months."""

    MONTH = 1, _("every month")
    TWO_MONTHS = 2, _("every two months")
    QUARTER = 3, _("every three months")
    HALF_YEAR = 6, _("every six months")
    YEAR = 12, _("every year")


class Ended(models.TextChoices):
    """Why a firm is no longer followed."""

    DONE = "done", pgettext_lazy("portfolio", "What was asked for is done")
    CLOSED = "closed", pgettext_lazy("portfolio", "The firm closed down")
    WISH = "wish", pgettext_lazy("portfolio", "The firm wishes it")
    OTHER = "other", pgettext_lazy("portfolio", "Other reason")


def contacts() -> ActQuerySet:
    """The standing acts by which somebody talked to a firm; each reader keeps those of an organisation, for its own."""
    acts = Act.objects.unscoped(reason="the contacts of an organisation, for its own people")
    return acts.effective().filter(kind__in=CONTACTS)


class FollowedFirmQuerySet(ScopedQuerySet["FollowedFirm"]):
    """Readings of portfolios."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, for those who go and see firms; an auditor reads all."""
        rows = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return rows
        return rows.filter(organisation_id=actor.organisation_id if actor.has(*FOLLOWERS) else 0)

    def current(self) -> Self:
        """Those still followed."""
        return self.filter(ended_on=None)

    def with_last_contact(self) -> Self:
        """Each firm with the day of the last standing act by which its organisation talked to it."""
        own = contacts().filter(
            legal_unit=OuterRef("legal_unit"), organisation=OuterRef("organisation")
        )
        latest = own.order_by("-occurred_on").values("occurred_on")[:1]
        return self.annotate(last_contact_on=Subquery(latest))


class FollowedFirm(models.Model):
    """A firm of an adviser's portfolio (*entreprise suivie en portefeuille*)."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser")
    )
    family = models.CharField(_("portfolio"), max_length=12, choices=Family.choices)
    every = models.PositiveSmallIntegerField(_("how often"), choices=Every.choices)
    since = models.DateField(_("followed since"))
    ended_on = models.DateField(_("followed until"), null=True, blank=True)
    ended_because = models.CharField(
        _("reason"), max_length=8, choices=Ended.choices, blank=True, default=""
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[FollowedFirmQuerySet] = scoped_manager(FollowedFirmQuerySet)

    # Annotated by `with_last_contact()`.
    last_contact_on: date | None

    class Meta:
        verbose_name = _("followed firm")
        verbose_name_plural = _("followed firms")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_followed_once",
                fields=["organisation", "legal_unit"],
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="outreach_followed_ended_with_reason",
                condition=Q(ended_on=None, ended_because="")
                | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
            ),
        ]
        indexes = [models.Index(name="outreach_followed_adviser", fields=["adviser", "ended_on"])]

    def __str__(self) -> str:
        return f"{self.establishment} ({self.family})"

    @property
    def due_on(self) -> date:
        """When the next contact is due: so many months after the last one; at once when there was none since it is followed."""
        if self.last_contact_on is None:
            return self.since
        return months_before(self.last_contact_on, -self.every)

    @property
    def is_due(self) -> bool:
        """Whether the next contact should have taken place by today."""
        return self.due_on <= clock.today()

    @property
    def days_late(self) -> int:
        """Days since the contact was due."""
        return max(0, (clock.today() - self.due_on).days)


class HandoverQuerySet(ScopedQuerySet["Handover"]):
    """Readings of the history of portfolios."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of firms whose following the actor may read."""
        return self._allow().filter(followed__in=FollowedFirm.objects.visible_to(actor))


class Handover(models.Model):
    """A firm passed from one adviser to another, on a day, by whom (*passation*)."""

    followed = models.ForeignKey(
        FollowedFirm, models.CASCADE, related_name="+", verbose_name=_("followed firm")
    )
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed by")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed to")
    )
    day = models.DateField(_("day"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )

    objects: ClassVar[HandoverQuerySet] = scoped_manager(HandoverQuerySet)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return f"{self.followed_id} {self.day:%Y-%m-%d}"
