"""What an event and each of its workshops have alike: words in both languages, hours of a day, seats, an end."""

from __future__ import annotations

from datetime import date, datetime

from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.translation import get_language, gettext_lazy as _

from maillage.events.vocabulary import Why
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.places.hours import HourField


def said_in(row: models.Model, name: str, language: str | None) -> str:
    """A text of a row in a language, French where there is no other."""
    english = getattr(row, f"{name}_en") if (language or "fr").startswith("en") else ""
    return str(english or getattr(row, f"{name}_fr"))


class Offer(models.Model):
    """Something to which people come on a day, as long as there are seats."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    title_fr = models.CharField(_("title"), max_length=120, validators=[MinLengthValidator(1)])
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    about_fr = models.TextField(_("what it is about"), blank=True)
    about_en = models.TextField(_("what it is about, in English"), blank=True)
    starts_at = HourField(_("begins at"))
    ends_at = HourField(_("ends at"))
    seats = models.PositiveIntegerField(_("seats"))
    cancelled_because = models.CharField(
        _("why it was cancelled"), max_length=10, choices=Why.choices, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def held_on(self) -> date:
        """The day on which it takes place."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """Its title in the reader's language, French where there is no other."""
        return said_in(self, "title", get_language())

    @property
    def about(self) -> str:
        """What it is about, in the reader's language."""
        return said_in(self, "about", get_language())

    @property
    def begins(self) -> datetime:
        """The instant at which it begins, in Paris."""
        return datetime.combine(self.held_on, self.starts_at, tzinfo=clock.PARIS)

    @property
    def ends(self) -> datetime:
        """The instant at which it ends, in Paris."""
        return datetime.combine(self.held_on, self.ends_at, tzinfo=clock.PARIS)

    @property
    def left(self) -> int:
        """Seats that may still be had at once, on one read `with_counts`: none while somebody waits for one."""
        seated, waiting = getattr(self, "seated", 0), getattr(self, "waiting", 0)
        return 0 if waiting else max(self.seats - seated, 0)
