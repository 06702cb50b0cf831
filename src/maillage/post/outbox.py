"""The outbox at work: each e-mail is claimed by one worker, carried once, and settled.

A claim is a compare-and-set on the message's version, and so is every step that follows: a worker whose
claim was taken from it (it was held to be dead) gives nothing to the mail server. The instant at which
the text is given is written down first; a worker that dies after it leaves an *uncertain* message, one
that dies before leaves a waiting one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.post import addresses, carriers
from maillage.post.composing import compose
from maillage.post.models import Kind, Message, MessageEvent, MessageQuerySet, State, Unsubscription

WORKER = System("the worker carries the messages of every organisation")
# A claim older than this is that of a dead worker: well over what one exchange may last.
LEASE = timedelta(seconds=5 * carriers.EXCHANGE_SECONDS)
# How long to wait after each attempt that failed before anything was given; then no more.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440, 1440))
LOOKED_AT = 20

What, Step = MessageEvent.What, MessageEvent.Step
WIPED: dict[str, Any] = {"text": "", "html": "", "unsubscribe": ""}
SETTLED = {
    State.SENT: What.SENT,
    State.UNCERTAIN: What.UNCERTAIN,
    State.FAILED: What.FAILED,
    State.CANCELLED: What.CANCELLED,
    State.WAITING: What.PUT_OFF,
}


@dataclass(slots=True)
class Round:
    """What became of the messages that one round took up."""

    ended: dict[State, int] = field(default_factory=lambda: dict.fromkeys(SETTLED, 0))
    away: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody has to do something: decide, correct an address, mend the mail server."""
        return bool(self.away or self.ended[State.UNCERTAIN] or self.ended[State.FAILED])


def messages() -> MessageQuerySet:
    """Every message of the instance, as the worker sees them."""
    return Message.objects.visible_to(WORKER)


def waiting() -> int:
    """How many e-mails wait, whenever they may leave."""
    return messages().filter(kind=Kind.EMAIL, state=State.WAITING).count()


def doubtful() -> int:
    """How many messages wait for somebody to decide what becomes of them."""
    return messages().filter(state__in=(State.UNCERTAIN, State.FAILED)).count()


def run(*, seconds: float = float("inf")) -> Round:
    """Carry what is due until nothing is, the time is up, or the mail server is away."""
    carrier, until, done = carriers.carrier(), time.monotonic() + seconds, Round()
    recover(done)
    try:
        while time.monotonic() < until and not done.away and (message := claim()):
            _carry(message, carrier, done)
    finally:
        carrier.close()
    return done


def claim() -> Message | None:
    """The next message that is due, for this worker alone; None when none is."""
    while found := list(messages().due().values_list("pk", "version")[:LOOKED_AT]):
        for pk, version in found:
            free = messages().filter(pk=pk, version=version, state=State.WAITING)
            now = clock.real_now()
            if free.update(
                state=State.CLAIMED,
                version=version + 1,
                claimed_at=now,
                left_at=None,
                attempts=F("attempts") + 1,
            ):
                return messages().select_related("organisation").get(pk=pk)
    return None


def _carry(message: Message, carrier: carriers.Server | carriers.Folder, done: Round) -> None:
    if unwilling([message]):
        reason = Message.Reason.UNSUBSCRIBED
        settle(message, State.CANCELLED, done, reason=reason, **WIPED)
        return
    try:
        carrier.carry(compose(message), lambda: _leaves(message))
    except carriers.Overtaken:
        return
    except carriers.Trouble as trouble:
        if isinstance(trouble, carriers.Away):
            done.away = trouble.words or str(trouble)
        _after(trouble, message, done)
    else:
        settle(message, State.SENT, done, words="", **WIPED)


def _after(trouble: carriers.Trouble, message: Message, done: Round) -> None:
    told: dict[str, Any] = {"words": trouble.words, "step": trouble.step, "code": trouble.code}
    if isinstance(trouble, carriers.Unknown):
        settle(message, State.UNCERTAIN, done, **told)
    elif isinstance(trouble, carriers.Refused):
        settle(message, State.FAILED, done, **told)
    else:
        put_off(message, done, **told)


def put_off(message: Message, done: Round, **told: Any) -> None:
    """Another time, later and later; after the last attempt, not at all."""
    if message.attempts > len(PAUSES):
        settle(message, State.FAILED, done, **told)
        return
    due_at = clock.real_now() + PAUSES[max(message.attempts - 1, 0)]
    settle(message, State.WAITING, done, due_at=due_at, **told)


def settle(message: Message, state: State, done: Round, *, step: str = "", code: int | None = None,
           **fields: Any) -> None:  # fmt: skip
    """Write what became of a message that this worker holds, and its moment; nothing if it lost it."""
    held = messages().filter(pk=message.pk, version=message.version, state=State.CLAIMED)
    with transaction.atomic():
        if not held.update(state=state, version=F("version") + 1, **fields) and not (
            state == State.SENT and _confirmed_late(message)
        ):
            return
        MessageEvent.objects.create(
            message=message, what=SETTLED[state], attempt=message.attempts, step=step, code=code
        )
    done.ended[state] += 1


def _confirmed_late(message: Message) -> bool:
    """The server confirmed after this worker was held to be dead, and nobody has decided since."""
    doubted = messages().filter(pk=message.pk, version=message.version + 1, state=State.UNCERTAIN)
    return bool(doubted.update(state=State.SENT, version=F("version") + 1, words="", **WIPED))


def _leaves(message: Message) -> bool:
    """Note that the text is about to be given, if the message is still this worker's to give."""
    held = messages().filter(pk=message.pk, version=message.version, state=State.CLAIMED)
    message.version += 1
    return bool(held.update(left_at=clock.real_now(), version=message.version))


def recover(done: Round) -> None:
    """Take back what dead workers held: what they gave is uncertain, the rest waits again."""
    for message in messages().filter(
        state=State.CLAIMED, kind=Kind.EMAIL, claimed_at__lt=clock.real_now() - LEASE
    ):
        if message.left_at:
            settle(message, State.UNCERTAIN, done, step=Step.WORKER)
        else:
            put_off(message, done, step=Step.WORKER)


@transaction.atomic
def doubt() -> int:
    """Leave to a person every e-mail that had not left when the instance was kept; how many there are.

    An instance put back from a backup does not know what left since: its worker would send it twice.
    """
    held = messages().filter(kind=Kind.EMAIL, state__in=(State.WAITING, State.CLAIMED))
    found = list(held.values_list("pk", "attempts"))
    MessageEvent.objects.bulk_create(
        MessageEvent(message_id=pk, what=What.UNCERTAIN, attempt=attempts) for pk, attempts in found
    )
    held.update(state=State.UNCERTAIN, version=F("version") + 1)
    return len(found)


def unwilling(found: Iterable[Message]) -> set[int]:
    """Those of these messages whose recipients unsubscribed from their topic at this address."""
    asked = {
        message.pk: (addresses.digest(message.kind, message.recipient), message.topic)
        for message in found
        if message.topic
    }
    left = Unsubscription.objects.filter(digest__in={digest for digest, _topic in asked.values()})
    refused = set(left.values_list("digest", "topic")) if asked else set()
    return {pk for pk, one in asked.items() if one in refused}
