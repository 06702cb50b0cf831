"""Street walks: an adviser, an elected artisan and a mayor walk up a street together (*Mercredi de la proximité*)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.models import ways

#: Those who prepare walks and read their sheets.
WALKERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


class StreetWalkQuerySet(ScopedQuerySet["StreetWalk"]):
    """Readings of walks."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, for those who go and see firms; an auditor reads all."""
        rows = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return rows
        return rows.filter(organisation_id=actor.organisation_id if actor.has(*WALKERS) else 0)

    def to_come(self) -> Self:
        """Those of today and later."""
        return self.filter(day__gte=clock.today())


class StreetWalk(models.Model):
    """Streets of one commune walked up on one day, with whom (*marche de proximité*)."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    commune = models.CharField(_("commune"), max_length=5)
    streets = models.JSONField(_("streets"), default=list)
    day = models.DateField(_("day"))
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser")
    )
    artisan = models.CharField(_("elected artisan"), max_length=120, blank=True, default="")
    mayor = models.CharField(_("mayor"), max_length=120, blank=True, default="")
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[StreetWalkQuerySet] = scoped_manager(StreetWalkQuerySet)

    class Meta:
        verbose_name = _("street walk")
        verbose_name_plural = _("street walks")
        ordering = ["day", "id"]
        indexes = [models.Index(name="outreach_walk_day", fields=["organisation", "day"])]

    def __str__(self) -> str:
        return f"{self.commune} {self.day:%Y-%m-%d}"

    @property
    def names(self) -> list[str]:
        """The streets, as an envelope says them."""
        return [ways.called(one) for one in self.streets]
