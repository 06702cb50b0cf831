"""The act, atom of every figure, and the head of each keeper's chain (ADR 0003)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation, Person
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager
from maillage.accounts.sensitivity import Sensitivity
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.ledger.drift.models import Drift, Look, Requalification  # noqa: F401 -- models are found here
from maillage.register.models import Establishment, LegalUnit

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor


class Head(models.Model):
    """The last act of a keeper's chain; its row is the lock under which the chain grows."""

    keeper = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("keeper")
    )
    seq = models.BigIntegerField(_("acts in the chain"), default=0)
    hash = models.CharField(_("hash of the last act"), max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    class Meta:
        verbose_name = _("head of a chain")
        verbose_name_plural = _("heads of chains")
        constraints = (models.CheckConstraint(condition=Q(seq__gte=0), name="ledger_head_seq"),)

    def __str__(self) -> str:
        return f"{self.keeper_id}:{self.seq}"


class PastActQuerySet(ScopedQuerySet["PastAct"]):
    """Acts taken over from files."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        allowed = self._allow()
        return allowed if actor.is_system else allowed.filter(organisation=actor.organisation_id)


class Verification(models.Model):
    """The chains were read again from their first act: when it ended, how much was read, what was found."""

    at = models.DateTimeField(default=clock.real_now)
    acts = models.BigIntegerField()
    chains = models.PositiveIntegerField()
    valid = models.BooleanField()

    class Meta:
        verbose_name = _("verification of the chains")
        verbose_name_plural = _("verifications of the chains")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.acts}"


class PastAct(models.Model):
    """The row of a file from which an act older than the instance was taken over."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    load = models.ForeignKey(Load, models.PROTECT, related_name="+", verbose_name=_("load"))
    organisation = models.BigIntegerField(_("organisation"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    line = models.PositiveBigIntegerField(_("line"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects: ClassVar[PastActQuerySet] = scoped_manager(PastActQuerySet)

    class Meta:
        verbose_name = _("act taken over")
        verbose_name_plural = _("acts taken over")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "fingerprint"),
                condition=Q(undone_at=None),
                name="ledger_past_act_taken_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.load_id}:{self.line}"


class ActQuerySet(ScopedQuerySet["Act"]):
    """Acts, whoever keeps them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those one's organisation keeps or made, and those whose keeper shares its acts with it."""
        allowed = self._allow()
        if actor.is_system:
            return allowed
        own = Q(keeper_id=actor.organisation_id) | Q(organisation_id=actor.organisation_id)
        shared = actor.owners_sharing("acts", Sensitivity.PARTNERS)
        return allowed.filter(own | Q(keeper_id__in=shared))

    def known_at(self, instant: datetime) -> Self:
        """Acts recorded at or before an instant."""
        return self.filter(recorded_at__lte=instant)

    def effective(self, at: datetime | None = None) -> Self:
        """Acts that stand: neither reversals nor reversed, as far as was known at an instant (now)."""
        reversals = Act.objects.unscoped(reason="a reversal cancels whoever reads").filter(
            reverses=OuterRef("pk")
        )
        known = self
        if at is not None:
            known, reversals = self.known_at(at), reversals.known_at(at)
        return known.filter(~Exists(reversals), reverses=None)

    def of_source(self, model: str, *keys: object) -> Self:
        """Acts caused by these records of a model (`outreach.visit`)."""
        return self.filter(source_model=model, source_key__in=[str(key) for key in keys])

    def about(self, legal_unit: LegalUnit) -> Self:
        """Acts about a firm, all its establishments together."""
        return self.filter(legal_unit=legal_unit)

    def about_places(self, places: Iterable[Establishment]) -> Self:
        """Acts about these places, found by their firms: only these are indexed."""
        firms = {place.pk: place.legal_unit_id for place in places}
        return self.filter(legal_unit__in=set(firms.values()), establishment__in=firms)

    def newest_first(self) -> Self:
        """By the day it happened, the latest first; what was learnt last comes first within a day."""
        return self.order_by("-occurred_on", "-recorded_at", "-pk")


class Act(models.Model):
    """What a partner really did one day, written once, never changed, counted for ever.

    Everything that makes it count is as known at recording, for the day it happened; free text and
    names stay in the source record, so that erasing a person leaves the count.
    """

    key = models.UUIDField(_("key"), unique=True, editable=False)
    keeper = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("keeper")
    )
    seq = models.BigIntegerField(_("number in the chain"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("organisation that acted"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("person who acted"),
    )
    counterpart = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("funder or payee"),
    )
    kind = models.CharField(_("kind"), max_length=60)
    payload_version = models.SmallIntegerField(_("version of the kind"), default=1)
    occurred_on = models.DateField(_("day"))
    month = models.CharField(_("month"), max_length=7)
    recorded_at = models.DateTimeField(_("recorded at"))
    establishment = models.ForeignKey(
        Establishment,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("establishment"),
    )
    legal_unit = models.ForeignKey(
        LegalUnit,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("legal unit"),
    )
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    in_qpv = models.BooleanField(_("in a priority district"), null=True)
    naf = models.CharField(_("activity"), max_length=8, blank=True)
    size_band = models.CharField(_("headcount band"), max_length=2, blank=True)
    segments = models.BigIntegerField(_("segments"), default=0)
    theme = models.CharField(_("theme"), max_length=40, blank=True)
    scheme = models.CharField(_("scheme or campaign"), max_length=60, blank=True)
    action_key = models.CharField(_("action charged"), max_length=60, blank=True)
    amount_cents = models.BigIntegerField(_("amount in cents"), null=True)
    jobs_milli_fte = models.BigIntegerField(_("jobs in thousandths of FTE"), null=True)
    quantity = models.BigIntegerField(_("quantity"), null=True)
    unit = models.CharField(_("unit of the quantity"), max_length=20, blank=True)
    source_model = models.CharField(_("kind of source"), max_length=40)
    source_key = models.CharField(_("key of the source"), max_length=36)
    reverses = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("act reversed"),
    )
    reason_code = models.CharField(_("reason of the reversal"), max_length=40, blank=True)
    once = models.CharField(_("idempotency key"), max_length=80, null=True)  # noqa: DJ001 -- null: none
    prev_hash = models.CharField(_("hash of the act before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    objects = ScopedManager.from_queryset(ActQuerySet)()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        constraints = (
            models.UniqueConstraint(fields=("keeper", "seq"), name="ledger_act_seq_once"),
            models.UniqueConstraint(
                fields=("once",), condition=Q(once__isnull=False), name="ledger_act_once"
            ),
            models.UniqueConstraint(
                fields=("reverses",),
                condition=Q(reverses__isnull=False),
                name="ledger_act_reversed_once",
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="ledger_act_seq_from_one"),
            models.CheckConstraint(condition=Q(segments__gte=0), name="ledger_act_segments_mask"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, reason_code="")
                | (Q(reverses__isnull=False) & ~Q(reason_code="")),
                name="ledger_act_reversal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                name="ledger_act_quantity_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(establishment__isnull=True) | Q(legal_unit__isnull=False),
                name="ledger_act_establishment_has_unit",
            ),
        )
        # Few and narrow: each costs on every act recorded (bench/ledger.py measures it).
        indexes = (
            # With the row's number: PostgreSQL then finds a page without sorting the days it stands in.
            models.Index(fields=("kind", "occurred_on", "id"), name="ledger_act_kind_day"),
            models.Index(fields=("source_model", "source_key"), name="ledger_act_source"),
            models.Index(
                fields=("legal_unit", "-occurred_on"),
                condition=Q(legal_unit__isnull=False),
                name="ledger_act_unit_day",
            ),
            models.Index(
                fields=("action_key",), condition=~Q(action_key=""), name="ledger_act_action"
            ),
            models.Index(fields=("scheme",), condition=~Q(scheme=""), name="ledger_act_scheme"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_on}"

    def save(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused: an act enters by `ledger.record`, which chains it."""
        raise TypeError("an act is recorded by ledger.record(), and never changed afterwards")

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused: an act is cancelled by `ledger.reverse`."""
        raise TypeError("an act is never deleted: ledger.reverse() cancels it")


PendingAct = Act
"""What `record()` returns: an act with its key, numbered and chained when the action ends."""
