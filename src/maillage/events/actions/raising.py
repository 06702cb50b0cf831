"""A concern raised at an event becomes a need, born of the line of whoever raised it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events.actions.seating import KEEPS_LIST
from maillage.events.acts import SOURCE_REGISTRATION
from maillage.events.models import Event, Registration
from maillage.events.permissions import can_run_event
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs.actions import Asked, Birth, hear_need
from maillage.needs.models import Need
from maillage.needs.vocabulary import How, Origin


@ledger.action
def raise_concern(
    *, line: Registration, asked: Asked, agreed: bool, by: Actor, once: str | None = None
) -> Need:
    """Write down what a firm raised at an event: a need like any other, charged to the event's action.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: nobody knows of which firm they are, or what is asked does not hold together.
        Conflict: the event is cancelled, the line ended, or the key was used for something else.
    """
    event = line.event
    if not can_run_event(by, event):
        raise NotAllowed(KEEPS_LIST)
    if event.cancelled_at is not None:
        raise Conflict(_("This event is cancelled already."))
    if line.ended_at is not None:
        raise Conflict(_("This registration has ended."))
    return hear_at(
        event, line, (SOURCE_REGISTRATION, str(line.key)), asked, agreed=agreed, by=by, once=once
    )


def hear_at(
    event: Event, line: Registration | None, source: tuple[str, str], asked: Asked, *, agreed: bool, by: Actor,
    once: str | None,
) -> Need:  # fmt: skip
    """Hear a need of the firm of a line at an event, born of that source and charged to the event's action.

    Raises:
        Invalid: the line is of no firm, or what is asked does not hold together.
    """
    if line is None or line.establishment is None:
        raise Invalid(_("A need is that of a firm."), remedy=_("Say first of which firm they are."))
    return hear_need(
        establishment=line.establishment,
        asked=asked,
        birth=Birth(Origin.EVENT, *source, event.scheme, event.action_key),
        by=by,
        agreed=How.TOLD if agreed else None,
        once=once,
    )
