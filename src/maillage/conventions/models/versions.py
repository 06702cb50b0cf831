"""The text of a convention, original or amended: free while a draft, immutable once signed."""

from __future__ import annotations

from typing import Any, Never

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.conventions.models.conventions import Convention
from maillage.conventions.text.document import Basis
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.kernel.identifiers import uuid7


def refuse_frozen() -> Never:
    """A signed text does not change.

    Raises:
        Conflict: always.
    """
    raise Conflict(
        _("This text is signed: it no longer changes."), remedy=_("Prepare an amendment.")
    )


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions of a text; the signed ones can only be read."""

    def drafts(self) -> VersionQuerySet:
        """Texts not signed yet."""
        return self.filter(recorded_at=None)

    def signed(self) -> VersionQuerySet:
        """Texts that bind, whether or not they hold yet."""
        return self.filter(recorded_at__isnull=False)

    def update(self, **kwargs: Any) -> int:
        """Refused when a signed text is among them."""
        if self.signed().exists():
            refuse_frozen()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused when a signed text is among them."""
        if self.signed().exists():
            refuse_frozen()
        return super().delete()


class Version(models.Model):
    """The original text (number 0) or what an amendment made of it (1, 2…).

    `recorded_at` is the instant since when the signed text is known here; it freezes the text. The
    text in force on a day is the last signed one whose `effective_on` has come (ADR 0010).
    """

    BASES = (
        (Basis.SIGNED_TEXT, _("The signed text")),
        (Basis.PUBLIC_SOURCE, _("A public source")),
        (Basis.UNSCANNED, _("A convention whose text is not kept here")),
    )

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    convention = models.ForeignKey(
        Convention, models.CASCADE, related_name="versions", verbose_name=_("convention")
    )
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    effective_on = models.DateField(_("holds from"), null=True, blank=True)
    effective_until = models.DateField(_("holds until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("known signed at"), null=True, editable=False)
    amount_cents = models.BigIntegerField(_("amount in cents"), null=True, blank=True)
    announced_actions = models.PositiveSmallIntegerField(
        _("number of actions announced"), null=True, blank=True
    )
    basis = models.CharField(
        _("what the entry rests on"),
        max_length=20,
        choices=BASES,
        default=Basis.SIGNED_TEXT,
    )
    words = models.TextField(_("in short"), blank=True)
    source = models.TextField(_("source"), blank=True)
    doubt = models.TextField(_("doubt"), blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)

    objects = models.Manager.from_queryset(VersionQuerySet)()

    class Meta:
        verbose_name = _("version of the text")
        verbose_name_plural = _("versions of the text")
        ordering = ("convention", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("convention", "number"), name="conventions_version_once"
            ),
            models.CheckConstraint(
                condition=Q(effective_until=None)
                | Q(effective_on=None)
                | Q(effective_until__gte=F("effective_on")),
                name="conventions_version_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at=None) | Q(effective_on__isnull=False),
                name="conventions_version_signed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents=None) | Q(amount_cents__gte=0),
                name="conventions_version_amount_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.convention_id}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused once the text is signed."""
        if self.pk and Version.objects.filter(pk=self.pk).signed().exists():
            refuse_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused once the text is signed."""
        if self.is_signed:
            refuse_frozen()
        return super().delete(*args, **kwargs)

    @property
    def is_signed(self) -> bool:
        """Whether the text binds: it is then immutable."""
        return self.recorded_at is not None

    @property
    def is_amendment(self) -> bool:
        """Whether it changes an earlier text."""
        return self.number > 0

    @property
    def is_late_entry(self) -> bool:
        """Whether the text was entered here after it had come to hold (a retro-entry, marked as such)."""
        return bool(
            self.recorded_at
            and self.effective_on
            and clock.local_day(self.recorded_at) > self.effective_on
        )
