"""Messages, files and links, in any of the places where they may stand."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import RequestFactory

from maillage import post
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.post import handing, links, outbox
from maillage.post.actions import TRIAL
from maillage.post.models import Batch, Kind, Link, Message, State
from tests.factories import accounts

_numbers = itertools.count(1)

NEWS = post.topic("tests.news", fr="Lettre d’essai", en="Newsletter on trial")
ENVELOPE = "Atelier Martin\n12 rue des Lilas\n59000 Lille"
ADDRESSES = {Kind.TEXT: "06 12 34 56 78", Kind.LETTER: ENVELOPE}

#: What the links of tests did, in order.
done: list[str] = []


@links.purpose(
    "tests.door",
    title=Words(fr="Ouvrir la porte ?", en="Open the door?"),
    button=Words(fr="Ouvrir", en="Open"),
    done=Words(fr="La porte est ouverte.", en="The door is open."),
)
def open_door(link: Link, request: Any) -> None:
    """Remember that the door was opened."""
    done.append(link.subject)


def message(
    organisation: Organisation | None = None, *, by: Actor | None = None, **fields: Any
) -> Message:
    """A message that an organisation queued; an e-mail unless said otherwise."""
    number = next(_numbers)
    kind = fields.setdefault("kind", Kind.EMAIL)
    fields.setdefault("to", ADDRESSES.get(kind, f"reader{number}@example.org"))
    fields.setdefault("template", TRIAL)
    fields.setdefault("context", {"name": f"Reader {number}"})
    fields.setdefault("once", f"tests:{uuid4()}")
    by = by or System("a test", organisation=organisation or accounts.organisation())
    return post.send(by=by, **fields)


def standing(state: State, organisation: Organisation | None = None, **fields: Any) -> Message:
    """A message that stands in this state already."""
    made = message(organisation, **fields)
    changed: dict[str, Any] = {"state": state, "version": 1}
    if state in {State.SENT, State.CANCELLED}:
        changed |= outbox.WIPED
    if state == State.CANCELLED:
        changed["reason"] = Message.Reason.WITHDRAWN
    if state in {State.CLAIMED, State.UNCERTAIN}:
        changed |= {"claimed_at": clock.real_now(), "attempts": 1}
    everything().filter(pk=made.pk).update(**changed)
    return again(made)


def everything() -> Any:
    """Every message there is."""
    return outbox.messages()


def again(made: Message) -> Message:
    """The same message as the database has it now."""
    return everything().get(pk=made.pk)  # type: ignore[no-any-return]


def life(made: Message) -> list[str]:
    """What happened to a message, in order."""
    return list(made.events.values_list("what", flat=True))


def batch(
    organisation: Organisation | None = None, kind: str = Kind.LETTER, many: int = 1
) -> Batch:
    """A file of messages that waited."""
    owner = organisation or accounts.organisation()
    for _ in range(many):
        message(owner, kind=kind)
    by = System("a test", organisation=owner)
    return handing.gather(kind=kind, by=by, once=uuid4())


def token(purpose: str = "tests.door", subject: str = "a door", **fields: Any) -> str:
    """The secret of a new link."""
    fields.setdefault("lasting", timedelta(days=1))
    return links.make(purpose, subject=subject, **fields).rpartition("/")[2]


def request() -> Any:
    """A request of nobody in particular."""
    return RequestFactory().post("/l/x")
