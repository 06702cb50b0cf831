"""What the timeline of a firm tells of events, to those who may read them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events.models import Contribution, Event, Registration
from maillage.ui import formats


def events(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The events among these that the actor may see."""
    rows = Event.objects.visible_to(actor).filter(key__in=source_keys)
    return {str(one.key): _line(one) for one in rows.select_related("organisation")}


def registrations(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The events of the lines among these, to the organisation that keeps the list."""
    rows = Registration.objects.visible_to(actor).filter(key__in=source_keys)
    return {str(one.key): _line(one.event) for one in rows.select_related("event__organisation")}


def contributions(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The events of the contributions among these, to the organisation that wrote them down."""
    rows = Contribution.objects.visible_to(actor).filter(key__in=source_keys)
    rows = rows.select_related("workshop__event__organisation")
    return {str(one.key): _line(one.workshop.event) for one in rows}


def _line(event: Event) -> ledger.Line:
    return ledger.Line(
        title=event.title,
        url=reverse("events:event", kwargs={"key": event.key}),
        detail=f"{event.kind_words}, {formats.day(event.day)}",
        who=str(event.organisation),
    )
