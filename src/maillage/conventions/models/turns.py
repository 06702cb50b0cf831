"""What happens to an action or to a convention as a whole: dated facts, from which states are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.conventions.models.conventions import Convention
from maillage.conventions.vocabulary import REASONS
from maillage.kernel.identifiers import uuid7
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor


class TurnQuerySet(ScopedQuerySet["Turn"]):
    """The turns taken by actions and conventions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the conventions that the actor's organisation keeps or is a party to."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        return allowed.filter(convention__in=Convention.objects.party_to(actor))

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_at=None)


class Turn(models.Model):
    """An action started, stopped or ended; a convention was suspended, closed… on a day, for a reason.

    The act in the ledger says what counts; this keeps the words, and who may read them.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="turns")
    action_key = models.CharField(_("action"), max_length=60, blank=True)
    kind = models.CharField(_("what happened"), max_length=60)
    on = models.DateField(_("on"))
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    note = models.TextField(_("note"), blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    act_key = models.UUIDField(_("act"), editable=False)
    once = models.UUIDField(_("sending"), unique=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=40, blank=True)

    objects = ScopedManager.from_queryset(TurnQuerySet)()

    class Meta:
        verbose_name = _("turn of an action")
        verbose_name_plural = _("turns of actions")
        ordering = ("on", "id")
        indexes = (models.Index(fields=("action_key",), name="conventions_turn_action"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.action_key or self.convention_id}"

    @property
    def words(self) -> Words:
        """What happened, as people say it."""
        return ledger.kinds()[self.kind].words

    @property
    def reason(self) -> Words | str:
        """Why, as people say it."""
        return REASONS.get(self.reason_code, "")
