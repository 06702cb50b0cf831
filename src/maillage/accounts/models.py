"""Who works for whom, in which role, and what organisations let one another see."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext, gettext_lazy as _

from maillage.accounts.identity import Identity  # noqa: F401 -- a model is found here
from maillage.accounts.invitations import Invitation  # noqa: F401 -- likewise
from maillage.accounts.languages import LANGUAGES
from maillage.accounts.roles import Role
from maillage.accounts.runs import RetentionRun  # noqa: F401 -- likewise
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

# Nobody's rights are written in the database's own tables of permissions: roles and policy say it all.


# A right that nobody looked at for a year is a right that nobody answers for.
REVIEWED_EVERY = timedelta(days=365)


def _now() -> datetime:
    return clock.now()


class Organisation(models.Model):
    """A partner: an intercommunality, a chamber, a landlord, a support structure, a funder, a State body."""

    class Kind(models.TextChoices):
        """What an organisation is in the partnership."""

        EPCI = "epci", _("Intercommunality")
        CHAMBER = "chamber", _("Chamber")
        LANDLORD = "landlord", _("Social landlord")
        SUPPORT = "support", _("Support structure")
        FUNDER = "funder", _("Funder")
        OPERATOR = "operator", _("Operator")
        STATE = "state", _("State body")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("siren",), condition=~Q(siren=""), name="accounts_organisation_siren_once"
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name


class PersonManager(BaseUserManager["Person"]):
    """People by their address, always in lower case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person of this e-mail address, however it is capitalised."""
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A new person; without a password they sign in by e-mail code."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their memberships, never from the person."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[PersonManager] = PersonManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="accounts_person_email_in_lower_case"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    """Memberships, past, present and to come."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation, and one's own everywhere; an auditor sees all."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        return allowed.filter(
            Q(organisation_id=actor.organisation_id) | Q(person_id=actor.person_id or 0)
        )

    def current(self, on: date | None = None) -> Self:
        """Those that hold on a day (today when none is given), for active people and organisations."""
        day = on or clock.today()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day),
            starts_on__lte=day,
            ended_at=None,
            person__is_active=True,
            organisation__is_active=True,
        )

    def to_review(self, on: date | None = None) -> Self:
        """Those that hold and that nobody confirmed for a year (yearly review of rights)."""
        day = on or clock.today()
        before = day - REVIEWED_EVERY
        since = Coalesce("confirmed_on", "starts_on")
        return self.current(day).annotate(known_on=since).filter(known_on__lte=before)


class Membership(models.Model):
    """A person acts for an organisation, in one role, between two dates; an elected member on a perimeter."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    perimeter = models.CharField(
        _("perimeter"),
        max_length=400,
        blank=True,
        help_text=_("Key of a territory, or INSEE codes of communes separated by commas."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)

    objects = ScopedManager.from_queryset(MembershipQuerySet)()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("starts_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="accounts_membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="accounts_membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"

    @property
    def is_current(self) -> bool:
        """Whether it holds today; an ending takes effect at once, not the next morning."""
        today = clock.today()
        over = self.ended_at is not None or (self.ends_on is not None and self.ends_on < today)
        return not over and self.starts_on <= today

    @property
    def review_due_on(self) -> date:
        """The day from which it has to be confirmed or ended: a year after it last was, or after it began."""
        return (self.confirmed_on or self.starts_on) + REVIEWED_EVERY


class ShareQuerySet(ScopedQuerySet["Share"]):
    """What organisations let one another see."""

    def visible_to(self, actor: Actor) -> Self:
        """Shares that one's own organisation granted or received; an auditor sees all."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        own = actor.organisation_id
        return allowed.filter(Q(owner_id=own) | Q(to_id=own))

    def running(self, on: date | None = None) -> Self:
        """Those that open something on a day: begun, not expired, not ended."""
        day = on or clock.today()
        return self.filter(starts_on__lte=day, until__gte=day, ended_at=None)


class Share(models.Model):
    """An organisation opens one class of one resource to another, for a stated purpose, until a day."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="shares_granted", verbose_name=_("granted by")
    )
    to = models.ForeignKey(
        Organisation, models.PROTECT, related_name="shares_received", verbose_name=_("granted to")
    )
    resource = models.CharField(_("resource"), max_length=60)
    sensitivity = models.CharField(_("class"), max_length=20, choices=Sensitivity)
    purpose = models.CharField(_("purpose"), max_length=300)
    starts_on = models.DateField(_("from"))
    until = models.DateField(_("until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_because = models.CharField(_("ended because"), max_length=300, blank=True, default="")

    objects = ScopedManager.from_queryset(ShareQuerySet)()

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ("-starts_on", "-id")
        indexes = (models.Index(fields=("to", "resource"), name="accounts_share_to_resource"),)
        constraints = (
            models.CheckConstraint(condition=~Q(owner=F("to")), name="accounts_share_to_another"),
            models.CheckConstraint(
                condition=Q(until__gte=F("starts_on")), name="accounts_share_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="accounts_share_has_a_purpose"),
        )

    def __str__(self) -> str:
        return f"{self.owner} → {self.to}: {self.resource} ({self.get_sensitivity_display()})"

    @property
    def is_running(self) -> bool:
        """Whether the share opens something today."""
        return self.ended_at is None and self.starts_on <= clock.today() <= self.until


class AccessQuerySet(ScopedQuerySet["Access"]):
    """Readings of confidential records."""

    def visible_to(self, actor: Actor) -> Self:
        """An auditor sees all; an administrator, those made by their organisation; anybody, their own."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        if actor.has(Role.ADMINISTRATOR):
            return allowed.filter(organisation_id=actor.organisation_id)
        return allowed.filter(person_id=actor.person_id or 0)

    def about(self, subject_key: object) -> Self:
        """The access log of one firm (or person): who read its confidential notes, when and why."""
        return self.filter(subject_key=str(subject_key))


class Access(models.Model):
    """Somebody read something confidential about a firm; written once, never changed.

    No constraint ties it to the person: the journal never blocks an erasure.
    """

    at = models.DateTimeField(_("at"), default=_now)
    person = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    resource = models.CharField(_("resource"), max_length=60)
    object_key = models.CharField(_("record"), max_length=64)
    subject_key = models.CharField(_("firm"), max_length=64)
    why = models.CharField(_("reason"), max_length=300)

    objects = ScopedManager.from_queryset(AccessQuerySet)()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("subject_key", "-at"), name="accounts_access_subject"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.resource} {self.object_key}"

    @property
    def reason(self) -> str:
        """Why it was read, in the language of whoever reads the journal: pages write theirs in English."""
        return gettext(self.why)


class ChangeQuerySet(ScopedQuerySet["Change"]):
    """The journal of rights."""

    def visible_to(self, actor: Actor) -> Self:
        """Changes to the rights of one's own organisation; an auditor sees all."""
        allowed = self._allow()
        if actor.is_system or actor.has(Role.AUDITOR):
            return allowed
        return allowed.filter(organisation_id=actor.organisation_id)


class Change(models.Model):
    """A membership or a share began or ended, an organisation was named; written once (ADR 0004)."""

    class What(models.TextChoices):
        """What happened to a right."""

        MEMBERSHIP_OPENED = "membership_opened", _("Membership opened")
        MEMBERSHIP_ENDED = "membership_ended", _("Membership ended")
        MEMBERSHIP_CONFIRMED = "membership_confirmed", _("Membership confirmed")
        INVITATION_SENT = "invitation_sent", _("Invitation sent")
        INVITATION_REVOKED = "invitation_revoked", _("Invitation withdrawn")
        SHARE_GRANTED = "share_granted", _("Share granted")
        SHARE_ENDED = "share_ended", _("Share ended")
        ORGANISATION_ADDED = "organisation_added", _("Organisation added")
        ORGANISATION_RENAMED = "organisation_renamed", _("Organisation named otherwise")
        IDENTITY_SET = "identity_set", _("Identity of the instance set")

    at = models.DateTimeField(_("at"), default=_now)
    by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    what = models.CharField(_("what"), max_length=30, choices=What)
    object_key = models.CharField(_("record"), max_length=64)
    detail = models.JSONField(_("detail"), default=dict)

    objects = ScopedManager.from_queryset(ChangeQuerySet)()

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_what_display()}"


class Bucket(models.Model):
    """The attempts made lately under one name (sign-in guesses of an account, of an address)."""

    name = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)  # of the account or address: none is kept in clear
    spent = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("bucket of attempts")
        verbose_name_plural = _("buckets of attempts")
        constraints = (
            models.UniqueConstraint(fields=("name", "digest"), name="accounts_bucket_once"),
        )

    def __str__(self) -> str:
        return f"{self.name}: {len(self.spent)}"
