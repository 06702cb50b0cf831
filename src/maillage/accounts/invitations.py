"""Somebody is asked to join an organisation: nothing opens until they answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.languages import LANGUAGES
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

LASTING = timedelta(days=14)


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    """Invitations, answered or not."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation; the machine sees all."""
        allowed = self._allow()
        return allowed if actor.is_system else allowed.filter(organisation=actor.organisation_id)

    def pending(self, at: datetime | None = None) -> Self:
        """Those that may still be answered: neither used, nor withdrawn, nor too old."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at or clock.real_now())


class Invitation(models.Model):
    """A role in an organisation offered to an address, until a day, once; a link answers it."""

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    perimeter = models.CharField(_("perimeter"), max_length=400, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    invited_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(default=clock.real_now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(InvitationQuerySet)()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-invited_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="accounts_invitation_used_or_withdrawn",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}, {self.organisation}"
