"""Places of welcome and the sessions held there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage import places
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager, shared_with
from maillage.desks.vocabulary import SessionReason, SessionState
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.places.hours import HourField
from maillage.ui import formats

#: What an organisation shares when it lets a partner read its desks.
RESOURCE = "desks"
#: What is decided or counted about a record in hand is not read by anybody.
MACHINE = System("what a desk recorded, whose keys there are, is asked as a whole")
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)


def owners_visible_to(actor: Actor, path: str) -> Q:
    """Whose desks the actor reads: their organisation's, and those shared with it; auditors and the machine, all."""
    return shared_with(actor, RESOURCE, READERS, path)


class PlaceQuerySet(ScopedQuerySet["Place"]):
    """Readings of places of welcome."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def in_use(self) -> Self:
        """Those where desks are still held."""
        return self.filter(closed_on__isnull=True)


class Place(models.Model):
    """Where an organisation welcomes people (*lieu d'accueil*), a resource space of a priority neighbourhood among them."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.CharField(_("commune"), max_length=5)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[PlaceQuerySet] = scoped_manager(PlaceQuerySet)

    class Meta:
        verbose_name = _("place of welcome")
        verbose_name_plural = _("places of welcome")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                name="desks_place_whole_position",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def scheme(self) -> str:
        """What the acts of its sessions name, so that figures are split by place."""
        return f"desk:{self.key}"

    def in_qpv(self, day: date) -> bool | None:
        """Whether it lay in a priority neighbourhood on a day; None when nobody knows."""
        return places.in_qpv(self.lon, self.lat, self.commune, day)

    def district(self, day: date) -> str:
        """The priority neighbourhood it lay in on a day, by name; blank when in none or unknown."""
        found = places.district_at(self.lon, self.lat, day)
        return found.name if found else ""


class SessionQuerySet(ScopedQuerySet["Session"]):
    """Readings of desk sessions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "place__organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(place__organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def at_state(self, state: str) -> Self:
        """Those that stand there, as `Session.state` says it."""
        today = clock.today()
        return {
            SessionState.CANCELLED: self.filter(cancelled_at__isnull=False),
            SessionState.HELD: self.standing().filter(held_at__isnull=False),
            SessionState.PLANNED: self.standing().filter(held_at__isnull=True, day__gte=today),
            SessionState.WAITING: self.standing().filter(held_at__isnull=True, day__lt=today),
        }[SessionState(state)]


class Session(models.Model):
    """A few hours on one day at a place (*permanence*): planned, then held, or cancelled with a reason."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="sessions", verbose_name=_("place of welcome")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("held by")
    )
    day = models.DateField(_("day"))
    starts_at = HourField(_("from"))
    ends_at = HourField(_("to"))
    series = models.CharField(_("planned together"), max_length=80, blank=True)
    held_at = models.DateTimeField(_("said to be held at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(
        _("reason of cancelling"), max_length=20, choices=SessionReason.choices, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScopedManager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = _("desk session")
        verbose_name_plural = _("desk sessions")
        ordering = ("day", "starts_at", "id")
        constraints = (
            models.CheckConstraint(
                name="desks_session_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True, cancelled_because="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_because="")),
            ),
            models.CheckConstraint(
                name="desks_session_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="desks_session_held_or_cancelled",
                condition=Q(held_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
            # Two managers plan the same morning: it stands once.
            models.UniqueConstraint(
                name="desks_one_session_a_start",
                fields=("place", "holder", "day", "starts_at"),
                condition=Q(cancelled_at__isnull=True),
            ),
        )
        indexes = (
            models.Index(name="desks_session_day", fields=("day",)),
            models.Index(name="desks_session_holder", fields=("holder", "day")),
        )

    def __str__(self) -> str:
        return f"{self.place}, {self.day}"

    @property
    def state(self) -> SessionState:
        """Where it stands today."""
        if self.cancelled_at is not None:
            return SessionState.CANCELLED
        if self.held_at is not None:
            return SessionState.HELD
        return SessionState.WAITING if self.day < clock.today() else SessionState.PLANNED

    @property
    def hours(self) -> str:
        """From when to when, in the reader's language."""
        start, end = (
            datetime.combine(self.day, at, clock.PARIS) for at in (self.starts_at, self.ends_at)
        )
        return f"{formats.clock_time(start)}\N{EN DASH}{formats.clock_time(end)}"

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        start, end = (datetime.combine(self.day, at) for at in (self.starts_at, self.ends_at))
        return (end - start) // timedelta(minutes=1)

    @property
    def is_open(self) -> bool:
        """Whether people may be welcomed at it: its day has come, and nobody cancelled it."""
        return self.cancelled_at is None and self.day <= clock.today()
