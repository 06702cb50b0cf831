"""Who came: ticked on the list, entered from paper afterwards, or arrived without a seat; taken back by reversal."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.events.actions import rooms
from maillage.events.actions.acting import settle, settle_contributions
from maillage.events.actions.events import note_held
from maillage.events.actions.once import sent_before
from maillage.events.actions.registering import check_known
from maillage.events.actions.seating import every_line, held_to_run
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import Ended, How, Origin
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.register.models import Establishment

MOST_PEOPLE = 2000


@ledger.action
def note_present(*, line: Registration, how: str, by: Actor) -> Registration:
    """Somebody on the list came, with a seat or without; said twice, noted once.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: its day is still to come.
        Conflict: the event is cancelled, or the line ended.
    """
    event = held_to_run(line.event, by)
    found = every_line().get(pk=line.pk)
    if found.ended_at is not None:
        raise Conflict(_("This registration has ended."), remedy=_("Note an arrival instead."))
    if found.came_at is None:
        note_held(event, by=by)
        found.came_at, found.came_by = clock.now(), How(how)
        found.save(update_fields=["came_at", "came_by"])
        settle([found], event, by=by)
    return found


@ledger.action
def note_absent(*, line: Registration, by: Actor) -> Registration:
    """They were not there after all: what was noted is reversed. A line made at the door ends with it.

    Raises:
        NotAllowed: the event is of another organisation.
    """
    event = held_to_run(line.event, by)
    found = every_line().get(pk=line.pk)
    if not found.is_present:
        return found
    if found.origin in {Origin.DOOR, Origin.STAND}:
        found.ended_at, found.ended_because = clock.now(), Ended.NOT_THERE
        rooms.leave([found])
    else:
        found.came_at, found.came_by = None, ""
        if found.seat is None:
            rooms.stand_up(found)
    found.save(update_fields=["came_at", "came_by", "ended_at", "ended_because"])
    settle([found], event, by=by, reason=Ended.NOT_THERE)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Who arrived without having registered: a firm, a person, or a number of people whom nobody names."""

    establishment: Establishment | None = None
    name: str = ""
    people: int = 1

    def check(self) -> None:
        """Refuse a number that counts nobody, and a firm that the register does not know.

        Raises:
            Invalid: none, or more than any hall holds; such a firm.
        """
        check_known(self.establishment)
        if not 1 <= self.people <= MOST_PEOPLE:
            message = _("Between 1 and %(most)s people.") % {"most": MOST_PEOPLE}
            raise Invalid(message, fields={"people": message})


@ledger.action
def note_arrival(
    *,
    event: Event,
    who: Walker,
    by: Actor,
    how: str = How.LIST,
    origin: str = Origin.DOOR,
    once: str | None = None,
) -> Registration:
    """Note who came without a seat, or which firm was met at a stand; sent twice, noted once.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: its day is still to come, nobody is counted, or the register does not know the firm; a firm met at a
            stand is not named.
        Conflict: the event is cancelled, or the key was used for somebody else.
    """
    found, firm = held_to_run(event, by), who.establishment
    who.check()
    if origin == Origin.STAND and (firm is None or not found.of_kind.stands):
        raise Invalid(_("A firm met at a stand is named, at an event that has stands."))
    line = Registration(
        event=found,
        establishment=firm,
        legal_unit_id=firm.legal_unit_id if firm else None,
        origin=Origin(origin),
        name=who.name.strip()[:120],
        people=who.people,
        registered_at=clock.now(),
        registered_by=by.person,
        came_at=clock.now(),
        came_by=How(how),
        once=once,
    )
    if sent := sent_before(line, "event_id", "establishment_id", "name", "people", "origin"):
        return sent
    note_held(found, by=by)
    line.save(force_insert=True)
    settle([line], found, by=by)
    return line


@ledger.action
def identify(*, line: Registration, establishment: Establishment | None, by: Actor) -> Registration:
    """Say of which firm somebody on the list is (or that they are of none): their acts are reversed and said anew.

    Raises:
        NotAllowed: the event is of another organisation.
        Invalid: the register does not know the firm; a firm met at a stand is always one.
        Conflict: the line ended.
    """
    event = held_to_run(line.event, by)
    check_known(establishment)
    found = every_line().get(pk=line.pk)
    if found.ended_at is not None:
        raise Conflict(_("This registration has ended."))
    if establishment is None and found.origin == Origin.STAND:
        raise Invalid(_("A firm met at a stand is named, at an event that has stands."))
    found.establishment = establishment
    found.legal_unit_id = establishment.legal_unit_id if establishment else None
    found.save(update_fields=["establishment", "legal_unit"])
    settle([found], event, by=by, reason=Ended.OTHER_FIRM)
    told = found.contributions.select_related("line").order_by("pk")
    settle_contributions(told, event, by=by, reason=Ended.OTHER_FIRM)
    return found
