"""Who was welcomed at a desk: a firm, or somebody with a project."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager
from maillage.desks.models.places import Session, owners_visible_to
from maillage.desks.vocabulary import OUTSIDE, Basis, Forgetting, Purpose
from maillage.kernel.identifiers import uuid7
from maillage.places import districts

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Letters and digits that nobody mistakes for another when they are read aloud.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


#: What is written of a project leader, once nobody may know it any more.
NAMELESS = {"name": "", "phone": "", "email": "", "activity": "", "commune": "", "district": ""}


def pseudonym() -> str:
    """A new one, drawn: nothing in it comes from the person, and nobody can find the person from it."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"P-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


class ProjectQuerySet(ScopedQuerySet["Project"]):
    """Readings of projects."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it (without their names)."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def waiting_link(self) -> Self:
        """Those that are not forgotten and not linked to a firm, of whom nobody knows that they created none."""
        return self.filter(establishment__isnull=True, forgotten_at__isnull=True)


class Project(models.Model):
    """Somebody with a firm to start (*porteur de projet*), as one organisation knows them.

    The pseudonym goes from one organisation to another on a card that the person holds; the rest stays here.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    pseudonym = models.CharField(_("pseudonym"), max_length=36, default=pseudonym)
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    basis = models.CharField(_("lawful basis"), max_length=10, choices=Basis.choices)
    activity = models.CharField(_("activity wanted"), max_length=120, blank=True)
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    district = models.CharField(_("priority neighbourhood"), max_length=8, blank=True)
    establishment = models.ForeignKey(
        "register.Establishment",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("firm created"),
    )
    linked_at = models.DateTimeField(_("linked at"), null=True, blank=True)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("linked by"),
    )
    noted_at = models.DateTimeField(_("written down at"))
    last_met_on = models.DateField(_("last met on"))
    forgotten_at = models.DateTimeField(_("forgotten at"), null=True, blank=True)
    forgotten_because = models.CharField(
        _("why it was forgotten"), max_length=20, choices=Forgetting.choices, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[ProjectQuerySet] = scoped_manager(ProjectQuerySet)

    class Meta:
        verbose_name = _("project leader")
        verbose_name_plural = _("project leaders")
        ordering = ("-last_met_on", "-id")
        constraints = (
            models.UniqueConstraint(
                name="desks_one_project_a_pseudonym", fields=("organisation", "pseudonym")
            ),
            models.CheckConstraint(
                name="desks_project_linked_at_once",
                condition=Q(establishment__isnull=True, linked_at__isnull=True)
                | Q(establishment__isnull=False, linked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="desks_project_forgotten_with_reason",
                condition=Q(forgotten_at__isnull=True, forgotten_because="")
                | (Q(forgotten_at__isnull=False) & ~Q(forgotten_because="")),
            ),
        )

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def called(self) -> str:
        """What its own organisation calls it: the person's name, as long as it is kept."""
        return self.name or gettext("Project %(pseudonym)s") % {"pseudonym": self.pseudonym}

    def in_qpv(self, day: date) -> bool | None:
        """Whether the person lived in a priority neighbourhood on a day; None when nobody said."""
        if self.district in {"", OUTSIDE}:
            return False if self.district else None
        return districts.held_on(self.district, day)


class WelcomeQuerySet(ScopedQuerySet["Welcome"]):
    """Readings of welcomes."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "session__place__organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        own = self.visible_to(actor)
        return own.filter(session__place__organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)


class Welcome(models.Model):
    """Somebody received at a desk (*accueil*): for which purpose, how long; needs heard are needs like any other."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="welcomes", verbose_name=_("desk session")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser")
    )
    establishment = models.ForeignKey(
        "register.Establishment",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("establishment"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        related_name="welcomes",
        null=True,
        blank=True,
        verbose_name=_("project leader"),
    )
    purpose = models.CharField(_("purpose"), max_length=40, choices=Purpose.choices)
    themes = models.JSONField(_("needs heard"), default=list, blank=True)
    may_transmit = models.BooleanField(_("agreed to transmission"), default=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("reason of cancelling"), max_length=40, blank=True)

    objects = ScopedManager.from_queryset(WelcomeQuerySet)()

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="desks_welcome_firm_or_project",
                condition=Q(establishment__isnull=True, project__isnull=False)
                | Q(establishment__isnull=False, project__isnull=True),
            ),
            models.CheckConstraint(
                name="desks_welcome_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.session}, {self.purpose}"

    @property
    def needs_words(self) -> Iterable[str]:
        """The needs heard, in words."""
        from maillage.needs.models.needs import label_of

        return [label_of(theme) for theme in self.themes]
