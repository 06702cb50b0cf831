"""Visits and calls: what an adviser did at a firm's door, and heard there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager, shared_with
from maillage.kernel.identifiers import uuid7
from maillage.needs.models.needs import label_of
from maillage.outreach.vocabulary import Met, Mode, NoteLevel, Outcome

#: What an organisation shares when it lets a partner read its visits and campaigns.
RESOURCE = "visits"

#: Those who read visits at all; a mayor or a landlord never does.
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)


def owners_visible_to(actor: Actor, owner: str) -> Q:
    """Whose prospecting the actor reads: their organisation's, and that of those who share theirs.

    The machine and auditors read all; roles that are no readers read none. `owner` is the path to
    the owner.
    """
    return shared_with(actor, RESOURCE, READERS, owner)


class VisitQuerySet(ScopedQuerySet["Visit"]):
    """Readings of visits."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that other organisations share with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def left_behind(self) -> Self:
        """Those still on a firm added by hand that somebody matched with the register since."""
        return self.filter(establishment__reconciled_to__isnull=False)

    def made_by(self, actor: Actor, day: date) -> Self:
        """What the person did on a day, latest first."""
        return self.filter(adviser_id=actor.person_id, occurred_on=day).order_by("-id")


class Visit(models.Model):
    """One attempt to meet a firm, by visit or by phone (*démarche, visite*)."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(
        "outreach.Campaign",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("campaign"),
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser")
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    outcome = models.CharField(_("outcome"), max_length=15, choices=Outcome.choices)
    occurred_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    met = models.CharField(_("person met"), max_length=10, choices=Met.choices, blank=True)
    themes = models.JSONField(_("needs expressed"), default=list, blank=True)
    grid = models.ForeignKey(
        "outreach.Guide",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("visit grid"),
    )
    answers = models.JSONField(_("answers to the grid"), default=dict, blank=True)
    note_public = models.TextField(_("public note"), blank=True)
    note_partners = models.TextField(_("note for the partners"), blank=True)
    note_confidential = models.TextField(_("confidential note"), blank=True)
    may_transmit = models.BooleanField(_("agreed to transmission"), default=False)
    reported_at = models.DateTimeField(_("reported at"))
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("reason of cancelling"), max_length=40, blank=True)

    objects: ClassVar[VisitQuerySet] = scoped_manager(VisitQuerySet)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-occurred_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="outreach_visit_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
        ]
        indexes = [
            models.Index(name="outreach_visit_campaign", fields=["campaign", "legal_unit"]),
            models.Index(name="outreach_visit_day", fields=["adviser", "occurred_on"]),
            models.Index(name="outreach_visit_firm", fields=["establishment", "occurred_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.occurred_on}"

    @property
    def title(self) -> str:
        """How it was made and what came of it, in words."""
        return gettext("%(mode)s: %(outcome)s") % {
            "mode": self.get_mode_display(),
            "outcome": self.get_outcome_display(),
        }

    @staticmethod
    def labels_of(themes: Iterable[str]) -> list[str]:
        """Needs in words."""
        return [label_of(code) for code in themes]

    def follow_match(self) -> None:
        """A firm added by hand that was matched since is, from now on, the firm of the register."""
        if (real := self.establishment.reconciled_to) is not None:
            self.establishment, self.legal_unit = real, real.legal_unit

    def write_note(self, text: str, level: str) -> None:
        """Put a note where only the readers of its level find it."""
        setattr(self, f"note_{NoteLevel(level).value}", text)


class ProvisionalFirmQuerySet(ScopedQuerySet["ProvisionalFirm"]):
    """Readings of the firms that advisers added."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that the actor's organisation added."""
        return self._allow().filter(organisation_id=actor.organisation_id)

    def pending(self) -> Self:
        """Those that the register has not been matched with."""
        return self.filter(reconciled_at__isnull=True)


class ProvisionalFirm(models.Model):
    """A firm met in the street before the register knew it, waiting to be matched with it."""

    establishment = models.OneToOneField(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    commune = models.CharField(_("commune"), max_length=5)
    siret = models.CharField(_("SIRET told"), max_length=14, blank=True, default="")
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    reconciled_with = models.ForeignKey(
        "register.Establishment",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("matched with"),
    )
    reconciled_at = models.DateTimeField(_("matched at"), null=True, blank=True)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[ProvisionalFirmQuerySet] = scoped_manager(ProvisionalFirmQuerySet)

    class Meta:
        verbose_name = _("firm added by hand")
        verbose_name_plural = _("firms added by hand")
        ordering = ["-added_at"]
        constraints = [
            # Two advisers before one door: the firm is there once, whoever added it.
            models.UniqueConstraint(
                fields=["siret"],
                condition=Q(reconciled_at__isnull=True) & ~Q(siret=""),
                name="outreach_one_pending_firm_a_siret",
            ),
        ]

    def __str__(self) -> str:
        return str(self.establishment_id)
