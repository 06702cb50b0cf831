"""The rounds of a team on one day, accepted at once by who runs the campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import terrain, touring, waiting
from maillage.outreach.actions.campaigns import locked_campaign
from maillage.outreach.actions.kept_rounds import keep
from maillage.outreach.actions.team import check_team
from maillage.outreach.models import Campaign, KeptRound


@ledger.action
def accept_rounds(
    *,
    campaign: Campaign,
    day: date,
    asked: Sequence[KeptRound],
    tour: touring.Tour,
    once: UUID,
    by: Actor,
) -> list[KeptRound]:
    """Keep the rounds of several advisers as they were read; planning, so no act is recorded. Sent twice, done once.

    `asked` is how each goes, one unsaved round each. A firm given to nobody is given to whom its round was given; each
    round takes the place of the one that its adviser had for this campaign that day.

    Raises:
        NotAllowed: another organisation runs the campaign.
        Invalid: the day is over, or one of them sees no firm for the organisation.
        Conflict: a firm was seen, given to somebody else or put in another round meanwhile, or the key was used.
    """
    found = locked_campaign(campaign, by)
    if before := accepted(once, by):
        if any(one.campaign_id != found.pk or one.day != day for one in before):
            raise Conflict(_("This form was already sent with other answers."))
        return before
    if day < clock.today():
        gone = _("This day is over.")
        raise Invalid(gone, fields={"day": gone})
    check_team(by, [one.adviser_id for one in asked])
    _give(found, day, asked, tour)
    mine = KeptRound.objects.visible_to(by).filter(campaign=found, day=day)
    mine.filter(adviser__in=[one.adviser_id for one in asked]).delete()
    for kept, how in zip(asked, touring.days_of(asked), strict=True):
        kept.campaign, kept.organisation, kept.day = found, by.acting_for(), day
        kept.accepted_by, kept.batch = by.person, once
        keep(kept, tour, terrain.Outing(kept.adviser, how), by=by)
    return list(asked)


def accepted(once: UUID, by: Actor) -> list[KeptRound]:
    """The rounds that were accepted under a key, by those who run the campaigns of the organisation."""
    return list(KeptRound.objects.visible_to(by).filter(batch=once))


def _give(campaign: Campaign, day: date, asked: Sequence[KeptRound], tour: touring.Tour) -> None:
    """Give the firms of each round to its adviser, as long as nothing happened to them since the rounds were read."""
    advisers = {one.adviser.email: one.adviser_id for one in asked}
    holder = {
        tour.firms[call.stop].pk: advisers[route.vehicle]
        for route in tour.plan.routes
        for call in route.calls
    }
    free = waiting.free_lines(campaign, list(advisers.values()), day)
    rows = {line.establishment_id: line for line in free.filter(establishment__in=holder)}
    astray = [
        place
        for place, adviser in holder.items()
        if place not in rows or rows[place].adviser_id not in {None, adviser}
    ]
    if astray:
        raise Conflict(
            _("A firm was seen, or given to somebody else, since these rounds were read."),
            remedy=_("Plan them again, then accept."),
        )
    for adviser in set(holder.values()):
        theirs = [place for place, one in holder.items() if one == adviser]
        free.filter(establishment__in=theirs, adviser=None).update(adviser_id=adviser)
