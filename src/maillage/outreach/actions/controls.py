"""Visits drawn by lot, called back by somebody else, and what their firms said."""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.outreach import permissions
from maillage.outreach.acts import CHECKS, SOURCE_CONTROL
from maillage.outreach.models import Control, ControlledVisit, Visit
from maillage.outreach.models.controls import sample
from maillage.outreach.vocabulary import Checked, Mode, Outcome, Reason

if TYPE_CHECKING:
    from maillage.accounts.models import Person

MOST = 200
"""So many visits are called back at most: more is another inquiry."""


@ledger.action
def draw_control(
    *,
    days: Period,
    by: Actor,
    size: int | None = None,
    share: int | None = None,
    seed: int | None = None,
    once: str | None = None,
) -> Control:
    """Draw so many of the visits done in a period, or so many in a hundred; sent twice, it is drawn once.

    Raises:
        NotAllowed: the actor is no service manager.
        Invalid: neither size nor share, or no visit was done in these days.
    """
    if not permissions.can_draw_control(by):
        raise NotAllowed(_("The service manager draws the visits that are called back."))
    if once and (drawn := Control.objects.visible_to(by).filter(once=once).first()):
        return drawn
    visits = _visits(days, by)
    control = Control.objects.create(
        organisation=by.acting_for(),
        starts_on=days.start,
        ends_on=days.end,
        seed=secrets.randbits(48) if seed is None else seed,
        population=len(visits),
        drawn_by=cast("Person", by.person),  # who draws is somebody
        once=once,
    )
    many = _how_many(len(visits), size, share)
    lines = [
        ControlledVisit(control=control, visit_id=visit)
        for visit in sample(visits, many, control.seed)
    ]
    ControlledVisit.objects.bulk_create(lines)
    return control


def _visits(days: Period, by: Actor) -> list[int]:
    """The visits done in these days, that stand."""
    own = Visit.objects.owned_by(by).standing()
    done = own.filter(
        mode=Mode.VISIT, outcome=Outcome.DONE, occurred_on__range=(days.start, days.end)
    )
    found = list(done.order_by("pk").values_list("pk", flat=True))
    if not found:
        told = _("No visit was done in these days.")
        raise Invalid(told, fields={"starts_on": told})
    return found


def _how_many(population: int, size: int | None, share: int | None) -> int:
    if size is None and share is None:
        told = _("Say how many visits, or how many in a hundred.")
        raise Invalid(told, fields={"size": told})
    wanted = size if size is not None else math.ceil(population * (share or 0) / 100)
    if not 1 <= wanted <= MOST:
        told = _("Between 1 and %(most)s visits are called back.") % {"most": MOST}
        raise Invalid(told, fields={"size": told})
    return wanted


@ledger.action
def check_visit(*, line: ControlledVisit, outcome: str, by: Actor) -> ControlledVisit:
    """Note what the firm said; said otherwise later, the act is reversed and recorded anew.

    Raises:
        NotAllowed: the actor made the visit, or works for another organisation.
        Invalid: the outcome is none of ours.
    """
    lines = ControlledVisit.objects.visible_to(by).select_related("control")
    found = lines.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if found is None or not permissions.can_check_visit(by, found):
        raise NotAllowed(_("Somebody other than who made the visit calls back."))
    if outcome not in Checked.values:
        told = _("Say what came of the call.")
        raise Invalid(told, fields={"outcome": told})
    if found.outcome == outcome:
        return found
    _record(found, Checked(outcome), by)
    found.outcome, found.checked_by = outcome, by.person
    found.save(update_fields=["outcome", "checked_by"])
    return found


def _record(line: ControlledVisit, outcome: Checked, by: Actor) -> None:
    acts = Act.objects.visible_to(by)
    for act in acts.of_source(SOURCE_CONTROL, line.key).effective() if line.outcome else ():
        ledger.reverse(act, by=by, reason_code=Reason.LEARNED)
    ledger.record(
        CHECKS[outcome],
        by=by,
        person=by.person,
        occurred_on=clock.today(),
        source=(SOURCE_CONTROL, line.key),
        establishment=line.visit.establishment,
        scheme=line.control.scheme,
    )
