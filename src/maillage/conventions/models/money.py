"""Money committed and paid: accounting entries, each charged to actions of a convention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.accounts.sensitivity import Sensitivity
from maillage.conventions.models.conventions import Convention
from maillage.conventions.models.rows import Party
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

RESOURCE = "entry"
FOLLOWERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
"""Those who follow their organisation's files: they read the lines of money, others read totals."""


class EntryQuerySet(ScopedQuerySet["Entry"]):
    """Commitments and payments."""

    def visible_to(self, actor: Actor) -> Self:
        """Those one's organisation entered, funded, received or was given to read by their owner.

        Money charged to a convention is also seen by the parties of its signed texts, and its keeper.
        An elected member, like any other role that does not follow files, reads totals only.
        """
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        own = actor.organisation_id
        if not actor.has(*FOLLOWERS):
            return allowed.none()
        bound = Party.objects.filter(
            version__convention=OuterRef("convention"),
            version__recorded_at__isnull=False,
            organisation_id=own,
        )
        shared = actor.owners_sharing(RESOURCE, Sensitivity.PARTNERS)
        return allowed.filter(
            Q(owner_id=own)
            | Q(funder_id=own)
            | Q(payee_id=own)
            | Q(owner_id__in=shared)
            | Q(convention__keeper_id=own)
            | Q(Exists(bound))
        )

    def entered_by(self, actor: Actor) -> Self:
        """Those one's own organisation entered: it alone corrects and cancels them."""
        return self.visible_to(actor).filter(owner_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those neither cancelled nor replaced."""
        return self.filter(cancelled_at=None)

    def commitments(self) -> Self:
        """Money promised by a legal decision."""
        return self.filter(kind=Entry.Kind.COMMITMENT)

    def payments(self) -> Self:
        """Money paid."""
        return self.filter(kind=Entry.Kind.PAYMENT)

    def charged_to_nothing(self) -> Self:
        """Those of which a part, or all, is charged to no action."""
        nothing = Charge.objects.filter(entry=OuterRef("pk"), action_key="")
        return self.filter(Exists(nothing))


class Entry(models.Model):
    """An accounting entry: money committed to, or paid for, the actions of a convention.

    It is charged to actions of one convention: what one invoice pays over two conventions is entered
    once for each, so that each act has its scheme and cost is counted once. Never changed:
    a correction cancels it and enters another, both visible.
    """

    class Kind(models.TextChoices):
        """What became of the money."""

        COMMITMENT = "commitment", _("Commitment")
        PAYMENT = "payment", _("Payment")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    convention = models.ForeignKey(
        Convention,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("convention"),
    )
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    label = models.CharField(_("label"), max_length=200)
    reference = models.CharField(_("accounting reference"), max_length=80, blank=True)
    on = models.DateField(_("date"))
    funder = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("funder")
    )
    payee = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payee"),
    )
    amount_cents = models.BigIntegerField(_("amount in cents"))
    once = models.UUIDField(_("sending"), unique=True, editable=False)
    recorded_at = models.DateTimeField(_("entered at"))
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("corrects"),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=40, blank=True)

    objects = ScopedManager.from_queryset(EntryQuerySet)()

    class Meta:
        verbose_name = _("accounting entry")
        verbose_name_plural = _("accounting entries")
        ordering = ("-on", "-id")
        indexes = (
            models.Index(fields=("owner", "-on"), name="conventions_entry_owner"),
            models.Index(fields=("convention", "kind"), name="conventions_entry_convention"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="conventions_entry_positive"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def uncharged_cents(self) -> int:
        """The part that is charged to no action yet."""
        return sum(part.amount_cents for part in self.charges.all() if not part.action_key)


class Charge(models.Model):
    """The part of an entry charged to one action (blank: to nothing yet): one act each."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="charges")
    action_key = models.CharField(_("action"), max_length=60, blank=True)
    amount_cents = models.BigIntegerField(_("amount in cents"))
    act_key = models.UUIDField(_("act"), editable=False)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ("id",)
        indexes = (models.Index(fields=("action_key",), name="conventions_charge_action"),)
        constraints = (
            models.UniqueConstraint(fields=("entry", "action_key"), name="conventions_charge_once"),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="conventions_charge_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.action_key}: {self.amount_cents}"
