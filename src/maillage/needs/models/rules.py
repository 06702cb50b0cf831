"""Routing rules: which partner answers what, where, for whom, how soon, and how many at once."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel.identifiers import uuid7
from maillage.needs.models.needs import owners_visible_to


class RoutingRuleQuerySet(ScopedQuerySet["RoutingRule"]):
    """Readings of routing rules."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and of those that share their needs with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those that the actor's organisation keeps."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def in_force(self) -> Self:
        """Those that were not ended."""
        return self.filter(ended_at__isnull=True)


class RoutingRule(models.Model):
    """That a partner answers some needs (*règle d'adressage*): never edited, ended and written anew.

    The reasons for which a partner was proposed stand with the referral, as they were shown.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    partner = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    title = models.CharField(_("title"), max_length=120)
    themes = models.JSONField(_("themes"), default=list)
    areas = models.JSONField(_("communes and départements"), default=list, blank=True)
    activities = models.JSONField(_("activities"), default=list, blank=True)
    headcount_min = models.PositiveIntegerField(_("least headcount"), null=True, blank=True)
    headcount_max = models.PositiveIntegerField(_("most headcount"), null=True, blank=True)
    legal_forms = models.JSONField(_("legal forms"), default=list, blank=True)
    craft_only = models.BooleanField(_("craft firms only"), default=False)
    delay_days = models.PositiveSmallIntegerField(_("working days promised"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("requests at once, at most"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("made by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[RoutingRuleQuerySet] = scoped_manager(RoutingRuleQuerySet)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="needs_rule_headcounts_in_order",
                condition=Q(headcount_min__isnull=True)
                | Q(headcount_max__isnull=True)
                | Q(headcount_min__lte=F("headcount_max")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
