"""Opening a place of welcome, changing it, closing it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.models import Place, Session
from maillage.desks.models.places import MACHINE
from maillage.desks.permissions import can_open_place
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed


@dataclass(frozen=True, slots=True)
class Where:
    """A place as it is written down."""

    name: str
    commune: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None

    def check(self) -> None:
        """Refuse what is no place.

        Raises:
            Invalid: no name, no commune, half a position or one that is not on Earth.
        """
        if not self.name.strip():
            message = _("A place has a name.")
            raise Invalid(message, fields={"name": message})
        if not self.commune:
            message = _("Choose the commune.")
            raise Invalid(message, fields={"commune": message})
        if (self.lon is None) != (self.lat is None):
            message = _("A position has a longitude and a latitude.")
            raise Invalid(message, fields={"lat": message})
        if self.lon is None or self.lat is None:
            return
        there = math.isfinite(self.lon) and math.isfinite(self.lat)
        if not (there and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            message = _("This position is nowhere on Earth.")
            raise Invalid(message, fields={"lat": message})


def open_place(*, where: Where, by: Actor, once: str | None = None) -> Place:
    """Open a place where people are welcomed; sent twice under the same key, there is one.

    Raises:
        NotAllowed: the actor opens no places.
        Invalid: what is written is no place.
        Conflict: the key was used for something else.
    """
    if not can_open_place(by):
        raise NotAllowed(_("Only officers and service managers open places."))
    where.check()
    place = Place(organisation=by.acting_for(), once=once, **asdict(where))
    if found := _sent_before(place):
        return found
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError:
        if found := _sent_before(place):
            return found
        raise
    return place


def _sent_before(place: Place) -> Place | None:
    if not place.once:
        return None
    found = Place.objects.visible_to(MACHINE).filter(once=place.once).first()
    names = ("organisation_id", *(field.name for field in fields(Where)))
    alike = found and all(getattr(found, name) == getattr(place, name) for name in names)
    if found and found.version == 1 and not alike:
        raise Conflict(
            _("This form was already sent with other answers."), remedy=_("Open the place.")
        )
    return found


@ledger.action
def change_place(*, place: Place, where: Where, version: int, by: Actor) -> Place:
    """Set what is written of a place right; acts recorded keep the commune and the neighbourhood they knew.

    Raises:
        NotAllowed: another organisation's place.
        Invalid: what is written is no place.
        Conflict: somebody changed it meanwhile.
    """
    where.check()
    found = _locked(place, by)
    if found.version != version:
        raise Conflict(
            _("Somebody changed this place while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    for name, value in asdict(where).items():
        setattr(found, name, value)
    found.version += 1
    found.save()
    return found


@ledger.action
def close_place(*, place: Place, on: date, by: Actor) -> Place:
    """No desk is held there from a day on; what was recorded stays.

    Raises:
        NotAllowed: another organisation's place.
        Conflict: it is closed already.
        Invalid: sessions are still planned there from that day on.
    """
    found = _locked(place, by)
    if found.closed_on is not None:
        raise Conflict(_("This place is closed already."))
    planned = Session.objects.visible_to(MACHINE).standing().filter(place=found, held_at=None)
    if planned.filter(day__gte=max(on, clock.today())).exists():
        raise Invalid(
            _("Sessions are still planned there."),
            remedy=_("Cancel them first, with the reason."),
            fields={"closed_on": _("Sessions are still planned there.")},
        )
    found.closed_on = on
    found.version += 1
    found.save(update_fields=["closed_on", "version"])
    return found


def _locked(place: Place, by: Actor) -> Place:
    found = Place.objects.owned_by(by).select_for_update(of=("self",)).filter(pk=place.pk).first()
    if found is None or not can_open_place(by, found):
        raise NotAllowed(_("Only officers and service managers change the places they opened."))
    return found
