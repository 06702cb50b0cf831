"""The texts that visits follow, by version: drafts that an organisation writes, then published for good."""

from __future__ import annotations

from importlib.resources import files
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.kernel.identifiers import uuid7
from maillage.outreach.distress.points import Points, points_of
from maillage.outreach.guides.grid import Grid, grid_of

READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


class GuideQuerySet(ScopedQuerySet["Guide"]):
    """Readings of guides."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation, for who goes and sees firms or answers for them."""
        allowed = self._allow()
        if actor.is_system:
            return allowed
        if not actor.has(*READERS):
            return allowed.none()
        return allowed.filter(organisation_id=actor.organisation_id)

    def published(self) -> Self:
        """Those that visits may follow."""
        return self.filter(published_at__isnull=False)

    def in_use(self, kind: str) -> Guide | None:
        """The last published version of a kind, when there is one."""
        return self.published().filter(kind=kind).order_by("-number").first()


class Guide(models.Model):
    """A version of what an organisation's visits follow: its grid of questions, or its table of points."""

    class Kind(models.TextChoices):
        """What the text is."""

        GRID = "grid", _("Visit grid")
        POINTS = "points", _("Points of early signals")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(_("version of the draft"), default=1)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[GuideQuerySet] = scoped_manager(GuideQuerySet)

    class Meta:
        verbose_name = _("visit guide")
        verbose_name_plural = _("visit guides")
        ordering = ("kind", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "kind", "number"), name="outreach_guide_version_once"
            ),
            models.UniqueConstraint(
                fields=("organisation", "kind"),
                condition=Q(published_at__isnull=True),
                name="outreach_one_draft_a_guide",
            ),
        )

    def __str__(self) -> str:
        return str((self.grid if self.kind == self.Kind.GRID else self.points).title)

    @property
    def grid(self) -> Grid:
        """Its blocks and questions."""
        return grid_of(self.text)

    @property
    def points(self) -> Points:
        """Its facts and levels."""
        return points_of(self.text)

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.published_at is None


def shipped(kind: str) -> str:
    """The text of a kind that ships with the product, to begin with."""
    library = files("maillage.outreach.guides") / "library"
    return (library / f"{Guide.Kind(kind).value}.toml").read_text(encoding="utf-8")
