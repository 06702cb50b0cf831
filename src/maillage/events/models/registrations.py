"""Who is on the list of an event: registered beforehand, waiting for a seat, or noted at the door or at a stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.events.models.events import Event, owners_alone
from maillage.events.vocabulary import SEATED, Ended, How, Origin
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.events.models.workshops import Choice

ASKED = Q(origin=Origin.FORM) | Q(origin=Origin.ADVISER)
"""Lines of those who asked for a seat beforehand."""


def in_the_house(path: str = "") -> Q:
    """The lines that are expected or there, as a filter on rows that lead to them: with a seat, or noted as present."""
    has_a_place = Q(**{f"{path}seat__isnull": False}) | Q(**{f"{path}came_at__isnull": False})
    return Q(**{f"{path}ended_at__isnull": True}) & has_a_place


class RegistrationQuerySet(ScopedQuerySet["Registration"]):
    """Readings of lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the events of the actor's organisation alone: a list bears names, and is never shared."""
        return self._allow().filter(owners_alone(actor, "event__organisation"))

    def standing(self) -> Self:
        """Those that nobody ended."""
        return self.filter(ended_at__isnull=True)

    def seated(self) -> Self:
        """Those that have a seat."""
        return self.standing().filter(seat__isnull=False)

    def waiting(self) -> Self:
        """Those that wait for a seat and did not come without one, first come first."""
        rows = self.standing().filter(ASKED, seat__isnull=True, came_at__isnull=True)
        return rows.order_by("registered_at", "pk")

    def present(self) -> Self:
        """Those known to have come."""
        return self.standing().filter(came_at__isnull=False)


class Registration(models.Model):
    """A line of an event's list (*inscription*): a firm or a person, with a seat, waiting for one, or without.

    A seat is a number of the event, given to one standing line at most: the database itself refuses a second.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    event = models.ForeignKey(
        Event, models.PROTECT, related_name="registrations", verbose_name=_("event")
    )
    establishment = models.ForeignKey(
        "register.Establishment",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("establishment"),
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("firm"),
    )
    origin = models.CharField(_("how it came about"), max_length=10, choices=Origin.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    people = models.PositiveIntegerField(_("how many people"), default=1)
    registered_at = models.DateTimeField(_("registered at"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seat = models.PositiveIntegerField(_("number of the seat"), null=True, blank=True)
    seated_on = models.DateField(_("seat given on"), null=True, blank=True)
    came_at = models.DateTimeField(_("noted as present at"), null=True, blank=True)
    came_by = models.CharField(_("how it is known"), max_length=10, choices=How.choices, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_because = models.CharField(
        _("why it ended"), max_length=12, choices=Ended.choices, blank=True
    )
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(RegistrationQuerySet)()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="events_one_line_a_seat",
                fields=["event", "seat"],
                condition=Q(seat__isnull=False),
            ),
            models.UniqueConstraint(
                F("event"),
                Lower("email"),
                name="events_one_standing_line_an_address",
                condition=Q(ended_at__isnull=True) & ~Q(email=""),
            ),
            models.CheckConstraint(
                name="events_registration_ended_with_reason_and_no_seat",
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False, seat__isnull=True) & ~Q(ended_because="")),
            ),
            models.CheckConstraint(
                name="events_seat_given_on_a_day",
                condition=Q(seat__isnull=True) | (Q(seat__gte=1) & Q(seated_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="events_presence_known_somehow",
                condition=Q(came_at__isnull=True, came_by="")
                | (Q(came_at__isnull=False) & ~Q(came_by="")),
            ),
            models.CheckConstraint(name="events_somebody", condition=Q(people__gte=1)),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The firm, else the person, else how many people."""
        if self.establishment is not None:
            return str(self.establishment.display_name)
        return self.name or gettext("People without a firm")

    @property
    def chosen(self) -> list[Choice]:
        """For which workshops it is, in the order of the day, each with its seat or waiting."""
        rows = self.choices.filter(ended_at__isnull=True, workshop__cancelled_at__isnull=True)
        return list(rows.select_related("workshop__event").order_by("workshop__starts_at", "pk"))

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a seat; who came without one waits no more."""
        asked = self.origin in SEATED and self.seat is None
        return asked and self.ended_at is None and self.came_at is None

    @property
    def is_present(self) -> bool:
        """Whether it is known that they came."""
        return self.ended_at is None and self.came_at is not None

    @property
    def was_missed(self) -> bool:
        """Had a seat at an event that took place, and is not known to have come."""
        return self.seat is not None and self.came_at is None and self.event.held_at is not None
