"""The journal of all loads, and the rows that each of them refused."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

#: Those who see what came in by file.
READERS = (Role.ADMINISTRATOR, Role.SERVICE_MANAGER)


class LoadQuerySet(models.QuerySet["Load"]):
    """Readings of the journal of loads."""

    def visible(self, at: datetime | None = None) -> LoadQuerySet:
        """Loads whose content counts as known at `at` (now by default): activated, not undone then."""
        at = at or clock.now()
        return self.filter(Q(undone_at=None) | Q(undone_at__gt=at), activated_at__lte=at)

    def applying(self) -> LoadQuerySet:
        """Loads begun and not yet activated: at most one of each source."""
        return self.filter(state=Load.State.APPLYING)

    def unfinished(self) -> LoadQuerySet:
        """Loads that a worker has still something to do for."""
        return self.filter(state__in=[Load.State.RECEIVED, Load.State.APPLYING, Load.State.UNDOING])

    def unsettled(self) -> LoadQuerySet:
        """Active loads that still have something to write now that they are active."""
        return self.filter(state=Load.State.ACTIVE, settled_at=None)

    def readable_by(self, actor: Actor) -> LoadQuerySet:
        """Loads common to the instance, and those of the actor's own organisation."""
        if actor.is_system:
            return self.all()
        if not actor.has(*READERS):
            return self.none()
        return self.filter(Q(organisation=None) | Q(organisation=actor.organisation_id))


class Load(models.Model):
    """One reading of a source: previewed, applied in chunks, activated at once, undone by id."""

    class State(models.TextChoices):
        RECEIVED = "received", _("being read")
        PREVIEWED = "previewed", _("to be confirmed")
        APPLYING = "applying", _("being applied")
        ACTIVE = "active", _("active")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("abandoned before it was active")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=20)
    vintage = models.DateField(_("data date"), null=True, blank=True)
    territory = models.CharField(_("territory"), max_length=40, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.APPLYING
    )
    digest = models.CharField(
        _("fingerprint"), max_length=64, blank=True, default="", db_index=True
    )
    files = models.JSONField(_("files"), default=list, blank=True)
    given = models.JSONField(_("what was asked with the file"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    found = models.JSONField(_("what the reading found"), default=dict, blank=True)
    refusal = models.JSONField(_("why the file was refused"), default=dict, blank=True)
    # Accounts' keys, without foreign keys: the journal never stands in the way of an erasure.
    organisation = models.BigIntegerField(_("organisation it belongs to"), null=True, blank=True)
    loaded_by = models.BigIntegerField(_("loaded by"), null=True, blank=True)
    staged_at = models.DateTimeField(_("begun at"))
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True)
    settled_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.BigIntegerField(_("undone by"), null=True, blank=True)
    undone_because = models.CharField(_("undone because"), max_length=200, blank=True, default="")
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True, blank=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state="applying", organisation=None),
                name="intake_one_load_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["received", "previewed", "applying", "failed"], activated_at=None
                )
                | Q(state="active", activated_at__isnull=False, undone_at=None)
                | Q(
                    state__in=["undoing", "undone"],
                    activated_at__isnull=False,
                    undone_at__gte=F("activated_at"),
                ),
                name="intake_load_state_matches_its_instants",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.vintage or ''} {self.territory}".strip()

    def count(self, kind: str) -> int:
        """How many rows were of a kind."""
        return int(self.counts.get(kind, 0))

    @property
    def accepted(self) -> int:
        """Rows taken: all that were read and not refused."""
        return self.count("read") - self.count("rejected")

    @property
    def file_names(self) -> list[str]:
        """The names of its files."""
        return [str(file["name"]) for file in self.files]

    @property
    def is_busy(self) -> bool:
        """A worker has still something to do for it."""
        return self.state in {self.State.RECEIVED, self.State.APPLYING, self.State.UNDOING}


class RejectQuerySet(models.QuerySet["Reject"]):
    """Readings of refused and doubtful rows."""

    def refused(self) -> RejectQuerySet:
        """Rows that were not taken, and that nobody has set right since."""
        return self.filter(is_warning=False, corrected_at=None)

    def doubtful(self) -> RejectQuerySet:
        """Rows that were taken with a warning."""
        return self.filter(is_warning=True)

    def corrected(self) -> RejectQuerySet:
        """Rows that somebody set right on screen."""
        return self.filter(corrected_at__isnull=False)


class Reject(models.Model):
    """One row of a file that was refused, or taken with a warning: where, and why."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="rejects")
    file = models.CharField(_("file"), max_length=200)
    table = models.CharField(_("sheet"), max_length=200, blank=True, default="")
    line = models.PositiveBigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True, default="")
    code = models.CharField(_("reason"), max_length=40)
    value = models.CharField(_("value read"), max_length=60, blank=True, default="")
    is_warning = models.BooleanField(_("warning"), default=False)
    # Blank where a row may hold a name that must not be kept (Sirene).
    row: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("row as read"), default=dict, blank=True
    )
    corrected_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    corrected_by = models.BigIntegerField(_("corrected by"), null=True, blank=True)

    objects = RejectQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.column} {self.code}"
