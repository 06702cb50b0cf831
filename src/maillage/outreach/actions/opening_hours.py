"""When a firm can be visited: noted by whoever learnt it, changed, made unknown again; plans of its organisation follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.outreach import opening, permissions
from maillage.outreach.models import OpeningHours
from maillage.register.models import Establishment


@ledger.action
def note_opening(
    *, establishment: Establishment, week: Sequence[Any], version: int, by: Actor
) -> OpeningHours:
    """Note the week of a firm for one's organisation, seven days from Monday; version 0 when nothing was noted yet.

    Planning, so no act is recorded; rounds that are kept stay as they are, and say which stops come to a closed door.
    Sent twice, or by two who say the same, it is noted once.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: spans of a day do not hold together.
        Conflict: somebody noted otherwise meanwhile.
    """
    if by.person is None or not permissions.can_report_visit(by):
        raise NotAllowed(_("Those who go and see firms note when they are open."))
    told = [
        None if spans is None else [list(one) for one in spans] for spans in opening.week_of(week)
    ]
    mine = OpeningHours.objects.visible_to(by)
    row, _is_new = mine.get_or_create(
        organisation=by.acting_for(),
        establishment=establishment,
        defaults={"version": 0, "noted_on": clock.today()},
    )
    found = mine.select_for_update(of=("self",)).get(pk=row.pk)
    if found.version != version:
        if found.week == told:
            return found
        raise Conflict(
            _("Somebody noted other hours while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    found.week, found.noted_by, found.noted_on = told, by.person, clock.today()
    found.version += 1
    found.save()
    return found


def carry_opening(before: Establishment, real: Establishment, by: Actor) -> None:
    """Hours noted of a firm added by hand are, once matched, those of the firm of the register; noted there too, those stay."""
    own = OpeningHours.objects.visible_to(by).select_for_update(of=("self",))
    if own.filter(establishment=real).exists():
        own.filter(establishment=before).delete()
    else:
        own.filter(establishment=before).update(establishment=real)
