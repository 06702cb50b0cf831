"""Messages and their lives, files handed over, signed links, and who wants no more of what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.languages import LANGUAGES
from maillage.accounts.models import Organisation, Person
from maillage.accounts.scoping import ScopedManager, ScopedQuerySet
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor


def _now() -> datetime:
    """Mail lives on the machine's own clock, even in a demonstration."""
    return clock.real_now()


class Kind(models.TextChoices):
    """By which way a message goes."""

    EMAIL = "email", _("E-mail")
    TEXT = "text", _("Text message")
    LETTER = "letter", _("Letter")


class State(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class MessageQuerySet(ScopedQuerySet["Message"]):
    """Messages of organisations."""

    def visible_to(self, actor: Actor) -> Self:
        """Those that one's own organisation sends; the machine sees all."""
        allowed = self._allow()
        return allowed if actor.is_system else allowed.filter(organisation=actor.organisation_id)

    def due(self) -> Self:
        """E-mails that may leave now, the oldest promise first."""
        return self.filter(kind=Kind.EMAIL, state=State.WAITING, due_at__lte=_now()).order_by(
            "due_at", "id"
        )

    def to_hand_over(self, kind: str) -> Self:
        """Letters or text messages that wait for a file, the oldest first."""
        return self.filter(kind=kind, state=State.WAITING).order_by("id")


class Message(models.Model):
    """Words that an organisation sends to somebody, once: rendered when queued, wiped once settled."""

    class Reason(models.TextChoices):
        """Why a message was cancelled."""

        UNSUBSCRIBED = "unsubscribed", _("Its recipient unsubscribed")
        WITHDRAWN = "withdrawn", _("Withdrawn by an administrator")

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    once = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    recipient = models.TextField(_("recipient"))
    language = models.CharField(max_length=2, choices=LANGUAGES, default="fr")
    template = models.CharField(max_length=120)
    topic = models.CharField(max_length=60, blank=True)
    subject = models.CharField(_("subject line"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text with its layout"), blank=True)
    unsubscribe = models.URLField(_("address to unsubscribe"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=_now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    # Each change of state adds one: whoever acts on an older version acts on nothing.
    version = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=_now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(_("what the mail server said"), blank=True)
    batch = models.ForeignKey(
        "Batch", models.PROTECT, null=True, blank=True, related_name="messages"
    )

    objects = ScopedManager.from_queryset(MessageQuerySet)()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("state", "kind", "due_at"), name="post_message_due"),
            models.Index(fields=("organisation", "state", "-id"), name="post_message_list"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="post_message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(~Q(reason=""), state=State.CANCELLED)
                | Q(~Q(state=State.CANCELLED), reason=""),
                name="post_message_cancelled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.SENT, State.CANCELLED))
                | Q(text="", html="", unsubscribe=""),
                name="post_message_wiped_once_settled",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLAIMED) | Q(claimed_at__isnull=False),
                name="post_message_claimed_at_some_instant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}, {self.get_state_display()}"


class MessageEvent(models.Model):
    """One moment of a message's life: written once, with neither address nor words of anybody.

    No constraint ties it to the person or the message: the journal never blocks an erasure.
    """

    class What(models.TextChoices):
        """What happened to a message."""

        QUEUED = "queued", _("Queued")
        PUT_OFF = "put_off", _("Put off: the mail server did not take it")
        SENT = "sent", _("Taken by the mail server")
        UNCERTAIN = "uncertain", _("Given to the mail server, which did not confirm")
        FAILED = "failed", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")
        FILED = "filed", _("Put in a file")
        PUT_BACK = "put_back", _("Taken out of its file")
        HANDED_OVER = "handed_over", _("Handed over")
        RESENT = "resent", _("To be sent again, as decided")
        SAID_SENT = "said_sent", _("Held to be sent, as decided")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Step(models.TextChoices):
        """How far a conversation with the mail server had gone."""

        CONNECTION = "connection", _("connection")
        SENDER = "sender", _("sender")
        RECIPIENT = "recipient", _("recipient")
        DATA = "data", _("announcement of the text")
        TEXT = "text", _("text")
        WORKER = "worker", _("worker stopped")

    message = models.ForeignKey(
        Message, models.DO_NOTHING, db_constraint=False, related_name="events"
    )
    at = models.DateTimeField(default=_now)
    what = models.CharField(max_length=12, choices=What)
    by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=12, choices=Step, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("moment of a message")
        verbose_name_plural = _("moments of a message")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class BatchQuerySet(ScopedQuerySet["Batch"]):
    """Files of letters and of text messages."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own organisation."""
        allowed = self._allow()
        return allowed if actor.is_system else allowed.filter(organisation=actor.organisation_id)

    def open(self) -> Self:
        """Those of which nobody has said yet what became of them."""
        return self.filter(closed_at=None)


class Batch(models.Model):
    """Letters or text messages gathered in one file, taken once, then handed over or put back."""

    key = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    once = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    made_at = models.DateTimeField(default=_now)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    was_handed_over = models.BooleanField(default=False)

    objects = ScopedManager.from_queryset(BatchQuerySet)()

    class Meta:
        verbose_name = _("file to hand over")
        verbose_name_plural = _("files to hand over")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(was_handed_over=False) | Q(taken_at__isnull=False),
                name="post_batch_taken_before_handed_over",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Link(models.Model):
    """An address that opens one thing to whoever holds it; only a digest of its secret is kept."""

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="fr")
    made_at = models.DateTimeField(default=_now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    most_uses = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signed link")
        verbose_name_plural = _("signed links")
        indexes = (models.Index(fields=("purpose", "subject"), name="post_link_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(uses__lte=models.F("most_uses")), name="post_link_used_at_most_so_often"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class Unsubscription(models.Model):
    """Somebody wants no more messages of one topic at one address, which is not kept."""

    digest = models.CharField(max_length=64)
    topic = models.CharField(max_length=60)
    at = models.DateTimeField(default=_now)

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        constraints = (
            models.UniqueConstraint(fields=("digest", "topic"), name="post_unsubscription_once"),
        )

    def __str__(self) -> str:
        return f"{self.topic}, {self.at:%Y-%m-%d}"
