"""What a version of the text says: parties, votes, axes, actions, promises, budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.conventions.models.versions import Version, refuse_frozen
from maillage.conventions.text.document import Outcome, TargetKind

M = TypeVar("M", bound="Row")


class RowQuerySet(models.QuerySet[M]):
    """Lines of a text; those of a signed text can only be read."""

    def _guard(self, versions: Iterable[int] | None = None) -> None:
        ids = set(versions) if versions is not None else set(self.values_list("version", flat=True))
        if Version.objects.filter(pk__in=ids).signed().exists():
            refuse_frozen()

    def update(self, **kwargs: Any) -> int:
        """Refused when a signed text is touched."""
        self._guard()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused when a signed text is touched."""
        self._guard()
        return super().delete()

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Refused when a signed text is touched."""
        rows = list(objs)
        self._guard(row.version_id for row in rows)
        return super().bulk_create(rows, *args, **kwargs)


class Row(models.Model):
    """One line of a text; `edition` counts its changes, so that a stale edit is seen."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)
    source = models.TextField(_("source"), blank=True)
    doubt = models.TextField(_("doubt"), blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)
    once = models.UUIDField(_("sending"), null=True, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("rank", "id")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused once the text is signed."""
        self._guard()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused once the text is signed."""
        self._guard()
        return super().delete(*args, **kwargs)

    @property
    def place(self) -> tuple[int | None, ...]:
        """What the line hangs from, among which its order shows: its axis, its action, or the text."""
        return (getattr(self, "axis_id", None), getattr(self, "action_id", None))

    def _guard(self) -> None:
        if Version.objects.filter(pk=self.version_id).signed().exists():
            refuse_frozen()


class Party(Row):
    """A signatory and its share of the amount, in basis points (blank: not known)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    share_bp = models.PositiveIntegerField(_("share in basis points"), null=True, blank=True)

    objects = models.Manager.from_queryset(RowQuerySet["Party"])()

    class Meta(Row.Meta):
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "organisation"), name="conventions_party_once"
            ),
            models.CheckConstraint(
                condition=Q(share_bp=None) | Q(share_bp__lte=10_000),
                name="conventions_party_share_up_to_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def share(self) -> float | None:
        """The share as a fraction, None when not known."""
        return None if self.share_bp is None else self.share_bp / 10_000


class Deliberation(Row):
    """The vote of one assembly on the text (blank day: known to have taken place, not when)."""

    OUTCOMES = (
        (Outcome.ANNOUNCED, _("Announced")),
        (Outcome.PRINCIPLE, _("Approved in principle")),
        (Outcome.APPROVED, _("Approved")),
    )

    version = models.ForeignKey(Version, models.CASCADE, related_name="deliberations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    decided_on = models.DateField(_("voted on"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    reference = models.CharField(_("reference of the act"), max_length=300, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=20,
        choices=OUTCOMES,
        default=Outcome.APPROVED,
    )

    objects = models.Manager.from_queryset(RowQuerySet["Deliberation"])()

    class Meta(Row.Meta):
        verbose_name = _("deliberation")
        verbose_name_plural = _("deliberations")

    def __str__(self) -> str:
        return f"{self.organisation} {self.number}".strip()


class Axis(Row):
    """A strand of the convention: the actions that serve one aim."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="axes")
    code = models.CharField(_("code"), max_length=19)
    title = models.CharField(_("title"), max_length=300)
    words = models.TextField(_("in short"), blank=True)

    objects = models.Manager.from_queryset(RowQuerySet["Axis"])()

    class Meta(Row.Meta):
        verbose_name = _("axis")
        verbose_name_plural = _("axes")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="conventions_axis_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"


class Action(Row):
    """One thing the parties said they would do; `key` names it for ever, through all amendments."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="actions")
    axis = models.ForeignKey(Axis, models.CASCADE, related_name="actions", verbose_name=_("axis"))
    key = models.CharField(_("permanent key"), max_length=60, editable=False)
    code = models.CharField(_("code"), max_length=19)
    title = models.CharField(_("title"), max_length=300)
    words = models.TextField(_("in short"), blank=True)
    pilot = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("pilot"),
    )
    partners = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name=_("partners")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    steps = models.JSONField(_("steps"), default=list, blank=True)

    objects = models.Manager.from_queryset(RowQuerySet["Action"])()

    class Meta(Row.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = (models.Index(fields=("key",), name="conventions_action_key"),)
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="conventions_action_once"),
            models.UniqueConstraint(fields=("version", "key"), name="conventions_action_key_once"),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(starts_on=None) | Q(due_on__gte=F("starts_on")),
                name="conventions_action_due_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"


class Target(Row):
    """A promise measured by an indicator version and a filter, never by a typed result."""

    KINDS = (
        (TargetKind.FLOOR, _("Floor: at least")),
        (TargetKind.TARGET, _("Target: to reach")),
        (TargetKind.MONITOR, _("Watched, nothing promised")),
    )

    version = models.ForeignKey(Version, models.CASCADE, related_name="targets")
    axis = models.ForeignKey(
        Axis, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("axis")
    )
    action = models.ForeignKey(
        Action,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("action"),
    )
    code = models.CharField(_("code"), max_length=19)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=KINDS,
    )
    indicator = models.CharField(_("indicator"), max_length=80)
    indicator_version = models.PositiveSmallIntegerField(_("version of the indicator"), default=1)
    filter = models.JSONField(_("what counts"), default=dict, blank=True)
    amount = models.BigIntegerField(_("amount promised"), null=True, blank=True)
    by_on = models.DateField(_("by"), null=True, blank=True)
    words = models.TextField(_("in the words of the text"), blank=True)

    objects = models.Manager.from_queryset(RowQuerySet["Target"])()

    class Meta(Row.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="conventions_target_once"),
            models.CheckConstraint(
                # A comparison with NULL is neither true nor false, and a CHECK lets it pass: say it is there.
                condition=Q(kind=TargetKind.MONITOR, amount__isnull=True)
                | Q(
                    kind__in=(TargetKind.FLOOR, TargetKind.TARGET),
                    amount__isnull=False,
                    amount__gt=0,
                ),
                name="conventions_target_amount_when_promised",
            ),
            models.CheckConstraint(
                condition=Q(axis=None) | Q(action=None), name="conventions_target_one_place"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.indicator}"


class BudgetLine(Row):
    """Money promised by a funder for a year (blank funder or year: the source does not say)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="budget")
    funder = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("funder"),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    amount_cents = models.BigIntegerField(_("amount in cents"))

    objects = models.Manager.from_queryset(RowQuerySet["BudgetLine"])()

    class Meta(Row.Meta):
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0), name="conventions_budget_positive"
            ),
        )

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.funder, self.year) if part) or "…"
