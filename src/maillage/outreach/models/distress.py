"""What a firm told of its difficulties at a visit, apart from everything else that the visit says.

No score stands here: it is computed from the answers, by the version of the table that was in use that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.distress.scoring import Weighed, weigh
from maillage.register.models import Objection

#: Who reads what was told in confidence: who goes and sees firms, and who answers for them. Nobody else.
READERS = (Role.ADVISER, Role.SERVICE_MANAGER)
KEPT_FOR = timedelta(days=365)
MACHINE = System(
    "what is kept with a visit in hand, and whether its firm objects, is asked as a whole"
)


class SignalQuerySet(ScopedQuerySet["Signal"]):
    """Readings of early signals."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation, for a year, of firms that do not object."""
        allowed = self._allow()
        if actor.is_system:
            return allowed
        if not actor.has(*READERS):
            return allowed.none()
        return allowed.filter(
            ~Exists(SignalObjection.objects.standing_for("visit__legal_unit", actor)),
            ~Exists(Objection.objects.filter(legal_unit=OuterRef("visit__legal_unit"), until=None)),
            visit__organisation_id=actor.organisation_id,
        ).kept()

    def kept(self) -> Self:
        """Those told within the year: what is older is read by nobody, even when a night of erasing was missed."""
        return self.filter(occurred_on__gt=clock.today() - KEPT_FOR)

    def latest_of_each(self) -> Self:
        """The newest of each firm: what was told before has been said anew."""
        later = Signal.objects.visible_to(MACHINE)
        newer = Q(occurred_on__gt=OuterRef("occurred_on")) | Q(
            occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")
        )
        same = later.filter(
            newer,
            visit__legal_unit=OuterRef("visit__legal_unit"),
            visit__organisation=OuterRef("visit__organisation"),
        )
        return self.filter(~Exists(same))


class Signal(models.Model):
    """The confidential answers of one visit, with the table of points in use that day."""

    visit = models.OneToOneField(
        "outreach.Visit", models.PROTECT, related_name="signal", verbose_name=_("visit")
    )
    table = models.ForeignKey(
        "outreach.Guide",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("table of points"),
    )
    answers = models.JSONField(_("answers in confidence"), default=dict)
    occurred_on = models.DateField(_("day"))

    objects: ClassVar[SignalQuerySet] = scoped_manager(SignalQuerySet)

    class Meta:
        verbose_name = _("early signal")
        verbose_name_plural = _("early signals")
        ordering = ("-occurred_on", "-id")

    def __str__(self) -> str:
        return str(self.visit_id)

    @property
    def weighed(self) -> Weighed | None:
        """Its level and reasons by its own table; None where no table was in use that day."""
        return None if self.table is None else weigh(self.table.points, self.answers)

    @property
    def gone_on(self) -> date:
        """The day from which nobody reads it."""
        return self.occurred_on + KEPT_FOR


class SignalObjectionQuerySet(ScopedQuerySet["SignalObjection"]):
    """Readings of objections."""

    def visible_to(self, actor: Actor) -> Self:
        """Those told to one's own organisation."""
        allowed = self._allow()
        if actor.is_system:
            return allowed
        return allowed.filter(organisation_id=actor.organisation_id)

    def standing_for(self, unit: str, actor: Actor) -> Self:
        """Those told to the actor's organisation that stand, of the firm of an outer row."""
        return self.visible_to(actor).filter(legal_unit=OuterRef(unit), until=None)


class SignalObjection(models.Model):
    """A firm does not want its difficulties to be noted: what was is forgotten, and no more is kept."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    since = models.DateTimeField(_("objects since"), default=clock.now)
    until = models.DateTimeField(_("objected until"), null=True, blank=True)

    objects: ClassVar[SignalObjectionQuerySet] = scoped_manager(SignalObjectionQuerySet)

    class Meta:
        verbose_name = _("objection to early signals")
        verbose_name_plural = _("objections to early signals")
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("legal_unit", "organisation"),
                condition=Q(until__isnull=True),
                name="outreach_one_signal_objection",
            ),
        )

    def __str__(self) -> str:
        return f"{self.legal_unit_id}, {self.since:%Y-%m-%d}"


def objects_to_signals(legal_unit: int, organisation: int) -> bool:
    """Whether a firm wants nothing noted of its difficulties there, or nobody at its door at all."""
    told = SignalObjection.objects.visible_to(MACHINE)
    standing = told.filter(legal_unit=legal_unit, organisation=organisation, until=None)
    return standing.exists() or Objection.objects.filter(legal_unit=legal_unit, until=None).exists()


def heaviest_first(signals: Sequence[Signal]) -> list[tuple[Signal, Weighed]]:
    """Those that call for something, the heaviest first, then the newest."""
    found = [(one, told) for one in signals if (told := one.weighed) and told.level != "none"]
    return sorted(found, key=lambda pair: (-pair[1].score, -pair[0].occurred_on.toordinal()))
