"""Programmes of support, the structures that hand lists in, the lines of these lists under pseudonyms."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, scoped_manager
from maillage.cohorts.recipe import VERSION
from maillage.cohorts.vocabulary import Stage, stages_of
from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7

RESOURCE = "cohorts"
MACHINE = System("what a list told, whose pseudonyms there are, is asked as a whole")
#: Those who answer for a programme, and those who hand lists in for a structure.
PLANNERS = (Role.OFFICER, Role.SERVICE_MANAGER)
DEPOSITORS = (Role.EXPERT, Role.OFFICER, Role.SERVICE_MANAGER, Role.ADMINISTRATOR)
READERS = tuple(dict.fromkeys((*PLANNERS, *DEPOSITORS, Role.AUDITOR)))


class ProgrammeQuerySet(ScopedQuerySet["Programme"]):
    """Readings of programmes."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those whose lists it hands in; auditors and the machine, all."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        mine = Allowed.objects.filter(organisation=actor.organisation_id)
        own = Q(organisation_id=actor.organisation_id) | Q(pk__in=mine.values("programme"))
        return allowed.filter(own) if actor.has(*READERS) else allowed.none()

    def open_to(self, structure: int) -> Self:
        """Those whose lists a structure hands in today."""
        now = Allowed.objects.filter(organisation=structure, ended_at=None)
        return self._allow().filter(pk__in=now.values("programme"), closed_at=None)


class Programme(models.Model):
    """A programme of support (*dispositif d'accompagnement*): one key, one list of stages, structures that take part."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    fingerprint = models.CharField(_("fingerprint of the key"), max_length=16)
    recipe = models.PositiveSmallIntegerField(_("version of the recipe"), default=VERSION)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    objects: ClassVar[ProgrammeQuerySet] = scoped_manager(ProgrammeQuerySet)

    class Meta:
        verbose_name = _("programme of support")
        verbose_name_plural = _("programmes of support")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"), name="cohorts_one_programme_a_name"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def scheme(self) -> str:
        """What the acts of its lists name."""
        return f"cohort:{self.key}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in force: those of its newest list."""
        newest = self.stage_lists.order_by("-number").first()
        return stages_of(newest.stages) if newest else ()

    @property
    def every_stage(self) -> tuple[Stage, ...]:
        """Every stage it ever had, each as it is called now."""
        kept = self.stage_lists.order_by("number").values_list("stages", flat=True)
        return tuple({one.code: one for stages in kept for one in stages_of(stages)}.values())


class StageList(models.Model):
    """A version of the stages of a programme: a new one never changes what lists told before."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stage_lists")
    number = models.PositiveIntegerField(_("number"))
    stages: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(
        _("stages")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("list of stages")
        verbose_name_plural = _("lists of stages")
        ordering = ("programme", "number")
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="cohorts_stages_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.number}"


class Allowed(models.Model):
    """A structure that hands lists in for a programme, until it is taken out."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="structures")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    allowed_at = models.DateTimeField(_("allowed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("structure of a programme")
        verbose_name_plural = _("structures of a programme")
        ordering = ("programme", "organisation")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "organisation"), name="cohorts_structure_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.organisation_id}"


class Pseudonym(models.Model):
    """A person of a programme: a key drawn by chance, and the digest of their token, which is emptied with time.

    The digest is keyed by a secret of the instance: whoever has the key of the programme and a copy of the database,
    without that secret, finds nobody.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    digest = models.CharField(_("digest of the token"), max_length=64, blank=True)
    last_told_at = models.DateTimeField(_("last told at"))

    class Meta:
        verbose_name = _("person under a pseudonym")
        verbose_name_plural = _("persons under a pseudonym")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "digest"),
                condition=~Q(digest=""),
                name="cohorts_person_once_a_programme",
            ),
        )

    def __str__(self) -> str:
        return str(self.key)


class CohortLineQuerySet(ScopedQuerySet["CohortLine"]):
    """Readings of the lines of lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that the actor's structure handed in, those of its programmes to who answers for them."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        if not actor.has(*READERS):
            return allowed.none()
        own = Q(organisation_id=actor.organisation_id)
        if actor.has(*PLANNERS):
            own |= Q(programme__organisation_id=actor.organisation_id)
        return allowed.filter(own)

    def owned_by(self, actor: Actor) -> Self:
        """Those that the actor's structure handed in."""
        return self.visible_to(actor).filter(organisation_id=actor.organisation_id)

    def standing(self) -> Self:
        """Those that no later deposit replaced, and that were not taken back."""
        return self.filter(ended_at=None)


class CohortLine(models.Model):
    """A stage that somebody reached, as a structure's list tells it: no name, no day of birth.

    `mark` is the same for the same line told again: the drawn key of the person, stage and day; where there is no token,
    the whole line and its rank among equal ones, under the secret of the instance. So nothing recognises anybody by it once
    the digest is gone. `act` is the act that it caused.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    load = models.ForeignKey(Load, models.PROTECT, related_name="+", verbose_name=_("load"))
    number = models.PositiveBigIntegerField(_("line of the file"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("structure")
    )
    pseudonym = models.ForeignKey(
        Pseudonym, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    mark = models.CharField(_("fingerprint"), max_length=64)
    stage = models.CharField(_("stage"), max_length=40)
    counts_as = models.CharField(_("counts as"), max_length=12)
    on = models.DateField(_("day"))
    amount_cents = models.BigIntegerField(_("amount in cents"), null=True, blank=True)
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    in_qpv = models.BooleanField(_("in a priority neighbourhood"), null=True, blank=True)
    siret = models.CharField(_("SIRET of what was created"), max_length=14, blank=True)
    act = models.UUIDField(_("act"))
    told_at = models.DateTimeField(_("told at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Load, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects: ClassVar[CohortLineQuerySet] = scoped_manager(CohortLineQuerySet)

    # A later load that told the very same, and corrects the one it comes from; no key: it is looked at within one load.
    again_by = models.BigIntegerField(_("told again by"), default=0)

    class Meta:
        verbose_name = _("line of a cohort")
        verbose_name_plural = _("lines of a cohort")
        ordering = ("-on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "organisation", "mark"),
                condition=Q(ended_at=None),
                name="cohorts_line_stands_once",
            ),
        )
        indexes = (
            models.Index(fields=("organisation", "-on", "-id"), name="cohorts_line_newest"),
            models.Index(fields=("load", "number"), name="cohorts_line_of_load"),
        )

    def __str__(self) -> str:
        return f"{self.load_id}:{self.number}"
