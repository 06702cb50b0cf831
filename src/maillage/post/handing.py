"""Letters and text messages: gathered in a file that an administrator takes once, and hands over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.post import files, outbox, permissions
from maillage.post.models import Batch, Kind, Message, MessageEvent, State

BY_FILE = (Kind.LETTER, Kind.TEXT)
MOST = 500  # a file is made while one waits for it
What = MessageEvent.What


def gather(*, kind: str, by: Actor, once: UUID) -> Batch:
    """Claim what waits for a file of this kind, the oldest first; asked twice, there is one file.

    Raises:
        NotAllowed: the actor does not administer their organisation.
        Invalid: nothing waits for such a file.
    """
    organisation = by.acting_for()
    _check(by, organisation)
    if known := _gathered(by, once):
        return known
    try:
        with transaction.atomic():
            made = _gather(kind, by, once)
    except IntegrityError:
        made = None  # the same form, sent twice at this very moment
    if found := made or _gathered(by, once):
        return found
    raise Invalid(_("Nothing waits for such a file."))


def _gathered(by: Actor, once: UUID) -> Batch | None:
    return Batch.objects.visible_to(by).filter(once=once).first()


def _gather(kind: str, by: Actor, once: UUID) -> Batch | None:
    organisation = by.acting_for()
    waiting = Message.objects.visible_to(by).filter(organisation=organisation)
    found = list(waiting.to_hand_over(kind).select_for_update()[:MOST]) if kind in BY_FILE else []
    unwilling = outbox.unwilling(found)
    _move(
        [message for message in found if message.pk in unwilling],
        State.CANCELLED, What.CANCELLED, reason=Message.Reason.UNSUBSCRIBED, **outbox.WIPED,
    )  # fmt: skip
    wanted = [message for message in found if message.pk not in unwilling]
    if not wanted:
        return None
    batch = Batch.objects.create(organisation=organisation, kind=kind, once=once)
    _move(wanted, State.CLAIMED, What.FILED, by, batch=batch, claimed_at=clock.real_now())
    return batch


def take(*, batch: Batch, by: Actor) -> files.File:
    """The file itself, once: what was taken may have been printed, or sent to those who send texts.

    Raises:
        NotAllowed: it is of another organisation.
        Conflict: somebody took it already.
    """
    _check(by, batch.organisation)
    made = files.make(batch)  # before anything is noted: what cannot be made is not taken
    untaken = Batch.objects.visible_to(by).filter(pk=batch.pk, taken_at=None, closed_at=None)
    if not untaken.update(taken_at=clock.real_now(), taken_by=by.person):
        raise Conflict(
            _("This file was taken already."),
            remedy=_("Say what became of it; put back, its messages can be gathered again."),
        )
    return made


@transaction.atomic
def close(*, batch: Batch, handed_over: bool, by: Actor) -> Batch:
    """What became of the file: its messages were handed over, or wait again.

    Raises:
        NotAllowed: it is of another organisation.
        Conflict: that was said already, or nobody took the file that would have been handed over.
    """
    _check(by, batch.organisation)
    standing = Batch.objects.visible_to(by).filter(pk=batch.pk, closed_at=None)
    if handed_over:
        standing = standing.filter(taken_at__isnull=False)
    if not standing.update(closed_at=clock.real_now(), was_handed_over=handed_over):
        raise Conflict(_("This file is no longer where you saw it."), remedy=_("Open it again."))
    held = list(batch.messages.filter(state=State.CLAIMED))
    if handed_over:
        _move(held, State.SENT, What.HANDED_OVER, by, **outbox.WIPED)
    else:
        _move(held, State.WAITING, What.PUT_BACK, by, batch=None)
    return batch


def _move(messages: list[Message], state: State, what: MessageEvent.What,
          by: Actor | None = None, **fields: Any) -> None:  # fmt: skip
    chosen = outbox.messages().filter(pk__in=[message.pk for message in messages])
    chosen.update(state=state, version=F("version") + 1, **fields)
    person = by.person if by else None
    MessageEvent.objects.bulk_create(
        [MessageEvent(message=message, what=what, by=person) for message in messages]
    )


def _check(by: Actor, organisation: Organisation) -> None:
    if not permissions.can_run_post(by, organisation):
        raise NotAllowed(_("Administrators see to the messages of their own organisation."))
