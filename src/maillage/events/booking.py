"""What a firm or a person does by itself: register, then give up by the link they hold."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.accounts import limits
from maillage.accounts.actors import System
from maillage.events.actions import Attendee, choose_workshops, end_registration, register
from maillage.events.models import Event, Registration, Workshop
from maillage.events.models.events import MACHINE
from maillage.events.vocabulary import Ended, Origin
from maillage.post.models import Link

PER_ADDRESS = limits.Rate(20)


def themselves(event: Event) -> System:
    """Who acts when somebody registers for an event, or gives up."""
    return System("whoever registers by themselves", organisation=event.organisation)


def book(
    event: Event, who: Attendee, once: str, workshops: Sequence[Workshop] = ()
) -> Registration:
    """A seat, or a place on the waiting list, for whoever asks on the public page; and so at the workshops they choose.

    Raises:
        Invalid: nobody is named, the register does not know the firm, or the workshops do not go together.
        Conflict: the event takes no registrations, or the key was used for somebody else.
    """
    return register(
        event=event,
        who=who,
        origin=Origin.FORM,
        by=themselves(event),
        workshops=workshops,
        once=once,
    )


def line_of(link: Link) -> Registration | None:
    """The registration that a link opens, whatever became of it."""
    rows = Registration.objects.visible_to(MACHINE).filter(key=link.subject)
    return rows.select_related("event__organisation", "establishment__legal_unit").first()


def give_up(line: Registration) -> Registration:
    """Whoever holds the link takes the registration back.

    Raises:
        Conflict: they are noted as present.
    """
    return end_registration(line=line, because=Ended.GIVEN_UP, by=themselves(line.event))


def choose(line: Registration, workshops: Sequence[Workshop]) -> Registration:
    """Whoever holds the link says for which workshops they are.

    Raises:
        Invalid: two at the same time, or one that takes nobody.
        Conflict: the event has begun, or the registration ended.
    """
    return choose_workshops(line=line, workshops=workshops, by=themselves(line.event))
