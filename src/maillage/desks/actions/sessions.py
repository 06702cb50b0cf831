"""Desk sessions: planned one by one or week after week, said to be held, cancelled with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Person
from maillage.desks.acts import SESSION_HELD, SOURCE_SESSION
from maillage.desks.models import Place, Session
from maillage.desks.models.places import MACHINE
from maillage.desks.permissions import FIELD_ROLES, can_hold_desk, can_use_session
from maillage.desks.vocabulary import SessionReason
from maillage.kernel import clock, workdays
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act

#: A plan goes no further than this: beyond, nobody knows who holds the desk.
FURTHEST = timedelta(days=370)
EVERY = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a desk: from a first day, every so many weeks until a last day (none: that day only)."""

    first: date
    starts_at: time
    ends_at: time
    last: date | None = None
    every: int = 1

    def check(self) -> None:
        """Refuse hours that hold no session.

        Raises:
            Invalid: they end before they start, or go on for too long.
        """
        if self.ends_at <= self.starts_at:
            message = _("A desk closes after it opens.")
            raise Invalid(message, fields={"ends_at": message})
        if self.last is not None and self.last < self.first:
            message = _("The last day comes after the first.")
            raise Invalid(message, fields={"last": message})
        if self.last is not None and self.last - self.first > FURTHEST:
            message = _("Plan one year at most.")
            raise Invalid(message, fields={"last": message})
        if self.every not in EVERY:
            message = _("Every week, every two weeks or every four weeks.")
            raise Invalid(message, fields={"every": message})

    def days(self) -> Iterator[date]:
        """Each day, public holidays left out."""
        day = self.first
        while day <= (self.last or self.first):
            if day not in workdays.holidays(day.year):
                yield day
            day += timedelta(weeks=self.every)


def plan_sessions(
    *, place: Place, holder: Person, hours: Hours, by: Actor, once: str | None = None
) -> list[Session]:
    """Plan the sessions of a desk; sent twice under the same key, they are planned once.

    Raises:
        NotAllowed: another organisation's place, or who holds the desk does not work for it.
        Invalid: the hours hold no session, or the place is closed.
        Conflict: somebody planned one of these sessions already, or the key was used elsewhere.
    """
    if place.organisation_id != by.organisation_id or not can_hold_desk(by):
        raise NotAllowed(_("Only who works in the field for this place plans its desks."))
    hours.check()
    _check_holder(holder, by)
    days = list(hours.days())
    if place.closed_on is not None and days and days[-1] >= place.closed_on:
        message = _("This place is closed from that day on.")
        raise Invalid(message, fields={"place": message})
    if not days:
        message = _("These days are public holidays.")
        raise Invalid(message, fields={"first": message})
    wanted = [
        Session(
            place=place, holder=holder, day=day, starts_at=hours.starts_at, ends_at=hours.ends_at,
            series=once or "",
        )
        for day in days
    ]  # fmt: skip
    return _planned_before(wanted) or _plan(wanted)


def _plan(wanted: list[Session]) -> list[Session]:
    try:
        with transaction.atomic():
            return Session.objects.bulk_create(wanted)
    except IntegrityError:
        if found := _planned_before(wanted):  # the same form, sent twice at the same instant
            return found
        raise Conflict(
            _("One of these sessions is planned already for this person."),
            remedy=_("Look at the calendar of the place, then change the days or the hour."),
        ) from None


def _check_holder(holder: Person, by: Actor) -> None:
    members = Membership.objects.visible_to(MACHINE).current(clock.today())
    own = members.filter(organisation=by.organisation_id, role__in=FIELD_ROLES)
    if not own.filter(person=holder).exists():
        message = _("This person does not work in the field for your organisation.")
        raise Invalid(message, fields={"holder": message})


def _planned_before(wanted: list[Session]) -> list[Session]:
    once = wanted[0].series
    if not once:
        return []
    rows = Session.objects.visible_to(MACHINE).filter(series=once).select_related("place")
    found = list(rows.order_by("day", "pk"))
    if found and [_planned(one) for one in found] != [_planned(one) for one in wanted]:
        raise Conflict(
            _("This form was already sent with other answers."), remedy=_("Open the calendar.")
        )
    return found


def _planned(one: Session) -> tuple[object, ...]:
    return one.place_id, one.holder_id, one.day, one.starts_at, one.ends_at


@ledger.action
def hold_session(*, session: Session, by: Actor) -> Session:
    """Say that a session was held, whoever came; said twice, it is held once.

    Raises:
        NotAllowed: another organisation's.
        Invalid: its day is still to come.
        Conflict: it is cancelled.
    """
    found = locked(session, by)
    if found.day > clock.today():
        raise Invalid(_("This session is still to come."), remedy=_("Wait for its day."))
    if found.held_at is None:
        mark_held(found, by)
    return found


def mark_held(found: Session, by: Actor) -> None:
    """A session in hand was held: its act says for how long, where, by whom."""
    found.held_at = clock.now()
    found.version += 1
    found.save(update_fields=["held_at", "version"])
    ledger.record(
        SESSION_HELD,
        by=by,
        person=found.holder,
        occurred_on=found.day,
        source=(SOURCE_SESSION, found.key),
        commune=found.place.commune,
        in_qpv=found.place.in_qpv(found.day),
        scheme=found.place.scheme,
        quantity=found.minutes,
        unit="minute",
    )


@ledger.action
def cancel_session(*, session: Session, reason: str, by: Actor) -> Session:
    """Say that a session does not take place, or did not; one at which somebody was welcomed was held.

    Raises:
        NotAllowed: another organisation's.
        Invalid: the reason is none of ours, or somebody was welcomed at it.
        Conflict: it is cancelled already.
    """
    if reason not in SessionReason.values:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})
    found = locked(session, by)
    if found.welcomes.filter(cancelled_at__isnull=True).exists():
        raise Invalid(
            _("Somebody was welcomed at this session."),
            remedy=_("Cancel these welcomes first, or leave it as held."),
        )
    found.cancelled_at, found.cancelled_because = clock.now(), reason
    found.held_at = None
    found.version += 1
    found.save()
    acts = Act.objects.visible_to(MACHINE).of_source(SOURCE_SESSION, found.key).effective()
    keys = list(acts.values_list("key", flat=True))
    ledger.reverse_all(keys, by=by, reason_code=reason)
    return found


def locked(session: Session, by: Actor) -> Session:
    """The session under lock, as it stands now, for somebody who may use it.

    Raises:
        NotAllowed: another organisation's.
        Conflict: it is cancelled.
    """
    rows = Session.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.select_related("place", "holder").filter(pk=session.pk).first()
    if found is None or not can_use_session(by, found):
        raise NotAllowed(_("Only who works in the field for this place uses its sessions."))
    if found.cancelled_at is not None:
        raise Conflict(_("This session is cancelled."), remedy=_("Plan another one."))
    return found
