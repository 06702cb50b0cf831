"""A day's round as an adviser keeps it on a phone: planning, never an act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.figures.methods.access import CAR, WALK
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.calling import Telephone
from maillage.outreach.models.appointments import clock_hour
from maillage.outreach.opening import Day, closed_words, is_open
from maillage.outreach.rounds import Why

HOUR = 3600
NOWHERE = "nowhere"
"""Why a firm without a position is in no round: the planner never saw it."""


class Going(models.TextChoices):
    """How one goes from firm to firm."""

    WALKING = "walking", _("On foot")
    CAR = "car", _("By car")


class KeptRoundQuerySet(ScopedQuerySet["KeptRound"]):
    """Readings of rounds kept for a day."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organisation, until the day is over."""
        return self._allow().filter(organisation_id=actor.organisation_id, day__gte=clock.today())

    def carried_by(self, actor: Actor) -> Self:
        """Those that the person may have on a phone today."""
        return self.visible_to(actor).filter(adviser_id=actor.person_id)

    def taken_back_by(self, actor: Actor) -> Self:
        """Those that the person may take back: one's own; a service manager's, the team's too."""
        if actor.has(Role.SERVICE_MANAGER):
            return self.visible_to(actor)
        return self.carried_by(actor)


class KeptRound(models.Model):
    """One adviser's round of a day in a campaign (*tournée gardée*); its key opens nothing once it is gone."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(
        "outreach.Campaign", models.CASCADE, related_name="+", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("adviser")
    )
    day = models.DateField(_("day"))
    going = models.CharField(
        _("how one goes"), max_length=8, choices=Going.choices, default=Going.WALKING
    )
    planned_at = models.DateTimeField(_("planned at"))
    begins = models.PositiveIntegerField(_("the day begins, in seconds"), default=9 * HOUR)
    ends = models.PositiveIntegerField(_("the day ends, in seconds"), default=17 * HOUR + HOUR // 2)
    lunch_from = models.PositiveIntegerField(_("lunch begins from, in seconds"), default=12 * HOUR)
    lunch_lasts = models.PositiveIntegerField(_("lunch lasts, in seconds"), default=HOUR)
    visit_lasts = models.PositiveIntegerField(_("a visit lasts, in seconds"), default=HOUR // 2)
    leaves_from = models.CharField(_("commune one leaves from"), max_length=5, blank=True)
    back_to = models.CharField(_("commune the day ends in"), max_length=5, blank=True)
    lunch_at = models.PositiveIntegerField(_("lunch, in seconds from midnight"), null=True)
    over_at = models.PositiveIntegerField(_("over, in seconds from midnight"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("accepted by"),
    )
    ways = models.JSONField(_("ways that a service told"), default=dict, editable=False)
    has_estimates = models.BooleanField(_("some ways as the crow flies"), default=True)
    batch = models.UUIDField(_("rounds accepted at once"), null=True, editable=False)

    objects: ClassVar[KeptRoundQuerySet] = scoped_manager(KeptRoundQuerySet)

    class Meta:
        verbose_name = _("kept round")
        verbose_name_plural = _("kept rounds")
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_round_once_a_day",
                fields=["organisation", "adviser", "campaign", "day"],
            )
        ]
        indexes = [models.Index(name="outreach_round_batch", fields=["batch"])]

    def __str__(self) -> str:
        return f"{self.campaign} {self.day:%Y-%m-%d}"

    @property
    def lunch_hour(self) -> str:
        """When lunch is taken, as a clock says it; blank without one."""
        return clock_hour(self.lunch_at)

    def after_lunch(self, stops: Iterable[RoundStop]) -> RoundStop | None:
        """The first of these firms seen after lunch; none when lunch comes last, or there is no lunch."""
        if self.lunch_at is None:
            return None
        return next((one for one in stops if (one.arrival or 0) >= self.lunch_at), None)

    @property
    def over_hour(self) -> str:
        """When the last visit is over, or one is back; blank for an empty round."""
        return clock_hour(self.over_at)

    @property
    def lunch_minutes(self) -> int:
        """How long lunch lasts."""
        return self.lunch_lasts // 60

    @property
    def hours(self) -> str:
        """From when to when, as clocks say it."""
        return f"{clock_hour(self.begins)}–{self.over_hour or clock_hour(self.ends)}"

    @property
    def ways_by(self) -> str:
        """The service that told the ways by the streets; blank when they are as the crow flies."""
        return str(self.ways.get("by", ""))

    @property
    def ways_silent(self) -> str:
        """The service that was asked for the ways and did not answer; blank when none was, or it did."""
        return str(self.ways.get("silent", ""))

    @property
    def detour(self) -> float:
        """By how much a distance as the crow flies is made longer."""
        return (CAR if self.going == Going.CAR else WALK).detour

    @property
    def is_long(self) -> bool:
        """Whether the order chosen runs over the end of the day."""
        return self.over_at is not None and self.over_at > self.ends


class RoundStop(models.Model):
    """A firm of a kept round (*étape*): when one gets there; or, without a rank, why it found no room."""

    round = models.ForeignKey(
        KeptRound, models.CASCADE, related_name="stops", verbose_name=_("kept round")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.CASCADE, related_name="+", verbose_name=_("establishment")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    arrival = models.PositiveIntegerField(_("arrival, in seconds from midnight"), null=True)
    walk = models.PositiveIntegerField(_("seconds on the way there"), default=0)
    metres = models.PositiveIntegerField(_("metres on the way there"), default=0)
    wait = models.PositiveIntegerField(_("seconds waited there"), default=0)
    agreed = models.PositiveIntegerField(_("hour agreed, in seconds from midnight"), null=True)
    why = models.CharField(_("reason"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("stop of a round")
        verbose_name_plural = _("stops of rounds")
        ordering = [models.F("rank").asc(nulls_last=True), "id"]

    # Put there by the page of the round, for its reader; kept by no row.
    telephone: Telephone | None = None
    opening: Day | None = None

    def __str__(self) -> str:
        return f"{self.rank} {self.establishment}"

    @property
    def hour(self) -> str:
        """When one gets there, as a clock says it."""
        return clock_hour(self.arrival or 0)

    @property
    def agreed_hour(self) -> str:
        """The hour agreed with the firm, as a clock says it; blank when there is none."""
        return clock_hour(self.agreed)

    @property
    def late(self) -> int:
        """Minutes after the agreed hour at which one gets there; 0 when it is kept."""
        if self.agreed is None or self.arrival is None:
            return 0
        return max(0, -(-(self.arrival - self.agreed) // 60))

    @property
    def waiting(self) -> int:
        """Whole minutes that one is early."""
        return self.wait // 60

    @property
    def is_shut(self) -> bool:
        """Whether one comes to a closed door, as far as is known today: an hour agreed says otherwise."""
        if self.agreed is not None or self.arrival is None:
            return False
        return not is_open(self.opening, self.arrival + self.wait)

    @property
    def minutes(self) -> int:
        """Minutes on the way there, at least one as soon as one moves."""
        return -(-self.walk // 60)

    @property
    def reason(self) -> str:
        """Why it found no room, in words: an agreed hour that no round can keep is told as such."""
        if self.agreed is not None and self.why != NOWHERE:
            return str(_("the hour agreed, %(hour)s, cannot be kept") % {"hour": self.agreed_hour})
        if self.why == Why.SHUT and (day := self._weekday) is not None:
            return str(closed_words(day))
        return str(_("no position") if self.why == NOWHERE else Why(self.why).words)

    @property
    def _weekday(self) -> int | None:
        if self.round_id is not None:
            return self.round.day.weekday()
        return self.opening.weekday if self.opening else None

    @property
    def geo_url(self) -> str:
        """The place for the maps that the phone has, in one tap (RFC 5870); blank when it is shown by no map."""
        place = self.establishment
        return f"geo:{place.lat:.5f},{place.lon:.5f}" if self.map_url else ""

    @property
    def map_url(self) -> str:
        """The place on OpenStreetMap: an address without anything that says who asks; blank when unknown."""
        place = self.establishment
        if place.lat is None or place.lon is None or place.diffusion != "O":
            return ""  # one that keeps its address to itself is not shown by a point either
        return f"https://www.openstreetmap.org/?mlat={place.lat:.5f}&mlon={place.lon:.5f}#map=18/{place.lat:.5f}/{place.lon:.5f}"
