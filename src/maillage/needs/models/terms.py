"""The thesaurus: words of artisans that advisers keep, each with the theme it speaks of."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel.identifiers import uuid7
from maillage.needs.models.needs import Need, owners_visible_to


class TermQuerySet(ScopedQuerySet["Term"]):
    """Readings of terms."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and of those that share their needs with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those that the actor's organisation keeps."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those in use: not taken out, and of no load that is still being looked at."""
        return self.filter(is_active=True, ended_at__isnull=True)


class Term(models.Model):
    """Words that speak of a theme (*site vitrine*: be visible online); they propose, a person decides."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    term = models.CharField(_("term"), max_length=200)
    plain = models.CharField(_("without accents or case"), max_length=200)
    theme = models.CharField(_("theme"), max_length=40)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("made by"),
    )
    load = models.PositiveBigIntegerField(_("load"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    ended_at = models.DateTimeField(_("taken out at"), null=True, blank=True)

    objects = ScopedManager.from_queryset(TermQuerySet)()

    class Meta:
        verbose_name = _("term of the thesaurus")
        verbose_name_plural = _("terms of the thesaurus")
        ordering = ["plain", "theme", "id"]
        constraints = [
            models.UniqueConstraint(
                name="needs_one_term_a_theme",
                fields=["organisation", "plain", "theme"],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.term


class SynonymQuerySet(ScopedQuerySet["Synonym"]):
    """Readings of proposed synonyms."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about the needs that the actor may see."""
        return self._allow().filter(owners_visible_to(actor, "need__organisation"))

    def waiting(self) -> Self:
        """Those that nobody decided yet, of needs whose words are still kept."""
        undecided = self.filter(decided_at__isnull=True, need__withdrawn_at__isnull=True)
        return undecided.exclude(need__words="")


class Synonym(models.Model):
    """That a person chose a theme which no term of the request speaks of: an adviser may keep one of its words.

    It holds none of the firm's words, which stay with the need and are forgotten with it.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    need = models.ForeignKey(Need, models.PROTECT, related_name="+", verbose_name=_("need"))
    theme = models.CharField(_("theme"), max_length=40)
    made_at = models.DateTimeField(_("made at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    term = models.ForeignKey(
        Term, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("term kept")
    )

    objects = ScopedManager.from_queryset(SynonymQuerySet)()

    class Meta:
        verbose_name = _("proposed synonym")
        verbose_name_plural = _("proposed synonyms")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(name="needs_one_synonym_a_need", fields=["need"]),
            models.CheckConstraint(
                name="needs_synonym_kept_once_decided",
                condition=Q(term__isnull=True) | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.need)
