"""Somebody registers for an event, or takes their registration back; whoever waits longest gets the seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events import mailing
from maillage.events.actions import rooms
from maillage.events.actions.acting import settle
from maillage.events.actions.once import sent_before
from maillage.events.actions.seating import (
    KEEPS_LIST,
    every_line,
    free_seats,
    held_for_change,
    promote,
)
from maillage.events.models import Event, Registration, Workshop
from maillage.events.permissions import can_register
from maillage.events.vocabulary import SEATED, Ended
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register.models import Establishment

#: What is alike in a form sent twice.
SAME = ("event_id", "establishment_id", "name", "email", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who is to come: a firm of the register or a person, whom to write to, in which language."""

    establishment: Establishment | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "fr"

    def check(self) -> None:
        """Refuse what names nobody.

        Raises:
            Invalid: neither firm nor name, or no load of the register tells of the firm.
        """
        if self.establishment is None and not self.name.strip():
            message = _("Say who comes.")
            raise Invalid(message, fields={"name": message})
        check_known(self.establishment)


def check_known(firm: Establishment | None) -> None:
    """Whoever is on a list is of a firm of the register, or of none.

    Raises:
        Invalid: no load of the register tells of the firm.
    """
    known = Establishment.objects.known().filter(reconciled_to=None)
    if firm is not None and not known.filter(pk=firm.pk).exists():
        raise Invalid(
            _("The register does not know this firm."),
            remedy=_("Find it again by its name, its street or its SIRET."),
        )


def register(
    *,
    event: Event,
    who: Attendee,
    origin: str,
    by: Actor,
    workshops: Sequence[Workshop] = (),
    once: str | None = None,
) -> Registration:
    """Give somebody the lowest free seat, or a place on the waiting list when there is none; and so at `workshops`.

    The same form sent twice, and the same address registering again, are one registration.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: nobody is named, the register does not know the firm, or the workshops do not go together.
        Conflict: the event takes no registrations, or the key was used for somebody else.
    """
    if not can_register(by, event):
        raise NotAllowed(_("Only the organisation that holds an event registers for it."))
    if origin not in SEATED:
        raise Invalid(_("One registers online or by an adviser."))
    who.check()
    try:
        return _register(event=event, who=who, origin=origin, by=by, workshops=workshops, once=once)
    except IntegrityError:
        line = _drafted(event, who, origin, by, once)
        # Sent twice at the same instant.
        if found := sent_before(line, *SAME) or _same_address(line):
            return found
        raise


@ledger.action
def _register(
    *,
    event: Event,
    who: Attendee,
    origin: str,
    by: Actor,
    workshops: Sequence[Workshop],
    once: str | None,
) -> Registration:
    found = held_for_change(event)
    line = _drafted(found, who, origin, by, once)
    if sent := sent_before(line, *SAME) or _same_address(line):
        return sent
    if not found.takes_registrations:
        raise Conflict(_("This event takes no registrations any more."))
    asked = rooms.held(found, workshops)
    free = free_seats(found)
    if free and not every_line().filter(event=found).waiting().exists():
        line.seat, line.seated_on = free[0], clock.today()
    line.save(force_insert=True)
    settle([line], found, by=by)
    rooms.ask(line, asked, found, by=by)
    mailing.tell_registered(line, found, by)
    return line


def _drafted(event: Event, who: Attendee, origin: str, by: Actor, once: str | None) -> Registration:
    firm = who.establishment
    return Registration(
        event=event,
        establishment=firm,
        legal_unit_id=firm.legal_unit_id if firm else None,
        origin=origin,
        name=who.name.strip(),
        email=who.email.strip(),
        phone=who.phone.strip(),
        language=who.language,
        registered_at=clock.now(),
        registered_by=by.person,
        once=once,
    )


def _same_address(line: Registration) -> Registration | None:
    if not line.email:
        return None
    rows = every_line().filter(event=line.event_id).standing()
    return rows.filter(email__iexact=line.email).first()


@ledger.action
def end_registration(*, line: Registration, because: str, by: Actor) -> Registration:
    """Take a line off a list: its acts are reversed, its seat goes to whoever waits longest; said twice, done once.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: the reason is none of ours.
        Conflict: they are noted as present.
    """
    if because not in Ended.values or because == Ended.EVENT:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"because": message})
    event = held_for_change(line.event)
    if not can_register(by, event):
        raise NotAllowed(KEEPS_LIST)
    found = every_line().get(pk=line.pk)
    if found.ended_at is not None:
        return found
    if found.came_at is not None and found.origin in SEATED:
        raise Conflict(
            _("They are noted as present."), remedy=_("Say first that they were not there.")
        )
    found.seat, found.ended_at, found.ended_because = None, clock.now(), because
    found.save(update_fields=["seat", "ended_at", "ended_because"])
    rooms.leave([found])
    settle([found], event, by=by, reason=because)
    promote(event, by=by)
    return found
