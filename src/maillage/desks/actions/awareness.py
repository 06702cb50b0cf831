"""Young people told of starting a firm: recorded as a number, cancelled with a reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.acts import SOURCE_AWARENESS, YOUTH_MET
from maillage.desks.models import Awareness, Place
from maillage.desks.models.places import MACHINE
from maillage.desks.permissions import can_hold_desk
from maillage.desks.vocabulary import CANCELLING, Audience
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act

MOST = 2000


@dataclass(frozen=True, slots=True)
class Group:
    """Who was there: how many young people of which age, from which school, with which partners."""

    day: date
    audience: str
    young: int
    school: str = ""
    partners: str = ""

    def check(self) -> None:
        """Refuse what is no group.

        Raises:
            Invalid: a day to come, an unknown age band, nobody or a crowd.
        """
        if self.day > clock.today():
            message = _("Choose today or an earlier day.")
            raise Invalid(message, fields={"day": message})
        if self.audience not in Audience.values:
            message = _("Choose the age band.")
            raise Invalid(message, fields={"audience": message})
        if not 1 <= self.young <= MOST:
            told = _("From 1 to %(most)s young people.") % {"most": MOST}
            raise Invalid(told, fields={"young": told})


def tell_young(*, place: Place, group: Group, by: Actor, once: str | None = None) -> Awareness:
    """Record an awareness session; sent twice under the same key, it is recorded once.

    Raises:
        NotAllowed: another organisation's place.
        Invalid: what is written is no group.
        Conflict: the key was used for something else.
    """
    if place.organisation_id != by.organisation_id or not can_hold_desk(by):
        raise NotAllowed(
            _("Only who works in the field for this place records what is done there.")
        )
    group.check()
    told = Awareness(
        place=place, held_by=by.person, reported_at=clock.now(), once=once, **asdict(group)
    )
    if found := _sent_before(told):
        return found
    try:
        return _record(told=told, by=by)
    except IntegrityError:
        if found := _sent_before(told):
            return found
        raise


def _sent_before(told: Awareness) -> Awareness | None:
    if not told.once:
        return None
    found = Awareness.objects.visible_to(MACHINE).filter(once=told.once).first()
    names = ("place_id", "held_by_id", *(field.name for field in fields(Group)))
    if found and any(getattr(found, name) != getattr(told, name) for name in names):
        raise Conflict(
            _("This form was already sent with other answers."), remedy=_("Open the list.")
        )
    return found


@ledger.action
def _record(*, told: Awareness, by: Actor) -> Awareness:
    told.save(force_insert=True)
    ledger.record(
        YOUTH_MET,
        by=by,
        occurred_on=told.day,
        source=(SOURCE_AWARENESS, told.key),
        commune=told.place.commune,
        in_qpv=told.place.in_qpv(told.day),
        scheme=told.place.scheme,
        quantity=told.young,
        unit="person",
    )
    return told


@ledger.action
def cancel_awareness(*, told: Awareness, reason: str, by: Actor) -> Awareness:
    """Say that it did not happen so: its act is reversed, another is recorded in its place if need be.

    Raises:
        NotAllowed: another organisation's.
        Invalid: the reason is none of ours.
        Conflict: it is cancelled already.
    """
    if reason not in CANCELLING:
        message = _("Say why: choose one of the reasons.")
        raise Invalid(message, fields={"reason": message})
    rows = Awareness.objects.owned_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=told.pk).first()
    if found is None or not can_hold_desk(by):
        raise NotAllowed(
            _("Only who works in the field for this place records what is done there.")
        )
    if found.cancelled_at is not None:
        raise Conflict(_("This awareness session is cancelled already."))
    found.cancelled_at, found.cancelled_because = clock.now(), reason
    found.save(update_fields=["cancelled_at", "cancelled_because"])
    acts = Act.objects.visible_to(MACHINE).of_source(SOURCE_AWARENESS, found.key).effective()
    ledger.reverse_all(list(acts.values_list("key", flat=True)), by=by, reason_code=reason)
    return found
