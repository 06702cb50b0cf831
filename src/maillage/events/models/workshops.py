"""The workshops of an assembly day, and who chose which: a seat is a number of its workshop (ADR 0030)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.events.models.events import Event, owners_alone, owners_visible_to
from maillage.events.models.offers import Offer
from maillage.events.models.registrations import Registration, in_the_house
from maillage.kernel import clock


class WorkshopQuerySet(ScopedQuerySet["Workshop"]):
    """Readings of workshops."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the events that the actor reads."""
        return self._allow().filter(owners_visible_to(actor, "event__organisation"))

    def published(self) -> Self:
        """Those that everybody may read: of an event that is announced."""
        return self._allow().filter(event__is_public=True, event__opened_at__isnull=False)

    def owned_by(self, actor: Actor) -> Self:
        """Those of the events of the actor's organisation."""
        return self.visible_to(actor).filter(event__organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def with_counts(self) -> Self:
        """Each with how many have a seat (`seated`) and wait for one (`waiting`), in the order of the programme."""
        standing = Q(choices__ended_at__isnull=True)
        taken = Q(choices__seat__isnull=False)
        rows = self.annotate(
            seated=Count("choices", filter=standing & taken),
            waiting=Count("choices", filter=standing & ~taken),
        )
        return rows.order_by("starts_at", "room", "pk")


class Workshop(Offer):
    """A workshop or a round table within an event (*atelier*): its hours, its room, its seats."""

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="workshops", verbose_name=_("event")
    )
    room = models.CharField(_("room"), max_length=80, blank=True)
    host = models.CharField(_("who leads it"), max_length=120, blank=True)
    cancelled_at = models.DateTimeField(_("workshop called off at"), null=True, blank=True)

    objects = ScopedManager.from_queryset(WorkshopQuerySet)()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["starts_at", "room", "id"]
        constraints = [
            models.CheckConstraint(
                name="events_workshop_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="events_workshop_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
        ]

    @property
    def held_on(self) -> date:
        """The day of its event."""
        return self.event.day

    @property
    def takes_choices(self) -> bool:
        """Whether it has seats to give out at all: with none, whoever is there goes in."""
        return self.cancelled_at is None and self.seats > 0

    def meets(self, other: Workshop) -> bool:
        """Whether both are held at the same time, so that nobody can be in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class ChoiceQuerySet(ScopedQuerySet["Choice"]):
    """Readings of choices."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the events of the actor's organisation alone: they tell of who is on a list."""
        return self._allow().filter(owners_alone(actor, "workshop__event__organisation"))

    def standing(self) -> Self:
        """Those that nobody ended."""
        return self.filter(ended_at__isnull=True)

    def waiting(self) -> Self:
        """Those without a seat of whoever is expected or there, first come first; who waits for the event comes after."""
        rows = self.standing().filter(seat__isnull=True, workshop__cancelled_at__isnull=True)
        return rows.filter(in_the_house("line__")).order_by("asked_at", "pk")


class Choice(models.Model):
    """That a line of an event's list is for a workshop (*choix d'atelier*): with a numbered seat there, or waiting.

    A seat is a number of the workshop, given to one standing choice at most: the database itself refuses a second.
    """

    workshop = models.ForeignKey(
        Workshop, models.PROTECT, related_name="choices", verbose_name=_("workshop")
    )
    line = models.ForeignKey(
        Registration, models.PROTECT, related_name="choices", verbose_name=_("registration")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=clock.now)
    seat = models.PositiveIntegerField(_("number of the seat"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ScopedManager.from_queryset(ChoiceQuerySet)()

    class Meta:
        verbose_name = _("choice of a workshop")
        verbose_name_plural = _("choices of workshops")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="events_one_choice_a_seat",
                fields=["workshop", "seat"],
                condition=Q(seat__isnull=False),
            ),
            models.UniqueConstraint(
                name="events_one_standing_choice_a_line",
                fields=["workshop", "line"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="events_choice_ended_has_no_seat",
                condition=Q(ended_at__isnull=True) | Q(seat__isnull=True),
            ),
            models.CheckConstraint(
                name="events_workshop_seats_begin_at_one",
                condition=Q(seat__isnull=True) | Q(seat__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.workshop}"
