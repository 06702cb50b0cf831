"""When a firm can be visited, as advisers of an organisation learnt it: planning, never an act."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.outreach import opening

#: Those who go and see firms, and know when one finds somebody there.
TEAM = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


def unknown_week() -> list[None]:
    """A week of which nothing is known, as it is kept."""
    return list[None](None for _day in opening.UNKNOWN)


class OpeningHoursQuerySet(ScopedQuerySet["OpeningHours"]):
    """Readings of opening hours."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that one's own organisation noted, for its team."""
        is_theirs = actor.is_system or actor.has(*TEAM)
        return self._allow().filter(organisation_id=actor.organisation_id if is_theirs else 0)


class OpeningHours(models.Model):
    """The week of a firm (*horaires d'ouverture*): a day that nobody noted is unknown, and unknown is not closed."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.CASCADE, related_name="+", verbose_name=_("establishment")
    )
    week = models.JSONField(_("week"), default=unknown_week)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("noted by"),
    )
    noted_on = models.DateField(_("noted on"))
    version = models.PositiveIntegerField(_("version"), default=1)

    objects: ClassVar[OpeningHoursQuerySet] = scoped_manager(OpeningHoursQuerySet)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_opening_once", fields=["organisation", "establishment"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.noted_on:%Y-%m-%d}"

    @property
    def days(self) -> opening.Week:
        """The week, from Monday to Sunday."""
        return opening.week_of(self.week)
