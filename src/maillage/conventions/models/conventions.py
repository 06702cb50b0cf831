"""A convention: what lasts through its amendments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor


class ConventionQuerySet(ScopedQuerySet["Convention"]):
    """Conventions: a signed one is a public act, a project belongs to its keeper and its parties."""

    def visible_to(self, actor: Actor) -> Self:
        """Signed conventions are read by everybody; a project by the organisations it names."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        return allowed.filter(Q(signed_at__isnull=False) | self._named(actor))

    def kept_by(self, actor: Actor) -> Self:
        """Those whose text the actor's organisation keeps: it edits, signs and amends them."""
        return self.visible_to(actor).filter(keeper_id=actor.organisation_id)

    def party_to(self, actor: Actor) -> Self:
        """Those that the actor's organisation keeps or is a party to."""
        return self.visible_to(actor).filter(self._named(actor))

    def _named(self, actor: Actor) -> Q:
        from maillage.conventions.models.rows import Party

        parties = Party.objects.filter(
            version__convention=OuterRef("pk"), organisation_id=actor.organisation_id
        )
        return Q(keeper_id=actor.organisation_id) | Q(Exists(parties))


class Convention(models.Model):
    """A partnership agreement between organisations on a territory; its text lives in its versions."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    slug = models.SlugField(_("permanent address"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    territory = models.CharField(_("territory"), max_length=40, blank=True)
    keeper = models.ForeignKey(
        Organisation, models.PROTECT, related_name="conventions_kept", verbose_name=_("kept by")
    )
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("succeeds"),
    )
    source = models.TextField(_("source"), blank=True)
    doubt = models.TextField(_("doubt"), blank=True)
    signed_at = models.DateTimeField(_("first signed text known at"), null=True, editable=False)
    once = models.UUIDField(_("sending"), null=True, unique=True, editable=False)

    objects = ScopedManager.from_queryset(ConventionQuerySet)()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                condition=Q(predecessor=None) | ~Q(predecessor=F("id")),
                name="conventions_convention_not_its_own_predecessor",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def scheme(self) -> str:
        """How acts about the convention as a whole name it."""
        return f"convention:{self.slug}"
