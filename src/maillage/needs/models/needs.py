"""Needs: what a firm asked for, where it was heard, to whom it may be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager, shared_with
from maillage.kernel.identifiers import uuid7
from maillage.ledger import themes
from maillage.needs.vocabulary import (
    Ending,
    How,
    NeedState,
    Origin,
    Urgency,
)

#: What an organisation shares when it lets a partner read what its firms ask for.
RESOURCE = "needs"

#: What is read of a need to change it as a whole is read by nobody.
MACHINE = System("a need is heard, sent, answered or reminded of as a whole")
#: Those who read needs at all, name by name; others read figures.
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.EXPERT, Role.AUDITOR)


def owners_visible_to(actor: Actor, owner: str) -> Q:
    """Whose needs the actor reads: their organisation's, and that of those who share theirs."""
    return shared_with(actor, RESOURCE, READERS, owner)


def label_of(theme: str) -> str:
    """A theme in words; its code when no package declares it any more."""
    found = themes.find(theme)
    return str(found.words) if found else theme


class NeedQuerySet(ScopedQuerySet["Need"]):
    """Readings of needs."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that the actor's organisation heard, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those that the actor's organisation heard."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(withdrawn_at__isnull=True)

    def heard_in(self, model: str, key: object) -> Self:
        """Those born of one record: a visit, a file, an answer to a survey."""
        return self.filter(source_model=model, source_key=str(key))

    def with_state(self) -> Self:
        """Each with where it stands, as `stage`."""
        from maillage.needs.models.referrals import Referral

        every = Referral.objects.visible_to(MACHINE)
        live = every.live().filter(need=OuterRef("pk"))
        return self.annotate(
            stage=Case(
                When(withdrawn_at__isnull=False, then=Value(NeedState.WITHDRAWN.value)),
                When(closed_at__isnull=False, then=Value(NeedState.CLOSED.value)),
                When(
                    Exists(live.filter(taken_at__isnull=False)), then=Value(NeedState.TAKEN.value)
                ),
                When(Exists(live), then=Value(NeedState.SENT.value)),
                default=Value(NeedState.EXPRESSED.value),
                output_field=CharField(),
            )
        )

    def at_stage(self, stage: str) -> Self:
        """Those that stand there."""
        return self.with_state().filter(stage=stage)


class Need(models.Model):
    """Something a firm asked for (*besoin*), whoever heard it and wherever."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    legal_unit = models.ForeignKey(
        "register.LegalUnit", models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    theme = models.CharField(_("theme"), max_length=40)
    origin = models.CharField(_("heard at"), max_length=10, choices=Origin.choices)
    source_model = models.CharField(_("born of"), max_length=40, blank=True)
    source_key = models.CharField(_("record it was born of"), max_length=64, blank=True)
    scheme = models.CharField(_("campaign or scheme"), max_length=60, blank=True)
    action_key = models.CharField(_("action of a convention"), max_length=60, blank=True)
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ORDINARY
    )
    words = models.TextField(_("in the firm’s words"), blank=True)
    contact_name = models.CharField(_("whom to ask for"), max_length=120, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    expressed_on = models.DateField(_("expressed on"))
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("heard by"),
    )
    heard_at = models.DateTimeField(_("written down at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    ending = models.CharField(
        _("what came of it"), max_length=15, choices=Ending.choices, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("reason of withdrawing"), max_length=40, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[NeedQuerySet] = scoped_manager(NeedQuerySet)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-expressed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="needs_need_closed_with_ending",
                condition=(Q(closed_at__isnull=True) & Q(ending=""))
                | (Q(closed_at__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="needs_need_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""),
            ),
        ]
        indexes = [
            models.Index(name="needs_need_heard", fields=["organisation", "-expressed_on"]),
            models.Index(name="needs_need_born", fields=["source_model", "source_key"]),
            models.Index(name="needs_need_firm", fields=["establishment", "-expressed_on"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return label_of(self.theme)

    @property
    def is_sensitive(self) -> bool:
        """Whether it tells of a difficulty: then its line is masked for most, and counts."""
        return themes.is_sensitive(self.theme, self.expressed_on)

    @property
    def is_open(self) -> bool:
        """Whether something may still be done about it."""
        return self.closed_at is None and self.withdrawn_at is None

    @property
    def who_asked(self) -> str:
        """Whom to ask for, and how, on one line."""
        parts = (self.contact_name, self.contact_phone, self.contact_email)
        return ", ".join(filter(None, parts)) or gettext("Nobody is named.")


class AgreementQuerySet(ScopedQuerySet["Agreement"]):
    """Readings of agreements."""

    def visible_to(self, actor: Actor) -> Self:
        """Those about the needs that the actor may see."""
        return self._allow().filter(owners_visible_to(actor, "need__organisation"))

    def standing(self) -> Self:
        """Those that the firm has not taken back."""
        return self.filter(ended_at__isnull=True)

    def covering(self, partners: Iterable[int]) -> Self:
        """Those that let one of these partners be told: the ones that name it, and those that name nobody."""
        return self.filter(Q(partner__isnull=True) | Q(partner__in=list(partners)))


class Agreement(models.Model):
    """That a firm agrees to its request being told to a partner, or to whichever partner is chosen."""

    need = models.ForeignKey(
        Need, models.PROTECT, related_name="agreements", verbose_name=_("need")
    )
    partner = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("partner"),
    )
    how = models.CharField(_("how it was given"), max_length=10, choices=How.choices)
    given_at = models.DateTimeField(_("given at"))
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("taken back by"),
    )

    objects = ScopedManager.from_queryset(AgreementQuerySet)()

    class Meta:
        verbose_name = _("agreement to be told")
        verbose_name_plural = _("agreements to be told")
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="needs_one_agreement_a_partner",
                fields=["need", "partner"],
                condition=Q(ended_at__isnull=True) & Q(partner__isnull=False),
            ),
            models.UniqueConstraint(
                name="needs_one_open_agreement",
                fields=["need"],
                condition=Q(ended_at__isnull=True) & Q(partner__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.partner or gettext("Whichever partner is chosen"))
