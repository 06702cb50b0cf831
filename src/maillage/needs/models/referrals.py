"""Referrals: a need sent to a partner, and what the partner did of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.identifiers import uuid7
from maillage.needs.models.needs import READERS, RESOURCE, Need
from maillage.needs.vocabulary import Ending, ReferralState, Refusal, Withdrawal

_ENDS = ("closed_at", "refused_at", "expired_at", "withdrawn_at")


def _one_end() -> Q:
    """At most one of the four ends."""
    none_or_one = Q(**{f"{name}__isnull": True for name in _ENDS})
    for name in _ENDS:
        others = {f"{other}__isnull": True for other in _ENDS if other != name}
        none_or_one |= Q(**{f"{name}__isnull": False}, **others)
    return none_or_one


class ReferralQuerySet(ScopedQuerySet["Referral"]):
    """Readings of referrals."""

    def visible_to(self, actor: Actor) -> Self:
        """Those sent by the actor's organisation or to it, and those of needs shared with it."""
        if actor.is_system or actor.has(Role.AUDITOR):
            return self._allow()
        if not actor.has(*READERS):
            return self._allow().none()
        mine = actor.organisation_id
        owners = {mine, *actor.owners_sharing(RESOURCE, Sensitivity.PARTNERS)}
        return self._allow().filter(Q(need__organisation__in=owners) | Q(partner=mine))

    def received_by(self, actor: Actor) -> Self:
        """Those sent to the actor's organisation."""
        return self.visible_to(actor).filter(partner_id=actor.organisation_id)

    def sent_by(self, actor: Actor) -> Self:
        """Those that the actor's organisation sent."""
        return self.visible_to(actor).filter(need__organisation_id=actor.organisation_id)

    @staticmethod
    def read_whole_by(actor: Actor, day: date) -> Q:
        """Which of those that the actor sees tell it the firm: its own, and those still open to it as a partner.

        The same rule as `permissions.can_read_words`, for all the rows of a list at once.
        """
        if actor.is_system or actor.has(Role.AUDITOR):
            return Q()
        not_lost = Q(refused_at=None, expired_at=None, withdrawn_at=None)
        open_to_it = not_lost & (Q(taken_at__isnull=False) | Q(expires_on__gte=day))
        mine = actor.organisation_id
        return Q(need__organisation_id=mine) | Q(partner_id=mine) & open_to_it

    def live(self) -> Self:
        """Those that have not ended."""
        return self.filter(**{f"{name}__isnull": True for name in _ENDS})

    def waiting(self) -> Self:
        """Those that nobody took up yet."""
        return self.live().filter(taken_at__isnull=True)

    def with_stage(self) -> Self:
        """Each with where it stands, as `stage`."""
        return self.annotate(stage=_STAGE)

    def counted(self) -> Iterable[tuple[int, str, int]]:
        """How many stand where, by partner."""
        rows: Any = self.with_stage().order_by()
        return cast(
            "Iterable[tuple[int, str, int]]",
            rows.values_list("partner", "stage").annotate(number=Count("pk")),
        )

    def at_stage(self, stage: str) -> Self:
        """Those that stand there."""
        return self.with_stage().filter(stage=stage)


#: What each moment makes of a referral: the first that was reached says where it stands.
_REACHED = {
    "withdrawn_at": ReferralState.WITHDRAWN,
    "expired_at": ReferralState.EXPIRED,
    "refused_at": ReferralState.REFUSED,
    "closed_at": ReferralState.CLOSED,
    "taken_at": ReferralState.TAKEN,
    "seen_at": ReferralState.SEEN,
}
_STAGE = Case(
    *(
        When(**{f"{name}__isnull": False}, then=Value(state.value))
        for name, state in _REACHED.items()
    ),
    default=Value(ReferralState.SENT.value),
    output_field=CharField(),
)


class Referral(models.Model):
    """A need told to a partner who may answer it (*mise en relation*)."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    need = models.ForeignKey(Need, models.PROTECT, related_name="referrals", verbose_name=_("need"))
    partner = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("sent to")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("followed by"),
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("sent by"),
    )
    entry = models.ForeignKey(
        "catalogue.Entry",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("entry of the catalogue"),
    )
    message = models.TextField(_("word to the partner"), blank=True)
    why = models.JSONField(_("why this partner"), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    expires_on = models.DateField(_("expires on"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ending = models.CharField(
        _("what came of it"), max_length=15, choices=Ending.choices, blank=True
    )
    answer = models.TextField(_("answer to the firm"), blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refusal = models.CharField(
        _("reason of refusal"), max_length=15, choices=Refusal.choices, blank=True
    )
    expired_at = models.DateTimeField(_("expired at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_because = models.CharField(
        _("reason of taking back"), max_length=15, choices=Withdrawal.choices, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(ReferralQuerySet)()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(name="needs_referral_ends_once", condition=_one_end()),
            models.CheckConstraint(
                name="needs_referral_closed_with_ending",
                condition=(Q(closed_at__isnull=True) & Q(ending=""))
                | (Q(closed_at__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="needs_referral_refused_with_reason",
                condition=(Q(refused_at__isnull=True) & Q(refusal=""))
                | (Q(refused_at__isnull=False) & ~Q(refusal="")),
            ),
            models.CheckConstraint(
                name="needs_referral_taken_before_closed",
                condition=Q(closed_at__isnull=True)
                | Q(taken_at__isnull=False, taken_at__lte=F("closed_at")),
            ),
            # Asked twice of one partner, a need waits once in its inbox.
            models.UniqueConstraint(
                name="needs_one_live_referral_a_partner",
                fields=["need", "partner"],
                condition=Q(
                    closed_at__isnull=True,
                    refused_at__isnull=True,
                    expired_at__isnull=True,
                    withdrawn_at__isnull=True,
                ),
            ),
        ]
        indexes = [
            models.Index(name="needs_referral_inbox", fields=["partner", "-sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.partner}"

    @property
    def state(self) -> ReferralState:
        """Where it stands."""
        reached = (state for name, state in _REACHED.items() if getattr(self, name) is not None)
        return next(reached, ReferralState.SENT)

    @property
    def is_live(self) -> bool:
        """Whether the partner may still do something about it."""
        return all(getattr(self, name) is None for name in _ENDS)

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it is live."""
        return next((at for name in _ENDS if (at := getattr(self, name))), None)

    def is_open_to_partner(self, day: date) -> bool:
        """Whether the partner still reads the firm's words: not once refused, expired or taken back."""
        lost = self.refused_at or self.expired_at or self.withdrawn_at
        return lost is None and (self.taken_at is not None or day <= self.expires_on)


class ReminderQuerySet(ScopedQuerySet["Reminder"]):
    """Readings of reminders."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about the referrals that the actor may see."""
        every = Referral.objects.visible_to(actor)
        return self._allow().filter(referral__in=every)


class Reminder(models.Model):
    """That a partner was reminded of a referral nobody took up, once at each age."""

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="reminders", verbose_name=_("referral")
    )
    after_days = models.PositiveSmallIntegerField(_("days since it was sent"))
    sent_at = models.DateTimeField(_("reminded at"))
    people = models.PositiveSmallIntegerField(_("people written to"))

    objects = ScopedManager.from_queryset(ReminderQuerySet)()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["referral", "after_days"]
        constraints = [
            models.UniqueConstraint(
                name="needs_reminded_once_an_age", fields=["referral", "after_days"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.after_days}"
