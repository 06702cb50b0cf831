"""Questionnaires by version, the passes of firms, the steps of their plans.

No score stands here: it is computed from the answers by `scoring`, with the version that a pass pins.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager, shared_with
from maillage.diagnoses.document import Document
from maillage.diagnoses.parsing import document_of
from maillage.diagnoses.scoring import APART, Scores, Taken, score
from maillage.diagnoses.vocabulary import Dropped
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.register.models import Establishment, LegalUnit

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

#: What an organisation shares when it lets a partner read its diagnoses.
RESOURCE = "diagnoses"
#: What is decided or counted about a record in hand is not read by anybody.
MACHINE = System(
    "which passes of a firm, which versions, which keys there are, is asked as a whole"
)
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)


def owners_visible_to(actor: Actor, path: str) -> Q:
    """Whose diagnoses the actor reads: their organisation's, and those shared with it; auditors and the machine, all."""
    return shared_with(actor, RESOURCE, READERS, path)


class QuestionnaireQuerySet(ScopedQuerySet["Questionnaire"]):
    """Readings of questionnaires."""

    def visible_to(self, actor: Actor) -> Self:
        """What was published, to whoever reads diagnoses; a draft, to the organisation that writes it."""
        if actor.is_system:
            return self._allow()
        if not actor.has(*READERS):
            return self._allow().none()
        own = Q(organisation_id=actor.organisation_id)
        return self._allow().filter(own | Q(published_at__isnull=False))

    def in_use(self) -> Self:
        """The last published version of each questionnaire."""
        later = Questionnaire.objects.visible_to(MACHINE)
        later = later.filter(
            code=OuterRef("code"), number__gt=OuterRef("number"), published_at__isnull=False
        )
        return self.filter(~Exists(later), published_at__isnull=False)


class Questionnaire(models.Model):
    """A version of a questionnaire: a draft that its organisation writes, then published for good.

    Its code belongs to the organisation that first brought it: it alone writes the next versions. Whoever works in
    the field may use a published one, so that figures of several organisations are of the same questions.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    code = models.CharField(_("code"), max_length=30)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text of the questionnaire"))
    load = models.ForeignKey(
        Load, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("load")
    )
    version = models.PositiveIntegerField(_("version of the draft"), default=1)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[QuestionnaireQuerySet] = scoped_manager(QuestionnaireQuerySet)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ("code", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "number"), name="diagnoses_questionnaire_version_once"
            ),
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(published_at__isnull=True),
                name="diagnoses_one_draft_a_questionnaire",
            ),
        )

    def __str__(self) -> str:
        return str(self.document.title)

    @property
    def document(self) -> Document:
        """Its axes, questions and points."""
        return document_of(self.text)

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.published_at is None

    @property
    def scheme(self) -> str:
        """What the acts of its passes name, whatever the version."""
        return f"questionnaire:{self.code}"


class PassQuerySet(ScopedQuerySet["Pass"]):
    """Readings of passes."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those that others share with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the actor's organisation."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that nobody cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def of_family(self, of: Pass) -> Self:
        """The passes of the same firm, by the same organisation, through the same questionnaire."""
        return self.filter(
            organisation=of.organisation_id,
            legal_unit=of.legal_unit_id,
            questionnaire__code=of.questionnaire.code,
        )

    def last_of_each(self) -> Self:
        """The newest standing pass of each firm through each questionnaire."""
        every = Pass.objects.visible_to(MACHINE)
        same = every.standing().filter(
            organisation=OuterRef("organisation"),
            legal_unit=OuterRef("legal_unit"),
            questionnaire__code=OuterRef("questionnaire__code"),
        )
        later = same.filter(
            Q(occurred_on__gt=OuterRef("occurred_on"))
            | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk"))
        )
        return self.standing().filter(~Exists(later))

    def due_again(self, on: date) -> Self:
        """Those half a year old on a day, that no later pass followed."""
        return self.last_of_each().filter(occurred_on__lte=on - APART)


class Pass(models.Model):
    """One diagnosis of a firm (*passage*): the answers of a day, through one version of a questionnaire."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    legal_unit = models.ForeignKey(
        LegalUnit, models.PROTECT, related_name="+", verbose_name=_("firm")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser")
    )
    occurred_on = models.DateField(_("day"))
    answers = models.JSONField(_("answers"), default=dict)
    note = models.TextField(_("note for the artisan"), blank=True)
    reported_at = models.DateTimeField(_("reported at"), default=clock.now)
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_because = models.CharField(_("reason of cancelling"), max_length=40, blank=True)

    objects: ClassVar[PassQuerySet] = scoped_manager(PassQuerySet)

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        ordering = ("-occurred_on", "-id")
        constraints = (
            models.CheckConstraint(
                name="diagnoses_pass_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
            ),
        )
        indexes = (
            models.Index(name="diagnoses_pass_firm", fields=("legal_unit", "occurred_on")),
            models.Index(name="diagnoses_pass_day", fields=("organisation", "occurred_on")),
        )

    def __str__(self) -> str:
        return f"{self.questionnaire}, {self.occurred_on}"

    @property
    def document(self) -> Document:
        """The version that it pins."""
        return self.questionnaire.document

    @property
    def scores(self) -> Scores:
        """What its answers are worth."""
        return score(self.document, self.answers)

    @property
    def again_on(self) -> date:
        """From which day another pass measures what became of the firm."""
        return self.occurred_on + APART

    @property
    def taken(self) -> Taken:
        """The pass as pairing sees it."""
        return Taken(self.occurred_on, self.document, self.answers, self)


class PlanStepQuerySet(ScopedQuerySet["PlanStep"]):
    """Readings of the steps of plans."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the passes that the actor reads."""
        return self._allow().filter(owners_visible_to(actor, "of__organisation"))

    def waiting(self) -> Self:
        """Those neither done nor dropped."""
        return self.filter(done_on__isnull=True, dropped_because="")


class PlanStep(models.Model):
    """One thing to do after a diagnosis (*étape du plan*), by a day; done on a day, or dropped with a reason."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    of = models.ForeignKey(Pass, models.PROTECT, related_name="steps", verbose_name=_("diagnosis"))
    axis = models.CharField(_("axis"), max_length=30)
    wording = models.CharField(_("what to do"), max_length=1000)
    theme = models.CharField(_("theme"), max_length=40, blank=True)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_because = models.CharField(
        _("why it was dropped"), max_length=20, choices=Dropped.choices, blank=True
    )
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects = ScopedManager.from_queryset(PlanStepQuerySet)()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                name="diagnoses_step_done_or_dropped",
                condition=Q(done_on__isnull=True) | Q(dropped_because=""),
            ),
        )

    def __str__(self) -> str:
        return self.wording

    @property
    def is_waiting(self) -> bool:
        """Neither done nor dropped."""
        return self.done_on is None and not self.dropped_because

    @property
    def is_late(self) -> bool:
        """Whether its day has gone by and it waits still."""
        return self.is_waiting and self.due_on < clock.today()
