"""What the pages of the outbox show, in as many queries for ten messages as for ten thousand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from maillage.accounts.actors import Actor
from maillage.post.handing import BY_FILE
from maillage.post.jobs import send_outbox
from maillage.post.models import Kind, Message, MessageQuerySet, State


def counts(actor: Actor) -> list[tuple[State, int]]:
    """How many of the actor's messages stand in each state, empty ones included."""
    rows = Message.objects.visible_to(actor).order_by().values_list("state").annotate(Count("pk"))
    found = dict(rows)
    return [(state, found.get(state, 0)) for state in State]


def to_hand_over(actor: Actor) -> list[tuple[Kind, int]]:
    """How many letters and text messages wait for a file."""
    waiting = Message.objects.visible_to(actor).filter(state=State.WAITING, kind__in=BY_FILE)
    rows = waiting.order_by("kind").values_list("kind").annotate(Count("pk"))
    return [(Kind(kind), many) for kind, many in rows]


def looked_for(actor: Actor, wanted: Mapping[str, Any]) -> MessageQuerySet:
    """The actor's messages in this state, of this kind, to such an address."""
    found = Message.objects.visible_to(actor)
    for name in ("state", "kind"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    if wanted.get("q"):
        found = found.filter(recipient__icontains=wanted["q"])
    return found


def last_round() -> datetime | None:
    """When a worker last went through the outbox to its end."""
    rounds = DBTaskResult.objects.successful().filter(task_path=send_outbox.module_path)
    return rounds.order_by("-finished_at").values_list("finished_at", flat=True).first()
