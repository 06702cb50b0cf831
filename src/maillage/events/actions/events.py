"""An event prepared, announced, changed, held, or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.conventions.charging import may_charge
from maillage.events import mailing
from maillage.events.actions import rooms
from maillage.events.actions.acting import (
    contributions_of,
    say_held,
    settle,
    settle_contributions,
    take_held_back,
)
from maillage.events.actions.once import sent_before
from maillage.events.actions.seating import CHANGES_IT, compact, held_to_run, lines_of, promote
from maillage.events.kinds import kinds
from maillage.events.mailing import Told
from maillage.events.models import Event
from maillage.events.permissions import can_hold_events
from maillage.events.vocabulary import Ended, State, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

EARLIEST = date(2000, 1, 1)
MOST_SEATS = 5000
CODE = 5
TEXTS = (
    "kind", "title_fr", "title_en", "about_fr", "about_en", "day", "starts_at", "ends_at", "place", "address",
    "commune", "lon", "lat", "seats", "is_public", "action_key", "guide", "mayor",
)  # fmt: skip
#: What is alike in a form sent twice.
SAME = ("organisation_id", "kind", "title_fr", "day", "starts_at", "commune")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an event is: its kind, its words in both languages, when, where, for how many."""

    kind: str
    title_fr: str
    day: date
    starts_at: time
    ends_at: time
    place: str
    commune: str
    seats: int
    title_en: str = ""
    about_fr: str = ""
    about_en: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    is_public: bool = True
    action_key: str = ""
    guide: str = ""
    mayor: str = ""
    partners: tuple[Organisation, ...] = ()

    @classmethod
    def of(cls, event: Event) -> Plan:
        """The plan as recorded."""
        told = {name: getattr(event, name) for name in TEXTS}
        return cls(**told, partners=tuple(event.partners.all()))

    def check(self) -> None:
        """Refuse what does not hold together.

        Raises:
            Invalid: an unknown kind or place, no title, hours out of order, too many seats.
        """
        holds: dict[str, tuple[bool, object]] = {
            "kind": (self.kind in kinds(), _("Choose a kind of event.")),
            "title_fr": (bool(self.title_fr.strip()), _("Write a title.")),
            "place": (bool(self.place.strip()), _("Say where it takes place.")),
            "ends_at": (self.ends_at > self.starts_at, _("It ends before it begins.")),
            "day": (self.day >= EARLIEST, _("This day is too long ago.")),
            "seats": (
                0 <= self.seats <= MOST_SEATS,
                _("Between 0 and %(most)s seats.") % {"most": MOST_SEATS},
            ),
            "commune": (len(self.commune) == CODE, _("Choose a commune.")),
        }
        if wrong := {name: why for name, (is_so, why) in holds.items() if not is_so}:
            raise Invalid(_("The event does not hold together."), fields=wrong)

    def write_on(self, event: Event) -> None:
        """Put the plan on the record."""
        for name in TEXTS:
            value = getattr(self, name)
            setattr(event, name, value.strip() if isinstance(value, str) else value)


def create_event(*, plan: Plan, by: Actor, once: str | None = None) -> Event:
    """Prepare an event, which nobody else sees yet; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor holds no events.
        Invalid: the plan does not hold together, or its action is of a convention of others.
        Conflict: the key was used for another event.
    """
    if not can_hold_events(by) or by.person is None:
        raise NotAllowed(_("Advisers, officers and service managers prepare events."))
    plan.check()
    _check_charge(plan.action_key, by)
    event = Event(organisation=by.acting_for(), created_by=by.person, once=once)
    plan.write_on(event)
    if found := sent_before(event, *SAME):
        return found
    try:
        return _create(event=event, partners=plan.partners)
    except IntegrityError:
        if found := sent_before(event, *SAME):
            return found
        raise


@ledger.action
def _create(*, event: Event, partners: tuple[Organisation, ...]) -> Event:
    event.save(force_insert=True)
    event.partners.set(partners)
    return event


def _check_charge(action_key: str, by: Actor) -> None:
    if action_key and not may_charge(by, action_key):
        message = _("No signed text of a convention of your organisation has this action.")
        raise Invalid(message, fields={"action_key": message})


@ledger.action
def change_event(*, event: Event, plan: Plan, version: int, by: Actor) -> Event:
    """Change what an event is; seats added go to those who wait, in their order; who is on its list is told when or where.

    Once somebody is on its list its kind and its commune stay; once it was held, its day too, since acts tell of them.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the plan does not hold together, fewer seats than are taken, or a fact that acts tell of.
        Conflict: somebody changed it meanwhile, or it is cancelled.
    """
    found = held_to_run(event, by, CHANGES_IT)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this event while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    plan.check()
    if plan.action_key != found.action_key:
        _check_charge(plan.action_key, by)
    _check_told(found, plan)
    recharged, was = plan.action_key != found.action_key, Told.of(found)
    plan.write_on(found)
    found.version += 1
    found.save()
    found.partners.set(plan.partners)
    _tell_moved(found, was, by)
    compact(found)
    promote(found, by=by)
    if recharged:
        settle(lines_of(found), found, by=by, reason=Ended.MISTAKE)
        settle_contributions(contributions_of(found), found, by=by, reason=Ended.MISTAKE)
        _say_held_again(found, by)
    return found


def _tell_moved(event: Event, was: Told, by: Actor) -> None:
    """Whoever has a seat, or waits for one, is told when or where an event to come now is; nothing else is news to them."""
    if event.held_at is not None or event.ends < clock.now() or Told.of(event) == was:
        return
    for line in lines_of(event):
        if line.ended_at is None:
            mailing.tell_moved(line, event, was, by)


def _say_held_again(event: Event, by: Actor) -> None:
    if event.held_at is not None:
        take_held_back(event, by=by, reason=Ended.MISTAKE)
        say_held(event, by=by)


def _check_told(found: Event, plan: Plan) -> None:
    """What acts already tell of the event does not change under them."""
    lines = lines_of(found)
    taken = sum(line.seat is not None for line in lines)
    wrong: dict[str, object] = {}
    if plan.seats < taken:
        wrong["seats"] = _("%(taken)s seats are taken.") % {"taken": taken}
    told = _("Acts tell of it already: cancel the event and prepare another.")
    has_acts = bool(lines) or found.held_at is not None
    if has_acts and plan.kind != found.kind:
        wrong["kind"] = told
    if has_acts and plan.commune != found.commune:
        wrong["commune"] = told
    came = found.held_at is not None or any(line.came_at for line in lines)
    if came and plan.day != found.day:
        wrong["day"] = told
    hours = [(one.starts_at, one.ends_at) for one in rooms.workshops_of(found)]
    if hours and plan.kind != found.kind:
        wrong["kind"] = _("It has workshops: cancel them first.")
    if any(begins < plan.starts_at or ends > plan.ends_at for begins, ends in hours):
        wrong["ends_at"] = _("A workshop lies within the hours of its event.")
    if wrong:
        raise Invalid(_("The event does not hold together."), fields=wrong)


@ledger.action
def open_event(*, event: Event, by: Actor) -> Event:
    """Announce an event and take registrations; one that was closed takes them again.

    Raises:
        NotAllowed: it is another organisation's.
        Conflict: it is over, or cancelled.
    """
    found = held_to_run(event, by, CHANGES_IT)
    if found.state not in {State.DRAFT, State.CLOSED, State.OPEN}:
        raise Conflict(_("This event is over."))
    found.opened_at = found.opened_at or clock.now()
    found.closed_at = None
    found.version += 1
    found.save(update_fields=["opened_at", "closed_at", "version"])
    return found


@ledger.action
def close_registration(*, event: Event, by: Actor) -> Event:
    """Take no more registrations; those who wait go on waiting.

    Raises:
        NotAllowed: it is another organisation's.
        Conflict: it is not open.
    """
    found = held_to_run(event, by, CHANGES_IT)
    if found.state is not State.OPEN:
        raise Conflict(_("This event is not open for registration."))
    found.closed_at = clock.now()
    found.version += 1
    found.save(update_fields=["closed_at", "version"])
    return found


@ledger.action
def hold_event(*, event: Event, by: Actor) -> Event:
    """Note that an event took place; said twice, noted once.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: its day is still to come.
        Conflict: it is cancelled.
    """
    return note_held(held_to_run(event, by, CHANGES_IT), by=by)


def note_held(found: Event, *, by: Actor) -> Event:
    """The same for an event under lock: whoever is noted as present says by it that the event took place."""
    if not found.has_come:
        raise Invalid(_("The day of this event is still to come."))
    if found.held_at is None:
        found.held_at = clock.now()
        found.opened_at = found.opened_at or found.held_at
        found.version += 1
        found.save(update_fields=["held_at", "opened_at", "version"])
        say_held(found, by=by)
    return found


def check_reason(why: str) -> None:
    """What is called off is so for a reason of the list.

    Raises:
        Invalid: it is none of ours.
    """
    if why not in Why.values:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"why": message})


@ledger.action
def cancel_event(*, event: Event, why: str, by: Actor) -> Event:
    """Say that an event does not, or did not, take place: its acts are reversed, who was to come is told.

    Raises:
        NotAllowed: it is another organisation's.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already.
    """
    check_reason(why)
    found = held_to_run(event, by, CHANGES_IT)
    lines = [line for line in lines_of(found) if line.ended_at is None]
    was_to_come = found.held_at is None and not found.ends < clock.now()
    found.cancelled_at, found.cancelled_because = clock.now(), why
    found.version += 1
    found.save()
    for line in lines:
        line.seat, line.ended_at, line.ended_because = None, found.cancelled_at, Ended.EVENT
        line.save(update_fields=["seat", "ended_at", "ended_because"])
    rooms.leave(lines)
    settle(lines, found, by=by, reason=why)
    settle_contributions(contributions_of(found), found, by=by, reason=why)
    take_held_back(found, by=by, reason=why)
    if was_to_come:
        for line in lines:
            mailing.tell_cancelled(line, found, by)
    return found
