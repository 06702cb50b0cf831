"""An hour agreed with a firm for a day: rounds are planned around it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel import clock

MIDNIGHT = 24 * 3600


def clock_hour(seconds: int | None) -> str:
    """Seconds from midnight as a clock says them; blank for none."""
    if seconds is None:
        return ""
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


class AppointmentQuerySet(ScopedQuerySet["Appointment"]):
    """Readings of agreed hours."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organisation, until the day is over."""
        return self._allow().filter(organisation_id=actor.organisation_id, day__gte=clock.today())


class Appointment(models.Model):
    """When a firm expects the visit of an organisation on a day (*heure convenue*); planning, never an act."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.CASCADE, related_name="+", verbose_name=_("establishment")
    )
    day = models.DateField(_("day"))
    at = models.PositiveIntegerField(_("hour agreed, in seconds from midnight"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("agreed by")
    )

    objects: ClassVar[AppointmentQuerySet] = scoped_manager(AppointmentQuerySet)

    class Meta:
        verbose_name = _("agreed hour")
        verbose_name_plural = _("agreed hours")
        ordering = ["day", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_hour_once_a_day", fields=["organisation", "establishment", "day"]
            ),
            models.CheckConstraint(
                name="outreach_hour_within_the_day", condition=models.Q(at__lt=MIDNIGHT)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {clock_hour(self.at)}"
