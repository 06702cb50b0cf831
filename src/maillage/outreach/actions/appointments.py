"""An hour agreed with a firm: written, changed, taken back; the rounds of that day follow it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.outreach import permissions
from maillage.outreach.actions.kept_rounds import retime
from maillage.outreach.models import Appointment, KeptRound
from maillage.outreach.models.appointments import MIDNIGHT
from maillage.register.models import Establishment


@ledger.action
def agree_hour(
    *, establishment: Establishment, day: date, at: int | None, by: Actor
) -> Appointment | None:
    """Write the hour at which a firm expects somebody that day; None takes it back. Planning, so no act is recorded.

    Rounds of that day keep their order: their hours follow, and a stop that comes too late says so.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: the day is over, or it is no hour of a day.
    """
    if by.person is None or not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers report visits."))
    if day < clock.today():
        gone = _("This day is over.")
        raise Invalid(gone, fields={"day": gone})
    if at is not None and not 0 <= at < MIDNIGHT:
        message = _("Give an hour of the day.")
        raise Invalid(message, fields={"at": message})
    mine = Appointment.objects.visible_to(by)
    told: dict[str, Any] = {
        "organisation": by.acting_for(),
        "establishment": establishment,
        "day": day,
    }
    found = None
    if at is None:
        mine.filter(**told).delete()
    else:
        found, _is_new = mine.update_or_create(**told, defaults={"at": at, "agreed_by": by.person})
    _follow(establishment, day, at, by)
    return found


def _follow(establishment: Establishment, day: date, at: int | None, by: Actor) -> None:
    """Tell the rounds of the day, each hour of which may move."""
    rows = KeptRound.objects.visible_to(by).select_for_update(of=("self",)).filter(day=day)
    for kept in rows.filter(stops__establishment=establishment).select_related("adviser"):
        stops = list(kept.stops.select_related("establishment"))
        for stop in stops:
            if stop.establishment_id == establishment.pk:
                stop.agreed = at
                stop.save(update_fields=["agreed"])
        if placed := [stop for stop in stops if stop.rank is not None]:
            retime(kept, placed)
