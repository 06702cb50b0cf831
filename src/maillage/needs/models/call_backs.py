"""Call-backs: a firm is called some weeks after, to hear whether somebody really answered it."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel.identifiers import uuid7
from maillage.needs.models.needs import Need, owners_visible_to
from maillage.needs.vocabulary import CalledBack, Ending


class CallBackQuerySet(ScopedQuerySet["CallBack"]):
    """Readings of call-backs."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about the needs that the actor may see."""
        return self._allow().filter(owners_visible_to(actor, "need__organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those about the needs that the actor's organisation heard."""
        return self.visible_to(actor).filter(need__organisation_id=actor.organisation_id)

    def waiting(self) -> Self:
        """Those still to be made: not of a need that was withdrawn, or that the firm gave up."""
        given_up = Q(need__withdrawn_at__isnull=False) | Q(need__ending=Ending.ABANDONED.value)
        return self.filter(done_at__isnull=True).exclude(given_up)

    def of(self, actor: Actor) -> Self:
        """Those that fall to this person, and those that fall to nobody in particular."""
        return self.filter(Q(person=actor.person_id) | Q(person=None))


class CallBack(models.Model):
    """A firm to call back about its need (*rappel*), thirty or ninety days after, and what it said."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    need = models.ForeignKey(
        Need, models.PROTECT, related_name="call_backs", verbose_name=_("need")
    )
    since = models.DateField(_("counted from"))
    after_days = models.PositiveSmallIntegerField(_("days after"))
    due_on = models.DateField(_("due on"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("to be called by"),
    )
    made_at = models.DateTimeField(_("made at"))
    done_at = models.DateTimeField(_("called back at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("called back by"),
    )
    outcome = models.CharField(
        _("what it said"), max_length=10, choices=CalledBack.choices, blank=True
    )

    objects = ScopedManager.from_queryset(CallBackQuerySet)()

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="needs_called_back_once_an_age", fields=["need", "since", "after_days"]
            ),
            # Nobody calls a firm twice about one thing: the next call waits until this one is made.
            models.UniqueConstraint(
                name="needs_one_call_waiting",
                fields=["need"],
                condition=Q(done_at__isnull=True),
            ),
            models.CheckConstraint(
                name="needs_called_back_with_outcome",
                condition=(Q(done_at__isnull=True) & Q(outcome=""))
                | (Q(done_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.after_days}"

    def is_late(self, today: date) -> bool:
        """Whether it waits for more than a week."""
        return self.done_at is None and (today - self.due_on).days > 7
