"""Events: what takes place, where, when, for how many."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager, shared_with
from maillage.events.kinds import EventKind, kind_of
from maillage.events.models.offers import Offer
from maillage.events.vocabulary import State
from maillage.kernel import clock

#: What an organisation shares when it lets a partner read its calendar; the names on its lists are never shared.
RESOURCE = "events"
#: What is decided or counted about a record in hand, or shown to everybody, is not read by anybody in particular.
MACHINE = System("seats of an event are given out, promoted and counted as a whole")
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.EXPERT, Role.AUDITOR)


def owners_visible_to(actor: Actor, path: str) -> Q:
    """Whose events the actor reads: their organisation's, and those shared with it; auditors and the machine, all."""
    return shared_with(actor, RESOURCE, READERS, path)


def owners_alone(actor: Actor, path: str) -> Q:
    """Whose lists the actor reads, and what was said by whom: their own organisation's, shared with nobody; the machine, all."""
    if actor.is_system:
        return Q()
    own = {actor.organisation_id} - {None}
    return owners_visible_to(actor, path) & Q(**{f"{path}__in": own})


def at(state: str) -> Q:
    """The events that stand there; the same rule as `Event.state`, for lists."""
    held = Q(held_at__isnull=False)
    cancelled = Q(cancelled_at__isnull=False)
    closed = Q(closed_at__isnull=False)
    opened = Q(opened_at__isnull=False)
    return {
        State.CANCELLED: cancelled,
        State.HELD: ~cancelled & held,
        State.CLOSED: ~cancelled & ~held & closed,
        State.OPEN: ~cancelled & ~held & ~closed & opened,
        State.DRAFT: ~cancelled & ~held & ~closed & ~opened,
    }[State(state)]


class EventQuerySet(ScopedQuerySet["Event"]):
    """Readings of events."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def published(self) -> Self:
        """Those that everybody may read: announced, whatever became of them since."""
        return self._allow().filter(is_public=True, opened_at__isnull=False)

    def to_come(self) -> Self:
        """Those of today and later that are not cancelled, the nearest first."""
        rows = self.filter(day__gte=clock.today(), cancelled_at__isnull=True)
        return rows.order_by("day", "starts_at", "pk")

    def with_counts(self) -> Self:
        """Each with how many have a seat (`seated`), wait for one (`waiting`), and are known to have come (`came`)."""
        standing = Q(registrations__ended_at__isnull=True)
        asked = Q(registrations__origin="form") | Q(registrations__origin="adviser")
        seatless = Q(registrations__seat__isnull=True, registrations__came_at__isnull=True)
        return self.annotate(
            seated=Count("registrations", filter=standing & Q(registrations__seat__isnull=False)),
            waiting=Count("registrations", filter=standing & asked & seatless),
            came=Count("registrations", filter=standing & Q(registrations__came_at__isnull=False)),
        )


class Event(Offer):
    """Something that an organisation holds for firms or young people on a day (*événement*)."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    partners = models.ManyToManyField(
        "accounts.Organisation", related_name="+", blank=True, verbose_name=_("partners")
    )
    kind = models.CharField(_("kind"), max_length=14)
    day = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.CharField(_("commune"), max_length=5)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    is_public = models.BooleanField(_("announced to everybody"), default=True)
    guide = models.CharField(_("elected artisan"), max_length=120, blank=True)
    mayor = models.CharField(_("mayor"), max_length=120, blank=True)
    action_key = models.CharField(_("action of a convention"), max_length=60, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("registration closed at"), null=True, blank=True)
    held_at = models.DateTimeField(_("noted as held at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("event called off at"), null=True, blank=True)

    objects: ClassVar[EventQuerySet] = scoped_manager(EventQuerySet)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-day", "-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="events_event_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="events_event_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
            models.CheckConstraint(
                name="events_event_position_whole",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
        ]
        indexes = [models.Index(name="events_event_day", fields=["organisation", "-day"])]

    @property
    def held_on(self) -> date:
        """The day on which it takes place."""
        return self.day

    @property
    def of_kind(self) -> EventKind:
        """What its kind offers."""
        return kind_of(self.kind)

    @property
    def kind_words(self) -> str:
        """Its kind, in words."""
        return str(self.of_kind.words)

    @property
    def scheme(self) -> str:
        """How the event is written in the acts it brings about; its kind stands last."""
        return f"event:{self.key}:{self.kind}"

    @property
    def state(self) -> State:
        """Where the event stands."""
        if self.cancelled_at is not None:
            return State.CANCELLED
        if self.held_at is not None:
            return State.HELD
        if self.closed_at is not None:
            return State.CLOSED
        return State.OPEN if self.opened_at is not None else State.DRAFT

    @property
    def takes_registrations(self) -> bool:
        """Whether one may still register: open, not begun, and there are seats to give out at all."""
        return self.state is State.OPEN and self.seats > 0 and clock.now() < self.begins

    @property
    def takes_choices(self) -> bool:
        """Whether those on its list may still choose workshops by themselves: until it begins."""
        return self.cancelled_at is None and self.held_at is None and clock.now() < self.begins

    @property
    def has_come(self) -> bool:
        """Whether its day is there, so that somebody may be noted as present."""
        return self.day <= clock.today()

    def is_on(self, day: date) -> bool:
        """Whether it takes place on this day."""
        return self.cancelled_at is None and self.day == day
