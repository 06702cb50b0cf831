"""The two times of the register: spells say what held on a day, loads say since when we know it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load


class Source(models.TextChoices):
    """Where the register hears of firms; the name of the importer, in the journal of loads."""

    SIRENE = "sirene", _("INSEE Sirene stock files")
    HISTORY = "sirene_history", _("INSEE Sirene past periods")
    LINKS = "sirene_links", _("INSEE Sirene links of succession")
    FIELD = "field", _("firm added in the field")


RESTING = (Source.HISTORY, Source.LINKS)
"""What is read over a stock, and leaves with it."""


class SpellQuerySet(models.QuerySet["Spell"]):
    """Readings of what is known of establishments, by day and by instant of knowledge."""

    def known(self, at: datetime | None = None) -> SpellQuerySet:
        """Spells of the loads visible at `at` (now by default)."""
        return self.filter(load__in=Load.objects.visible(at))

    def current(self, at: datetime | None = None) -> SpellQuerySet:
        """The last word known at `at` on each establishment, whatever day it starts."""
        return self._latest(Spell.objects.known(at))

    def on(self, day: date, at: datetime | None = None) -> SpellQuerySet:
        """The spell that holds on `day` as known at `at`; unknown starts stay outside."""
        return self._latest(Spell.objects.known(at).filter(starts_on__lte=day))

    def _latest(self, candidates: SpellQuerySet) -> SpellQuerySet:
        last = candidates.filter(establishment=OuterRef("establishment")).order_by("-id")
        return self.filter(pk=Subquery(last.values("pk")[:1]))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: a spell is what we knew; a load is undone instead."""
        raise TypeError("spells are insert-only: undo their load")

    def update(self, **kwargs: Any) -> int:
        """Refused: late news is a new spell."""
        raise TypeError(f"spells are insert-only: {sorted(kwargs)} cannot change")


class Spell(models.Model):
    """What is known of an establishment from a day on, as told by one load.

    Insert-only. The spell that holds on day D as known at instant K is the one with the greatest `id`
    among those with `starts_on <= D` whose load is visible at K (ADR 0009). An empty `starts_on`
    is an unknown start: kept, and outside dated stocks.
    """

    class State(models.TextChoices):
        ACTIVE = "A", _("active")
        CLOSED = "F", _("closed")

    id = models.BigAutoField(primary_key=True)
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="spells", db_index=False
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", db_index=False
    )
    load = models.ForeignKey(Load, models.PROTECT, related_name="spells")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    opened_on = models.DateField(_("creation date as told by this load"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=1, choices=State.choices)
    commune = models.CharField(_("commune"), max_length=5, blank=True, default="")
    activity = models.CharField(_("activity"), max_length=6, blank=True, default="")
    nomenclature = models.CharField(_("nomenclature"), max_length=8, blank=True, default="")
    size_band = models.CharField(_("headcount band"), max_length=2, blank=True, default="")
    segments = models.BigIntegerField(_("segments"), default=0)
    reconstructed = models.BooleanField(_("reconstructed"), default=False)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("spell")
        verbose_name_plural = _("spells")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["establishment", "starts_on", "load"], name="register_spell_by_day"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["A", "F"]), name="register_spell_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.establishment_id} {self.starts_on or '?'} {self.state}"
