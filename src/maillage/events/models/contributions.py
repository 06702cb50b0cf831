"""What was said or proposed in a workshop: a text of its day, by somebody of the list or by the workshop as a whole."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.events.models.events import owners_alone
from maillage.events.models.registrations import Registration
from maillage.events.models.workshops import Workshop
from maillage.events.vocabulary import Ended, Said
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.ledger import themes


class ContributionQuerySet(ScopedQuerySet["Contribution"]):
    """Readings of contributions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the events of the actor's organisation alone: they say who said what."""
        return self._allow().filter(owners_alone(actor, "workshop__event__organisation"))

    def standing(self) -> Self:
        """Those that nobody took back, in the order in which they were written down."""
        return self.filter(ended_at__isnull=True).order_by("pk")


class Contribution(models.Model):
    """What was said or proposed in a workshop (*contribution*), on the day of its event."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    workshop = models.ForeignKey(
        Workshop, models.PROTECT, related_name="contributions", verbose_name=_("workshop")
    )
    line = models.ForeignKey(
        Registration,
        models.PROTECT,
        related_name="contributions",
        null=True,
        blank=True,
        verbose_name=_("said by"),
    )
    said = models.CharField(_("what it is"), max_length=10, choices=Said.choices)
    theme = models.CharField(_("theme"), max_length=40)
    words = models.TextField(_("in their words"), blank=True)
    made_at = models.DateTimeField(_("written at"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    ended_because = models.CharField(
        _("why it was taken back"), max_length=12, choices=Ended.choices, blank=True
    )
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(ContributionQuerySet)()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="events_contribution_ended_with_reason",
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_whom}, {self.theme_words}"

    @property
    def by_whom(self) -> str:
        """The firm or the person who said it; else the workshop as a whole."""
        return self.line.called if self.line is not None else gettext("The workshop as a whole")

    @property
    def theme_words(self) -> str:
        """What it is about, in words."""
        found = themes.find(self.theme)
        return str(found.words) if found else self.theme

    @property
    def is_sensitive(self) -> bool:
        """Whether it tells of a difficulty: then it is counted where names leave the house, never quoted."""
        return themes.is_sensitive(self.theme, self.workshop.event.day)
