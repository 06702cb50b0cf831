"""Lists that partners keep of firms, their lines, and which firm of the register each may be.

What a list is (whose, of which day, for what) stands with the load that brought it: a list loaded again
keeps its lines, and an undone load takes its own away. Nothing here makes a firm: a line that is recognised
nowhere stays a line.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet, scoped_manager, shared_with
from maillage.intake.models import Load
from maillage.kernel import cells, clock
from maillage.kernel.identifiers import uuid7
from maillage.register.criteria import ESS_LISTED, LISTED, MICRO_LISTED

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

#: What an organisation shares when it lets a partner read its lists.
RESOURCE = "partner_lists"
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)
#: What is written or counted about a line in hand is not read by anybody.
MACHINE = System("a list is loaded, compared or decided on as a whole")
SILENT_AFTER = timedelta(minutes=15)  # comparing with a large register says nothing for minutes


def owners_visible_to(actor: Actor, path: str) -> Q:
    """Whose lists the actor reads: their organisation's, and those shared with it; auditors and the machine, all."""
    return shared_with(actor, RESOURCE, READERS, path)


class PartnerListQuerySet(ScopedQuerySet["PartnerList"]):
    """Readings of lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organisation, and those shared with it."""
        return self._allow().filter(owners_visible_to(actor, "organisation"))

    def brought(self) -> Self:
        """Those of which a load stands."""
        standing = Line.objects.visible_to(MACHINE).standing()
        return self.filter(Exists(standing.filter(of=OuterRef("pk"))))


class PartnerList(models.Model):
    """A list of firms that a partner keeps (the members of an association), under its name.

    It may be declared to feed a segment: its recognised firms then belong to it (ADR 0024).
    """

    class Feeds(models.TextChoices):
        """The segment that a list feeds."""

        ESS = ESS_LISTED.code, _("They belong to the social and solidarity economy")
        MICRO = MICRO_LISTED.code, _("They are under the micro-enterprise regime")

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    holder = models.CharField(_("who keeps the list"), max_length=120)
    name = models.CharField(_("name of the list"), max_length=120)
    feeds = models.CharField(
        _("what the list says of its firms"), max_length=20, choices=Feeds, blank=True
    )
    fed_by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+"
    )
    fed_at = models.DateTimeField(_("declared at"), null=True, blank=True)

    objects: ClassVar[PartnerListQuerySet] = scoped_manager(PartnerListQuerySet)

    class Meta:
        verbose_name = _("list of a partner")
        verbose_name_plural = _("lists of partners")
        ordering = ("holder", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "holder", "name"), name="lists_list_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder}, {self.name}"

    @property
    def bit(self) -> int | None:
        """The bit of the segment it feeds; None when it feeds none."""
        return next((one.bit for one in LISTED if one.code == self.feeds), None)


class LineQuerySet(ScopedQuerySet["Line"]):
    """Readings of the lines of lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of lists that the actor reads."""
        return self._allow().filter(owners_visible_to(actor, "of__organisation"))

    def standing(self) -> Self:
        """Those whose load counts, and that nobody took back."""
        return self.filter(undone_at=None, load__in=Load.objects.visible())

    def linked(self) -> Self:
        """Those that are a firm of the register."""
        return self.filter(Exists(_matches(*Match.STANDING)))

    def to_review(self) -> Self:
        """Those that may be a firm, on which somebody has to decide."""
        return self.filter(
            Exists(_matches(Match.State.WAITING)), ~Exists(_matches(*Match.STANDING))
        )

    def unlinked(self) -> Self:
        """Those that are no firm of the register, as far as is known: compared, and nothing left to decide."""
        open_or_linked = _matches(Match.State.WAITING, *Match.STANDING)
        return self.filter(~Exists(open_or_linked), compared_at__isnull=False)


def _matches(*states: str) -> models.QuerySet[Match]:
    every = Match.objects.visible_to(MACHINE)
    return every.filter(line=OuterRef("pk"), state__in=states)


class Line(models.Model):
    """One line of a list, as its holder wrote it (`told`, by column).

    The same line of a list is there once, whatever load tells of it again; `fingerprint` is what makes it the same.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    of = models.ForeignKey(
        PartnerList, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("list")
    )
    load = models.ForeignKey(Load, models.PROTECT, related_name="+", verbose_name=_("load"))
    number = models.PositiveBigIntegerField(_("line of the file"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    told = models.JSONField(_("what the list tells"), default=dict, blank=True)
    listed_on = models.DateField(_("on the list of"))
    compared_at = models.DateTimeField(_("compared with the register"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = ScopedManager.from_queryset(LineQuerySet)()

    class Meta:
        verbose_name = _("line of a list")
        verbose_name_plural = _("lines of lists")
        ordering = ("id",)
        indexes = (models.Index(fields=("of", "undone_at"), name="lists_line_of_list"),)
        constraints = (
            models.UniqueConstraint(
                fields=("of", "fingerprint"),
                condition=Q(undone_at=None) & ~Q(fingerprint=""),
                name="lists_line_once",
            ),
        )

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """The name under which the list has it."""
        told = self.told
        person = f"{told.get('first_name', '')} {told.get('last_name', '')}".strip()
        return str(told.get("name") or told.get("sign") or person or _("Line without a name"))

    @property
    def address(self) -> str:
        """Where the list has it."""
        told = self.told
        way = f"{told.get('number', '')} {told.get('street', '')}".strip()
        town = f"{told.get('postcode', '')} {told.get('town', '')}".strip()
        return ", ".join(part for part in (way, town or told.get("commune", "")) if part)


class MatchQuerySet(ScopedQuerySet["Match"]):
    """Readings of what lines may be."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of lists that the actor reads."""
        return self._allow().filter(owners_visible_to(actor, "line__of__organisation"))

    def shown(self) -> Self:
        """Those whose line stands."""
        return self.filter(line__undone_at=None, line__load__in=Load.objects.visible())

    def standing(self) -> Self:
        """Those that hold: made by themselves, or accepted."""
        return self.filter(state__in=Match.STANDING)


class Match(models.Model):
    """A line of a list and an establishment that it may be: how probably, why, and what was decided.

    `why` is what each comparison weighed, in both languages; with `p` it stays as it was computed.
    """

    class State(models.TextChoices):
        AUTOMATIC = "automatic", _("recognised by itself")
        WAITING = "waiting", _("to be reviewed")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    STANDING = (State.AUTOMATIC, State.ACCEPTED)

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    line = models.ForeignKey(
        Line, models.CASCADE, related_name="matches", db_index=False, verbose_name=_("line")
    )
    establishment = models.ForeignKey(
        "register.Establishment", models.PROTECT, related_name="+", verbose_name=_("establishment")
    )
    p = models.FloatField(_("probability"))
    why = models.JSONField(_("what each comparison weighed"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    found_at = models.DateTimeField(_("found at"), default=clock.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Person,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = ScopedManager.from_queryset(MatchQuerySet)()

    class Meta:
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        ordering = ("-p", "id")
        constraints = (
            models.UniqueConstraint(fields=("line", "establishment"), name="lists_match_once"),
            models.UniqueConstraint(
                fields=("line",),
                # Two equalities: PostgreSQL writes IN back in two ways, before and after a restore.
                condition=Q(state="automatic") | Q(state="accepted"),
                name="lists_line_is_one_firm",
            ),
            models.CheckConstraint(condition=Q(p__gt=0, p__lte=1), name="lists_match_p"),
        )

    def __str__(self) -> str:
        return f"{self.line_id} {self.establishment_id} {self.state}"

    @property
    def stands(self) -> bool:
        """Whether the line is this firm, as far as is known."""
        return self.state in self.STANDING


class Comparison(models.Model):
    """The lines of one load compared with the register: how far it is, and with how many establishments."""

    class Stage(models.TextChoices):
        WAITING = "waiting", _("waiting for the worker")
        READING = "reading", _("reading the register")
        COMPARING = "comparing", _("comparing")
        WRITING = "writing", _("writing what was found")
        DONE = "done", _("done")

    load = models.OneToOneField(
        Load, models.PROTECT, related_name="+", verbose_name=_("load"), primary_key=True
    )
    of = models.ForeignKey(
        PartnerList, models.PROTECT, related_name="comparisons", verbose_name=_("list")
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.WAITING
    )
    done = models.PositiveBigIntegerField(_("done so far"), default=0)
    firms = models.PositiveBigIntegerField(_("establishments compared with"), default=0)
    heard_at = models.DateTimeField(_("heard at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = models.Manager["Comparison"]()

    class Meta:
        verbose_name = _("comparison of a list with the register")
        verbose_name_plural = _("comparisons of lists with the register")

    def __str__(self) -> str:
        return f"{self.load_id} {self.stage}"

    @property
    def listed_on(self) -> date:
        """The day of the list that this load brought."""
        found: date = cells.day(self.load.given["day"])
        return found
