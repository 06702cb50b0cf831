"""Photographs of a visit: the image alone, for the organisation that made the visit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.outreach.models.visits import READERS, Visit
from maillage.register.models import Establishment

THUMBNAIL = 160
"""How wide a photograph is drawn among others, in pixels."""


class VisitPhotoQuerySet(ScopedQuerySet["VisitPhoto"]):
    """Readings of photographs."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the visits of one's organisation, whatever it shares; auditors read all."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        if not actor.has(*READERS):
            return allowed.none()
        return allowed.filter(visit__organisation_id=actor.organisation_id)

    def of(self, visit: Visit) -> Self:
        """Those of a visit, in the order in which they came."""
        return self.filter(visit=visit).order_by("pk")

    def at(self, places: Iterable[Establishment]) -> Self:
        """Those of the visits of these places that stand, the newest first."""
        rows = self.filter(visit__establishment__in=list(places), visit__cancelled_at__isnull=True)
        return rows.order_by("-visit__occurred_on", "-visit_id", "pk")

    def kept(self) -> Self:
        """Those that nobody removed."""
        return self.exclude(data=b"")

    def told(self) -> Self:
        """What is said of them, without reading the images themselves."""
        return self.kept().select_related("added_by").defer("data")


class VisitPhoto(models.Model):
    """An image taken at a visit. Once removed its row stays, empty, so that a phone that sends it again puts nothing back."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    visit = models.ForeignKey(
        "outreach.Visit", models.PROTECT, related_name="+", verbose_name=_("visit")
    )
    data = models.BinaryField(_("image"), default=bytes)
    kind = models.CharField(_("kind of image"), max_length=4)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    digest = models.CharField(_("fingerprint"), max_length=64)
    added_at = models.DateTimeField(_("added at"), default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    once = models.CharField(_("idempotency key"), max_length=80, unique=True)

    objects: ClassVar[VisitPhotoQuerySet] = scoped_manager(VisitPhotoQuerySet)

    class Meta:
        verbose_name = _("photograph of a visit")
        verbose_name_plural = _("photographs of visits")
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def thumbnail(self) -> tuple[int, int]:
        """How wide and how high it is drawn among others, so that the page keeps its place before it is read."""
        return THUMBNAIL, max(round(THUMBNAIL * self.height / self.width), 1)
