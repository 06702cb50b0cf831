"""Which firms of a campaign a day's rounds may see: given, still to be seen, in nobody else's round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from maillage.accounts.actors import Actor, System
from maillage.outreach import opening
from maillage.outreach.models import Appointment, Campaign, ListedFirm, OpeningHours, RoundStop
from maillage.outreach.models.campaigns import ListedFirmQuerySet
from maillage.outreach.models.opening_hours import OpeningHoursQuerySet
from maillage.register.models import Establishment, Spell

IN_ALL = 200
"""So many firms are looked at for one day of a whole team: what is planned while somebody waits."""


def lines_to_see(
    campaign: Campaign, advisers: Sequence[int], on: date, *, spare: bool = False, most: int
) -> list[ListedFirm]:
    """The lines to plan that day, in the order of the list, those with an agreed hour first.

    Each adviser's first ones, `most` of them at most; then, with `spare`, those given to nobody while there is room.
    Those that are closed that weekday leave their room to others.
    """
    rows = free_lines(campaign, advisers, on)
    told = list(rows.order_by("rank").values_list("pk", "adviser_id", "establishment_id"))
    expected = agreed_hours(campaign, on)
    shut = {place for place, day in opening_hours(campaign, on).items() if day.is_closed}
    told.sort(key=lambda row: (row[2] not in expected, row[2] in shut))
    room = min(most, IN_ALL // max(len(advisers), 1))
    mine: dict[int, list[int]] = {one: [] for one in advisers}
    nobodys: list[int] = []
    for pk, adviser, _place in told:
        if adviser in mine and len(mine[adviser]) < room:
            mine[adviser].append(pk)
        elif adviser is None and spare:
            nobodys.append(pk)
    chosen = [pk for kept in mine.values() for pk in kept]
    chosen += nobodys[: max(0, min(IN_ALL, most * len(advisers)) - len(chosen))]
    found = rows.filter(pk__in=chosen).select_related("establishment__legal_unit")
    return sorted(found, key=lambda line: (line.establishment_id not in expected, line.rank))


def lines_beyond(
    campaign: Campaign, advisers: Sequence[int], on: date, *, spare: bool, seen: int
) -> int:
    """How many more lines wait that day than the `seen` ones that were planned with."""
    theirs = Q(adviser__in=advisers)
    if spare:
        theirs |= Q(adviser=None)
    return max(0, free_lines(campaign, advisers, on).filter(theirs).count() - seen)


def lines_of(
    campaign: Campaign, advisers: Sequence[int], on: date, firms: Sequence[Establishment]
) -> list[ListedFirm]:
    """Of these firms, the lines that still wait that day for these advisers or for nobody in particular."""
    theirs = Q(adviser__in=advisers) | Q(adviser=None)
    rows = free_lines(campaign, advisers, on).filter(
        theirs, establishment__in=[one.pk for one in firms]
    )
    return list(rows.select_related("establishment").order_by("rank"))


def free_lines(campaign: Campaign, advisers: Sequence[int], on: date) -> ListedFirmQuerySet:
    """The lines still to be seen, of firms that are open and in the round of nobody else that day."""
    everyones = ListedFirm.objects.unscoped(
        reason="the rounds of a campaign, asked by who runs it, walks it or runs the instance"
    )
    rows = everyones.filter(campaign=campaign, establishment__state=Spell.State.ACTIVE)
    return rows.exclude(establishment__in=_taken(campaign, advisers, on)).not_yet_seen()


def agreed_hours(
    campaign: Campaign, on: date, firms: Sequence[Establishment] | None = None
) -> dict[int, int]:
    """By establishment, the hour that the organisation of a campaign agreed with it for a day."""
    machine = System("rounds keep agreed hours", organisation=campaign.organisation)
    rows = Appointment.objects.visible_to(machine).filter(day=on)
    if firms is not None:
        rows = rows.filter(establishment__in=[one.pk for one in firms])
    return dict(rows.values_list("establishment", "at"))


def opening_hours(
    campaign: Campaign, on: date, firms: Sequence[Establishment] | None = None
) -> dict[int, opening.Day]:
    """By establishment, what the organisation of a campaign knows of its hours on the weekday of a day."""
    machine = System("rounds keep opening hours", organisation=campaign.organisation)
    rows = OpeningHours.objects.visible_to(machine)
    if firms is not None:
        rows = rows.filter(establishment__in=[one.pk for one in firms])
    return _on(rows, on)


def open_for(actor: Actor, firms: Sequence[Establishment], on: date) -> dict[int, opening.Day]:
    """By establishment, what the reader's organisation knows of these firms on the weekday of a day."""
    rows = OpeningHours.objects.visible_to(actor)
    return _on(rows.filter(establishment__in=[one.pk for one in firms]), on)


def _on(rows: OpeningHoursQuerySet, on: date) -> dict[int, opening.Day]:
    told = rows.order_by().values_list("establishment", "week")
    days = ((place, opening.of(opening.week_of(week), on.weekday())) for place, week in told)
    return {place: day for place, day in days if day is not None}


def _taken(campaign: Campaign, advisers: Sequence[int], on: date) -> list[int]:
    """The establishments that another round of the organisation sees that day."""
    others = RoundStop.objects.filter(
        rank__isnull=False, round__organisation=campaign.organisation_id, round__day=on
    ).exclude(round__campaign=campaign, round__adviser__in=advisers)
    return list(others.values_list("establishment", flat=True))
