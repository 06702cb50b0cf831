"""What belongs to the firm itself: its access to its sheet, its objection, what it asks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.register.models.firms import LegalUnit

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

WORKERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.ADMINISTRATOR)
"""Those who hand a firm its link and answer what it asks."""


def _of_own(actor: Actor) -> Q:
    """Rows of one's own organisation, for those who work with firms; an auditor reads all."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return Q()
    return Q(organisation=actor.organisation_id if actor.has(*WORKERS) else 0)


class FirmAccessQuerySet(ScopedQuerySet["FirmAccess"]):
    """Links handed to firms."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that one's own organisation handed out; an auditor sees all."""
        return self._allow().filter(_of_own(actor))

    def standing(self) -> Self:
        """Those that open the sheet now."""
        return self.filter(closed_at=None, until__gt=clock.real_now())


class FirmAccess(models.Model):
    """An organisation handed a firm the link to its sheet: to which address, by whom, until when.

    It opens what the organisation itself may read of the firm, and no more: whoever hands it out could
    look through it (ADR 0018).
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    legal_unit = models.ForeignKey(
        LegalUnit, models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("handed by")
    )
    by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    made_at = models.DateTimeField(_("handed at"), default=clock.real_now)
    until = models.DateTimeField(_("opens until"))
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ScopedManager.from_queryset(FirmAccessQuerySet)()

    class Meta:
        verbose_name = _("access of a firm to its sheet")
        verbose_name_plural = _("accesses of firms to their sheet")
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.legal_unit_id}, {self.until:%Y-%m-%d}"


class Objection(models.Model):
    """A firm wants to be prospected no more: it enters no new list, and is written to for its requests only.

    What was done counts all the same. It may be taken back; a later one is another row.
    """

    legal_unit = models.ForeignKey(
        LegalUnit, models.PROTECT, related_name="objections", verbose_name=_("firm")
    )
    since = models.DateTimeField(_("objects since"), default=clock.now)
    until = models.DateTimeField(_("objected until"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("legal_unit",), condition=Q(until=None), name="register_objection_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="register_objection_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.legal_unit_id}, {self.since:%Y-%m-%d}"


class FirmRequestQuerySet(ScopedQuerySet["FirmRequest"]):
    """What firms ask."""

    def visible_to(self, actor: Actor) -> Self:
        """Those made to one's own organisation; an auditor sees all."""
        return self._allow().filter(_of_own(actor))

    def waiting(self) -> Self:
        """Those nobody answered, the oldest first: each is answered within a month."""
        return self.filter(answered_at=None).order_by("due_on", "id")


class FirmRequest(models.Model):
    """A firm asks that something about it be corrected or erased; answered within a month (GDPR, article 12)."""

    class What(models.TextChoices):
        """What is asked for."""

        CORRECT = "correct", _("Correct something")
        ERASE = "erase", _("Erase who we are")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    legal_unit = models.ForeignKey(
        LegalUnit, models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("asked of")
    )
    what = models.CharField(_("request"), max_length=10, choices=What)
    said = models.CharField(_("in its words"), max_length=1000)
    made_at = models.DateTimeField(_("asked at"), default=clock.now)
    due_on = models.DateField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    is_accepted = models.BooleanField(_("accepted"), null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    once = models.UUIDField(_("idempotency key"), unique=True)

    objects = ScopedManager.from_queryset(FirmRequestQuerySet)()

    class Meta:
        verbose_name = _("request of a firm")
        verbose_name_plural = _("requests of firms")
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at=None, is_accepted=None)
                | (Q(answered_at__isnull=False, is_accepted__isnull=False) & ~Q(answer="")),
                name="register_request_answered_in_words",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.made_at:%Y-%m-%d}"

    @property
    def is_late(self) -> bool:
        """Nobody answered within the month."""
        return self.answered_at is None and self.due_on < clock.today()


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last day."""
    year, month = divmod(day.year * 12 + day.month, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
