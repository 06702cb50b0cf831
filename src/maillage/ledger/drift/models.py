"""What the register now says otherwise of acts, and what their keepers made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.ledger.permissions import DECIDERS

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

NEWS = System("late news of the register concerns every keeper")


class Look(models.Model):
    """All acts were compared with the register once: as it stood then, how many differed."""

    at = models.DateTimeField(_("looked at"), default=clock.real_now)
    stamp = models.CharField(_("state of the register"), max_length=64)
    acts = models.BigIntegerField(_("acts compared"))
    found = models.BigIntegerField(_("acts that drift"))

    class Meta:
        verbose_name = _("comparison of acts with the register")
        verbose_name_plural = _("comparisons of acts with the register")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.found}/{self.acts}"


def _of_keeper(actor: Actor) -> Q:
    """Rows of the organisation for which somebody decides on acts; an auditor reads all."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return Q()
    return Q(keeper=actor.organisation_id if actor.has(*DECIDERS) else 0)


class RequalificationQuerySet(ScopedQuerySet["Requalification"]):
    """Decisions on acts that drift."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation; an auditor reads all."""
        return self._allow().filter(_of_keeper(actor))


class DriftQuerySet(ScopedQuerySet["Drift"]):
    """Acts that drift."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that one's own organisation keeps; an auditor reads all."""
        return self._allow().filter(_of_keeper(actor))


class Requalification(models.Model):
    """A keeper's decision on acts that drift: correct them, or leave them as recorded; who, when and why."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    keeper = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("keeper")
    )
    by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField(_("decided at"), default=clock.now)
    corrects = models.BooleanField(_("the acts are corrected"))
    reason = models.CharField(_("reason"), max_length=300)
    change = models.JSONField(_("what the register says otherwise"))
    acts = models.PositiveIntegerField(_("acts"))
    once = models.UUIDField(_("idempotency key"), unique=True)

    objects: ClassVar[RequalificationQuerySet] = scoped_manager(RequalificationQuerySet)

    class Meta:
        verbose_name = _("requalification")
        verbose_name_plural = _("requalifications")
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="ledger_requalification_why"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.acts}"


class Drift(models.Model):
    """An act that stands, and what the register now says otherwise of its firm for its day.

    `change` maps the name of each fact to what the act keeps and what is known; `sign` is the same for
    acts that changed in the same way. Settled once somebody decided; open again with other news.
    """

    act = models.OneToOneField(
        "ledger.Act", models.PROTECT, related_name="+", verbose_name=_("act")
    )
    keeper = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("keeper")
    )
    sign = models.CharField(_("fingerprint of the change"), max_length=16)
    change = models.JSONField(_("what the register says otherwise"))
    found_at = models.DateTimeField(_("found at"), default=clock.real_now)
    decision = models.ForeignKey(
        Requalification,
        models.PROTECT,
        null=True,
        related_name="drifts",
        verbose_name=_("decision"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = ScopedManager.from_queryset(DriftQuerySet)()

    class Meta:
        verbose_name = _("qualification drift")
        verbose_name_plural = _("qualification drifts")
        ordering = ("act_id",)
        indexes = (
            models.Index(
                fields=("keeper", "sign"),
                condition=Q(decision=None),
                name="ledger_drift_open",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(decision__isnull=False),
                name="ledger_drift_settled_by_a_decision",
            ),
        )

    def __str__(self) -> str:
        return f"{self.act_id}: {', '.join(self.change)}"
