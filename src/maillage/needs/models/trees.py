"""Versions of the tree of themes: a draft that is written, then published for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ThemeTreeQuerySet(models.QuerySet["ThemeTree"]):
    """Readings of versions."""

    def published(self) -> ThemeTreeQuerySet:
        """Those that held or hold, the newest first."""
        return self.filter(published_at__isnull=False).order_by("-number")

    def draft(self) -> ThemeTree | None:
        """The one that is being written, when there is one."""
        return self.filter(published_at__isnull=True).first()


class ThemeTree(models.Model):
    """A version of the tree of themes (*arbre des thèmes*) after the one that ships; published, it never changes.

    It belongs to the instance: an act of any organisation is named and masked by it. Numbers are taken one after the other,
    so there is one draft at a time.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    families = models.JSONField(_("families"), default=list)
    version = models.PositiveIntegerField(_("version of the draft"), default=1)
    because = models.CharField(_("why"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("published by"),
    )

    objects = ThemeTreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("tree of themes")
        verbose_name_plural = _("trees of themes")
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(
                name="needs_tree_published_with_reason",
                condition=Q(published_at__isnull=True) | ~Q(because=""),
            ),
        )

    def __str__(self) -> str:
        return str(self.number)
