"""What an adviser says of themselves so that firms are shared out: sectors, languages, what they know, their week."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager

FULL_WEEK = 35
LONGEST_WEEK = 48
#: Those who go and see firms, and may say how.
TEAM = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


class Language(models.TextChoices):
    """A language one can hold a visit in; French goes without saying."""

    ENGLISH = "en", _("English")
    DUTCH = "nl", _("Dutch")
    ARABIC = "ar", _("Arabic")
    TURKISH = "tr", _("Turkish")
    PORTUGUESE = "pt", _("Portuguese")
    SPANISH = "es", _("Spanish")
    ITALIAN = "it", _("Italian")
    POLISH = "pl", _("Polish")
    CHINESE = "zh", _("Chinese")
    SIGNS = "lsf", _("French sign language")


class ProfileQuerySet(ScopedQuerySet["AdviserProfile"]):
    """Readings of profiles."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's own team."""
        rows = self._allow()
        if actor.is_system:
            return rows
        return rows.filter(organisation_id=actor.organisation_id if actor.has(*TEAM) else 0)


class AdviserProfile(models.Model):
    """How an adviser goes and sees firms for an organisation (*profil de conseiller*)."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("adviser")
    )
    communes = models.JSONField(_("communes"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    activities = models.JSONField(_("activities"), default=list, blank=True)
    weekly_hours = models.PositiveSmallIntegerField(
        _("hours a week for visits"),
        default=FULL_WEEK,
        validators=[MaxValueValidator(LONGEST_WEEK)],
    )
    said_at = models.DateTimeField(_("said at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    objects: ClassVar[ProfileQuerySet] = scoped_manager(ProfileQuerySet)

    class Meta:
        verbose_name = _("adviser’s profile")
        verbose_name_plural = _("advisers’ profiles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_profile_once", fields=["organisation", "person"]
            ),
            models.CheckConstraint(
                name="outreach_profile_week", condition=models.Q(weekly_hours__lte=LONGEST_WEEK)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"

    @property
    def language_labels(self) -> list[str]:
        """The languages in words."""
        return [str(Language(code).label) for code in self.languages]
