"""Every message queued, and what an administrator decides about one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _, gettext_lazy

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.post import addresses, jobs, outbox, permissions, topics
from maillage.post.models import Kind, Message, MessageEvent, State
from maillage.post.purposes import unsubscribe_address
from maillage.post.rendering import render

TRIAL = "post/trial.html"
What = MessageEvent.What


class Decision(models.TextChoices):
    """What an administrator may decide about a message that will not settle by itself."""

    RESEND = "resend", gettext_lazy("Send it again")
    SAY_SENT = "say_sent", gettext_lazy("Hold it to be sent")
    WITHDRAW = "withdraw", gettext_lazy("Withdraw it")


DECISIONS: Mapping[str, tuple[Decision, ...]] = {
    State.UNCERTAIN: (Decision.RESEND, Decision.SAY_SENT),
    State.FAILED: (Decision.RESEND, Decision.WITHDRAW),
    State.WAITING: (Decision.WITHDRAW,),
}


@transaction.atomic
def send(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    once: str,
    by: Actor,
    kind: str = Kind.EMAIL,
    language: str = "fr",
    topic: str = "",
) -> Message:
    """Queue a message in the caller's transaction, rendered in its recipient's language.

    The same key queues one message, however often it is asked for. A message with a topic tells how to
    unsubscribe from it, and is cancelled for whoever did; one without is owed (an answer, a decision).

    Raises:
        NotAllowed: the actor acts for no organisation.
        Invalid: nothing can be sent to this address.
        Conflict: the key was used for another message.
    """
    organisation = by.acting_for()
    topics.assert_known(topic)
    address = addresses.normalised(kind, to)
    message = Message(
        organisation=organisation, once=once, kind=kind, recipient=address, language=language,
        template=template, topic=topic,
    )  # fmt: skip
    if found := _queued_before(message):
        return found
    if topic and kind != Kind.LETTER:
        message.unsubscribe = unsubscribe_address(addresses.digest(kind, address), topic, language)
    told = {**context, "organisation": organisation, "unsubscribe": message.unsubscribe,
            "topic": topics.words_of(topic)}  # fmt: skip
    words = render(template, told, kind=kind, language=language)
    message.subject, message.text, message.html = words.subject, words.text, words.html
    return _queue(message, by)


def _queue(message: Message, by: Actor) -> Message:
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if found := _queued_before(message):  # by somebody else, at this very moment
            return found
        raise
    _note(message, What.QUEUED, by)
    if message.kind == Kind.EMAIL:
        jobs.wake()
    return message


def _queued_before(message: Message) -> Message | None:
    """The message queued under the same key, when it is the same one."""
    found = outbox.messages().filter(once=message.once).first()
    same = ("organisation_id", "kind", "recipient", "template", "topic")
    if found and any(getattr(found, name) != getattr(message, name) for name in same):
        raise Conflict(_("This key was used for another message."))
    return found


def send_trial(*, by: Actor, once: UUID) -> Message:
    """An administrator writes to themself, to see that messages arrive.

    Raises:
        NotAllowed: the actor does not administer their organisation.
    """
    _check(by, by.acting_for())
    if by.person is None:
        raise NotAllowed(_("A trial message goes to the person who asks for it."))
    person = by.person
    return send(to=person.email, template=TRIAL, context={"name": person.name}, once=f"trial:{once}",
                language=person.language, by=by)  # fmt: skip


@transaction.atomic
def decide(*, message: Message, decision: Decision, version: int, by: Actor) -> Message:
    """An administrator decides what becomes of a message; who and when enters its life.

    Raises:
        NotAllowed: the message is of another organisation.
        Conflict: it is no longer what the administrator saw, or this is not open to it.
    """
    _check(by, message.organisation)
    open_to = [state for state, offered in DECISIONS.items() if decision in offered]
    state, what, fields = _EFFECTS[decision]
    standing = outbox.messages().filter(pk=message.pk, version=version, state__in=open_to)
    if not standing.update(state=state, version=F("version") + 1, **fields()):
        raise Conflict(_("This message is no longer where you saw it."), remedy=_SEE_AGAIN)
    _note(message, what, by)
    if state == State.WAITING and message.kind == Kind.EMAIL:
        jobs.wake()
    return message


def _anew() -> dict[str, Any]:
    return {"due_at": clock.real_now(), "attempts": 0, "words": ""}


_SEE_AGAIN = gettext_lazy("Open it again and decide on what you see then.")
_EFFECTS: Mapping[Decision, tuple[State, MessageEvent.What, Callable[[], dict[str, Any]]]] = {
    Decision.RESEND: (State.WAITING, What.RESENT, _anew),
    Decision.SAY_SENT: (State.SENT, What.SAID_SENT, lambda: outbox.WIPED),
    Decision.WITHDRAW: (
        State.CANCELLED,
        What.WITHDRAWN,
        lambda: {**outbox.WIPED, "reason": Message.Reason.WITHDRAWN},
    ),
}


def _check(by: Actor, organisation: Organisation) -> None:
    if not permissions.can_run_post(by, organisation):
        raise NotAllowed(_("Administrators see to the messages of their own organisation."))


def _note(message: Message, what: MessageEvent.What, by: Actor) -> None:
    MessageEvent.objects.create(message=message, what=what, by=by.person)
